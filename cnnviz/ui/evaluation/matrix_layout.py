"""Where the cells and names of a confusion matrix stand. No painting."""

from __future__ import annotations

import dataclasses

from PySide6.QtCore import QPoint, QRect, QSize

MOST_WIDE_PX, MOST_HIGH_PX = 64, 36
LEAST_WHOLE_PX = 2
"""Cells that are smaller cannot be told apart, even where all of them would be seen at once."""
_MOST_WHOLE_PX = 480
"""As much of the height of a window can be had for a matrix that is to be seen whole."""
_SMALLEST_PX, _LARGEST_PX = 2, 96
_ZOOM = 1.3


@dataclasses.dataclass(frozen=True, slots=True)
class MatrixLayout:
    """Cells of one size, scrolled by `offset`, right of and below the names, which stay.

    Attributes
    ----------
    classes
        How many rows and columns there are.
    cell
        Width and height of a cell in logical pixels.
    names
        Width of the names of rows, and height of those of columns.
    offset
        How far the cells are scrolled.
    """

    classes: int
    cell: QSize
    names: QSize
    offset: QPoint = dataclasses.field(default_factory=QPoint)

    @property
    def whole(self) -> QSize:
        """The size of all cells."""
        return self.cell * self.classes

    @property
    def needed(self) -> QSize:
        """The size at which all cells are seen beside the names."""
        return self.whole + self.names

    @property
    def origin(self) -> QPoint:
        """The upper left corner of the first cell."""
        return QPoint(self.names.width(), self.names.height()) - self.offset

    def rect(self, row: int, column: int) -> QRect:
        """Return where a cell stands."""
        place = QPoint(column * self.cell.width(), row * self.cell.height())
        return QRect(self.origin + place, self.cell)

    def at(self, point: QPoint) -> tuple[int, int] | None:
        """Return the row and column of the cell at a point; None where there is none, or names cover it."""
        if point.x() < self.names.width() or point.y() < self.names.height():
            return None
        place = point - self.origin
        row, column = place.y() // self.cell.height(), place.x() // self.cell.width()
        return (row, column) if max(row, column) < self.classes else None

    def seen(self, room: QSize) -> tuple[range, range]:
        """Return the rows and columns of which something is seen in a room of this size."""
        rows = self._seen(self.offset.y(), room.height() - self.names.height(), self.cell.height())
        columns = self._seen(self.offset.x(), room.width() - self.names.width(), self.cell.width())
        return rows, columns

    def _seen(self, offset: int, room: int, size: int) -> range:
        return range(offset // size, min(self.classes, -(-(offset + max(0, room)) // size)))


def fitting_cell(room: QSize, classes: int, least: int) -> QSize:
    """Return the size of cells that fill a room, none smaller than `least`."""
    wide, high = room.width() // classes, room.height() // classes
    return QSize(min(max(wide, least), MOST_WIDE_PX), min(max(high, least), MOST_HIGH_PX))


def can_be_whole(classes: int, side: int) -> bool:
    """Return whether all cells can be seen at once: `side` pixels wide now, or in more room."""
    return side >= LEAST_WHOLE_PX or classes * LEAST_WHOLE_PX <= _MOST_WHOLE_PX


def zoomed(cell: QSize, steps: int) -> QSize:
    """Return a cell enlarged by some steps, or shrunk; at last both sides are the same."""
    factor = _ZOOM**steps

    def side(length: int) -> int:
        moved = round(length * factor) if steps else length
        if moved == length and steps:
            moved += 1 if steps > 0 else -1
        return min(max(moved, _SMALLEST_PX), _LARGEST_PX)

    return QSize(side(cell.width()), side(cell.height()))
