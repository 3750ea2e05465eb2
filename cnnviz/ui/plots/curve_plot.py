"""One plot of a quantity over the steps of a run: training, validation, and the best epoch."""

from __future__ import annotations

import dataclasses
import math
from typing import TYPE_CHECKING

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QEvent, QPointF, QRectF, Qt, Slot
from PySide6.QtGui import QFontMetricsF, QPainter, QPen
from PySide6.QtWidgets import QGraphicsItem, QVBoxLayout, QWidget

from cnnviz.ui.plots.curve_item import CurveItem
from cnnviz.ui.plots.line_labels import spread
from cnnviz.ui.theme import SPACE_4, SPACE_8, SPACE_12, caption_font, colors_of, mixed

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray
    from PySide6.QtGui import QColor, QResizeEvent

    from cnnviz.ui.theme import Colors

    Values = NDArray[np.float64]
    Counts = NDArray[np.int64]

_NOISE_SHARE = 0.28
"""How much of the curve's colour the single batches get behind their mean."""
_NARROW_CHARACTERS = 52
"""A plot with room for less has shorter words, fewer numbers, and does not name the best epoch."""
_WORDS, _SHORT_WORDS = ("training", "validation"), ("train", "val")
_WIDEST_NUMBER = "100.0 %"
_TICK_DENSITY, _NARROW_TICK_DENSITY = 1.0, 0.3
_HEADROOM = 1.04
"""The axis goes a little beyond its last number, so that the number is written."""


@dataclasses.dataclass(frozen=True, slots=True, eq=False)
class Curves:
    """What a plot shows; x counts steps. `best` is an index into the validation points, or None."""

    x: Values | Counts
    batches: Values
    means: Values
    validation_x: Values | Counts
    validation: Values
    best: int | None = None

    @classmethod
    def none(cls) -> Curves:
        """Return what is shown before there is anything."""
        empty = np.zeros(0)
        return cls(empty, empty, empty, empty, empty)


class CurvePlot(QWidget):
    """Draws one quantity. Its items are made once; new numbers only replace their data.

    `written` turns a value into text; `top` is the fixed upper end of the axis, or None for one that follows
    the values. The lower end is zero.
    """

    def __init__(
        self,
        title: str,
        written: Callable[[float], str],
        *,
        top: float | None = None,
        axis_scale: float = 1.0,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._title = title
        self._written = written
        self._top = top
        self._curves = Curves.none()
        self._ends = (0.0, 0.0)
        self._best_shown: tuple[float | None, str] = (None, "")
        self._view = _LabelledPlot(self)
        self._view.setAccessibleName(title)
        box = self._view.getViewBox()
        self._noise, self._mean = CurveItem(box), CurveItem(box)
        self._validation = CurveItem(box, with_dots=True)
        self._best = pg.InfiniteLine(
            angle=90, movable=False, label="", labelOpts={"position": _best_place(top)}
        )
        self._best.hide()
        self._view.addItem(self._best)
        self._view.getAxis("left").setScale(axis_scale)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self._view)
        self._apply_colors()
        self.set_curves(self._curves)

    @property
    def curves(self) -> Curves:
        """What is shown."""
        return self._curves

    def set_curves(self, curves: Curves) -> None:
        """Show other numbers."""
        self._curves = curves
        self._noise.set_points(curves.x, curves.batches)
        self._mean.set_points(curves.x, curves.means)
        self._validation.set_points(curves.validation_x, curves.validation)
        self._show_best()
        self._set_ranges()
        self._view.set_labels(self._labels())
        self._view.setAccessibleDescription(self.summary())

    def summary(self) -> str:
        """Return the newest numbers as a sentence."""
        curves = self._curves
        if not len(curves.x):
            return f"{self._title}: nothing yet."
        text = f"{self._title} after step {int(curves.x[-1]):,}: training {self._written(curves.means[-1])}"
        if len(curves.validation):
            text += f", validation {self._written(curves.validation[-1])}"
        if curves.best is not None:
            text += f", best epoch {curves.best + 1}"
        return f"{text}."

    def changeEvent(self, event: QEvent) -> None:
        if event.type() is QEvent.Type.PaletteChange:
            self._apply_colors()
        super().changeEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._view.fit_margins()
        self._show_best()
        self._view.set_labels(self._labels())

    def _show_best(self) -> None:
        best = self._curves.best
        place = float(self._curves.validation_x[best]) if best is not None else None
        shown = (place, "" if best is None or self._view.is_narrow else f"best: epoch {best + 1}")
        if shown == self._best_shown:
            return
        self._best_shown = shown
        self._best.setVisible(place is not None)
        if place is not None:
            self._best.setPos(place)
            self._best.label.setFormat(shown[1])

    def _set_ranges(self) -> None:
        """Let the axes end where they hold everything. That is seldom somewhere else than before."""
        curves = self._curves
        last = float(curves.x[-1]) if len(curves.x) else 1.0
        ends = round_up(last), (self._top or self._highest()) * _HEADROOM
        if ends != self._ends:
            self._ends = ends
            self._view.setXRange(0.0, ends[0], padding=0)
            self._view.setYRange(0.0, ends[1], padding=0)

    def _highest(self) -> float:
        """Return an end of the axis above every mean and validation value; single batches may leave it."""
        highest = [_largest(values) for values in (self._curves.means, self._curves.validation)]
        return round_up(max(1e-3, *highest))

    def _labels(self) -> list[tuple[str, QPointF, QColor]]:
        colors, curves = colors_of(self), self._curves
        lines = (
            (curves.x, curves.means, colors.plot_train),
            (curves.validation_x, curves.validation, colors.plot_validation),
        )
        return [
            (f"{word} {self._written(values[-1])}", QPointF(x[-1], values[-1]), color)
            for word, (x, values, color) in zip(self._view.words, lines, strict=True)
            if len(values) and math.isfinite(values[-1])
        ]

    def _apply_colors(self) -> None:
        colors = colors_of(self)
        self._view.apply_colors(colors)
        self._noise.set_pen(QPen(mixed(colors.plot_train, colors.base, _NOISE_SHARE), 0))
        self._mean.set_pen(QPen(colors.plot_train, 0))
        self._validation.set_pen(QPen(colors.plot_validation, 0, Qt.PenStyle.DashLine))
        self._best.setPen(QPen(colors.muted, 0, Qt.PenStyle.DotLine))
        self._best.label.setColor(colors.muted)
        self._best.label.setFont(caption_font(self))
        self._view.set_labels(self._labels())


