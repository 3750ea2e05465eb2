"""A unit of a convolution: for each channel its patch times its kernel, and the sum of the products."""

from __future__ import annotations

import dataclasses
import functools
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QPoint, QRect

from cnnviz.interpret.explain.place import Unit
from cnnviz.interpret.explain.windows import unit_over
from cnnviz.spec.layers import Conv2D
from cnnviz.ui.format import number
from cnnviz.ui.inspector.unit.blocks import MOST_CELL_PX, Cells, ScaleStrip, map_cell
from cnnviz.ui.inspector.unit.cell_numbers import fitting_format
from cnnviz.ui.inspector.unit.figures import CENTER, Figure, Line, Rows, Space, Spot, boxed, sign, stack, text
from cnnviz.ui.inspector.unit.guides import Guided, Titled
from cnnviz.ui.inspector.unit.pens import Scaling
from cnnviz.ui.inspector.unit.terms import written_out
from cnnviz.ui.theme import SPACE_4, SPACE_12, SPACE_16, SPACE_24

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtGui import QImage

    from cnnviz.interpret.explain.windows import Numbers, Weighted
    from cnnviz.ui.inspector.unit.cell_numbers import CellFormat
    from cnnviz.ui.inspector.unit.scene import Scene

_LEAST_MAP_PX, _MOST_MAP_PX = 64, 132
_LEAST_CELL_PX, _LEAST_BLOCK_PX, _MOST_MAP_CELL_PX = 3, 60, 24
_USUAL_WIDTH_PX, _USUAL_ROW_PX, _AROUND_ROWS_PX, _FEW_ROWS = 660, 166, 130, 3
"""Few channels grow where there is room; of many, the more are to be seen at once."""
_SIGN_AND_SUM_PX = ((24, 64), (16, 52))
_SHORT_NUMBER = "−.12"


@dataclasses.dataclass(frozen=True, slots=True)
class _Sizes:
    """Widths of the columns, and the side of a cell, in device pixels."""

    map: int
    map_height: int
    cell: int
    sum: int
    sign: int
    gap: int
    caption: int
    rows: int
    columns: int
    least: int

    @property
    def block(self) -> int:
        """Width of a patch, of a kernel and of the products."""
        return max(self.cell * self.columns, self.least)

    @property
    def row(self) -> int:
        """Height of the blocks of one channel."""
        return max(self.map_height + self.gap + self.caption, self.cell * self.rows)


