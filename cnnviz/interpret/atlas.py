"""Many small maps in one picture of colour indices, and the way back from a place in it to a map."""

from __future__ import annotations

import dataclasses
import enum
import math
from typing import TYPE_CHECKING, TypeVar

import numpy as np

from cnnviz.interpret.colormaps import ZERO_INDEX, ColorMap

if TYPE_CHECKING:
    from numpy.typing import NDArray

GAP_INDEX = 0
"""The index between maps and of numbers that are not finite; painted as background."""
FIRST_INDEX, LAST_INDEX = 1, 255
_ROW_COLUMN_LIMIT = 32
"""A row of up to this many numbers is one column of cells; a longer one is folded."""
_LEAST_WIDTH = 1e-30
"""Values closer together than this are painted alike, so that no factor overflows."""

_Kind = TypeVar("_Kind", bound=np.generic)


class Scale(enum.Enum):
    """Over what the colours of a picture are spread."""

    PER_LAYER = "per layer"
    PER_MAP = "per map"
    PER_NETWORK = "for the network"


@dataclasses.dataclass(frozen=True, slots=True)
class Grid:
    """Equal tiles in rows, with a gap between neighbours and none around. Sizes in cells of the picture."""

    tile_height: int
    tile_width: int
    columns: int
    count: int
    gap: int

    @property
    def rows(self) -> int:
        """Rows of tiles."""
        return math.ceil(self.count / self.columns)

    @property
    def height(self) -> int:
        """Rows of cells of the whole picture."""
        return self.rows * (self.tile_height + self.gap) - self.gap

    @property
    def width(self) -> int:
        """Columns of cells of the whole picture."""
        return self.columns * (self.tile_width + self.gap) - self.gap

    def tile_origin(self, tile: int) -> tuple[int, int]:
        """Return (row, column) of the tile's upper left cell; an `IndexError` where there is no such tile."""
        if not 0 <= tile < self.count:
            raise IndexError(f"There are tiles 0 to {self.count - 1}; received {tile}.")
        row, column = divmod(tile, self.columns)
        return row * (self.tile_height + self.gap), column * (self.tile_width + self.gap)

    def locate(self, row: int, column: int) -> tuple[int, int, int] | None:
        """Return (tile, y, x) of a cell of the picture, or None in a gap, an empty place or outside."""
        if row < 0 or column < 0:
            return None
        tile_row, y = divmod(row, self.tile_height + self.gap)
        tile_column, x = divmod(column, self.tile_width + self.gap)
        tile = tile_row * self.columns + tile_column
        if y >= self.tile_height or x >= self.tile_width or tile_column >= self.columns or tile >= self.count:
            return None
        return tile, y, x

    def arrange(self, tiles: NDArray[np.uint8]) -> NDArray[np.uint8]:
        """Return tiles (count, tile_height, tile_width) as one picture, 0 in the gaps.

        Further axes behind the width (colours) are kept.
        """
        height, width = self.tile_height + self.gap, self.tile_width + self.gap
        rest = tiles.shape[3:]
        padded = np.zeros((self.rows * self.columns, height, width, *rest), np.uint8)
        padded[: self.count, : self.tile_height, : self.tile_width] = tiles
        grid = padded.reshape(self.rows, self.columns, height, width, *rest).swapaxes(1, 2)
        picture = grid.reshape(self.rows * height, self.columns * width, *rest)
        return np.ascontiguousarray(picture[: self.height, : self.width])

    def tiles(self, picture: NDArray[np.uint8]) -> NDArray[np.uint8]:
        """Return the tiles (count, tile_height, tile_width) of a picture: the way back from `arrange`."""
        height, width = self.tile_height + self.gap, self.tile_width + self.gap
        padded = np.pad(picture, ((0, self.gap), (0, self.gap)))
        grid = padded.reshape(self.rows, height, self.columns, width).swapaxes(1, 2)
        tiles = grid.reshape(self.rows * self.columns, height, width)
        return tiles[: self.count, : self.tile_height, : self.tile_width]


@dataclasses.dataclass(frozen=True, slots=True, eq=False)
class Atlas:
    """Maps as one picture of colour indices, read-only.

    Attributes
    ----------
    pixels
        uint8 (rows, columns of cells), C-contiguous: 0 in gaps, 1 to 255 from lowest to highest value.
    grid
        Where each map lies.
    low, high
        The values of index 1 and 255 over the whole layer. For signed pictures low is -high and index 128 is
        exactly zero.
    signed
        Whether its values are spread on both sides of zero.
    scale
        Whether all maps, or even all layers, share `low` and `high`, or each map has its own in `ranges`.
    ranges
        float32 (count, 2): low and high of each map.
    is_image
        Whether it is the image itself, which is gray as long as nothing in it is below zero.
    """

    pixels: NDArray[np.uint8]
    grid: Grid
    low: float
    high: float
    signed: bool
    scale: Scale
    ranges: NDArray[np.float32]
    is_image: bool = False

    @property
    def color_map(self) -> ColorMap:
        """The colours of its indices."""
        if self.signed:
            return ColorMap.DIVERGING
        return ColorMap.GRAY if self.is_image else ColorMap.VIRIDIS

    @property
    def tile_height(self) -> int:
        """Rows of cells of one map."""
        return self.grid.tile_height

    @property
    def tile_width(self) -> int:
        """Columns of cells of one map."""
        return self.grid.tile_width

    @property
    def columns(self) -> int:
        """Maps side by side."""
        return self.grid.columns

    @property
    def count(self) -> int:
        """How many maps there are."""
        return self.grid.count

    @property
    def gap(self) -> int:
        """Cells between two maps."""
        return self.grid.gap

    def locate(self, row: int, column: int) -> tuple[int, int, int] | None:
        """Return (map, y, x) of a cell of the picture, or None in a gap, an empty place or outside."""
        return self.grid.locate(row, column)

    def tile_origin(self, tile: int) -> tuple[int, int]:
        """Return (row, column) of the map's upper left cell."""
        return self.grid.tile_origin(tile)


