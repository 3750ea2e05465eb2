"""Where tiles lie when a grid of maps is laid out in a given width, in whole device pixels."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

from PySide6.QtCore import QRect

if TYPE_CHECKING:
    from cnnviz.interpret.atlas import Grid


@dataclasses.dataclass(frozen=True, slots=True)
class TileLayout:
    """All numbers are device pixels, but `cell`, which is the size of one number of a map in them."""

    grid: Grid
    columns: int
    cell: int
    gap: int
    margin: int

    @property
    def width(self) -> int:
        """Whole width."""
        return 2 * self.margin + self.columns * (self._tile_width + self.gap) - self.gap

    @property
    def height(self) -> int:
        """Whole height."""
        rows = -(-self.grid.count // self.columns)
        return 2 * self.margin + max(0, rows * (self._tile_height + self.gap) - self.gap)

    def rect(self, tile: int) -> QRect:
        """Return where a tile is painted."""
        row, column = divmod(tile, self.columns)
        x = self.margin + column * (self._tile_width + self.gap)
        y = self.margin + row * (self._tile_height + self.gap)
        return QRect(x, y, self._tile_width, self._tile_height)

    def source(self, tile: int) -> QRect:
        """Return where a tile lies in the picture of the grid."""
        row, column = self.grid.tile_origin(tile)
        return QRect(column, row, self.grid.tile_width, self.grid.tile_height)

    def locate(self, x: int, y: int) -> tuple[int, int, int] | None:
        """Return (tile, row, column) of the number at a device pixel, or None between tiles."""
        column, x_in = divmod(x - self.margin, self._tile_width + self.gap)
        row, y_in = divmod(y - self.margin, self._tile_height + self.gap)
        tile = row * self.columns + column
        inside = 0 <= column < self.columns and row >= 0 and tile < self.grid.count
        if not inside or x_in >= self._tile_width or y_in >= self._tile_height:
            return None
        return tile, y_in // self.cell, x_in // self.cell

    @property
    def _tile_width(self) -> int:
        return self.grid.tile_width * self.cell

    @property
    def _tile_height(self) -> int:
        return self.grid.tile_height * self.cell


def flowing(grid: Grid, width: int, tile_size: int, gap: int, margin: int) -> TileLayout:
    """Lay tiles out in rows that fit `width`, each about `tile_size` high (all in device pixels)."""
    cell = max(1, round(tile_size / max(grid.tile_height, grid.tile_width)))
    room = width - 2 * margin + gap
    columns = max(1, room // (grid.tile_width * cell + gap))
    return TileLayout(grid, min(columns, max(1, grid.count)), cell, gap, margin)


def in_rows(grid: Grid, tile_size: int, gap: int, margin: int) -> TileLayout:
    """Lay tiles out as the grid has them, each about `tile_size` high, however wide that is."""
    cell = max(1, round(tile_size / max(grid.tile_height, grid.tile_width)))
    return TileLayout(grid, grid.columns, cell, gap, margin)
