"""A row for each class: its name, a bar and a number, each of which can be asked about."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFont, QFontMetrics, QPainter, QPen
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from cnnviz.ui.class_names import without_common_words
from cnnviz.ui.icons import tinted_pixmap
from cnnviz.ui.inspector.answers import Answers, Meaning
from cnnviz.ui.plots.share_bar import paint_mark, paint_span_bar
from cnnviz.ui.theme import (
    FOCUS_RING_PX,
    RADIUS,
    SPACE_4,
    SPACE_8,
    colors_of,
    strong_font,
    with_tabular_figures,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PySide6.QtGui import QFocusEvent, QKeyEvent, QMouseEvent, QPaintEvent

    from cnnviz.ui.theme import Colors

MOST_ROWS = 10
_MOST_NAME_PX, _LEAST_BAR_PX, _BAR_HEIGHT_PX = 110, 24, 10
_NAME_SHARE = 0.35
_MARK_PX, _MARK_WORD = 14, "true"
_STEPS = {
    Qt.Key.Key_Up: -1,
    Qt.Key.Key_Down: 1,
    Qt.Key.Key_PageUp: -MOST_ROWS,
    Qt.Key.Key_PageDown: MOST_ROWS,
}
_ENTER_KEYS = (Qt.Key.Key_Return, Qt.Key.Key_Enter)
_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter


class ClassRows(QWidget):
    """One row for each class: name, bar, number, and a mark at the true one.

    Up to ten classes stand in their own order; more stand with the most likely first. A click on a row asks
    why, and so does Enter on the one that was reached with the arrow keys.

    Signals
    -------
    row_opened(int)
        Why a class gets its number is wanted; with the number of the class.
    row_reached(int)
        The arrow keys have come to a row.
    """

    row_opened = Signal(int)
    row_reached = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._answers = Answers()
        self._spans, self._marks, self._texts = self._answers.spans(), self._answers.marks(), [""]
        self._line: float | None = None
        self._names: tuple[str, ...] = ()
        self._short_names: tuple[str, ...] = ()
        self._true: int | None = None
        self._name_widths = (0, 0)
        self._current: int | None = None
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setAccessibleName(Meaning.PROBABILITIES.value)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    @property
    def count(self) -> int:
        """How many rows there are."""
        return len(self._names)

    @property
    def row_height(self) -> int:
        """Height of a row in logical pixels."""
        return self.fontMetrics().height() + SPACE_4

    @property
    def order(self) -> list[int]:
        """The class of each row."""
        values = self._answers.values
        if values is None:
            return []
        if self.count <= MOST_ROWS or self._answers.meaning is Meaning.NUMBERS:
            return list(range(self.count))
        return [int(index) for index in np.argsort(-np.nan_to_num(values), kind="stable")]

    def set_answers(self, answers: Answers, class_names: Sequence[str], true_class: int | None) -> None:
        """Show other numbers."""
        count = 0 if answers.values is None else len(answers.values)
        names = tuple(answers.name(class_names, index) for index in range(count))
        self._answers, self._spans = answers, answers.spans()
        self._marks, self._texts = answers.marks(), answers.texts()
        self._true = None if answers.meaning is Meaning.NUMBERS else true_class
        self._line = answers.line(true_class)
        self.setAccessibleName(answers.meaning.value)
        if names != self._names:
            self._names = names
            self._current = None
            self._short_names = without_common_words(names)
            self._name_widths = self._width_of(names), self._width_of(self._short_names)
            self.setFixedHeight(self.row_height * max(1, count))
        self.update()

    @property
    def current(self) -> int | None:
        """The row under the mouse, or reached with the keyboard."""
        return self._current

    @property
    def written_names(self) -> tuple[str, ...]:
        """The names as they are written: without the words that all of them share where they have no room."""
        return self._short_names if self._name_widths[0] > self._most_name_px else self._names

    def row_text(self, row: int) -> str:
        """Return what a row says, in words."""
        index = self.order[row]
        true = ", true" if index == self._true else ""
        remark = self._answers.remark(index, self._true)
        words = [f"{self._names[index]}: {self._answers.told(index)}{true}", remark]
        return "; ".join(filter(None, words))

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        row = self._row_at(event.position().toPoint().y())
        if row != self._current:
            self._go_to(row)
            text = f"{self.row_text(row)}. Click to see why." if row is not None else ""
            QToolTip.showText(event.globalPosition().toPoint(), text, self)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        event.accept()  # what is pressed here, is released here

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        row = self._row_at(event.position().toPoint().y())
        if (
            row is not None
            and event.button() is Qt.MouseButton.LeftButton
            and self.rect().contains(event.position().toPoint())
        ):
            self.row_opened.emit(self.order[row])

    def leaveEvent(self, event: QEvent) -> None:
        if not self.hasFocus():
            self._go_to(None)

    def focusInEvent(self, event: QFocusEvent) -> None:
        if self._current is None and self.count:
            self._reach(0)
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        self._go_to(None)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        row, last = self._current, self.count - 1
        if row is None or event.key() not in (*_STEPS, *_ENTER_KEYS):
            super().keyPressEvent(event)
        elif event.key() in _ENTER_KEYS:
            self.row_opened.emit(self.order[row])
        else:
            self._reach(min(max(row + _STEPS[Qt.Key(event.key())], 0), last))

    def sizeHint(self) -> QSize:
        return QSize(260, self.row_height * max(1, self.count))

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        try:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            first, last = event.rect().top() // self.row_height, event.rect().bottom() // self.row_height
            predicted = self._answers.predicted()
            for row, index in list(enumerate(self.order))[first : last + 1]:
                place = QRectF(0, row * self.row_height, self.width(), self.row_height)
                if row == self._current:
                    self._paint_current(painter, place)
                self._paint_row(painter, place, index, is_predicted=index == predicted)
        finally:
            painter.end()

    @property
    def _most_name_px(self) -> int:
        return min(_MOST_NAME_PX, int(self.width() * _NAME_SHARE))

    def _width_of(self, names: Sequence[str]) -> int:
        metrics = QFontMetrics(with_tabular_figures(strong_font(self)))
        return max(map(metrics.horizontalAdvance, names), default=0)

    def _row_at(self, y: int) -> int | None:
        row = y // self.row_height
        return row if 0 <= row < self.count else None

    def _go_to(self, row: int | None) -> None:
        if row != self._current:
            self._current = row
            self.update()

    def _reach(self, row: int) -> None:
        self._go_to(row)
        self.setAccessibleDescription(f"{self.row_text(row)}. Enter shows why.")
        self.row_reached.emit(row)

    def _paint_current(self, painter: QPainter, place: QRectF) -> None:
        colors = colors_of(self)
        painter.setPen(QPen(colors.accent, FOCUS_RING_PX) if self.hasFocus() else Qt.PenStyle.NoPen)
        painter.setBrush(colors.hover)
        inset = FOCUS_RING_PX / 2
        painter.drawRoundedRect(place.adjusted(inset, inset, -inset, -inset), RADIUS, RADIUS)

    def _paint_row(self, painter: QPainter, place: QRectF, index: int, *, is_predicted: bool) -> None:
        colors = colors_of(self)
        font = with_tabular_figures(strong_font(self) if is_predicted else self.font())
        names, most = self.written_names, self._most_name_px
        name_width = min(self._name_widths[names is self._short_names], most)
        name = QRectF(0, place.y(), name_width, place.height())
        painter.setFont(font)
        painter.setPen(colors.text)
        metrics, mode = QFontMetrics(font), Qt.TextElideMode.ElideRight
        painter.drawText(name, _LEFT, metrics.elidedText(names[index], mode, name_width))
        number, bar, mark = self._columns(place, name)
        painter.drawText(number, _RIGHT, self._texts[index])
        begin, end = (float(place) for place in self._spans[index])
        paint_span_bar(painter, bar, begin, end, colors, accented=is_predicted)
        if self._line is not None:
            self._paint_line(painter, bar, self._line)
        if self._marks is not None:
            paint_mark(painter, bar, float(self._marks[index]), colors)
        if index == self._true:
            self._paint_mark(painter, mark, colors)

    def _columns(self, place: QRectF, name: QRectF) -> tuple[QRectF, QRectF, QRectF]:
        """Return where number, bar and mark of a row are painted."""
        metrics = QFontMetrics(strong_font(self))
        mark_width = _MARK_PX + SPACE_4 + metrics.horizontalAdvance(_MARK_WORD)
        number_width = metrics.horizontalAdvance(self._answers.widest)
        mark = QRectF(place.right() - mark_width, place.y(), mark_width, place.height())
        number = QRectF(mark.left() - SPACE_8 - number_width, place.y(), number_width, place.height())
        left = name.right() + SPACE_8
        width = max(number.left() - SPACE_8 - left, _LEAST_BAR_PX)
        return number, QRectF(left, place.center().y() - _BAR_HEIGHT_PX / 2, width, _BAR_HEIGHT_PX), mark

    def _paint_line(self, painter: QPainter, bar: QRectF, place: float) -> None:
        """Mark the margin below the true score, up to which other scores may come."""
        x = bar.left() + place * bar.width()
        painter.setPen(QPen(colors_of(self).text, 1))
        painter.drawLine(QPointF(x, bar.top() - 2), QPointF(x, bar.bottom() + 2))

    def _paint_mark(self, painter: QPainter, place: QRectF, colors: Colors) -> None:
        """Say that this is the true class, with a sign and a word."""
        pixmap = tinted_pixmap("check", colors.success, _MARK_PX, self.devicePixelRatioF())
        painter.drawPixmap(QPointF(place.x(), place.center().y() - _MARK_PX / 2), pixmap)
        painter.setFont(QFont(self.font()))
        painter.setPen(colors.success)
        painter.drawText(place.adjusted(_MARK_PX + SPACE_4, 0, 0, 0), _LEFT, _MARK_WORD)
