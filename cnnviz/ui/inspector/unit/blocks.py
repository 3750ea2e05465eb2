"""Blocks of numbers: cells with figures in them, whole maps, and what their colours mean."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QRect
from PySide6.QtGui import QColor, QImage, QPainter

from cnnviz.ui.format import number
from cnnviz.ui.inspector.unit.figures import CENTER, LEFT, RIGHT, Spot, dashed, frame, hatch
from cnnviz.ui.inspector.unit.pens import Pens, Ramp, Scaling, ramp_image

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from cnnviz.ui.inspector.unit.cell_numbers import CellFormat

LEAST_CELL_PX, MOST_CELL_PX = 3, 40
_STRIP_PX = 6
_FEW_CELLS = 130
_LINED_CELL_PX = 14
_BLACK, _WHITE = QColor(0, 0, 0), QColor(255, 255, 255)

CellSpot = Callable[[int, int], Spot | None]
"""Says what is at (row, column)."""


@dataclasses.dataclass(frozen=True, slots=True, eq=False)
class Cells:
    """Numbers (rows, columns), each in a cell of its colour; written in it where there is room.

    Attributes
    ----------
    cell
        Width and height of a cell.
    format
        How the numbers are written; None where there is no room for them.
    inside
        bool (rows, columns), False for padding, which is hatched; None where all are numbers.
    marks
        Cells with a frame, as (row, column).
    at
        What is under the mouse.
    kept
        Gives the picture of the cells without marks, made by the function that it is given where it is not
        there; None where other cells are painted each time.
    """

    values: NDArray[np.floating]
    scaling: Scaling
    cell: tuple[int, int]
    format: CellFormat | None
    pens: Pens
    inside: NDArray[np.bool_] | None = None
    marks: tuple[tuple[int, int], ...] = ()
    at: CellSpot | None = None
    kept: Callable[[Callable[[], QImage]], QImage] | None = None

    @property
    def width(self) -> int:
        """Of all cells."""
        return self.cell[0] * int(self.values.shape[1])

    @property
    def height(self) -> int:
        """Of all cells."""
        return self.cell[1] * int(self.values.shape[0])

    def paint(self, painter: QPainter, x: int, y: int, seen: QRect) -> None:
        """Paint cells, lines between them, numbers and frames."""
        pens = self.pens
        if self.kept is None or pens.is_vector:
            self._paint_plain(painter, x, y)
        else:
            painter.drawImage(x - pens.line, y - pens.line, self.kept(self._picture))
        for row, column in self.marks:
            cell = self._cell(x, y, row, column)
            frame(painter, cell, pens.colors.base, 2 * pens.line)
            frame(
                painter,
                cell.adjusted(pens.line, pens.line, -pens.line, -pens.line),
                pens.colors.text,
                2 * pens.line,
            )

    def spot(self, x: int, y: int) -> Spot | None:
        """Return what is in the cell at a place."""
        if self.at is None:
            return None
        return self.at(y // self.cell[1], x // self.cell[0])

    def _cell(self, x: int, y: int, row: int, column: int) -> QRect:
        return QRect(x + column * self.cell[0], y + row * self.cell[1], *self.cell)

    def _picture(self) -> QImage:
        """Return all but the marks, with the frame around it."""
        edge = self.pens.line
        image = QImage(self.width + 2 * edge, self.height + 2 * edge, QImage.Format.Format_RGB32)
        painter = QPainter(image)
        try:
            self._paint_plain(painter, edge, edge)
        finally:
            painter.end()
        return image

    def _paint_plain(self, painter: QPainter, x: int, y: int) -> None:
        pens, place = self.pens, QRect(x, y, self.width, self.height)
        self._paint_colors(painter, place)
        self._paint_padding(painter, x, y)
        if self.format is not None or min(self.cell) >= pens.px(_LINED_CELL_PX):
            self._paint_lines(painter, place)
        frame(painter, place, pens.colors.border, pens.line)
        if self.format is not None:
            self._paint_numbers(painter, x, y)

    def _paint_colors(self, painter: QPainter, place: QRect) -> None:
        """Paint the cells one by one where they are few, which is faster than a picture that is enlarged."""
        if self.values.size > _FEW_CELLS:
            painter.drawImage(place, self.pens.image(self.values, self.scaling))
            return
        columns, (wide, high) = self.values.shape[1], self.cell
        for index, color in enumerate(self.pens.colors_of(self.values, self.scaling)):
            row, column = divmod(index, columns)
            painter.fillRect(place.x() + column * wide, place.y() + row * high, wide, high, color)

    def _paint_padding(self, painter: QPainter, x: int, y: int) -> None:
        if self.inside is None or self.inside.all():
            return
        colors = self.pens.colors
        for row, column in np.argwhere(~self.inside):
            cell = self._cell(x, y, int(row), int(column))
            painter.fillRect(cell, colors.window)
            hatch(painter, cell, colors.disabled, self.pens)

    def _paint_lines(self, painter: QPainter, place: QRect) -> None:
        color, width = self.pens.colors.hairline, self.pens.line
        for column in range(1, self.values.shape[1]):
            painter.fillRect(
                QRect(place.x() + column * self.cell[0], place.y(), width, place.height()), color
            )
        for row in range(1, self.values.shape[0]):
            painter.fillRect(QRect(place.x(), place.y() + row * self.cell[1], place.width(), width), color)

    def _paint_numbers(self, painter: QPainter, x: int, y: int) -> None:
        assert self.format is not None
        pens, (wide, high) = self.pens, self.cell
        painter.setFont(pens.small)
        black = pens.ink(self.scaling, self.values).ravel().tolist()
        outside = None if self.inside is None else (~self.inside).ravel().tolist()
        ink, columns = None, self.values.shape[1]
        for index, value in enumerate(self.values.ravel().tolist()):
            color = _BLACK if black[index] else _WHITE
            if outside is not None and outside[index]:
                color = pens.colors.muted
            if color is not ink:
                painter.setPen(color)
                ink = color
            row, column = divmod(index, columns)
            words, left, top = self.format.text(value), x + column * wide, y + row * high
            if pens.is_vector:
                painter.drawText(QRect(left, top, wide, high), CENTER, words)
                continue
            static, width, height = pens.small_text(words)
            painter.drawStaticText(left + round((wide - width) / 2), top + round((high - height) / 2), static)


@dataclasses.dataclass(frozen=True, slots=True, eq=False)
class MapTile:
    """A whole map as small cells, with the window and the unit framed.

    Attributes
    ----------
    image
        All cells as they are painted, made by `enlarged`; `shape` is (rows, columns).
    cell
        Side of a cell.
    window
        (top, left, rows, columns) of a frame, which may reach over the edge; None for none.
    unit
        (row, column) of the framed cell; None for none.
    """

    image: QImage
    shape: tuple[int, int]
    cell: float
    pens: Pens
    window: tuple[int, int, int, int] | None = None
    unit: tuple[int, int] | None = None
    at: CellSpot | None = None

    @property
    def width(self) -> int:
        """Of all cells."""
        return max(1, round(self.shape[1] * self.cell))

    @property
    def height(self) -> int:
        """Of all cells."""
        return max(1, round(self.shape[0] * self.cell))

    def paint(self, painter: QPainter, x: int, y: int, seen: QRect) -> None:
        """Paint the map and the frames on it."""
        pens = self.pens
        place = QRect(x, y, self.width, self.height)
        painter.drawImage(place, self.image)
        frame(painter, place, pens.colors.border, pens.line)
        if self.window is not None:
            self._paint_window(painter, x, y)
        if self.unit is not None:
            self._paint_unit(painter, self._rect(x, y, *self.unit, 1, 1))

    def spot(self, x: int, y: int) -> Spot | None:
        """Return what is in the cell at a place."""
        if self.at is None:
            return None
        row, column = int(y / self.cell), int(x / self.cell)
        return self.at(min(row, self.shape[0] - 1), min(column, self.shape[1] - 1))

    def window_rect(self, x: int, y: int) -> QRect:
        """Return where the window of a tile with its corner at (x, y) is, also where it is over the edge."""
        return self._rect(x, y, *(self.window or (0, 0, *self.shape)))

    def _rect(self, x: int, y: int, top: int, left: int, rows: int, columns: int) -> QRect:
        first = (x + round(left * self.cell), y + round(top * self.cell))
        last = (x + round((left + columns) * self.cell), y + round((top + rows) * self.cell))
        return QRect(*first, max(1, last[0] - first[0]), max(1, last[1] - first[1]))

    def _paint_window(self, painter: QPainter, x: int, y: int) -> None:
        """Paint the window solid on the map and dashed over the padding."""
        colors, width, window = self.pens.colors, self.pens.line, self.window_rect(x, y)
        on_map = window.intersected(QRect(x, y, self.width, self.height))
        if on_map != window:
            dashed(painter, window.adjusted(0, 0, -1, -1), colors.accent, width)
        if on_map.isValid():
            frame(painter, on_map, colors.base, 3 * width)
            frame(painter, on_map, colors.accent, 2 * width)

    def _paint_unit(self, painter: QPainter, cell: QRect) -> None:
        frame(painter, cell, self.pens.colors.base, 3 * self.pens.line)
        frame(painter, cell, self.pens.colors.accent, 2 * self.pens.line)


def enlarged(image: QImage, cell: float, pens: Pens) -> QImage:
    """Return an image of one pixel for each number with cells of a size, ready to be painted fast.

    A drawing keeps the small image, which is enlarged wherever it is shown.
    """
    if pens.is_vector:
        return image
    width, height = max(1, round(image.width() * cell)), max(1, round(image.height() * cell))
    return image.scaled(width, height).convertToFormat(QImage.Format.Format_RGB32)


def map_cell(shape: tuple[int, int], room: tuple[int, int], most: int = MOST_CELL_PX) -> float:
    """Return the side of a map's cells in a room (width, height): whole pixels, but for very large maps."""
    fitting = min(room[0] / shape[1], room[1] / shape[0])
    return float(min(int(fitting), most)) if fitting >= 1 else fitting


