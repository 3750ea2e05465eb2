"""Where the numbers of one column lie, in whole device pixels."""

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
class CellBlock:
    """Equal tiles, filled down one column of tiles after the other. All lengths are device pixels.

    Attributes
    ----------
    x, y
        Upper left corner.
    shown
        How many tiles have a place; the first ones of the layer.
    rows, columns
        Tiles below and beside each other.
    tile_rows, tile_columns
        Cells of one tile.
    cell_width, cell_height
        Size of one cell.
    pitch_x, pitch_y
        From one tile to the next.
    stride
        Every how many-th number of a tile is painted, both ways; more than 1 only for very large maps.
    """

    x: int
    y: int
    shown: int
    rows: int
    columns: int
    tile_rows: int
    tile_columns: int
    cell_width: int
    cell_height: int
    pitch_x: int
    pitch_y: int
    stride: int = 1

    @property
    def tile_width(self) -> int:
        """Width of a tile."""
        return self.tile_columns * self.cell_width

    @property
    def tile_height(self) -> int:
        """Height of a tile."""
        return self.tile_rows * self.cell_height

    @property
    def width(self) -> int:
        """Width from the first tile's left to the last one's right edge."""
        return (self.columns - 1) * self.pitch_x + self.tile_width

    @property
    def height(self) -> int:
        """Height from the first tile's upper to the last one's lower edge."""
        return (self.rows - 1) * self.pitch_y + self.tile_height

    def moved_to(self, x: int, y: int) -> CellBlock:
        """Return the same tiles elsewhere."""
        return dataclasses.replace(self, x=x, y=y)

    def rect(self, tile: int) -> QRect:
        """Return where a tile is painted."""
        column, row = divmod(tile, self.rows)
        x, y = self.x + column * self.pitch_x, self.y + row * self.pitch_y
        return QRect(x, y, self.tile_width, self.tile_height)

    def cell_rect(self, tile: int, row: int, column: int) -> QRect:
        """Return where the number at (row, column) of a tile is painted."""
        place = self.rect(tile)
        x = place.x() + column // self.stride * self.cell_width
        y = place.y() + row // self.stride * self.cell_height
        return QRect(x, y, self.cell_width, self.cell_height)

    def locate(self, x: int, y: int) -> tuple[int, int, int] | None:
        """Return (tile, row, column) of the number at a device pixel, or None between tiles."""
        column, x_in = divmod(x - self.x, self.pitch_x)
        row, y_in = divmod(y - self.y, self.pitch_y)
        tile = column * self.rows + row
        if not (0 <= column < self.columns and 0 <= row < self.rows and tile < self.shown):
            return None
        if x_in >= self.tile_width or y_in >= self.tile_height:
            return None
        return tile, y_in // self.cell_height * self.stride, x_in // self.cell_width * self.stride

    def places(self, grid: Grid, numbers: Sequence[int]) -> Places:
        """Return which cell of a picture of maps each pixel of the block shows: of the first of `numbers`."""
        across = range(0, self.columns * self.pitch_x, self.pitch_x)
        down = range(0, self.rows * self.pitch_y, self.pitch_y)
        rows = axis(down, self.tile_rows, self.cell_height, self.height, self.stride)
        columns = axis(across, self.tile_columns, self.cell_width, self.width, self.stride)
        tiles = np.full(self.rows * self.columns, -1)
        tiles[: self.shown] = numbers[: self.shown]
        return gathering(grid, rows, columns, tiles.reshape(self.columns, self.rows).T, frames=False)
