"""Where the numbers of one column lie, in whole device pixels."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QRect

if TYPE_CHECKING:
    from numpy.typing import NDArray


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

    def picture(self, tiles: NDArray[np.uint8]) -> NDArray[np.uint8]:
        """Return tiles (count, H, W) of colour indices as one picture of device pixels, 0 between them."""
        small = tiles[: self.shown, :: self.stride, :: self.stride]
        large = small.repeat(self.cell_height, axis=1).repeat(self.cell_width, axis=2)
        places = np.zeros((self.columns * self.rows, self.pitch_y, self.pitch_x), np.uint8)
        places[: self.shown, : self.tile_height, : self.tile_width] = large
        grid = places.reshape(self.columns, self.rows, self.pitch_y, self.pitch_x).transpose(1, 2, 0, 3)
        flat = grid.reshape(self.rows * self.pitch_y, self.columns * self.pitch_x)
        return np.ascontiguousarray(flat[: self.height, : self.width])
