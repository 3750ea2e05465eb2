"""Where everything in the network view stands, computed from what stands there and the room there is."""

from __future__ import annotations

import dataclasses
import math
from typing import TYPE_CHECKING

from PySide6.QtCore import QRect

from cnnviz.ui.inspector.cell_block import CellBlock
from cnnviz.ui.inspector.map_arrangement import GAP_PX, Arrangement, arrangements, choose
from cnnviz.ui.inspector.network_columns import Column, ColumnKind, Wiring
from cnnviz.ui.inspector.network_edges import Edge, edges_of
from cnnviz.ui.inspector.network_zoom import FIT, zoomed

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

MARGIN_PX = 12
PADDING_PX = 3
NOTE_WIDTH_PX = 240
LANE_PX = 32
_LEAST_GAP_PX, _SCROLLED_GAP_PX, _LARGEST_GAP_PX = 4, 18, 72
_LEAST_PICTURE_PX, _LARGEST_PICTURE_PX, _PICTURE_SHARE = 48, 128, 1 / 13
_LEAST_TITLE_PX = 20
_TITLE_SHARES = (1.0, 0.9, 0.8, 0.7)
"""Headings are cut to so much of what they need, before a view is wider than its room."""

_ROW_PX, _LEAST_ROW_PX, _LARGEST_UNIT_PX = 28, 12, 20
_STRIP_PX, _LEAST_STRIP_CELL_PX = 14, 3
_FOLDED_CELLS_PX = (8, 6, 5, 4, 3, 2)
_FOLDED_WIDTH_PX = 48


@dataclasses.dataclass(frozen=True, slots=True)
class Measures:
    """What text needs, in device pixels, and how many of these a logical pixel has.

    `title_widths` has one width for each column. `name_width` and `bar_width` are the parts of a class, whose
    row needs `class_width` and `class_height`; `names` are those of the classes as there is room for them.
    """

    ratio: float
    header_height: int
    caption_height: int
    title_widths: tuple[int, ...]
    name_width: int
    bar_width: int
    class_width: int
    class_height: int
    names: tuple[str, ...] = ()

    def px(self, logical: float) -> int:
        """Return a length in whole device pixels."""
        return round(logical * self.ratio)


@dataclasses.dataclass(frozen=True, slots=True)
class PlacedColumn:
    """A column from `left`, `width` device pixels wide, and its numbers.

    `numbers` says which map or unit stands on each tile of the block; None for the first ones in order.
    """

    column: Column
    left: int
    width: int
    block: CellBlock
    numbers: tuple[int, ...] | None = None

    @property
    def hidden(self) -> int:
        """How many maps, units or classes have no place."""
        return self.column.count - self.block.shown

    @property
    def numbers_rect(self) -> QRect:
        """Where its numbers are painted: the block, and for answers all of the column, with their scale."""
        block, column = self.block, self.column
        is_text = column.kind is ColumnKind.ANSWERS
        left, width = (self.left, self.width) if is_text else (block.x, block.width)
        return QRect(left, block.y, width, block.height + (block.pitch_y if column.has_scale else 0))

    def number_of(self, tile: int) -> int:
        """Return which map or unit stands on a tile."""
        return tile if self.numbers is None else self.numbers[tile]

    def tile_of(self, number: int) -> int | None:
        """Return on which tile a map or unit stands; None where it has no place."""
        if self.numbers is None:
            return number if 0 <= number < self.block.shown else None
        return self.numbers.index(number) if number in self.numbers else None


@dataclasses.dataclass(frozen=True, slots=True)
class NetworkLayout:
    """All columns, in device pixels. `note_left` is where a note about a problem begins.

    Between the headings and `body_top` lie the lanes of the skip paths, from `lanes_top`, `lane` pixels each.
    """

    columns: tuple[PlacedColumn, ...]
    width: int
    height: int
    body_top: int
    body_bottom: int
    measures: Measures
    note_left: int | None = None
    lanes_top: int = 0
    lane: int = 0
    edges: tuple[Edge, ...] = ()

    def seen(self, part: QRect) -> list[PlacedColumn]:
        """Return the columns of which something lies in a part of the layout, but for its height."""
        return [
            one for one in self.columns if one.left <= part.right() and one.left + one.width >= part.left()
        ]

    def column_at(self, x: int) -> int | None:
        """Return the place of the column at a device pixel, or None between columns."""
        for index, placed in enumerate(self.columns):
            if placed.left <= x < placed.left + placed.width:
                return index
        return None


