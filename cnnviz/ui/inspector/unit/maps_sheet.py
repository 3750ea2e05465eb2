"""A map of a convolution as the sum that it is: each map before it, slid over by its kernel, adds a map."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

import numpy as np

from cnnviz.interpret.explain.channel_maps import channel_maps, why_no_maps
from cnnviz.interpret.explain.steps import aligned
from cnnviz.ui.format import number
from cnnviz.ui.inspector.unit.blocks import MOST_CELL_PX, Cells, MapTile, ScaleStrip, enlarged, map_cell
from cnnviz.ui.inspector.unit.cell_numbers import fitting_format
from cnnviz.ui.inspector.unit.conv_sheet import over_input
from cnnviz.ui.inspector.unit.figures import CENTER, Figure, Line, Rows, Space, Spot, boxed, sign, stack, text
from cnnviz.ui.inspector.unit.guides import Titled
from cnnviz.ui.inspector.unit.pens import Scaling
from cnnviz.ui.theme import SPACE_4, SPACE_12, SPACE_16, SPACE_24

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from cnnviz.interpret.explain.channel_maps import ChannelMaps
    from cnnviz.interpret.explain.windows import Weighted
    from cnnviz.ui.inspector.unit.scene import Scene

_FEW = 3
"""So few channels stand below each other, large; of many, the more are to be seen at once, side by side."""
_MAP_PX, _SMALL_MAP_PX, _MOST_MAP_CELL_PX = 120, 64, 24
_KERNEL_PX, _SMALL_KERNEL_PX, _LEAST_BLOCK_PX, _LEAST_CELL_PX = 132, 54, 36, 3
_SIGN_PX, _SMALL_SIGN_PX = 28, 18
_STRIP_PX, _AROUND_PX = 110, 76
_GROWTHS = (2.0, 1.7, 1.4, 1.2, 1.0)
_ADDED = "what is added"
"""Stands for the layer where a scene keeps the pictures of what the channels add to the map looked at."""


@dataclasses.dataclass(frozen=True, slots=True)
class _Sizes:
    """In device pixels: room of a map, cell and width of a kernel, of a sign, and channels in a line."""

    map: int
    cell: int
    block: int
    sign: int
    columns: int
    row: int

    @property
    def channel(self) -> int:
        """Width of all of a channel."""
        return 2 * self.map + self.block + 3 * self.sign


class MapsSheet:
    """Makes the figure of all that is added up to the map of a filter; the explained number is framed."""

    def __init__(self, scene: Scene, how: Weighted, order: NDArray[np.int_] | None = None) -> None:
        self._scene, self._how = scene, how
        self._order = np.arange(len(how.sums)) if order is None else order
        self._found = _kept(scene)
        pens = scene.pens
        self._sizes = _fitting_sizes(scene, how, len(self._order), self._found.maps.shape[1:])
        self._weights, self._added = Scaling.signed(how.kernel), Scaling.signed(self._found.maps)
        self._format = fitting_format(how.kernel.reshape(-1)[:4096], self._sizes.cell, pens)
        self._sums = aligned([float(value) for value in how.sums])

    def figure(self) -> Figure:
        """Return what colours mean, all channels in lines of so many, and what is added last."""
        pens, sizes = self._scene.pens, self._sizes
        count = -(-len(self._order) // sizes.columns)
        width = sizes.columns * sizes.channel
        lines = Rows(count, width, sizes.row, pens.px(SPACE_16), self._line)
        last = text(self._last(), pens.caption, pens.colors.text, pens)
        return stack((self._heading(), lines, last), pens.px(SPACE_12))

    def _line(self, number: int) -> Figure:
        first = number * self._sizes.columns
        channels, last = self._order[first : first + self._sizes.columns].tolist(), int(self._order[-1])
        return Line(tuple(self._row(channel, is_last=channel == last) for channel in channels))

    def _last(self) -> str:
        scene, count, bias = self._scene, len(self._how.sums), self._how.bias
        whole = (
            f"{scene.map_name(scene.unit.layer_id, scene.unit.channel)} of {scene.name(scene.unit.layer_id)}"
        )
        added, verb = ("This map", "is") if count == 1 else (f"All {count:,} added up", "are")
        biased = "" if bias is None else f", plus the bias {number(bias)} everywhere,"
        return f"{added}{biased} {verb} {whole}."

    def _heading(self) -> Figure:
        scene, pens = self._scene, self._scene.pens
        source = self._how.window.source_id
        parts: list[Figure] = []
        for name, scaling in (
            (scene.name(source), scene.scaling(source)),
            ("kernel", self._weights),
            ("what it adds", self._added),
        ):
            width = pens.px(_STRIP_PX)
            words = boxed(name, pens.caption, pens.colors.muted, width, pens, CENTER)
            parts.append(stack((words, ScaleStrip(scaling, width, pens)), pens.px(SPACE_4)))
        return Line(tuple(parts), pens.px(SPACE_24))

    def _row(self, index: int, *, is_last: bool) -> Figure:
        """Return the row of a channel: its map, the kernel that slides over it, and what they make."""
        sizes = self._sizes
        return Line(
            (
                self._in_box(self._input(index), sizes.map),
                self._sign("\N{ASTERISK OPERATOR}"),
                self._in_box(self._below_title(self._kernel(index)), sizes.block),
                self._sign("="),
                self._in_box(self._output(index), sizes.map),
                self._sign("" if is_last else "+"),
            )
        )

    def _sign(self, words: str) -> Figure:
        return self._below_title(sign(words, self._scene.pens, self._sizes.sign))

    def _below_title(self, figure: Figure) -> Figure:
        """Return a figure that stands level with maps, which have a title above them."""
        return stack((Space(0, _title_height(self._scene)), figure))

    def _input(self, index: int) -> Figure:
        scene, how = self._scene, self._how
        source, channel = how.window.source_id, how.first_channel + index
        tile = scene.tile(
            source,
            channel,
            (self._sizes.map, self._sizes.map),
            window=how.window.covered,
            most=2 * _MOST_MAP_CELL_PX,
            at=lambda row, column: over_input(scene, how, channel, row, column),
        )
        return self._titled(scene.map_name(source, channel), tile)

    def _kernel(self, index: int) -> Figure:
        kernel = self._how.kernel[index]

        def at(row: int, column: int) -> Spot:
            return Spot(f"weight of row {row}, column {column}: {number(float(kernel[row, column]))}")

        cell = (self._sizes.cell, self._sizes.cell)
        return Cells(kernel, self._weights, cell, self._format, self._scene.pens, at=at)

    def _output(self, index: int) -> Figure:
        scene, values = self._scene, self._found.maps[index]
        unit, pens = scene.unit, scene.pens
        shape = (values.shape[0], values.shape[1])
        side = _side(scene, shape, self._sizes.map)
        key = (_ADDED, index, side)
        if key not in scene.kept.images:
            scene.kept.images[key] = enlarged(pens.image(values, self._added), side, pens)
        name = scene.map_name(self._how.window.source_id, self._how.first_channel + index)

        def at(row: int, column: int) -> Spot:
            said = f"{name} adds {number(float(values[row, column]))} at row {row}, column {column}"
            return Spot(said, moves_to=unit.at(row, column))

        tile = MapTile(scene.kept.images[key], shape, side, pens, unit=unit.cell, at=at)
        return self._titled(self._sums[index], tile)

    def _titled(self, name: str, tile: MapTile) -> Titled:
        pens = self._scene.pens
        return Titled(text(name, pens.caption, pens.colors.muted, pens), tile, pens.px(SPACE_4))

    def _in_box(self, figure: Figure, width: int) -> Figure:
        """Return a figure in the middle of a box as high as the row."""
        beside = Space((width - figure.width) // 2, self._sizes.row)
        return Line((beside, figure, Space(width - figure.width - beside.width, 0)))


def _fitting_sizes(scene: Scene, how: Weighted, channels: int, shape: tuple[int, ...]) -> _Sizes:
    """Return the largest sizes with which all channels can be seen at once; the usual ones where none do."""
    room = scene.height - scene.pens.px(_AROUND_PX)
    ways = [(is_large, growth) for is_large in (True, False)[channels > _FEW :] for growth in _GROWTHS]
    for is_large, growth in ways:
        sizes = _sizes(scene, how, channels, shape, growth, is_large=is_large)
        lines = -(-channels // sizes.columns)
        if sizes.channel <= scene.width and lines * (sizes.row + scene.pens.px(SPACE_16)) <= room:
            return sizes
    return sizes


def _sizes(
    scene: Scene, how: Weighted, channels: int, shape: tuple[int, ...], growth: float, *, is_large: bool
) -> _Sizes:
    """Return sizes grown by so much: large ones have a line for each channel, small ones all that fit."""
    pens, (rows, columns) = scene.pens, how.window.size
    room = round(growth * pens.px(_KERNEL_PX if is_large else _SMALL_KERNEL_PX))
    cell = max(
        pens.px(_LEAST_CELL_PX), min(round(growth * pens.px(MOST_CELL_PX)), room // max(rows, columns))
    )
    block = max(cell * columns, pens.px(_LEAST_BLOCK_PX))
    gap = pens.px(_SIGN_PX if is_large else _SMALL_SIGN_PX)
    spare = max((scene.width - block - 3 * gap) // 2, pens.px(_SMALL_MAP_PX))
    side = min(spare, round(growth * pens.px(_MAP_PX if is_large else _SMALL_MAP_PX)))
    in_line = 1 if is_large else max(1, min(scene.width // (2 * side + block + 3 * gap), channels))
    shapes = (scene.map_of(how.window.source_id, how.first_channel).shape, shape)
    highest = max(cell * rows, *(round(_side(scene, one, side) * one[0]) for one in shapes))
    return _Sizes(side, cell, block, gap, in_line, _title_height(scene) + highest)


def _side(scene: Scene, shape: tuple[int, ...], room: int) -> float:
    """Return the side of a cell of a map in a square room."""
    return map_cell((shape[0], shape[1]), (room, room), 2 * scene.pens.px(_MOST_MAP_CELL_PX))


def _title_height(scene: Scene) -> int:
    return scene.pens.height(scene.pens.caption) + scene.pens.px(SPACE_4)


def has_maps(scene: Scene) -> bool:
    """Return whether the number belongs to a map that can be shown as such a sum."""
    return not why_no_maps(scene.look, scene.unit.layer_id)


def _kept(scene: Scene) -> ChannelMaps:
    """Return what the channels add, computed once for all numbers of a map."""
    key = (scene.unit.layer_id, scene.unit.channel)
    if key not in scene.kept.added:
        scene.kept.added.clear()  # one map is looked at, not many
        for image in [image for image in scene.kept.images if image[0] == _ADDED]:
            del scene.kept.images[image]
        scene.kept.added[key] = channel_maps(scene.look, *key)
    return scene.kept.added[key]
