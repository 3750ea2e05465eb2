from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtWidgets import QApplication, QVBoxLayout, QWidget

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


class _Parent(QWidget):
    """Counts how often it is arranged anew."""

    def __init__(self) -> None:
        super().__init__()
        self.requests = 0

    def event(self, event: QEvent) -> bool:
        self.requests += event.type() is QEvent.Type.LayoutRequest
        return super().event(event)


def test_a_text_of_about_the_same_length_arranges_nothing_anew(qtbot: QtBot) -> None:
    parent = _Parent()
    qtbot.addWidget(parent)
    label, layout = ElidedLabel("step 1,234"), QVBoxLayout(parent)
    layout.addWidget(label)
    parent.show()
    QApplication.sendPostedEvents()
    before = parent.requests
    for step in range(1235, 1290):
        label.setText(f"step {step:,}")
        QApplication.sendPostedEvents()
    assert parent.requests == before
    label.setText("step 1,234,567")
    QApplication.sendPostedEvents()
    assert parent.requests == before + 1


def test_room_for_the_widest_text_is_kept(qtbot: QtBot) -> None:
    label = ElidedLabel("1", widest="88,888 img/s")
    qtbot.addWidget(label)
    least = label.minimumSizeHint()
    label.setText("12,345 img/s")
    assert label.minimumSizeHint() == least
    label.resize(least)
    assert label.shown_text == "12,345 img/s"


def test_a_larger_font_asks_for_more_room(qtbot: QtBot) -> None:
    label = ElidedLabel(TEXT)
    qtbot.addWidget(label)
    before = label.sizeHint()
    font = label.font()
    font.setPointSizeF(2 * font.pointSizeF())
    label.setFont(font)
    assert label.sizeHint().width() > 1.5 * before.width()


@pytest.mark.parametrize("text", ["conv1", "epoch 20, step 760", "i" * 40, "W" * 9])
@pytest.mark.parametrize("scale", [0.85, 0.93, 1.0, 1.3])
def test_in_the_room_it_asks_for_it_is_whole(qtbot: QtBot, text: str, scale: float) -> None:
    label = ElidedLabel()
    qtbot.addWidget(label)
    font = label.font()
    font.setPointSizeF(scale * font.pointSizeF())
    label.setFont(font)
    label.setText(text)
    label.resize(label.sizeHint())
    assert label.shown_text == text


def test_too_few_characters_to_say_anything_are_not_shown(qtbot: QtBot) -> None:
    label = ElidedLabel("epoch 20, step 760", least=5)
    qtbot.addWidget(label)
    label.resize(label.fontMetrics().horizontalAdvance("epo…") + 2, 20)
    assert label.shown_text == ""
    label.resize(label.fontMetrics().horizontalAdvance("epoch 2…") + 2, 20)
    assert label.shown_text.startswith("epoch")
    label.setText("now")
    assert label.shown_text == "now"


def test_a_text_that_a_larger_font_cuts_is_told_without_another_size(qtbot: QtBot) -> None:
    label = ElidedLabel(TEXT)
    qtbot.addWidget(label)
    label.resize(label.sizeHint())
    assert label.toolTip() == ""
    font = label.font()
    font.setPointSizeF(2 * font.pointSizeF())
    label.setFont(font)
    assert label.toolTip() == TEXT
