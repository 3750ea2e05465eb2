"""The names beside and above a confusion matrix, which stay in sight while the cells are scrolled."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QFontMetrics, QPainter, QPen

from cnnviz.ui.class_names import without_common_words
from cnnviz.ui.theme import SPACE_4, SPACE_8, caption_font, colors_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PySide6.QtWidgets import QWidget

    from cnnviz.ui.evaluation.matrix_layout import MatrixLayout

_MOST_NAME_PX, _MOST_UPRIGHT_PX = 96, 64
_MOST_SHARE = 3
"""Names take at most a third of the widget's width, and of its height."""
_ROWS, _COLUMNS = "true", "predicted"
_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
_ELIDE = Qt.TextElideMode.ElideMiddle


class MatrixNames:
    """Measures and paints the names of the classes in a widget's font.

    Names of columns lie where all of them fit over their cells, and stand upright elsewhere. Where cells are
    smaller than a line of text, names are left out, except that of the cell under the mouse. Of names that
    are too long, the words that all of them begin or end with are left out. Where cells need the room, all
    names can be hidden.
    """

    def __init__(self, names: Sequence[str], widget: QWidget) -> None:
        self.names = tuple(names)
        self._widget = widget
        self.are_hidden = False
        self._font = caption_font(widget)
        self._metrics = QFontMetrics(self._font)
        self._said = self.names
        self._widest = self._width_of(self._said)
        if self._widest > _MOST_UPRIGHT_PX:
            self._said = without_common_words(self.names)
            self._widest = self._width_of(self._said)

    def _width_of(self, names: Sequence[str]) -> int:
        return max(map(self._metrics.horizontalAdvance, names), default=0)

    @property
    def count(self) -> int:
        """How many classes there are."""
        return len(self.names)

    @property
    def least_cell(self) -> int:
        """The smallest cell beside which a name can be read: lines of names may touch, letters may not."""
        return self._metrics.ascent()

    @property
    def width(self) -> int:
        """The room that the names of rows take, that of the word for rows included."""
        if self.are_hidden:
            return self._metrics.height() + SPACE_4
        most = min(_MOST_NAME_PX, self._widget.width() // _MOST_SHARE)
        return self._metrics.height() + SPACE_4 + min(self._widest, most) + SPACE_4

    @property
    def title_width(self) -> int:
        """The room that the word for columns takes."""
        return self._metrics.horizontalAdvance(f"{_COLUMNS} →") + 2 * SPACE_8

    def size(self, cell_width: int) -> QSize:
        """Return the width of the rows' names and the height of the columns', over cells of this width."""
        line = self._metrics.height()
        if self.are_hidden:
            return QSize(self.width, line + SPACE_4)
        most = min(_MOST_UPRIGHT_PX, self._widget.height() // _MOST_SHARE)
        height = line if self._lie(cell_width) else min(self._widest, most) + SPACE_4
        return QSize(self.width, line + height + SPACE_4)

    def paint(
        self, painter: QPainter, layout: MatrixLayout, room: QSize, current: tuple[int, int] | None
    ) -> None:
        """Paint the names of what is seen in a room of this size; those of the current cell are framed."""
        colors, line = colors_of(self._widget), self._metrics.height()
        painter.setFont(self._font)
        painter.setPen(colors.muted)
        beside = QRect(0, layout.names.height(), line, room.height() - layout.names.height())
        above = QRect(layout.names.width(), 0, room.width() - layout.names.width(), line)
        painter.drawText(above.adjusted(SPACE_4, 0, 0, 0), _LEFT, f"{_COLUMNS} →")
        self._paint_upright(painter, beside, f"← {_ROWS}", _RIGHT)
        if self.are_hidden:
            return
        rows, columns = layout.seen(room)
        place = current or (-1, -1)
        for row in self._readable(rows, layout.cell.height(), place[0]):
            self._paint_row(painter, layout, row, is_current=row == place[0])
        for column in self._readable(columns, layout.cell.width(), place[1]):
            self._paint_column(painter, layout, column, is_current=column == place[1])

    def _lie(self, cell_width: int) -> bool:
        return self._widest + SPACE_4 <= cell_width

    def _readable(self, seen: range, size: int, current: int) -> list[int]:
        """Return the classes whose names have room: all, or every so many, but not beside the current one."""
        apart = max(1, -(-self.least_cell // size))
        names = [place for place in seen if place % apart == 0]
        if current not in seen or apart == 1:
            return names
        return [place for place in names if abs(place - current) >= apart] + [current]

    def _paint_row(self, painter: QPainter, layout: MatrixLayout, row: int, *, is_current: bool) -> None:
        cell, line = layout.rect(row, 0), self._metrics.height()
        place = QRect(line, 0, layout.names.width() - line - SPACE_4, line)
        place.moveTop(cell.center().y() - line // 2)
        painter.save()
        painter.setClipRect(0, layout.names.height(), layout.names.width(), self._widget.height())
        self._set_pen(painter, is_current)
        painter.drawText(place, _RIGHT, self._metrics.elidedText(self._said[row], _ELIDE, place.width()))
        painter.restore()

    def _paint_column(
        self, painter: QPainter, layout: MatrixLayout, column: int, *, is_current: bool
    ) -> None:
        cell, line = layout.rect(0, column), self._metrics.height()
        height = layout.names.height() - line - SPACE_4
        painter.save()
        painter.setClipRect(layout.names.width(), 0, self._widget.width(), layout.names.height())
        self._set_pen(painter, is_current)
        name = self._said[column]
        if self._lie(layout.cell.width()):
            place = QRect(cell.left(), line, cell.width(), height)
            painter.drawText(place, Qt.AlignmentFlag.AlignCenter, name)
        else:
            place = QRect(cell.center().x() - line // 2, line, line, height)
            self._paint_upright(painter, place, self._metrics.elidedText(name, _ELIDE, height), _LEFT)
        painter.restore()

    def _paint_upright(self, painter: QPainter, place: QRect, text: str, align: Qt.AlignmentFlag) -> None:
        """Write from below upwards."""
        painter.save()
        painter.translate(QPoint(place.left(), place.top() + place.height()))
        painter.rotate(-90)
        painter.drawText(QRectF(0, 0, place.height(), place.width()), align, text)
        painter.restore()

    def _set_pen(self, painter: QPainter, is_current: bool) -> None:
        colors = colors_of(self._widget)
        painter.setPen(QPen(colors.accent if is_current else colors.text))
