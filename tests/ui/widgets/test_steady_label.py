from __future__ import annotations

import pytest
from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QAccessible
from PySide6.QtWidgets import QApplication, QVBoxLayout, QWidget

from cnnviz.ui.widgets.steady_label import SteadyLabel

LONG = "Map 3 (of 0 to 31): values from −0.123 to 4.56; click one to see where it comes from"


class Layouts(QObject):
    """Counts how often a widget is arranged anew."""

    def __init__(self, widget: QWidget) -> None:
        super().__init__(widget)
        self.count = 0
        widget.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        self.count += event.type() is QEvent.Type.LayoutRequest
        return False


@pytest.fixture
def window(qtbot) -> QWidget:
    window = QWidget()
    window.resize(200, 300)
    qtbot.addWidget(window)
    return window


@pytest.fixture
def label(qtbot, window: QWidget) -> SteadyLabel:
    label = SteadyLabel(window)
    layout = QVBoxLayout(window)
    layout.addWidget(label)
    layout.addStretch(1)
    label.setText(LONG)
    with qtbot.waitExposed(window):
        window.show()
    QApplication.processEvents()
    return label


def height_of(text: str, label: SteadyLabel, width: int) -> int:
    other = SteadyLabel()
    other.setFont(label.font())
    other.setText(text)
    return other.heightForWidth(width)


def widen(window: QWidget, label: SteadyLabel, width: int) -> None:
    """Give the label this width, and let every layout that is asked for come."""
    window.resize(window.width() - label.width() + width, window.height())
    QApplication.processEvents()
    assert label.width() == width


def test_a_text_of_as_many_lines_arranges_nothing_anew(label: SteadyLabel) -> None:
    layouts = Layouts(label.parentWidget())
    label.setText(LONG.replace("4.56", "9.87"))
    QApplication.processEvents()
    assert layouts.count == 0
    assert "9.87" in label.text()


def test_a_text_of_other_lines_gets_its_room(label: SteadyLabel) -> None:
    before = label.height()
    label.setText("Short")
    QApplication.processEvents()
    assert label.height() < before
    label.setText(LONG + " " + LONG)
    QApplication.processEvents()
    assert label.height() > before
    assert label.height() >= label.heightForWidth(label.width())


def test_a_width_it_had_before_with_a_shorter_text_leaves_room_for_every_line(
    label: SteadyLabel, window: QWidget
) -> None:
    short = LONG[:-14]
    widths = range(120, 400)
    narrow = next(w for w in widths if label.heightForWidth(w) > height_of(short, label, w))
    wide = next(w for w in widths if label.heightForWidth(w) == height_of(short, label, w) and w > narrow)
    label.setText(short)
    for width in (narrow, wide):
        widen(window, label, width)
    label.setText(LONG)
    widen(window, label, narrow)
    assert label.height() >= label.heightForWidth(label.width())


def test_all_lines_are_painted_and_another_text_at_once(label: SteadyLabel) -> None:
    before = label.grab().toImage()
    label.setText(LONG.replace("click", "press"))
    assert label.grab().toImage() != before


def test_a_narrower_label_is_higher(label: SteadyLabel) -> None:
    assert label.heightForWidth(120) > label.heightForWidth(200) > label.heightForWidth(2000)
    assert label.hasHeightForWidth()
    assert label.minimumSizeHint().width() < 120


def test_screen_readers_get_the_text(label: SteadyLabel) -> None:
    interface = QAccessible.queryAccessibleInterface(label)
    assert interface.text(QAccessible.Text.Name) == LONG


def test_a_larger_font_takes_more_room(label: SteadyLabel) -> None:
    before = label.heightForWidth(200)
    font = label.font()
    font.setPointSize(3 * font.pointSize())
    label.setFont(font)
    assert label.heightForWidth(200) > before
    assert label.alignment() & Qt.AlignmentFlag.AlignLeft