def _best_place(top: float | None) -> float:
    """Return how high on its line the best epoch is named: losses end low, shares end high."""
    return 0.94 if top is None else 0.08


def round_up(value: float) -> float:
    """Return the next of 1, 1.5, 2, 3, 4, 5, 6, 8, 10 times a power of ten, so that an axis rarely jumps."""
    if not math.isfinite(value) or value <= 0:
        return 1.0
    power = 10.0 ** math.floor(math.log10(value))
    for step in (1, 1.5, 2, 3, 4, 5, 6, 8):
        if value <= step * power * (1 + 1e-9):
            return step * power
    return 10 * power


def _largest(values: Values) -> float:
    finite = values[np.isfinite(values)]
    return float(finite.max()) if len(finite) else 0.0


class _LabelledPlot(pg.PlotWidget):
    """A quiet pyqtgraph plot with room on the right, where each curve's name stands at its end."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._labels: list[tuple[str, QPointF, QColor]] = []
        self._font = caption_font(self)
        self.hideButtons()
        self.setMenuEnabled(False)
        self.setMouseEnabled(x=False, y=False)
        self.getViewBox().disableAutoRange()
        self.showGrid(x=True, y=True, alpha=0.12)
        self.setFrameShape(self.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        for name in ("left", "bottom"):
            self.getAxis(name).enableAutoSIPrefix(False)
            # Numbers and grid change seldom, but would be laid out anew with every step drawn.
            self.getAxis(name).setCacheMode(QGraphicsItem.CacheMode.DeviceCoordinateCache)
        self.getViewBox().sigResized.connect(self._on_box_resized)
        self.fit_margins()

    @property
    def is_narrow(self) -> bool:
        """Whether there is room for the most necessary only."""
        character = QFontMetricsF(self._font).averageCharWidth()
        return bool(self.width() < _NARROW_CHARACTERS * character)

    @property
    def words(self) -> tuple[str, str]:
        """What the two lines are called."""
        return _SHORT_WORDS if self.is_narrow else _WORDS

    def set_labels(self, labels: list[tuple[str, QPointF, QColor]]) -> None:
        """Write these words beside these points (in the plot's own numbers)."""
        self._labels = labels
        self.viewport().update()

    def apply_colors(self, colors: Colors) -> None:
        """Take the colours of the parent, whose palette may change before that of its child."""
        self.setBackground(colors.base)
        for name in ("left", "bottom"):
            axis = self.getAxis(name)
            axis.setPen(QPen(colors.hairline, 0))
            axis.setTextPen(QPen(colors.muted))
            axis.setTickFont(caption_font(self))

    def changeEvent(self, event: QEvent) -> None:
        if event.type() is QEvent.Type.FontChange:
            self._font = caption_font(self)
            self.fit_margins()
        super().changeEvent(event)

    def drawForeground(self, painter: QPainter, rect: QRectF) -> None:
        box = self.getViewBox()
        metrics = QFontMetricsF(self._font)
        area = box.mapRectToScene(box.boundingRect())
        points = [box.mapViewToScene(point) for _, point, _ in self._labels]
        half = metrics.height() / 2
        wanted = [point.y() for point in points]
        heights = spread(wanted, metrics.height(), area.top() + half, area.bottom() - half)
        left = min(max((point.x() for point in points), default=0.0), area.right()) + SPACE_8
        painter.save()
        painter.resetTransform()
        painter.setFont(self._font)
        for (text, _, color), height in zip(self._labels, heights, strict=True):
            painter.setPen(color)
            place = QPointF(left, height + metrics.ascent() / 2 - 1)
            painter.drawText(self.mapFromScene(place), text)
        painter.restore()

    @Slot()
    def _on_box_resized(self) -> None:
        """Write the words anew: the curves have moved, and Qt repaints only where items are or were."""
        self.viewport().update()

    def fit_margins(self) -> None:
        """Leave room for the words at the lines' ends."""
        widest = f"{self.words[1]} {_WIDEST_NUMBER}"
        room = QFontMetricsF(self._font).horizontalAdvance(widest)
        self.getAxis("bottom").setTickDensity(_NARROW_TICK_DENSITY if self.is_narrow else _TICK_DENSITY)
        self.plotItem.layout.setContentsMargins(SPACE_4, SPACE_8, room + SPACE_12, SPACE_4)
