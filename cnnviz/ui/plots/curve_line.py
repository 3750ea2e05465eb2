"""One line of a plot, however many points it has."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPainterPath, QPen

from cnnviz.ui.plots.peaks import Peaks

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    Values = NDArray[np.float64]
    Counts = NDArray[np.int64]

_FEWEST_STRETCHES = 64
DOT_PX = 5
_DOTS_APART_PX = 3 * DOT_PX
"""Dots that would stand closer are left out: they would hide the line."""


class CurveLine:
    """A curve in about as many points as the plot has pixels in its width.

    It is no item of a scene: those ask Python for their bounds many times a frame, and pyqtgraph's own curve
    goes through all points at every change and every painting. `changed` is called when it looks different.
    """

    def __init__(self, changed: Callable[[], None]) -> None:
        self._changed = changed
        self._is_visible = True
        self._with_dots = False
        self._peaks = Peaks()
        self._pen = QPen()
        self._is_log = False
        self._path: tuple[object, QPainterPath, list[QPointF]] | None = None

    @property
    def is_visible(self) -> bool:
        """Whether it is drawn."""
        return self._is_visible

    def set_visible(self, visible: bool) -> None:
        """Draw it, or not."""
        if visible != self._is_visible:
            self._is_visible = visible
            self._changed()

    def set_pen(self, pen: QPen) -> None:
        """Draw with this pen, whatever the scale of the plot."""
        pen.setCosmetic(True)
        if pen != self._pen:
            self._pen = pen
            self._changed()

    def set_dots(self, with_dots: bool) -> None:
        """Mark the points while they are far enough apart, and not only those that no line goes through."""
        if with_dots != self._with_dots:
            self._with_dots = with_dots
            self._forget()

    def set_points(self, x: Values | Counts, y: Values) -> None:
        """Show other numbers, or more of them."""
        if self._peaks.set(x, y):
            self._forget()

    def set_log(self, is_log: bool) -> None:
        """Draw the decimal logarithms of the values; those that have none leave a gap."""
        if is_log != self._is_log:
            self._is_log = is_log
            self._forget()

    def span(self) -> tuple[float, float] | None:
        """Return the least and the largest finite value; None where there is none."""
        return self._peaks.span

    def paint(self, painter: QPainter, left: float, right: float, scale: float) -> None:
        """Draw the line from `left` to `right`, in the curve's own numbers: `scale` pixels for one of x."""
        if self._is_visible and len(self._peaks):
            painter.setPen(self._pen)
            painter.drawPath(self._outline(left, right, scale)[0])

    @property
    def has_dots(self) -> bool:
        """Whether there are dots on the line that was drawn last."""
        return self._is_visible and self._path is not None and bool(self._path[2])

    def paint_dots(self, painter: QPainter, seen: QRectF) -> None:
        """Draw the dots on the line that was drawn last, whole ones, where their middle is `seen`."""
        if not self.has_dots or self._path is None:
            return
        dots = [dot for dot in self._path[2] if seen.contains(dot)]
        if dots:
            pen = QPen(self._pen.color(), DOT_PX, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap)
            pen.setCosmetic(True)
            painter.setPen(pen)
            painter.drawPoints(dots)

    def _outline(self, left: float, right: float, scale: float) -> tuple[QPainterPath, list[QPointF]]:
        """Return the line at so many pixels per unit, and the dots on it."""
        key = (left, right, scale)
        if self._path is None or self._path[0] != key:
            most = max(round((right - left) * scale), _FEWEST_STRETCHES)
            x, y = self._peaks.outline(left, right, most)
            if self._is_log:
                y = np.log10(np.where(y > 0, y, np.nan))
            path = pg.arrayToQPath(x, y, connect="finite")
            self._path = (key, path, self._dots(x, y, scale))
        return self._path[1], self._path[2]

    def _dots(self, x: Values, y: Values, scale: float) -> list[QPointF]:
        is_there = np.isfinite(y)
        is_near = len(x) > 1 and (x[-1] - x[0]) * scale / (len(x) - 1) < _DOTS_APART_PX
        if not self._with_dots or is_near:
            around = np.concatenate([[False], is_there, [False]])
            is_there &= ~(around[:-2] | around[2:])
        return [QPointF(*point) for point in zip(x[is_there], y[is_there], strict=True)]

    def _forget(self) -> None:
        self._path = None
        self._changed()
