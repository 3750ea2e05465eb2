"""Where tiles lie when a grid of maps is laid out in a given width, in whole device pixels."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QRect

from cnnviz.ui.plots.cell_sheet import axis, gathering

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cnnviz.interpret.atlas import Grid
    from cnnviz.ui.plots.cell_sheet import Places


@dataclasses.dataclass(frozen=True, slots=True)
class TileLayout:
    """All sizes are device pixels; `cell` is the side of one number of a map.

    With a `group`, so many tiles side by side belong together; `group_gap` more pixels divide the groups.
    Under each tile are `below` pixels for its name.
    """

    grid: Grid
    columns: int
    cell: int
    gap: int
    margin: int
    group: int = 0
    group_gap: int = 0
    below: int = 0

    @property
    def width(self) -> int:
        """Whole width."""
        return 2 * self.margin + self._left_of(self.columns - 1) + self._tile_width

    @property
    def least_width(self) -> int:
        """Width that one tile needs, or one group where there are groups."""
        return 2 * self.margin + self._left_of(max(1, self.group) - 1) + self._tile_width

    @property
    def height(self) -> int:
        """Whole height."""
        rows = -(-self.grid.count // self.columns)
        return 2 * self.margin + max(0, rows * self._step - self.gap)

    def rect(self, tile: int) -> QRect:
        """Return where a tile is painted."""
        row, column = divmod(tile, self.columns)
        x = self.margin + self._left_of(column)
        y = self.margin + row * self._step
        return QRect(x, y, self._tile_width, self._tile_height)

    def gathering(self, order: Sequence[int], first: int, stop: int, whole: Grid) -> Places:
        """Return which cell of the picture of a `whole` grid each pixel from row `first` up to `stop` shows.

        `order` has the number in that grid of each tile of this one, in a frame of one pixel.
        """
        rows = -(-self.grid.count // self.columns)
        step = self._step
        tops = range(self.margin, self.margin + rows * step, step)
        lefts = [self.margin + self._left_of(column) for column in range(self.columns)]
        down = axis(tops, self.grid.tile_height, self.cell, self.height).part(first, stop)
        right = axis(lefts, self.grid.tile_width, self.cell, self.width)
        tiles = np.full(rows * self.columns, -1)
        tiles[: self.grid.count] = order
        return gathering(whole, down, right, tiles.reshape(rows, self.columns), frames=True)

    def locate(self, x: int, y: int) -> tuple[int, int, int] | None:
        """Return (tile, row, column) of the number at a device pixel, or None between tiles."""
        column, x_in = self._column_at(x - self.margin)
        row, y_in = divmod(y - self.margin, self._step)
        tile = row * self.columns + column
        inside = 0 <= column < self.columns and row >= 0 and tile < self.grid.count
        if not inside or x_in >= self._tile_width or y_in >= self._tile_height:
            return None
        return tile, y_in // self.cell, x_in // self.cell

    def _left_of(self, column: int) -> int:
        groups = column // self.group if self.group else 0
        return column * (self._tile_width + self.gap) + groups * self.group_gap

    def _column_at(self, x: int) -> tuple[int, int]:
        """Return the column at `x` and the distance from its left edge; behind a group, that is past it."""
        step = self._tile_width + self.gap
        if not self.group:
            return divmod(x, step)
        group, x_in_group = divmod(x, self.group * step + self.group_gap)
        column = min(x_in_group // step, self.group - 1)
        return group * self.group + column, x_in_group - column * step

    @property
    def _tile_width(self) -> int:
        return self.grid.tile_width * self.cell

    @property
    def _tile_height(self) -> int:
        return self.grid.tile_height * self.cell

    @property
    def _step(self) -> int:
        """From one row of tiles to the next."""
        return self._tile_height + self.below + self.gap


def flowing(grid: Grid, width: int, tile_size: int, gap: int, margin: int, below: int = 0) -> TileLayout:
    """Lay tiles out in rows that fit `width`, each about `tile_size` high (all in device pixels)."""
    cell = max(1, round(tile_size / max(grid.tile_height, grid.tile_width)))
    room = width - 2 * margin + gap
    columns = max(1, room // (grid.tile_width * cell + gap))
    return TileLayout(grid, min(columns, max(1, grid.count)), cell, gap, margin, below=below)


def in_groups(grid: Grid, width: int, tile_size: int, gap: int, margin: int) -> TileLayout:
    """Keep each row of the grid together, and put as many of them side by side as `width` has room for.

    A row that is wider than `width` is not broken.
    """
    cell = max(1, round(tile_size / max(grid.tile_height, grid.tile_width)))
    group_gap = 2 * gap
    group_width = grid.columns * (grid.tile_width * cell + gap) + group_gap
    groups = max(1, (width - 2 * margin + gap + group_gap) // group_width)
    columns = grid.columns * min(groups, max(1, grid.rows))
    return TileLayout(grid, columns, cell, gap, margin, grid.columns, group_gap)
