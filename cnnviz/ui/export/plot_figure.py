"""A plot of curves painted as a part of a report, with lines that are lines in a drawing."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, QRect

from cnnviz.ui.export.widget_figure import widget_figure

if TYPE_CHECKING:
    from PySide6.QtCore import QSize
    from PySide6.QtGui import QPainter

    from cnnviz.ui.inspector.unit.figures import Spot
    from cnnviz.ui.inspector.unit.pens import Pens
    from cnnviz.ui.plots.curve_plot import CurvePlot

_LINE_PX = 1.4
"""On paper: a curve as thin as can be would be lost between two dots of a printer."""


@dataclasses.dataclass(frozen=True, slots=True, eq=False)
class PlotFigure:
    """What a plot shows, at a size in logical pixels; its axes are drawn, not the picture kept of them."""

    plot: CurvePlot
    pens: Pens

    @property
    def width(self) -> int:
        """Of the plot."""
        return self.pens.px(self.plot.width())

    @property
    def height(self) -> int:
        """Of the plot."""
        return self.pens.px(self.plot.height())

    def paint(self, painter: QPainter, x: int, y: int, seen: QRect) -> None:
        """Paint all of it."""
        view = self.plot.view
        painter.save()
        painter.translate(x, y)
        painter.scale(self.pens.ratio, self.pens.ratio)
        view.render(painter, QRect(QPoint(), view.size()), view.viewport().rect())
        painter.restore()

    def spot(self, x: int, y: int) -> Spot | None:
        """Return nothing."""
        return None


def plot_figure(plot: CurvePlot, size: QSize, pens: Pens) -> PlotFigure:
    """Give a plot without a parent the colours and fonts of pens, and a size."""
    widget_figure(plot, size, pens)
    plot.set_line_width(_LINE_PX if pens.is_vector else _LINE_PX * pens.ratio)  # drawings keep widths
    plot.grab()  # a widget that was never shown takes its size when it is painted
    plot.view.plotItem.layout.activate()  # else the room for words at the ends is made in the next event
    return PlotFigure(plot, pens)
