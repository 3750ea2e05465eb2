"""A unit of a row: its inputs by how much they count, the exponentials of Softmax, squares of neighbours."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtGui import QColor

from cnnviz.interpret.explain.place import Unit
from cnnviz.interpret.explain.rows import as_maps
from cnnviz.interpret.explain.steps import aligned
from cnnviz.ui.format import number, share
from cnnviz.ui.inspector.unit.blocks import Cells, ScaleStrip
from cnnviz.ui.inspector.unit.cell_numbers import fitting_format
from cnnviz.ui.inspector.unit.conv_sheet import ConvSheet
from cnnviz.ui.inspector.unit.figures import LEFT, RIGHT, Figure, Line, Rows, Spot, boxed, stack, text
from cnnviz.ui.inspector.unit.parts import Bar
from cnnviz.ui.inspector.unit.pens import Ramp, table
from cnnviz.ui.inspector.words import class_name
from cnnviz.ui.theme import SPACE_4, SPACE_8, SPACE_12, SPACE_16

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PySide6.QtCore import QRect
    from PySide6.QtGui import QPainter

    from cnnviz.interpret.explain.pointwise import Passed, Quieted
    from cnnviz.interpret.explain.rows import Shares, WeightedRow
    from cnnviz.ui.inspector.unit.scene import Scene

_MOST_ROWS, _MOST_ROWS_ABOVE_MAPS = 100, 12
_ROW_PX = 20
_AS_MAPS = (
    "As maps: each with a kernel of its own size, the largest sums first",
    "As maps, the largest sums first",
)
_LEAST_BAR_PX, _MOST_BAR_PX = 40, 200
_IN_ROW_PX, _MOST_IN_ROW_PX, _STRIP_PX = 28, 44, 160


@dataclasses.dataclass(frozen=True, slots=True, eq=False)
class _Table:
    """Columns of text, a bar behind them, and what each row is."""

    headings: tuple[str, ...]
    columns: tuple[Sequence[str], ...]
    shares: Sequence[float]
    spots: Sequence[Spot]
    is_signed: bool
    strong: int | None = None

    def figure(self, scene: Scene) -> Figure:
        pens = scene.pens
        gap = pens.px(SPACE_12)
        widths = [
            max(
                pens.width(heading, pens.caption),
                *(pens.width(one, pens.caption) for one in _longest(column)),
            )
            + pens.px(2)
            for heading, column in zip(self.headings, self.columns, strict=True)
        ]
        spare = scene.width - sum(widths) - gap * len(widths)
        bar = max(pens.px(_LEAST_BAR_PX), min(spare, pens.px(_MOST_BAR_PX)))
        heading = Line(
            tuple(
                boxed(one, pens.caption, pens.colors.muted, width, pens, LEFT if place == 0 else RIGHT)
                for place, (one, width) in enumerate(zip(self.headings, widths, strict=True))
            ),
            gap,
        )
        height = pens.px(_ROW_PX)
        width = sum(widths) + gap * len(widths) + bar
        rows = Rows(
            len(self.shares), width, height, 0, lambda index: self._row(scene, index, widths, bar, gap)
        )
        return stack((heading, rows), pens.px(SPACE_4))

    def _row(self, scene: Scene, index: int, widths: list[int], bar: int, gap: int) -> Figure:
        pens = scene.pens
        is_strong = index == self.strong
        font, color = (pens.strong, pens.colors.text) if is_strong else (pens.caption, pens.colors.text)
        parts: list[Figure] = [
            boxed(
                column[index],
                font if place == 0 else pens.caption,
                color,
                width,
                pens,
                LEFT if place == 0 else RIGHT,
            )
            for place, (column, width) in enumerate(zip(self.columns, widths, strict=True))
        ]
        value = self.shares[index]
        parts.append(Bar(value, bar, pens.px(_ROW_PX), pens, self.is_signed, _color(scene, value, is_strong)))
        paper = pens.colors.hover if is_strong else None
        return _Told(Line(tuple(parts), gap), self.spots[index], pens.px(_ROW_PX), paper)


@dataclasses.dataclass(frozen=True, slots=True, eq=False)
class _Told:
    """A row, all of which is one thing under the mouse; with a paper of its own it stands out."""

    inner: Figure
    said: Spot
    height: int
    paper: QColor | None = None

    @property
    def width(self) -> int:
        """That of the row."""
        return self.inner.width

    def paint(self, painter: QPainter, x: int, y: int, seen: QRect) -> None:
        """Paint it in the middle of its height."""
        if self.paper is not None:
            painter.fillRect(x, y, self.width, self.height, self.paper)
        self.inner.paint(painter, x, y + (self.height - self.inner.height) // 2, seen)

    def spot(self, x: int, y: int) -> Spot | None:
        """Return what the row is."""
        return self.said


def row_sheet(scene: Scene, how: WeightedRow) -> Figure:
    """Return the products of a Dense unit, the largest first, and the sum of those that have no row."""
    maps = as_maps(how)
    most = _MOST_ROWS if maps is None else _MOST_ROWS_ABOVE_MAPS
    shown = [int(index) for index in how.order[:most]]
    names = [_input_name(how, index) for index in shown]
    columns = [aligned([float(array[index]) for index in shown]) for array in _arrays(how)]
    units = [Unit(how.source_id, index) for index in shown]
    spots = [
        Spot(f"{scene.place_name(unit)}: {x} × {w} = {product}", unit)
        for unit, x, w, product in zip(units, *columns, strict=True)
    ]
    largest = max((abs(float(how.products[index])) for index in shown), default=0.0) or 1.0
    shares = [float(how.products[index]) / largest for index in shown]
    rest = len(how.order) - len(shown)
    if rest:
        value = how.rest(len(shown))
        for column, cell in zip((names, *columns), (f"{rest:,} others", "", "", number(value)), strict=True):
            column.append(cell)
        shares.append(value / largest)
        spots.append(Spot(f"{rest:,} other products add up to {number(value)}"))
    headings = (scene.name(how.source_id), "input", "weight", "product")
    products = _Table(headings, (names, *columns), shares, spots, is_signed=True).figure(scene)
    if maps is None or maps.window.count == 1:
        return products
    pens = scene.pens
    words = next((one for one in _AS_MAPS if pens.width(one, pens.strong) <= scene.width), _AS_MAPS[-1])
    heading = text(words, pens.strong, pens.colors.text, pens)
    order = np.argsort(-np.abs(np.nan_to_num(maps.sums)), kind="stable")
    return stack((products, heading, ConvSheet(scene, maps, order).figure()), pens.px(SPACE_16))


def softmax_sheet(scene: Scene, how: Shares) -> Figure:
    """Return score, exponential and share of every unit; that of the unit itself is strong."""
    count = len(how.scores)
    shown = list(range(min(count, _MOST_ROWS)))
    names = [class_name(scene.class_names, index) for index in shown]
    probabilities = how.exponentials / how.total
    largest = number(how.largest)
    columns = (
        names,
        aligned([float(how.scores[index]) for index in shown]),
        [f"exp({one})" for one in aligned([float(how.scores[index]) - how.largest for index in shown])],
        aligned([float(how.exponentials[index]) for index in shown]),
        [share(float(probabilities[index])) for index in shown],
    )
    spots = [
        Spot(
            f"{names[index]}: exp({number(float(how.scores[index]))} − {largest}) = "
            f"{number(float(how.exponentials[index]))}, of {number(how.total)} in all",
            Unit(how.source_id, index),
            scene.unit.in_map(index),
        )
        for index in shown
    ]
    headings = ("class", "score", f"less the largest, {largest}", "exponential", "share")
    shares = [float(probabilities[index]) for index in shown]
    return _Table(headings, columns, shares, spots, is_signed=False, strong=how.index).figure(scene)


def squares_sheet(scene: Scene, how: Quieted) -> Figure:
    """Return the neighbours of a number over the maps, and their squares."""
    layer, channels = how.layer, range(how.first_channel, how.first_channel + len(how.neighbours))
    squares = how.neighbours**2
    largest = float(squares.max(initial=0)) or 1.0
    source = how.source
    spots = [scene.spot(source.in_map(channel)) for channel in channels]
    columns = (
        [f"map {channel}" for channel in channels],
        aligned([float(value) for value in how.neighbours]),
        aligned([float(value) for value in squares]),
    )
    shares = [float(value) / largest for value in squares]
    own = source.channel - how.first_channel
    figure = _Table(("map", "number", "square"), columns, shares, spots, is_signed=False, strong=own)
    pens = scene.pens
    formula = (
        f"({number(layer.k)} + {number(layer.alpha)} / {layer.size} × {number(how.squares)}) ^ "
        f"{number(layer.beta)} = {number(how.divisor)}"
    )
    width = pens.width(formula, pens.body)
    words = boxed(formula, pens.body, pens.colors.text, width, pens, LEFT)
    narrower = dataclasses.replace(scene, width=max(0, scene.width - pens.px(220)))
    return stack((figure.figure(narrower), words), pens.px(SPACE_8))


def place_in_row(scene: Scene, how: Passed) -> Figure:
    """Return the numbers around that of a flattened unit as they stand in the row, its own framed."""
    pens, own, source = scene.pens, scene.unit.channel, how.source
    values = scene.view(scene.unit.layer_id).values
    shown = min(len(values), max(1, scene.width // pens.px(_IN_ROW_PX)))
    first = min(max(0, own - shown // 2), len(values) - shown)
    part = values[None, first : first + shown]
    cell = min(scene.width // shown, pens.px(_MOST_IN_ROW_PX))
    scaling = scene.scaling(scene.unit.layer_id)

    def at(row: int, column: int) -> Spot:
        unit = scene.unit.in_map(first + column)
        return scene.spot(unit, unit)

    written, marks = fitting_format(part, cell, pens), ((0, own - first),)
    cells = Cells(part, scaling, (cell, pens.px(_IN_ROW_PX)), written, pens, marks=marks, at=at)
    said = f"In the row: numbers {first:,} to {first + shown - 1:,} of 0 to {len(values) - 1:,}"
    if source is not None and scene.view(source.layer_id).values.ndim == 3:
        size = scene.view(source.layer_id).values[0].size
        start = source.channel * size
        said += f"; {start:,} to {start + size - 1:,} are those of map {source.channel}, row by row"
    title = text(said, pens.caption, pens.colors.muted, pens)
    strip = ScaleStrip(scaling, min(cells.width, pens.px(_STRIP_PX)), pens)
    return stack((title, cells, strip), pens.px(SPACE_4))


def _arrays(how: WeightedRow) -> tuple[np.ndarray, ...]:
    return how.inputs, how.weights, how.products


def _input_name(how: WeightedRow, index: int) -> str:
    cell = how.cell(index)
    return f"unit {index}" if cell is None else f"map {cell[0]} ({cell[1]}, {cell[2]})"


def _longest(column: Sequence[str]) -> list[str]:
    """Return the few longest texts, one of which is the widest."""
    return sorted(column, key=len)[-4:]


def _color(scene: Scene, value: float, is_strong: bool) -> QColor:
    colors = scene.pens.colors
    if is_strong:
        return colors.accent
    ends = table(Ramp.SIGNED, colors.is_dark)
    return QColor.fromRgb(ends[230 if value >= 0 else 26])
