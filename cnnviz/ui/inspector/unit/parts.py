"""Parts that several sheets are put together from: boxes with a number, maps with a name, bars, curves."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QPointF, QRect, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPen

from cnnviz.ui.format import number
from cnnviz.ui.inspector.unit.blocks import ScaleStrip
from cnnviz.ui.inspector.unit.figures import CENTER, Figure, Spot, boxed, frame, stack, text
from cnnviz.ui.theme import SPACE_4

if TYPE_CHECKING:
    from cnnviz.interpret.explain.place import Unit
    from cnnviz.ui.inspector.unit.blocks import MapTile
    from cnnviz.ui.inspector.unit.pens import Pens, Scaling
    from cnnviz.ui.inspector.unit.scene import Scene

_BOX_PX, _STRIP_PX = (72, 30), 96
_DOT_PX = 4
_MOST_CELL_PX = 56
_PAD_SHARE = 0.12
_CURVE_POINTS = 121

Numbers = np.ndarray[tuple[int, ...], np.dtype[np.float64]]
Function = Callable[[Numbers], Numbers]
"""From many x to as many y."""


def number_box(
    value: float,
    label: str,
    pens: Pens,
    scaling: Scaling | None = None,
    spot: Spot | None = None,
    *,
    words: str = "",
) -> Figure:
    """Return a number in a box, in the colour of its scale where it has one, with what it is below.

    `words` is the number as it is written elsewhere on the page; without, it has four digits.
    """
    width, height = pens.px(_BOX_PX[0]), pens.px(_BOX_PX[1])
    written = words or number(value)
    box = NumberBox(value, written, scaling, width, height, pens, spot or Spot(f"{label}: {written}"))
    wide = max(width, pens.width(label, pens.caption))
    name = boxed(label, pens.caption, pens.colors.muted, wide, pens, CENTER)
    return stack((box, name), pens.px(SPACE_4), centered=True)


@dataclasses.dataclass(frozen=True, slots=True, eq=False)
class NumberBox:
    """A number in a frame."""

    value: float
    words: str
    scaling: Scaling | None
    width: int
    height: int
    pens: Pens
    said: Spot

    def paint(self, painter: QPainter, x: int, y: int, seen: QRect) -> None:
        """Paint it."""
        place, colors = QRect(x, y, self.width, self.height), self.pens.colors
        ink = colors.text
        if self.scaling is None:
            painter.fillRect(place, colors.window)
        else:
            values = np.array([[self.value]])
            painter.drawImage(place, self.pens.image(values, self.scaling))
            ink = QColor(0, 0, 0) if self.pens.ink(self.scaling, values)[0, 0] else QColor(255, 255, 255)
        frame(painter, place, colors.border, self.pens.line)
        painter.setFont(self.pens.caption)
        painter.setPen(ink)
        painter.drawText(place, CENTER, self.words)

    def spot(self, x: int, y: int) -> Spot | None:
        """Return what the number is."""
        return self.said


def named_map(scene: Scene, layer_id: str, channel: int, tile: MapTile) -> Figure:
    """Return a map with its name above, and what its colours mean below."""
    pens = scene.pens
    name = f"{scene.map_name(layer_id, channel)} of {scene.name(layer_id)}"
    words = text(name, pens.caption, pens.colors.muted, pens)
    strip = ScaleStrip(scene.scaling(layer_id, channel), max(tile.width, pens.px(_STRIP_PX)), pens)
    return stack((words, tile, strip), pens.px(SPACE_4), centered=True)


def unit_map(scene: Scene, unit: Unit, side: int, *, moves: bool) -> Figure:
    """Return the map of a unit with its cell framed, or a box for a unit of a row.

    With `moves` the mouse over a cell shows the explained unit at the same place.
    """
    view = scene.view(unit.layer_id)
    value, scaling = scene.look.value(unit), scene.scaling(unit.layer_id, unit.channel)
    if view.values.ndim == 1:
        return number_box(value, scene.place_name(unit), scene.pens, scaling, scene.spot(unit))

    def at(row: int, column: int) -> Spot:
        return scene.spot(unit.at(row, column), scene.unit.at(row, column) if moves else None)

    tile = scene.tile(unit.layer_id, unit.channel, (side, side), cell=unit.cell, most=_MOST_CELL_PX, at=at)
    return named_map(scene, unit.layer_id, unit.channel, tile)


@dataclasses.dataclass(frozen=True, slots=True, eq=False)
class Bar:
    """A bar to the left or the right of a middle line, as long as its share (-1 to 1) of half the width.

    Where nothing is below zero the line stands at the left, and a share of 1 is the whole width.
    """

    share: float
    width: int
    height: int
    pens: Pens
    is_signed: bool
    color: QColor

    def paint(self, painter: QPainter, x: int, y: int, seen: QRect) -> None:
        """Paint line and bar."""
        line, inset = self.pens.line, self.height // 4
        middle = x + (self.width // 2 if self.is_signed else 0)
        room = self.width // 2 if self.is_signed else self.width
        length = round(min(max(self.share, -1.0), 1.0) * room) if np.isfinite(self.share) else 0
        left = middle if length >= 0 else middle + length
        painter.fillRect(QRect(left, y + inset, abs(length), self.height - 2 * inset), self.color)
        painter.fillRect(QRect(middle, y, line, self.height), self.pens.colors.border)

    def spot(self, x: int, y: int) -> Spot | None:
        """Return nothing."""
        return None


@dataclasses.dataclass(frozen=True, slots=True, eq=False)
class CurvePlot:
    """A function with the point that matters: `low` to `high` is the range of x."""

    function: Function
    low: float
    high: float
    x: float
    width: int
    height: int
    pens: Pens
    color: QColor
    said: str

    def paint(self, painter: QPainter, x: int, y: int, seen: QRect) -> None:
        """Paint axes, curve, the way from x to the curve to y, and the point."""
        place, pens = QRect(x, y, self.width, self.height), self.pens
        painter.fillRect(place, pens.colors.window)
        frame(painter, place, pens.colors.hairline, pens.line)
        xs = np.linspace(self.low, self.high, _CURVE_POINTS)
        ys = self.function(xs)
        point = float(self.function(np.array([self.x]))[0])
        bottom, top = _padded(float(min(ys.min(), point)), float(max(ys.max(), point)))
        across, down = self._scales(place, bottom, top)
        painter.save()
        painter.setClipRect(place)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(pens.colors.border, pens.line))
        painter.drawLine(QPointF(place.left(), down(0.0)), QPointF(place.right(), down(0.0)))
        painter.drawLine(QPointF(across(0.0), place.top()), QPointF(across(0.0), place.bottom()))
        self._paint_curve(painter, [QPointF(across(a), down(b)) for a, b in zip(xs, ys, strict=True)])
        if np.isfinite(point):
            self._paint_point(painter, QPointF(across(self.x), down(point)), across(0.0), down(0.0))
        painter.restore()
        self._paint_words(painter, place)

    def spot(self, x: int, y: int) -> Spot | None:
        """Return what the curve says."""
        return Spot(self.said)

    def _scales(
        self, place: QRect, bottom: float, top: float
    ) -> tuple[Callable[[float], float], Callable[[float], float]]:
        wide, high = self.high - self.low or 1.0, top - bottom
        return (
            lambda value: place.left() + (value - self.low) / wide * place.width(),
            lambda value: place.bottom() - (value - bottom) / high * place.height(),
        )

    def _paint_curve(self, painter: QPainter, points: list[QPointF]) -> None:
        path = QPainterPath(points[0])
        for point in points[1:]:
            path.lineTo(point)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(self.color, 2 * self.pens.line))
        painter.drawPath(path)

    def _paint_point(self, painter: QPainter, point: QPointF, zero_x: float, zero_y: float) -> None:
        pens = self.pens
        painter.setPen(QPen(pens.colors.muted, pens.line, Qt.PenStyle.DashLine))
        painter.drawLine(QPointF(point.x(), zero_y), point)
        painter.drawLine(point, QPointF(zero_x, point.y()))
        painter.setPen(QPen(pens.colors.base, 2 * pens.line))
        painter.setBrush(pens.colors.accent)
        painter.drawEllipse(point, pens.px(_DOT_PX) + pens.line, pens.px(_DOT_PX) + pens.line)

    def _paint_words(self, painter: QPainter, place: QRect) -> None:
        painter.setFont(self.pens.small)
        painter.setPen(self.pens.colors.muted)
        inner = place.adjusted(*(side * self.pens.px(SPACE_4) for side in (1, 1, -1, -1)))
        bottom = Qt.AlignmentFlag.AlignBottom
        painter.drawText(inner, bottom | Qt.AlignmentFlag.AlignLeft, number(self.low))
        painter.drawText(inner, bottom | Qt.AlignmentFlag.AlignRight, f"x {number(self.high)}")


def _padded(low: float, high: float) -> tuple[float, float]:
    if not (np.isfinite(low) and np.isfinite(high)):
        return -1.0, 1.0
    low, high = min(low, 0.0), max(high, 0.0)
    spare = (high - low) * _PAD_SHARE or 1.0
    return low - spare, high + spare