class ConvSheet:
    """Makes the figures of a unit of a convolution, or of the projection of a block."""

    def __init__(self, scene: Scene, how: Weighted, order: np.ndarray | None = None) -> None:
        self._scene = scene
        self._how = how
        self._order = np.arange(len(how.sums)) if order is None else order
        self._sizes = _sizes(scene, how)
        pens = scene.pens
        self._inputs = scene.scaling(how.window.source_id)
        self._weights, self._products = Scaling.signed(how.kernel), Scaling.signed(how.products)
        self._sums = Scaling.signed(how.sums)
        cell = self._sizes.cell
        arrays = (how.patch, how.kernel, how.products)
        self._formats = tuple(fitting_format(_few(array), cell, pens) for array in arrays)
        self._sum_format = fitting_format(_few(how.sums), self._sizes.sum, pens)

    def figure(self) -> Figure:
        """Return the table: a heading, then one row for each channel; below it a sum of few products."""
        scene, sizes = self._scene, self._sizes
        rows = Rows(len(self._order), self._width, sizes.row, scene.pens.px(SPACE_16), self._row)
        table = stack((self._heading(), rows), scene.pens.px(SPACE_12))
        terms = written_out(scene, self._how)
        return table if terms is None else stack((table, terms), scene.pens.px(SPACE_24))

    @property
    def _width(self) -> int:
        sizes = self._sizes
        return sizes.map + 3 * sizes.block + sizes.sum + 4 * sizes.sign

    def _heading(self) -> Figure:
        pens, sizes = self._scene.pens, self._sizes
        parts: list[Figure] = []
        names = (self._scene.name(self._how.window.source_id), "patch", "kernel", "products", "sum")
        scales = (self._inputs, self._inputs, self._weights, self._products, None)
        widths = (sizes.map, sizes.block, sizes.block, sizes.block, sizes.sum)
        formats = (None, *self._formats, self._sum_format)
        for name, scaling, width, written in zip(names, scales, widths, formats, strict=True):
            said = f"{name} {written.heading}" if written is not None else name
            words = boxed(said.rstrip(), pens.caption, pens.colors.muted, width, pens, CENTER)
            is_shown = scaling is not None and name != "patch" and width >= pens.px(48)
            strip = ScaleStrip(scaling, width, pens) if scaling is not None and is_shown else Space(width, 0)
            parts.append(stack((words, strip), pens.px(SPACE_4)))
        tallest = max(part.height for part in parts)
        even = [stack((part, Space(0, tallest - part.height))) for part in parts]
        return Line(tuple(even), sizes.sign)

    def _row(self, index: int) -> Figure:
        """Return the row of a channel: its map with the window, patch × kernel = products → sum."""
        scene, how, sizes = self._scene, self._how, self._sizes
        pens, channel = scene.pens, int(self._order[index])
        source = how.first_channel + channel
        name = text(scene.map_name(how.window.source_id, source), pens.caption, pens.colors.muted, pens)
        room = (sizes.map, sizes.map)
        tile = scene.tile(
            how.window.source_id,
            source,
            room,
            window=how.window.covered,
            at=lambda row, column: over_input(scene, how, source, row, column),
        )
        named = Titled(name, tile, sizes.gap)
        parts: list[Figure] = [_in_box(named, sizes.map, sizes.row)]
        blocks = zip((how.patch, how.kernel, how.products), self._scalings, self._formats, strict=True)
        for place, (array, scaling, written) in enumerate(blocks):
            parts.append(sign(("", "×", "=")[place], pens, sizes.sign))
            cells = self._cells(array[channel], scaling, written, channel, place)
            parts.append(_in_box(cells, sizes.block, cells.height))
        parts.append(sign("Σ", pens, sizes.sign))
        parts.append(self._sum(channel))
        return self._guided(Line(tuple(parts)), named)

    def _guided(self, row: Line, named: Titled) -> Guided:
        """Return a row with lines from the window on its map to the patch."""
        sizes = self._sizes
        corner = QPoint((sizes.map - named.width) // 2, (row.height - named.height) // 2) + named.corner
        patch = QRect(0, 0, sizes.cell * sizes.columns, sizes.cell * sizes.rows)
        left = sizes.map + sizes.sign + (sizes.block - patch.width()) // 2
        patch.moveTo(left, (row.height - patch.height()) // 2)
        return Guided(row, named.tile.window_rect(corner.x(), corner.y()), patch, self._scene.pens)

    @property
    def _scalings(self) -> tuple[Scaling, Scaling, Scaling]:
        return self._inputs, self._weights, self._products

    def _cells(
        self, values: Numbers, scaling: Scaling, written: CellFormat | None, channel: int, place: int
    ) -> Cells:
        inside, sizes = self._how.window.inside, self._sizes
        return Cells(
            values,
            scaling,
            (sizes.cell, sizes.cell),
            written,
            self._scene.pens,
            inside if place != 1 else None,
            self._marks(channel),
            at=lambda row, column: self._cell_spot(channel, place, row, column),
            kept=self._kept_kernel(channel, written) if place == 1 else None,
        )

    def _kept_kernel(
        self, channel: int, written: CellFormat | None
    ) -> Callable[[Callable[[], QImage]], QImage]:
        """Return what keeps the picture of a kernel while the unit moves over its map."""
        scene, source = self._scene, self._how.first_channel + channel
        key = source, self._sizes.cell, written
        return functools.partial(scene.kept.kernel, scene.unit, key)

    def _marks(self, channel: int) -> tuple[tuple[int, int], ...]:
        """Return the place of the number under the mouse: the same in patch, kernel and products."""
        linked = self._scene.linked
        return (linked[1:],) if linked is not None and linked[0] == channel else ()

    def _sum(self, channel: int) -> Figure:
        pens, value = self._scene.pens, float(self._how.sums[channel])
        high = min(self._sizes.row, pens.px(28))
        values = np.array([[value]])
        words = f"sum of the products of channel {self._how.first_channel + channel}: {number(value)}"
        return Cells(
            values,
            self._sums,
            (self._sizes.sum, high),
            self._sum_format,
            pens,
            at=lambda row, column: Spot(words),
        )

    def _cell_spot(self, channel: int, place: int, row: int, column: int) -> Spot:
        how = self._how
        unit = how.window.unit(how.first_channel + channel, row, column)
        x, w, product = (float(one[channel, row, column]) for one in (how.patch, how.kernel, how.products))
        link = (channel, row, column)
        if unit is None:
            term = f"0 × {number(w)} = 0"
            return Spot(f"padding, {term}", link=link, tip=term)
        where, term = self._scene.place_name(unit), f"{number(x)} × {number(w)} = {number(product)}"
        said = (
            f"{where}: {number(x)}",
            f"weight of row {row}, column {column}: {number(w)}, for {where}",
            f"{term}, from {where}",
        )
        return Spot(said[place], unit, link=link, tip=term)


def over_input(scene: Scene, how: Weighted, channel: int, row: int, column: int) -> Spot:
    """Say what a cell of an input map is; the unit over it is the one to move to."""
    place, unit = scene.explanation.place, Unit(how.window.source_id, channel, row, column)
    if place is None or not isinstance(place.layer, Conv2D):
        return scene.spot(unit)
    shape = scene.view(scene.source_id).values.shape
    own = scene.view(scene.unit.layer_id).values.shape
    over = unit_over(place.layer, (row, column), (shape[0], shape[1], shape[2]), (own[1], own[2]))
    return scene.spot(unit, scene.unit.at(*over))


def _sizes(scene: Scene, how: Weighted) -> _Sizes:
    """Give the cells what maps, sums and signs leave; where numbers would not fit, these are tighter."""
    pens, (rows, columns) = scene.pens, how.window.size
    channels = len(how.sums)
    usual = (_USUAL_WIDTH_PX, channels * _USUAL_ROW_PX + _AROUND_ROWS_PX)
    growth = scene.growth(*usual) if channels <= _FEW_ROWS else 1.0
    numbered = pens.width(_SHORT_NUMBER, pens.small) + pens.px(3)
    for mark, total in _SIGN_AND_SUM_PX:
        fixed = pens.px(total) + 4 * pens.px(mark)
        room = scene.width - pens.px(_LEAST_MAP_PX) - fixed
        widest = round(growth * pens.px(MOST_CELL_PX if columns > 1 else _LEAST_BLOCK_PX))
        cell = max(pens.px(_LEAST_CELL_PX), min(widest, room // (3 * columns)))
        if cell >= numbered:
            break
    least = pens.px(_LEAST_BLOCK_PX)
    spare = scene.width - 3 * max(columns * cell, least) - fixed
    map_width = min(max(spare, pens.px(_LEAST_MAP_PX)), round(growth * pens.px(_MOST_MAP_PX)))
    gap, caption = pens.px(SPACE_4), pens.height(pens.caption)
    values = scene.view(how.window.source_id).values
    shape = (values.shape[1], values.shape[2])
    side = map_cell(shape, (map_width, map_width), pens.px(_MOST_MAP_CELL_PX))
    map_height = round(side * shape[0])
    return _Sizes(
        map_width, map_height, cell, pens.px(total), pens.px(mark), gap, caption, rows, columns, least
    )


def _few(array: Numbers) -> Numbers:
    """Return at most a few thousand numbers: how many decimals they need is not worth more."""
    return array.reshape(-1)[:4096]


def _in_box(figure: Figure, width: int, height: int) -> Figure:
    """Return a figure in the middle of a box."""
    beside = Space((width - figure.width) // 2, height)
    return Line((beside, figure, Space(width - figure.width - beside.width, height)))
