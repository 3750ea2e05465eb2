"""What came out: the unit in its map, the last sums, and what the activation behind makes of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cnnviz.interpret.explain.pointwise import Bent
from cnnviz.interpret.explain.steps import bend_formula, steps, written
from cnnviz.interpret.explain.windows import Weighted
from cnnviz.ui.format import number
from cnnviz.ui.inspector.unit.blocks import ScaleStrip
from cnnviz.ui.inspector.unit.figures import LEFT, RIGHT, Figure, Line, Space, Spot, boxed, stack, text
from cnnviz.ui.inspector.unit.terms import largest_products
from cnnviz.ui.theme import SPACE_4, SPACE_12, SPACE_16

if TYPE_CHECKING:
    from PySide6.QtCore import QRect
    from PySide6.QtGui import QPainter

    from cnnviz.ui.inspector.unit.pens import Pens
    from cnnviz.ui.inspector.unit.scene import Scene

_LEAST_MAP_PX, _MOST_MAP_PX, _AROUND_MAP_PX = 56, 168, 64
_FAIR_MAP_PX = 96
_WIDE_PX, _SUMS_PX = 380, 230


class _Rule:
    """A line as wide as the sum above it."""

    def __init__(self, width: int, pens: Pens) -> None:
        self.width = width
        self.height = pens.line
        self._color = pens.colors.border

    def paint(self, painter: QPainter, x: int, y: int, seen: QRect) -> None:
        """Paint it."""
        painter.fillRect(x, y, self.width, self.height, self._color)

    def spot(self, x: int, y: int) -> Spot | None:
        """Return nothing."""
        return None


def result_figure(scene: Scene, height: int) -> Figure:
    """Return the output map and the last sums, side by side where there is room.

    `height` is the room there is below each other; the map gives way.
    """
    sums = _with_most(scene, _sums(scene), height)
    picture = _output(scene, height - sums.height)
    if scene.width >= scene.pens.px(_WIDE_PX):
        return Line((picture, sums), scene.pens.px(SPACE_12))
    return stack((picture, sums), scene.pens.px(SPACE_12))


def _output(scene: Scene, height: int) -> Figure:
    unit, pens = scene.unit, scene.pens
    view = scene.view(unit.layer_id)
    if view.values.ndim == 1:
        return Space(0, 0)
    spare = height - pens.px(_AROUND_MAP_PX) if scene.width < pens.px(_WIDE_PX) else scene.width
    side = max(min(scene.width, spare, pens.px(_MOST_MAP_PX)), pens.px(_LEAST_MAP_PX))
    room = (side, side)
    tile = scene.tile(
        unit.layer_id, unit.channel, room, cell=unit.cell, most=40, at=lambda *place: _move(scene, *place)
    )
    name = f"{scene.map_name(unit.layer_id, unit.channel)} of {scene.name(unit.layer_id)}"
    words = text(name, pens.caption, pens.colors.muted, pens)
    scaling = scene.scaling(unit.layer_id, unit.channel)
    strip = ScaleStrip(scaling, max(tile.width, pens.px(96)), pens)
    return stack((words, tile, strip), pens.px(SPACE_4))


def _move(scene: Scene, row: int, column: int) -> Spot:
    unit = scene.unit.at(row, column)
    return scene.spot(unit, unit)


def _sums(scene: Scene) -> Figure:
    explanation, pens, colors = scene.explanation, scene.pens, scene.pens.colors
    lines = steps(explanation)
    numbers = written(explanation)
    width = min(scene.width, pens.px(_SUMS_PX))
    digits = max(pens.width(one, pens.digits) for one in numbers)
    parts: list[Figure] = []
    for line, digits_of in zip(lines, numbers, strict=True):
        font = pens.strong if line.is_result else pens.body
        color = colors.text if line.is_result else colors.muted
        if line.is_result and len(lines) > 1:
            parts.append(_Rule(width, pens))
        label = boxed(line.label, font, color, width - digits, pens, LEFT)
        parts.append(Line((label, boxed(digits_of, pens.digits, colors.text, digits, pens, RIGHT))))
    parts.extend(_remarks(scene, width))
    return stack(parts, pens.px(SPACE_4))


def _with_most(scene: Scene, sums: Figure, height: int) -> Figure:
    """Return the sums with what counts most below them, where a map of some size has room besides."""
    how, pens = scene.explanation.how, scene.pens
    most = (
        largest_products(scene, how, min(scene.width, pens.px(_SUMS_PX)))
        if isinstance(how, Weighted)
        else None
    )
    if most is None:
        return sums
    both = stack((sums, most), pens.px(SPACE_16))
    return both if both.height + pens.px(_FAIR_MAP_PX + _AROUND_MAP_PX) <= height else sums


def _remarks(scene: Scene, width: int) -> list[Figure]:
    """Return how far the engine's own number is off, and what comes next."""
    explanation, pens, colors = scene.explanation, scene.pens, scene.pens.colors
    rounding = number(explanation.rounding) if explanation.rounding else "0"
    remarks = [("engine, float32", number(explanation.engine)), ("rounding", rounding)]
    if isinstance(explanation.how, Bent):
        remarks.append(("slope there", number(explanation.how.slope)))
    if explanation.then is not None:
        then = explanation.then
        remarks.append((f"then {then.layer.id}: {bend_formula(then.layer)}", number(then.value)))
    found: list[Figure] = [Space(0, pens.px(SPACE_4))]
    for label, value in remarks:
        digits = pens.width(value, pens.caption)
        words = boxed(label, pens.caption, colors.muted, width - digits, pens, LEFT)
        found.append(Line((words, boxed(value, pens.caption, colors.text, digits, pens, RIGHT))))
    return found
