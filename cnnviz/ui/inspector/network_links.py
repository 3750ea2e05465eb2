"""The curves between neighbouring columns: what is made from what."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF
from PySide6.QtGui import QPainterPath

from cnnviz.ui.inspector.network_columns import ColumnKind, Wiring

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from cnnviz.ui.inspector.cell_block import CellBlock
    from cnnviz.ui.inspector.network_edges import Edge
    from cnnviz.ui.inspector.network_layout import PlacedColumn

_MOST_ANCHORS, _STRIP_ANCHORS = 12, 6
"""More curves than these on each side tell nothing new; the ones drawn are spread evenly."""

_LEAST_FAN, _FAN_GAP_PX = 3, 5
_MOST_LIT = 64

Pair = tuple[QPointF, QPointF]


def links(left: PlacedColumn, right: PlacedColumn, edge: Edge, ratio: float) -> QPainterPath:
    """Return the curves from one column to the next as they are at rest, in device pixels.

    Where everything is linked with everything, fewer curves are drawn the closer the columns are: a fan is a
    hint, and must not become a patch. `ratio` is the number of device pixels of a logical one.
    """
    if edge.wiring is Wiring.UNROLLED and right.block.columns == 1:
        pairs: Iterable[Pair] = _unrolled(left, right)
    elif edge.wiring is Wiring.ALL and edge.groups > 1:
        pairs = _in_groups(left, right, edge)
    elif edge.wiring is Wiring.ALL or _is_sorted(right):
        gap = right.block.x - left.block.x - left.block.width
        most = min(max(int(gap / (_FAN_GAP_PX * ratio)), _LEAST_FAN), _MOST_ANCHORS)
        starts, ends = _some(_right_anchors(left), most), _some(_left_anchors(right), most)
        pairs = ((start, end) for start in starts for end in ends)
    elif right.column.kind is ColumnKind.ANSWERS and right.hidden:
        pairs = _first_rows(left, right)
    else:
        pairs = _side_by_side(_right_anchors(left), right)
    return _path(pairs)


def curves(
    left: PlacedColumn, starts: Iterable[int], right: PlacedColumn, ends: Iterable[int]
) -> QPainterPath:
    """Return the curves from some tiles of a column to some of another: from each to each, or a choice."""
    first = _some([_right_of(left.block, tile) for tile in starts], _MOST_LIT)
    last = _some([_left_of(right.block, tile) for tile in ends], _MOST_LIT)
    return _path((start, end) for start in first for end in last)


def _in_groups(left: PlacedColumn, right: PlacedColumn, edge: Edge) -> Iterator[Pair]:
    """Link the first tiles of rows with the last ones of rows that belong to the same group."""
    for start in _last_tiles(left.block):
        for end in range(right.block.rows):
            groups = (
                placed.number_of(tile) * edge.groups // placed.column.count
                for placed, tile in ((left, start), (right, end))
            )
            if len(set(groups)) == 1:
                yield _right_of(left.block, start), _left_of(right.block, end)


def _is_sorted(placed: PlacedColumn) -> bool:
    """Return whether the rows change places with every image: of many classes the likeliest are shown."""
    return placed.column.is_ranked and placed.hidden > 0


def _unrolled(left: PlacedColumn, right: PlacedColumn) -> list[Pair]:
    """Link each map to the middle of its stretch of units."""
    block, maps = right.block, left.column.count
    middles = [(left.number_of(tile) + 0.5) / maps * block.height for tile in range(left.block.shown)]
    return [
        (_right_of(left.block, tile), QPointF(block.x, block.y + middle))
        for tile, middle in enumerate(middles)
    ]


def _side_by_side(starts: Sequence[QPointF], right: PlacedColumn) -> list[Pair]:
    """Link what stands in the same row."""
    ends = _left_anchors(right)
    if len(starts) == len(ends):
        return list(zip(starts, ends, strict=True))
    block, count = right.block, len(starts)
    return [
        (start, QPointF(block.x, block.y + (index + 0.5) / count * block.height))
        for index, start in enumerate(starts)
    ]


def _first_rows(left: PlacedColumn, right: PlacedColumn) -> list[Pair]:
    """Link the rows that have a place with the units that they repeat."""
    tiles = [(left.tile_of(right.number_of(row)), row) for row in range(right.block.shown)]
    return [
        (_right_of(left.block, tile), _left_of(right.block, row)) for tile, row in tiles if tile is not None
    ]


def _right_anchors(placed: PlacedColumn) -> list[QPointF]:
    """Return one point for each row, at the right edge of its last tile."""
    block = placed.block
    if _is_strip(placed):
        return _spread(block, block.x + block.width)
    return [_right_of(block, tile) for tile in _last_tiles(block)]


def _last_tiles(block: CellBlock) -> list[int]:
    """Return the last tile of each row."""
    full = block.shown - block.rows * (block.columns - 1)  # rows that reach the last column of tiles
    return [row + block.rows * (block.columns - (1 if row < full else 2)) for row in range(block.rows)]


def _left_anchors(placed: PlacedColumn) -> list[QPointF]:
    block = placed.block
    if _is_strip(placed):
        return _spread(block, block.x)
    return [_left_of(block, row) for row in range(block.rows)]


def _is_strip(placed: PlacedColumn) -> bool:
    block = placed.block
    return placed.column.kind is ColumnKind.UNITS and block.pitch_y == block.cell_height


def _spread(block: CellBlock, x: int) -> list[QPointF]:
    step = block.height / _STRIP_ANCHORS
    return [QPointF(x, block.y + (index + 0.5) * step) for index in range(_STRIP_ANCHORS)]


def _some(points: list[QPointF], most: int) -> list[QPointF]:
    """Return up to `most` of the points, spread evenly."""
    if len(points) <= most:
        return points
    return [points[round(index * (len(points) - 1) / (most - 1))] for index in range(most)]


def _right_of(block: CellBlock, tile: int) -> QPointF:
    place = block.rect(tile)
    return QPointF(place.x() + place.width(), place.y() + place.height() / 2)


def _left_of(block: CellBlock, tile: int) -> QPointF:
    place = block.rect(tile)
    return QPointF(place.x(), place.y() + place.height() / 2)


def _path(pairs: Iterable[Pair]) -> QPainterPath:
    path = QPainterPath()
    for start, end in pairs:
        middle = (start.x() + end.x()) / 2
        path.moveTo(start)
        path.cubicTo(QPointF(middle, start.y()), QPointF(middle, end.y()), end)
    return path
