"""Where one enlarged map lies: in cells of its own, or over the image that it was made from."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

from PySide6.QtCore import QRect

if TYPE_CHECKING:
    from cnnviz.spec.receptive import ReceptiveField

Shape = tuple[int, int]


@dataclasses.dataclass(frozen=True, slots=True)
class MapPlace:
    """All lengths are device pixels. `image` is where the image lies; empty where there is none.

    `top`, `left` and `cell_height`, `cell_width` say where the cells are; over an image, which has whole
    pixels, they need not be whole.
    """

    rows: int
    columns: int
    top: float
    left: float
    cell_height: float
    cell_width: float
    image: QRect = dataclasses.field(default_factory=QRect)

    @property
    def whole(self) -> QRect:
        """Where the map is painted."""
        return self._between(0, 0, self.rows, self.columns)

    def cell(self, row: int, column: int) -> QRect:
        """Return where a number of the map is painted."""
        return self._between(row, column, row + 1, column + 1)

    def locate(self, x: float, y: float) -> tuple[int, int] | None:
        """Return (row, column) of the number at a place, or None beside the map."""
        row, column = (y - self.top) // self.cell_height, (x - self.left) // self.cell_width
        is_inside = 0 <= row < self.rows and 0 <= column < self.columns
        return (int(row), int(column)) if is_inside else None

    def _between(self, row: int, column: int, end_row: int, end_column: int) -> QRect:
        top, bottom = (round(self.top + place * self.cell_height) for place in (row, end_row))
        left, right = (round(self.left + place * self.cell_width) for place in (column, end_column))
        return QRect(left, top, right - left, bottom - top)


def own_place(shape: Shape, width: float, height: float, largest_cell: int) -> MapPlace:
    """Lay a map (rows, columns) out in the middle of the upper edge, as large as there is room for."""
    rows, columns = shape
    cell = max(1, min(int(min(width / columns, height / rows)), largest_cell))
    left = max(0, int((width - columns * cell) / 2))
    return MapPlace(rows, columns, 0, left, cell, cell)


def place_over_image(
    shape: Shape, image: Shape, field: ReceptiveField, width: float, height: float, largest_cell: int
) -> MapPlace:
    """Lay a map over the image: each number around the middle of what it sees, as wide as to the next."""
    (rows, columns), pixels = shape, own_place(image, width, height, largest_cell)
    side = pixels.cell_width
    (down, right), starts, sizes = field.jump, field.start, field.size
    top, left = (
        start + (size - jump) / 2 for start, size, jump in zip(starts, sizes, field.jump, strict=True)
    )
    return MapPlace(
        rows, columns, top * side, pixels.left + left * side, down * side, right * side, pixels.whole
    )


def seen_box(place: MapPlace, image: Shape, field: ReceptiveField, cell: tuple[int, int]) -> QRect:
    """Return the part of the image (rows, columns) that a number sees, without padding."""
    side = place.image.width() / image[1]
    ends = []
    for axis in (0, 1):
        first = field.start[axis] + cell[axis] * field.jump[axis]
        ends.append((max(first, 0), min(first + field.size[axis], image[axis])))
    (top, bottom), (left, right) = ends
    x, y = place.image.left() + round(left * side), place.image.top() + round(top * side)
    return QRect(x, y, round((right - left) * side), round((bottom - top) * side))
