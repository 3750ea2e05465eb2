"""What stands still in a plot is painted once; what changes is painted over it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pyqtgraph as pg
import pytest
from PySide6.QtCore import QPoint, QRect, QRectF
from PySide6.QtGui import QColor, QImage, QPainter, QPen
from PySide6.QtWidgets import QApplication, QWidget

from cnnviz.ui.plots.labelled_plot import LabelledPlot
from cnnviz.ui.theme import LIGHT

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pytestqt.qtbot import QtBot

RED = QColor("#ff0000")


class CountingPlot(LabelledPlot):
    """Counts how often the scene is painted."""

    def drawBackground(self, painter: QPainter, rect: QRectF) -> None:
        self.scenes = getattr(self, "scenes", 0) + 1
        super().drawBackground(painter, rect)


@pytest.fixture
def plot(qtbot: QtBot) -> Iterator[CountingPlot]:
    parent = QWidget()
    qtbot.addWidget(parent)
    parent.resize(400, 200)
    plot = CountingPlot("word", parent)
    plot.resize(400, 200)
    plot.apply_colors(LIGHT)
    plot.setXRange(0, 10, padding=0)
    plot.setYRange(0, 1, padding=0)
    with qtbot.waitExposed(parent):
        parent.show()
    QApplication.processEvents()
    plot.grab()
    yield plot
    parent.close()


def test_a_plot_never_makes_the_menu_of_its_view_box(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise AssertionError("a menu that nobody sees, and that may end the process when it goes")

    monkeypatch.setitem(pg.ViewBox.__init__.__globals__, "ViewBoxMenu", refuse)
    parent = QWidget()
    qtbot.addWidget(parent)
    assert LabelledPlot("word", parent).getViewBox().menu is None


def level(plot: LabelledPlot, y: float) -> None:
    line = plot.add_curve()
    line.set_pen(QPen(RED, 0))
    line.set_points(np.array([0.0, 10.0]), np.array([y, y]))


def red_rows(image: QImage, column: int) -> list[int]:
    return [row for row in range(image.height()) if image.pixelColor(column, row) == RED]


def test_a_curve_stands_where_its_numbers_are(plot: CountingPlot) -> None:
    level(plot, 0.25)
    box = plot.getViewBox().sceneBoundingRect()
    (row,) = red_rows(plot.grab().toImage(), int(box.center().x()))
    assert row == pytest.approx(box.bottom() - box.height() / 4, abs=1.5)


def test_new_numbers_leave_axes_and_grid_alone_and_another_range_does_not(plot: CountingPlot) -> None:
    level(plot, 0.25)
    plot.grab()
    before = plot.scenes
    for y in (0.3, 0.4, 0.5):
        plot._curves[0].set_points(np.array([0.0, 10.0]), np.array([y, y]))
        QApplication.processEvents()
        plot.grab()
    assert plot.scenes == before
    plot.setYRange(0, 2, padding=0)
    box = plot.getViewBox().sceneBoundingRect()
    (row,) = red_rows(plot.grab().toImage(), int(box.center().x()))
    assert plot.scenes == before + 1
    assert row == pytest.approx(box.bottom() - box.height() / 4, abs=1.5)


def test_a_plot_at_rest_paints_nothing(plot: CountingPlot, qtbot: QtBot) -> None:
    level(plot, 0.25)
    for _ in range(5):
        QApplication.processEvents()
    before = plot.scenes
    for _ in range(20):
        QApplication.processEvents()
    assert plot.scenes == before


def test_hidden_curves_and_those_outside_are_not_drawn(plot: CountingPlot) -> None:
    level(plot, 0.25)
    plot._curves[0].set_visible(False)
    level(plot, 1.5)
    image = plot.grab().toImage()
    assert not any(red_rows(image, column) for column in range(0, image.width(), 10))


def test_a_dot_at_an_edge_is_as_whole_as_others_and_one_beyond_it_is_not_there(plot: CountingPlot) -> None:
    curve = plot.add_curve()
    curve.set_pen(QPen(RED, 0))

    def ink(x: float) -> int:
        curve.set_points(np.array([x]), np.array([0.5]))
        image = plot.grab().toImage()
        places = ((x, y) for x in range(image.width()) for y in range(image.height()))
        return sum(image.pixelColor(*place).hsvSaturation() > 150 for place in places)

    inside = ink(5.0)
    assert inside > 15
    assert ink(10.0) == pytest.approx(inside, abs=4)
    assert ink(0.0) == pytest.approx(inside, abs=4)
    assert ink(10.05) == ink(-0.05) == 0, "nothing but a slice of it would be seen"


def test_elsewhere_the_curves_come_along(plot: CountingPlot) -> None:
    level(plot, 0.25)
    image = QImage(1000, 500, QImage.Format.Format_RGB32)
    image.fill(0)
    painter = QPainter(image)
    plot.render(painter, QRect(QPoint(100, 50), 2 * plot.size()), plot.viewport().rect())
    painter.end()
    box = plot.getViewBox().sceneBoundingRect()
    (row,) = red_rows(image, 100 + int(2 * box.center().x()))
    assert row == pytest.approx(50 + 2 * (box.bottom() - box.height() / 4), abs=2.5)


def test_another_range_is_painted_once(plot: CountingPlot) -> None:
    before = plot.scenes
    for end in (20, 30):  # of as many digits: nothing else moves
        plot.setXRange(0, end, padding=0)
        for _ in range(20):
            QApplication.processEvents()
    assert plot.scenes == before + 2
