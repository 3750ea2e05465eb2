"""A text of some lines that changes often, and asks for another layout only where it needs other room.

Qt's own label asks with every other text, and the whole window is arranged anew, docks included: that took
longer than painting where a sentence with a number in it changes ten times a second.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QRect, QSize, Qt
from PySide6.QtGui import QFontMetrics, QPainter
from PySide6.QtWidgets import QLabel, QSizePolicy

if TYPE_CHECKING:
    from PySide6.QtGui import QPaintEvent, QResizeEvent
    from PySide6.QtWidgets import QWidget

_USUAL_CHARACTERS = 40
_HIGHEST = 1 << 16


class SteadyLabel(QLabel):
    """A plain-text label that breaks its lines between words."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._text = ""
        self._lines_height = 0
        policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        self.setAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)

    def text(self) -> str:
        return self._text

    def setText(self, text: str) -> None:
        if text == self._text:
            return
        self._text = text
        self.setAccessibleName(text)
        self._ask_for_room()
        self.update()

    def hasHeightForWidth(self) -> bool:
        return True

    def heightForWidth(self, width: int) -> int:
        margins = self.contentsMargins()
        room = width - margins.left() - margins.right()
        return self._height_of_lines(room) + margins.top() + margins.bottom()

    def sizeHint(self) -> QSize:
        metrics = QFontMetrics(self.font())
        width = min(metrics.horizontalAdvance(self._text), metrics.averageCharWidth() * _USUAL_CHARACTERS)
        return QSize(width, self.heightForWidth(width))

    def minimumSizeHint(self) -> QSize:
        metrics = QFontMetrics(self.font())
        longest = max(map(metrics.horizontalAdvance, self._text.split()), default=0)
        return QSize(longest, metrics.height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        room = self.contentsRect()
        self._lines_height = self._height_of_lines(room.width())
        if room.height() < self._lines_height:  # a layout remembers heights at other widths, of texts before
            self.updateGeometry()

    def changeEvent(self, event: QEvent) -> None:
        if event.type() is QEvent.Type.FontChange:
            self._ask_for_room()
        super().changeEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        try:
            painter.setFont(self.font())
            painter.setPen(self.palette().color(self.foregroundRole()))
            painter.drawText(self.contentsRect(), self._flags(), self._text)
        finally:
            painter.end()

    def _ask_for_room(self) -> None:
        height = self._height_of_lines(self.contentsRect().width())
        if height != self._lines_height:
            self._lines_height = height
            self.updateGeometry()

    def _height_of_lines(self, width: int) -> int:
        room = QRect(0, 0, max(width, 1), _HIGHEST)
        return QFontMetrics(self.font()).boundingRect(room, self._flags(), self._text).height()

    def _flags(self) -> int:
        return int(self.alignment()) | int(Qt.TextFlag.TextWordWrap)
