"""A picture in device pixels made from one in cells, by a single gathering.

Which cell a device pixel shows depends on the layout alone. It is worked out once, and while only numbers
change a picture is two lookups: the colour of each cell, and the cell of each pixel.
"""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtGui import QImage

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import NDArray

    from cnnviz.interpret.atlas import Grid

    Places = NDArray[np.intp] | NDArray[np.int32]
    Cells = NDArray[np.uint32]

BESIDES = 2
"""A list of the colours of cells ends with two more: that of the paper between tiles, and that of frames."""
_NONE = -1
# Four bytes for each pixel: no row is followed by bytes that only fill it up.
_KIND, _CLEAR_KIND = QImage.Format.Format_RGB32, QImage.Format.Format_ARGB32_Premultiplied


@dataclasses.dataclass(frozen=True, slots=True)
class Axis:
    """For each device pixel from the left (or top): which column (row) of tiles, -1 for none, and cell of it.

    `framed` is the same for tiles that are wider by one pixel on each side.
    """

    tile: Places
    framed: Places
    cell: Places

    def part(self, first: int, stop: int) -> Axis:
        """Return what belongs to the pixels from `first` up to `stop`."""
        return Axis(self.tile[first:stop], self.framed[first:stop], self.cell[first:stop])


def axis(starts: Iterable[int], cells: int, cell_px: int, length: int, stride: int = 1) -> Axis:
    """Return an axis of `length` pixels on which tiles of so many cells start there, each `cell_px` long.

    With a `stride` only every so-many-th number of a tile is a cell.
    """
    tile, framed, cell = np.full(length, _NONE), np.full(length, _NONE), np.zeros(length, np.intp)
    inside = np.repeat(np.arange(cells) * stride, cell_px)
    for number, start in enumerate(starts):
        framed[max(start - 1, 0) : start + len(inside) + 1] = number
        room = len(tile[start : start + len(inside)])
        tile[start : start + room], cell[start : start + room] = number, inside[:room]
    return Axis(tile, framed, cell)


def gathering(grid: Grid, rows: Axis, columns: Axis, tiles: NDArray[np.intp], *, frames: bool) -> Places:
    """Return which entry in the list of a picture's cells each device pixel shows, (H, W).

    `tiles` (rows of tiles, columns of tiles) are numbers of the grid, -1 where there is none. The two entries
    behind the cells are the paper and, around tiles with `frames`, the frame.
    """
    count = grid.height * grid.width
    shown = np.pad(tiles, ((0, 1), (0, 1)), constant_values=_NONE)  # row and column -1 have no tile
    tile = shown[np.ix_(rows.tile, columns.tile)]
    down, right = np.divmod(tile, grid.columns)
    at = (down * (grid.tile_height + grid.gap) + rows.cell[:, None]) * grid.width
    at += right * (grid.tile_width + grid.gap) + columns.cell
    around = shown[np.ix_(rows.framed, columns.framed)] >= 0 if frames else np.zeros(at.shape, np.bool_)
    places: Places = np.where(tile >= 0, at, np.where(around, count + 1, count))
    return places


class CellSheet:
    """A picture in device pixels that is made again and again in the same memory.

    `places` are those of `gathering`. With `clear`, colours are 0xAARRGGBB with the opacity multiplied in.
    """

    def __init__(self, places: Places, *, clear: bool) -> None:
        rows, columns = places.shape
        self.places = places
        self._image = QImage(columns, rows, _CLEAR_KIND if clear else _KIND)
        bits = self._image.bits() if places.size else b""
        self._pixels = np.frombuffer(bits, np.uint32).reshape(rows, columns)

    def filled(self, cells: Cells) -> QImage:
        """Return the picture of these cells, good until the next call."""
        if self.places.size:
            cells.take(self.places, out=self._pixels, mode="clip")
        return self._image


def sheet_image(cells: Cells, places: Places, *, clear: bool) -> QImage:
    """Return a picture of cells that stays as it is."""
    return CellSheet(places, clear=clear).filled(cells)
