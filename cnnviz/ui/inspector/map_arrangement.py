"""How many maps of a layer to show, and how large: the choice of the network view.

Layers that work map by map (an activation, a pooling) stand in a group with the convolution before them and
share its rows, so that a map and what is made of it stand side by side. Each group has many arrangements; one
price for width, the same for all groups, picks the best of each, and the price rises until all of them fit.
"""

from __future__ import annotations

import dataclasses
import math
from typing import TYPE_CHECKING

import numpy as np

from cnnviz.ui.inspector.cell_block import CellBlock

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from cnnviz.ui.inspector.network_columns import Column

GAP_PX = 4
_LEAST_TILE_PX, _LARGEST_TILE_PX = 16, 112
_SMALLEST_TILE_PX = 12
_MOST_COLUMNS = 8
_SPREAD = 1.25
_WORTH_OF_SHOWING, _WORTH_OF_ALL, _WORTH_OF_SIZE = 3.0, 0.15, 0.9
_READABLE, _WORTH_BEYOND = 1.2, 0.3  # doublings of the least size
_PRICES = tuple(0.002 * 1.35**step for step in range(16))
_PRICE_WITH_SCROLLING = 0.012


@dataclasses.dataclass(frozen=True, slots=True)
class Arrangement:
    """One block for each column of a group. `worth` is what the eye gets from it."""

    blocks: tuple[CellBlock, ...]
    worth: float


def arrangements(group: Sequence[Column], height: int, ratio: float) -> list[Arrangement]:
    """Return the ways to arrange a group in a height; at least one, however small the height.

    `ratio` is the number of device pixels of a logical one; all lengths are device pixels.
    """
    gap, first = round(GAP_PX * ratio), group[0]
    found = []
    for cell, stride in _cell_sizes(first, height, ratio):
        pitch = math.ceil(first.height / stride) * cell + gap
        most_rows = max(1, (height + gap) // pitch)
        for columns in range(1, _MOST_COLUMNS + 1):
            rows = min(most_rows, math.ceil(first.count / columns))
            if (columns - 1) * rows >= first.count:
                continue
            spread = min((height + gap) // rows, round(pitch * _SPREAD))
            blocks = _blocks(group, cell, stride, (rows, columns, spread), ratio)
            found.append(Arrangement(blocks, _worth(blocks, group, ratio)))
    return found


def choose(
    groups: Sequence[Sequence[Arrangement]], widths: Sequence[Sequence[int]], room: int, ratio: float
) -> list[Arrangement]:
    """Return one arrangement for each group: the best together that `room` has place for.

    `widths` has the least width of every column of every group, for its heading. Where nothing fits, the
    arrangements are as good as they are in a view that can be scrolled.
    """
    worths = [np.array([option.worth for option in options]) for options in groups]
    needed = [
        np.array([_width(option, least) for option in options])
        for options, least in zip(groups, widths, strict=True)
    ]
    for price in _PRICES:
        best = _best(worths, needed, price / ratio)
        if sum(int(own[pick]) for own, pick in zip(needed, best, strict=True)) <= room:
            break
    else:
        best = _best(worths, needed, _PRICE_WITH_SCROLLING / ratio)
    return [options[pick] for options, pick in zip(groups, best, strict=True)]


def least_tile(side: int, ratio: float) -> int:
    """Return how small a map of this many cells may become: small maps may be smaller."""
    limit = min(max(2 * side, _SMALLEST_TILE_PX), _LEAST_TILE_PX)
    return round(limit * ratio)


def _best(
    worths: Sequence[NDArray[np.float64]], needed: Sequence[NDArray[np.int_]], price: float
) -> list[int]:
    """Return for each group which of its arrangements is worth most, less the price of its width."""
    return [int(np.argmax(worth - price * width)) for worth, width in zip(worths, needed, strict=True)]


def _width(arrangement: Arrangement, least: Sequence[int]) -> int:
    return sum(max(block.width, width) for block, width in zip(arrangement.blocks, least, strict=True))


def _cell_sizes(column: Column, height: int, ratio: float) -> list[tuple[int, int]]:
    """Return (cell, stride) for tiles from the least to the largest useful size."""
    side = max(column.height, column.width)
    largest = min(round(_LARGEST_TILE_PX * ratio), max(height // 2, 1))
    if side > largest:
        return [(1, math.ceil(side / largest))]
    first = max(1, math.ceil(least_tile(side, ratio) / side))
    return [(cell, 1) for cell in range(first, max(first, largest // side) + 1)]


def _blocks(
    group: Sequence[Column], cell: int, stride: int, places: tuple[int, int, int], ratio: float
) -> tuple[CellBlock, ...]:
    """Return the blocks of a group; `places` are rows, columns, and the pitch of the rows."""
    first = group[0]
    size = max(first.height, first.width) / stride * cell
    limit = math.ceil(first.height / stride) * cell
    return tuple(
        _block(column, *_smaller_cell(column, first, cell, stride, size, limit, ratio), places, ratio)
        for column in group
    )


def _smaller_cell(
    column: Column, first: Column, cell: int, stride: int, size: float, limit: int, ratio: float
) -> tuple[int, int]:
    """Return (cell, stride) of a layer in a group: smaller maps are painted smaller, but not by as much."""
    side = max(column.height, column.width)
    if side == max(first.height, first.width):
        return cell, stride
    wanted = max(size * math.sqrt(side / max(first.height, first.width)), least_tile(side, ratio))
    fitting = max(1, min(round(wanted / side), limit // max(column.height, 1)))
    return fitting, max(1, math.ceil(side / size)) if fitting == 1 else 1


def _block(column: Column, cell: int, stride: int, places: tuple[int, int, int], ratio: float) -> CellBlock:
    gap, (rows, columns, pitch_y) = round(GAP_PX * ratio), places
    height, width = math.ceil(column.height / stride), math.ceil(column.width / stride)
    return CellBlock(
        x=0,
        y=0,
        shown=min(column.count, rows * columns),
        rows=rows,
        columns=columns,
        tile_rows=height,
        tile_columns=width,
        cell_width=cell,
        cell_height=cell,
        pitch_x=width * cell + gap,
        pitch_y=pitch_y,
        stride=stride,
    )


def _worth(blocks: Sequence[CellBlock], group: Sequence[Column], ratio: float) -> float:
    """Weigh many maps against large ones; beyond a size that can be read well, more size is worth little."""
    first, count = blocks[0], group[0].count
    doublings = math.log2(max(first.tile_height, first.tile_width) / (_LEAST_TILE_PX * ratio))
    size = min(doublings, _READABLE) + _WORTH_BEYOND * max(0.0, doublings - _READABLE)
    shown = math.sqrt(first.shown / count) + (_WORTH_OF_ALL if first.shown == count else 0)
    return len(blocks) * (_WORTH_OF_SHOWING * shown + _WORTH_OF_SIZE * size)