@dataclasses.dataclass(frozen=True, slots=True, eq=False)
class ScaleStrip:
    """What colours mean: a strip from the lowest to the highest number."""

    scaling: Scaling
    width: int
    pens: Pens

    @property
    def height(self) -> int:
        """The strip and the numbers below."""
        return self.pens.px(_STRIP_PX + 1) + self.pens.height(self.pens.small)

    def paint(self, painter: QPainter, x: int, y: int, seen: QRect) -> None:
        """Paint strip and numbers."""
        pens = self.pens
        strip = QRect(x, y, self.width, pens.px(_STRIP_PX))
        painter.drawImage(strip, ramp_image(self.scaling.ramp, pens.colors.is_dark))
        below = QRect(x, strip.bottom() + pens.px(1), self.width, pens.height(pens.small))
        painter.setFont(pens.small)
        painter.setPen(pens.colors.muted)
        low, high = number(self.scaling.low), number(self.scaling.high)
        if self.scaling.ramp is Ramp.SIGNED:
            low, high = "−", "+"
            painter.drawText(below, CENTER, f"± {number(self.scaling.high)}")
        painter.drawText(below, LEFT, low)
        painter.drawText(below, RIGHT, high)

    def spot(self, x: int, y: int) -> Spot | None:
        """Return nothing."""
        return None
