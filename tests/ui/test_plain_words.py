"""What people name, they may name as they like: Qt takes nothing of it for markup."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QApplication, QLabel, QToolTip, QWidget

from cnnviz.ui.forms.field_help import FieldHelp
from cnnviz.ui.inspector.layer_findings import FindingsLine
from cnnviz.ui.theme import apply_theme
from cnnviz.ui.widgets.empty_state import EmptyState
from cnnviz.ui.widgets.note_label import NoteLabel
from cnnviz.ui.widgets.scrolled_text import ScrolledText

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pytestqt.qtbot import QtBot

ODD = "<b>class</b> 1 <h1>of</h1> A&amp;B"


@pytest.fixture
def page(qtbot: QtBot, qapp: QApplication) -> Iterator[QWidget]:
    apply_theme(qapp, "light")
    page = QWidget()
    qtbot.addWidget(page)
    page.resize(400, 300)
    yield page
    QToolTip.hideText()


def shown_labels(page: QWidget, qtbot: QtBot) -> list[QLabel]:
    with qtbot.waitExposed(page):
        page.show()
    return page.findChildren(QLabel)


def test_labels_show_names_as_they_were_written(page: QWidget, qtbot: QtBot) -> None:
    QLabel(ODD, page)
    NoteLabel(page).setText(ODD)
    EmptyState(f"No image of {ODD} is here.", parent=page)
    ScrolledText(page, least_height=40).setText(ODD)
    labels = shown_labels(page, qtbot)
    assert len(labels) == 4
    for mode in ("light", "dark"):
        apply_theme(QApplication.instance(), mode)
        assert [label.textFormat() for label in labels] == [Qt.TextFormat.PlainText] * 4


def test_tooltips_show_names_as_they_were_written(page: QWidget, qtbot: QtBot) -> None:
    shown_labels(page, qtbot)
    for text in (ODD, "<i>another</i>\nline"):
        QToolTip.showText(QPoint(10, 10), text, page)
        (tip,) = [top for top in QApplication.topLevelWidgets() if top.inherits("QTipLabel")]
        assert isinstance(tip, QLabel)
        assert (tip.text(), tip.textFormat()) == (text, Qt.TextFormat.PlainText)


def test_labels_that_are_made_for_markup_keep_it(page: QWidget, qtbot: QtBot) -> None:
    findings, _ = FindingsLine(page), FieldHelp(page)
    for label in (findings, *shown_labels(page, qtbot)):
        assert label.textFormat() is Qt.TextFormat.RichText
