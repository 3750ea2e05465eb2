from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt

from cnnviz.ui.widgets.elided_label import ElidedLabel

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot

TEXT = "a_very_long_identifier_of_a_layer"


def _label(qtbot: QtBot, width: int, **options: object) -> ElidedLabel:
    label = ElidedLabel(TEXT, **options)
    qtbot.addWidget(label)
    label.resize(width, 24)
    label.ensurePolished()
    label.grab()
    return label


def test_with_room_everything_is_shown_and_nothing_is_repeated(qtbot: QtBot) -> None:
    label = _label(qtbot, 600)
    assert label.shown_text == TEXT
    assert label.toolTip() == ""


def test_without_room_the_tooltip_and_the_screen_reader_have_all_of_it(qtbot: QtBot) -> None:
    label = _label(qtbot, 80)
    assert label.shown_text.endswith("…")
    assert TEXT.startswith(label.shown_text[:-1])
    assert label.toolTip() == label.accessibleName() == TEXT


def test_the_middle_can_go_instead(qtbot: QtBot) -> None:
    label = _label(qtbot, 120, mode=Qt.TextElideMode.ElideMiddle)
    assert label.shown_text[-1] == TEXT[-1]
    assert "…" in label.shown_text


def test_it_gives_way_but_asks_for_its_whole_text(qtbot: QtBot) -> None:
    label = _label(qtbot, 80)
    assert label.minimumSizeHint().width() < 80 < label.sizeHint().width()
    label.setText("c")
    assert label.minimumSizeHint().width() <= label.sizeHint().width()
    assert label.toolTip() == ""