def lay_out(
    columns: Sequence[Column],
    width: int,
    height: int,
    measures: Measures,
    *,
    has_note: bool = False,
    zoom: float = FIT,
) -> NetworkLayout:
    """Arrange columns in a room; where it is too small for them the result is wider, or higher if zoomed."""
    px = measures.px
    lanes_top = px(MARGIN_PX) + measures.header_height + px(MARGIN_PX)
    lanes = max((column.depth + 1 for column in columns if column.is_block), default=0)
    body_top = lanes_top + lanes * px(LANE_PX)
    body_bottom = max(height - px(MARGIN_PX) - measures.caption_height, body_top + px(_ROW_PX))
    body = body_bottom - body_top
    note = px(NOTE_WIDTH_PX) if has_note else 0
    room = width - 2 * px(MARGIN_PX) - note
    fitted, measures = _fitted(columns, room, body, measures)
    blocks = [zoomed(block, column, zoom) for block, column in zip(fitted, columns, strict=True)]
    body = max(body, *(block.height for block in blocks))
    height += body - (body_bottom - body_top) if body > body_bottom - body_top and zoom > FIT else 0
    body_bottom = body_top + body if zoom > FIT else body_bottom
    gap = _gap(sum(_widths(fitted, measures, FIT)), room, len(columns), measures)
    gap = max(round(gap * min(zoom, FIT)), px(_LEAST_GAP_PX))
    widths = _widths(blocks, measures, min(zoom, FIT))
    used = sum(widths) + gap * (len(columns) - 1)
    left = px(MARGIN_PX) + max(0, (room - used) // 2)
    rooms = [body - _scale_height(column, measures) for column in columns]
    placed = tuple(_placed(columns, blocks, widths, left, gap, body_top, rooms))
    right = placed[-1].left + placed[-1].width
    note_left = right + px(MARGIN_PX) if has_note else None
    whole = right + note + px(MARGIN_PX)
    edges, lane = edges_of(columns), px(LANE_PX)
    return NetworkLayout(
        placed, whole, height, body_top, body_bottom, measures, note_left, lanes_top, lane, edges
    )


def _fitted(
    columns: Sequence[Column], room: int, body: int, measures: Measures
) -> tuple[list[CellBlock], Measures]:
    """Return the blocks and the measures, with headings cut where only so everything is seen at once."""
    gaps, padding = (len(columns) - 1) * measures.px(_LEAST_GAP_PX), 2 * measures.px(PADDING_PX)
    for share in _TITLE_SHARES:
        titles = tuple(round(share * title) for title in measures.title_widths)
        if sum(titles) + len(columns) * padding + gaps > room:
            continue
        cut = dataclasses.replace(measures, title_widths=titles)
        blocks = _blocks(columns, room, body, cut)
        if sum(_widths(blocks, cut, FIT)) + gaps <= room:
            return blocks, cut
    return _blocks(columns, room, body, measures), measures


def _widths(blocks: Sequence[CellBlock], measures: Measures, share: float) -> list[int]:
    """Return how wide columns are, with headings that may be cut to a share of their width."""
    titles = (max(round(title * share), measures.px(_LEAST_TITLE_PX)) for title in measures.title_widths)
    padding = 2 * measures.px(PADDING_PX)
    return [max(block.width, title) + padding for block, title in zip(blocks, titles, strict=True)]


def _placed(
    columns: Sequence[Column],
    blocks: Sequence[CellBlock],
    widths: Sequence[int],
    left: int,
    gap: int,
    body_top: int,
    rooms: Sequence[int],
) -> Iterator[PlacedColumn]:
    for column, block, width, room in zip(columns, blocks, widths, rooms, strict=True):
        x, y = left + (width - block.width) // 2, body_top + max(0, (room - block.height) // 2)
        yield PlacedColumn(column, left, width, block.moved_to(x, y))
        left += width + gap


def _gap(used: int, room: int, count: int, measures: Measures) -> int:
    """Return the gap between two columns: wider where there is room to spare, or where one scrolls anyway."""
    gap = (room - used) // max(1, count - 1)
    if gap < measures.px(_LEAST_GAP_PX):
        return measures.px(_SCROLLED_GAP_PX)
    return min(gap, measures.px(_LARGEST_GAP_PX))


def _blocks(columns: Sequence[Column], room: int, body: int, measures: Measures) -> list[CellBlock]:
    blocks: dict[int, CellBlock] = {}
    for index, column in enumerate(columns):
        if column.kind is ColumnKind.PICTURE:
            blocks[index] = _picture_block(column, room, body, measures)
        elif column.kind is ColumnKind.UNITS:
            blocks[index] = _units_block(column, body, measures)
        elif column.kind is ColumnKind.ANSWERS:
            blocks[index] = _answers_block(column, body, measures)
    between = (len(columns) - 1) * measures.px(_LEAST_GAP_PX) + 2 * len(columns) * measures.px(PADDING_PX)
    fixed = sum(max(block.width, measures.title_widths[index]) for index, block in blocks.items())
    groups = _groups(columns)
    chosen = choose(
        _arrangements([[columns[index] for index in group] for group in groups], body, measures.ratio),
        [[measures.title_widths[index] for index in group] for group in groups],
        room - between - fixed,
        measures.ratio,
    )
    for group, arrangement in zip(groups, chosen, strict=True):
        blocks.update(zip(group, arrangement.blocks, strict=True))
    return [blocks[index] for index in range(len(columns))]


def _arrangements(groups: Sequence[Sequence[Column]], body: int, ratio: float) -> list[list[Arrangement]]:
    """Return the ways to arrange each group; those of groups with the same shapes are made once."""
    known: dict[tuple[tuple[int, int, int], ...], list[Arrangement]] = {}
    for group in groups:
        shapes = _shapes(group)
        if shapes not in known:
            known[shapes] = arrangements(group, body, ratio)
    return [known[_shapes(group)] for group in groups]


def _shapes(group: Sequence[Column]) -> tuple[tuple[int, int, int], ...]:
    return tuple((column.count, column.height, column.width) for column in group)


def _groups(columns: Sequence[Column]) -> list[list[int]]:
    """Return the places of the columns of maps, those together that share their rows."""
    groups: list[list[int]] = []
    for index, column in enumerate(columns):
        if column.kind is not ColumnKind.MAPS:
            continue
        before = columns[index - 1]
        follows = before.kind is ColumnKind.MAPS and column.wiring is Wiring.SAME
        if follows and groups and before.count == column.count:
            groups[-1].append(index)
        else:
            groups.append([index])
    return groups


def _picture_block(column: Column, room: int, body: int, measures: Measures) -> CellBlock:
    least, largest = measures.px(_LEAST_PICTURE_PX), measures.px(_LARGEST_PICTURE_PX)
    side, limit = max(column.height, column.width), min(max(int(room * _PICTURE_SHARE), least), largest, body)
    cell, stride = max(1, limit // side), math.ceil(side / limit)
    rows, columns = math.ceil(column.height / stride), math.ceil(column.width / stride)
    return CellBlock(0, 0, 1, 1, 1, rows, columns, cell, cell, columns * cell, rows * cell, stride)


def _units_block(column: Column, body: int, measures: Measures) -> CellBlock:
    """Arrange units as tiles where there are few, as a strip, or as a strip folded into several."""
    count, px = column.count, measures.px
    if body // count >= px(_LEAST_ROW_PX):
        pitch = min(px(_ROW_PX), body // count)
        cell = min(pitch - px(GAP_PX), px(_LARGEST_UNIT_PX))
        return CellBlock(0, 0, count, count, 1, 1, 1, cell, cell, cell, pitch)
    cell = body // count
    if cell >= px(_LEAST_STRIP_CELL_PX):
        return CellBlock(0, 0, count, count, 1, 1, 1, px(_STRIP_PX), cell, px(_STRIP_PX), cell)
    return _folded_block(count, body, measures)


def _folded_block(count: int, body: int, measures: Measures) -> CellBlock:
    limit = measures.px(_FOLDED_WIDTH_PX)
    sizes = [max(1, measures.px(size)) for size in _FOLDED_CELLS_PX]
    fitting = (size for size in sizes if math.ceil(count / max(1, body // size)) * size <= limit)
    cell = next(fitting, sizes[-1])
    most_rows = max(1, body // cell)
    columns = min(math.ceil(count / most_rows), max(1, limit // cell))
    shown = min(count, columns * most_rows)
    rows = math.ceil(shown / columns)
    return CellBlock(0, 0, shown, rows, columns, 1, 1, cell, cell, cell, cell)


def _answers_block(column: Column, body: int, measures: Measures) -> CellBlock:
    body -= _scale_height(column, measures)
    shown = max(1, min(column.count, body // measures.class_height))
    pitch = max(measures.class_height, min(measures.px(_ROW_PX), body // shown))
    height = pitch - measures.px(GAP_PX)
    width = measures.class_width
    return CellBlock(0, 0, shown, shown, 1, 1, 1, width, height, width, pitch)


def _scale_height(column: Column, measures: Measures) -> int:
    """Return how much room the scale below bars needs."""
    return measures.class_height if column.has_scale else 0
