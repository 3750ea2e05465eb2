"""The curves between neighbouring columns: what is made from what."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF
from PySide6.QtGui import QPainterPath

from cnnviz.ui.inspector.network_columns import ColumnKind, Wiring

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from cnnviz.ui.inspector.cell_block import CellBlock
    from cnnviz.ui.inspector.network_layout import PlacedColumn

_MOST_ANCHORS, _STRIP_ANCHORS = 12, 6
"""More curves than these on each side tell nothing new; the ones drawn are spread evenly."""

_LEAST_FAN, _FAN_GAP_PX = 3, 5

Pair = tuple[QPointF, QPointF]


def links(left: PlacedColumn, right: PlacedColumn, ratio: float) -> QPainterPath:
    """Return the curves from one column to the next as they are at rest, in device pixels.

    Where everything is linked with everything, fewer curves are drawn the closer the columns are: a fan is a
    hint, and must not become a patch. `ratio` is the number of device pixels of a logical one.
    """
    if right.column.wiring is Wiring.UNROLLED and right.block.columns == 1:
        pairs: Iterable[Pair] = _unrolled(left, right)
    elif right.column.wiring is Wiring.ALL or _is_sorted(right):
        gap = right.block.x - left.block.x - left.block.width
        most = min(max(int(gap / (_FAN_GAP_PX * ratio)), _LEAST_FAN), _MOST_ANCHORS)
        starts, ends = _some(_right_anchors(left), most), _some(_left_anchors(right), most)
        pairs = ((start, end) for start in starts for end in ends)
    else:
        pairs = _side_by_side(_right_anchors(left), right)
    return _path(pairs)


def sources(left: PlacedColumn, right: PlacedColumn, tile: int, number: int) -> QPainterPath:
    """Return the curves that end in a tile of `right`, where map, unit or class `number` stands."""
    end = _left_of(right.block, tile)
    source = _source(left, right, number)
    if source is None:
        return _path((start, end) for start in _right_anchors(left))
    if source >= left.block.shown:
        return QPainterPath()
    return _path([(_right_of(left.block, source), end)])


def _source(left: PlacedColumn, right: PlacedColumn, number: int) -> int | None:
    """Return the only tile of `left` that a map or unit of `right` is made from; None where it is of all."""
    if right.column.wiring is Wiring.SAME:
        return number
    if right.column.wiring is Wiring.UNROLLED:
        return number * left.column.count // right.column.count
    return None


def _is_sorted(placed: PlacedColumn) -> bool:
    """Return whether the rows change places with every image: of many classes the likeliest are shown."""
    return placed.column.kind is ColumnKind.CLASSES and placed.hidden > 0


def _unrolled(left: PlacedColumn, right: PlacedColumn) -> list[Pair]:
    """Link each map to the middle of its stretch of units."""
    block, maps = right.block, left.column.count
    return [
        (_right_of(left.block, tile), QPointF(block.x, block.y + (tile + 0.5) / maps * block.height))
        for tile in range(left.block.shown)
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


def _right_anchors(placed: PlacedColumn) -> list[QPointF]:
    """Return one point for each row, at the right edge of its last tile."""
    block = placed.block
    if _is_strip(placed):
        return _spread(block, block.x + block.width)
    full = block.shown - block.rows * (block.columns - 1)  # rows that reach the last column of tiles
    return [
        _right_of(block, row + block.rows * (block.columns - (1 if row < full else 2)))
        for row in range(block.rows)
    ]


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