def build_atlas(
    maps: NDArray[np.floating],
    *,
    signed: bool,
    scale: Scale = Scale.PER_LAYER,
    columns: int | None = None,
    gap: int = 1,
    limits: tuple[float, float] | None = None,
) -> Atlas:
    """Paint maps (C, H, W) into one picture of colour indices.

    Signed values are spread evenly on both sides of zero; unsigned ones from zero (or the lowest value, where
    that is below) to the highest. Numbers that are not finite are left blank. Without `columns` the picture
    is about as many maps wide as high. `limits` are the ends of a scale shared with maps that are not here.
    """
    count, height, width = maps.shape
    grid = Grid(height, width, columns or square_columns(count), count, gap)
    if scale is not Scale.PER_MAP:
        low, high = limits or _range(maps, signed)
        ranges = np.empty((count, 2), np.float32)
        ranges[:] = low, high
        tiles = _indices(maps, np.float32(low), np.float32(high), signed)
    else:
        ranges = _ranges(maps, signed)
        low, high = limits or (
            (float(ranges[:, 0].min()), float(ranges[:, 1].max())) if count else (0.0, 0.0)
        )
        tiles = _indices(maps, ranges[:, 0, None, None], ranges[:, 1, None, None], signed)
    return Atlas(read_only(grid.arrange(tiles)), grid, low, high, signed, scale, read_only(ranges))


def build_row_atlas(
    values: NDArray[np.floating], *, signed: bool, limits: tuple[float, float] | None = None
) -> Atlas:
    """Paint a row of numbers (units,) as cells, unit by unit: one column, or folded where it is long.

    `limits` are the ends of a scale shared with all layers of the network.
    """
    scale = Scale.PER_LAYER if limits is None else Scale.PER_NETWORK
    units = len(values)
    columns = 1 if units <= _ROW_COLUMN_LIMIT else square_columns(units)
    maps = values.reshape(units, 1, 1)
    return build_atlas(maps, signed=signed, scale=scale, columns=columns, gap=0, limits=limits)


def square_columns(count: int) -> int:
    """Return how many of `count` tiles stand side by side so that there are about as many rows."""
    return max(1, math.ceil(math.sqrt(count)))


def read_only(array: NDArray[_Kind]) -> NDArray[_Kind]:
    """Return the array as a view that cannot be written."""
    view = array.view()
    view.flags.writeable = False
    return view


def _range(maps: NDArray[np.floating], signed: bool) -> tuple[float, float]:
    """Return low and high of all maps together, blind to numbers that are not finite."""
    if not maps.size:
        return 0.0, 0.0
    low, high = float(maps.min()), float(maps.max())  # a number that is not finite is told by the ends
    if not (math.isfinite(low) and math.isfinite(high)):
        (low, high), *_ = _ranges(maps.reshape(1, -1, 1), signed).tolist()
        return low, high
    if signed:
        high = max(abs(low), abs(high))
        return -high, high
    return min(low, 0.0), high


def _ranges(maps: NDArray[np.floating], signed: bool) -> NDArray[np.float32]:
    """Return low and high of each map, float32 (C, 2), blind to numbers that are not finite."""
    lows, highs = maps.min(axis=(1, 2)), maps.max(axis=(1, 2))
    if not (np.isfinite(lows).all() and np.isfinite(highs).all()):
        finite = np.isfinite(maps)
        lows = np.where(finite, maps, np.inf).min(axis=(1, 2))
        highs = np.where(finite, maps, -np.inf).max(axis=(1, 2))
        lows, highs = np.where(lows <= highs, lows, 0), np.where(lows <= highs, highs, 0)
    if signed:
        highs = np.maximum(np.abs(lows), np.abs(highs))
        lows = -highs
    else:
        lows = np.minimum(lows, 0)
    return np.stack([lows, highs], axis=1).astype(np.float32)


def _indices(
    maps: NDArray[np.floating],
    low: NDArray[np.float32] | np.float32,
    high: NDArray[np.float32] | np.float32,
    signed: bool,
) -> NDArray[np.uint8]:
    first = ZERO_INDEX if signed else FIRST_INDEX
    steps = LAST_INDEX - first
    with np.errstate(all="ignore"):
        width = high if signed else high - low
        factor = np.float32(steps) / _or_endless(width)
        cells = maps * factor if signed else (maps - low) * factor
        cells += np.float32(first + 0.5)  # the cast below cuts off what is behind the point
        if math.isfinite(cells.sum()):
            painted: NDArray[np.uint8] = cells.astype(np.uint8)
            return painted
        cells[~np.isfinite(maps)] = GAP_INDEX
        limited: NDArray[np.uint8] = np.clip(cells, GAP_INDEX, LAST_INDEX).astype(np.uint8)
        return limited


def _or_endless(width: NDArray[np.float32] | np.float32) -> NDArray[np.float32] | np.float32:
    """Return widths, endless where they are so small that nothing can be told apart."""
    if isinstance(width, np.ndarray):
        return np.where(width > _LEAST_WIDTH, width, np.float32(np.inf))
    return width if width > _LEAST_WIDTH else np.float32(np.inf)
