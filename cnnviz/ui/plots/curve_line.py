"""One line of a plot, however many points it has."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QPointF, QRectF, Qt, Slot
from PySide6.QtGui import QPainter, QPainterPath, QPen
from PySide6.QtWidgets import QGraphicsObject, QStyleOptionGraphicsItem, QWidget

from cnnviz.ui.plots.peaks import Peaks

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Values = NDArray[np.float64]
    Counts = NDArray[np.int64]

_FEWEST_STRETCHES = 64
_DOT_PX = 5
_DOTS_APART_PX = 3 * _DOT_PX
"""Dots that would stand closer are left out: they would hide the line."""


class CurveItem(QGraphicsObject):
    """Draws a curve into a view box, in about as many points as the box has pixels in its width.

    pyqtgraph's own item goes through all points at every change and every painting.
    """

    def __init__(self, box: pg.ViewBox) -> None:
        super().__init__()
        self._box = box
        self._with_dots = False
        self._peaks = Peaks()
        self._pen = QPen()
        self._is_log = False
        self._path: tuple[object, QPainterPath, list[QPointF]] | None = None
        box.addItem(self, ignoreBounds=True)
        box.sigRangeChanged.connect(self._on_range_changed)

    def set_pen(self, pen: QPen) -> None:
        """Draw with this pen, whatever the scale of the plot."""
        pen.setCosmetic(True)
        if pen != self._pen:
            self._pen = pen
            self.update()

    def set_dots(self, with_dots: bool) -> None:
        """Mark the points while they are far enough apart."""
        if with_dots != self._with_dots:
            self._with_dots, self._path = with_dots, None
            self.update()

    def set_points(self, x: Values | Counts, y: Values) -> None:
        """Show other numbers, or more of them."""
        self._peaks.set(x, y)
        self._path = None
        self.update()

    def set_log(self, is_log: bool) -> None:
        """Draw the decimal logarithms of the values; those that have none leave a gap."""
        if is_log != self._is_log:
            self._is_log, self._path = is_log, None
            self.update()

    def span(self) -> tuple[float, float] | None:
        """Return the least and the largest finite value; None where there is none."""
        return self._peaks.span()

    def boundingRect(self) -> QRectF:
        (left, right), (bottom, top) = self._box.viewRange()
        return QRectF(left, bottom, right - left, top - bottom)

    def paint(
        self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None
    ) -> None:
        scale = abs(painter.worldTransform().m11())
        path, dots = self._outline(scale)
        painter.setPen(self._pen)
        painter.drawPath(path)
        if dots:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            pen = QPen(self._pen.color(), _DOT_PX, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap)
            pen.setCosmetic(True)
            painter.setPen(pen)
            painter.drawPoints(dots)

    def _outline(self, scale: float) -> tuple[QPainterPath, list[QPointF]]:
        """Return the line at so many pixels per unit, and the dots on it."""
        left, right = self._box.viewRange()[0]
        key = (left, right, scale)
        if self._path is None or self._path[0] != key:
            most = max(round((right - left) * scale), _FEWEST_STRETCHES)
            x, y = self._peaks.outline(left, right, most)
            if self._is_log:
                y = np.log10(np.where(y > 0, y, np.nan))
            dots = self._dots(x, y, scale) if self._with_dots else []
            self._path = (key, pg.arrayToQPath(x, y, connect="finite"), dots)
        return self._path[1], self._path[2]

    def _dots(self, x: Values, y: Values, scale: float) -> list[QPointF]:
        if len(x) > 1 and (x[-1] - x[0]) * scale / (len(x) - 1) < _DOTS_APART_PX:
            return []
        return [QPointF(*point) for point in zip(x, y, strict=True) if np.isfinite(point[1])]

    @Slot()
    def _on_range_changed(self) -> None:
        self.prepareGeometryChange()
        self._path = None
