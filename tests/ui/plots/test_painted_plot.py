from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, QRectF, Qt
from PySide6.QtGui import QImage, QPainter

from cnnviz.ui.plots.painted_plot import BarPlot, bar, outline, paint_pointed
from cnnviz.ui.theme import LIGHT

AREA = QRectF(10, 20, 100, 50)


class Named(BarPlot):
    @property
    def pointed_text(self) -> str:
        return "" if self._place is None else f"bar {self._place}"


@pytest.fixture
def plot(qtbot) -> Named:
    widget = Named()
    qtbot.addWidget(widget)
    widget.resize(100, 50)
    with qtbot.waitExposed(widget):
        widget.show()
    widget._set_bars(10, "ten bars")
    return widget


def test_the_bar_under_the_mouse_is_pointed_at_and_told(plot, qtbot):
    assert plot.accessibleDescription() == "ten bars"
    qtbot.mouseMove(plot, QPoint(35, 20))
    assert plot.accessibleDescription() == plot.pointed_text == "bar 3"


def test_arrow_keys_begin_in_the_middle_and_stay_inside(plot, qtbot):
    qtbot.keyClick(plot, Qt.Key.Key_Right)
    assert plot.pointed_text == "bar 5"
    for _ in range(9):
        qtbot.keyClick(plot, Qt.Key.Key_Right)
    assert plot.pointed_text == "bar 9"


def test_a_place_that_is_gone_is_not_pointed_at(plot, qtbot):
    qtbot.keyClick(plot, Qt.Key.Key_Right)
    plot._set_bars(5, "five bars")
    assert plot.pointed_text == ""
    assert plot.accessibleDescription() == "five bars"


def test_wide_bars_have_a_gap_and_narrow_ones_have_none():
    assert bar(AREA, 1, 10, 0.5) == QRectF(20, 45, 9, 25)
    assert bar(AREA, 1, 50, 1.0) == QRectF(12, 20, 2, 50)


def test_the_outline_goes_along_the_tops_of_the_bars():
    corners = [(point.x(), point.y()) for point in outline(AREA, [0.5, 1.0])]
    assert corners == [(10, 70), (10, 45), (60, 45), (60, 20), (110, 20), (110, 70)]


@pytest.mark.parametrize(("x", "is_left"), [(20.0, False), (105.0, True)])
def test_the_word_of_a_place_stays_inside(qapp, x, is_left):
    image = QImage(130, 80, QImage.Format.Format_RGB32)
    image.fill(Qt.GlobalColor.magenta)
    painter = QPainter(image)
    paint_pointed(painter, LIGHT, AREA, x, "word")
    painter.end()
    background = image.pixelColor(1, 1)
    beside = [image.pixelColor(round(x) + step, round(AREA.center().y())) for step in (-8, 8)]
    assert [color != background for color in beside] == [is_left, not is_left]
