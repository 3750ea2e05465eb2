"""A line of text that gives way: without room it ends in an ellipsis, and the tooltip has all of it.

Qt's own label asks for another layout with every other text, and the whole window is arranged anew, docks
included: that cost more than painting where texts change five times a second. This one asks only where the
room that it wants is another.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QSize, Qt
from PySide6.QtGui import QFontMetrics, QFontMetricsF, QPainter
from PySide6.QtWidgets import QLabel

if TYPE_CHECKING:
    from PySide6.QtGui import QPaintEvent, QResizeEvent
    from PySide6.QtWidgets import QWidget

_LEAST_CHARACTERS = 4
_SLACK_CHARACTERS = 2
"""A text that is shorter by less keeps the room of the one before."""


class ElidedLabel(QLabel):
    """A plain-text label that never insists on more room than a few characters, or than `widest` takes.

    Where fewer than `least` characters of a longer text can be shown, they would say nothing, and none are.
    """

    def __init__(
        self,
        text: str = "",
        parent: QWidget | None = None,
        *,
        mode: Qt.TextElideMode = Qt.TextElideMode.ElideRight,
        widest: str = "",
        least: int = 0,
    ) -> None:
        super().__init__(parent)
        self._mode = mode
        self._widest = widest
        self._least = least
        self._text = ""
        self._room = 0
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setText(text)

    @property
    def shown_text(self) -> str:
        """What can be read at the present width."""
        shown = self._metrics().elidedText(self.text(), self._mode, self.contentsRect().width())
        return shown if shown == self._text or len(shown) > self._least else ""

    def has_room_for(self, text: str) -> bool:
        """Return whether all of a text could be read at the present width."""
        return self._width_of(text) <= self.contentsRect().width()

    def text(self) -> str:
        return self._text

    def setText(self, text: str) -> None:
        if text == self._text:
            return
        self._text = text
        self.setAccessibleName(text)
        self._tell_the_rest()
        self._ask_for_room()
        self.update()

    def sizeHint(self) -> QSize:
        return self._with_margins(max(self._room, self._width_of(self._widest)))

    def minimumSizeHint(self) -> QSize:
        least = min(self._metrics().averageCharWidth() * _LEAST_CHARACTERS, self._room)
        return self._with_margins(max(least, self._width_of(self._widest)))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._tell_the_rest()

    def changeEvent(self, event: QEvent) -> None:
        if event.type() is QEvent.Type.FontChange:
            self._room = self._width_of(self._text)
        super().changeEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        try:
            painter.setFont(self.font())
            painter.setPen(self.palette().color(self.foregroundRole()))
            painter.drawText(self.contentsRect(), self.alignment(), self.shown_text)
        finally:
            painter.end()

    def _ask_for_room(self) -> None:
        wanted, slack = self._width_of(self._text), _SLACK_CHARACTERS * self._metrics().averageCharWidth()
        if not self._room - slack <= wanted <= self._room:
            self._room = wanted
            self.updateGeometry()

    def _width_of(self, text: str) -> int:
        """Return the pixels in which a text is not elided: the fraction of one counts."""
        return math.ceil(QFontMetricsF(self.font()).horizontalAdvance(text)) + 1 if text else 0

    def _with_margins(self, width: int) -> QSize:
        margins = self.contentsMargins()
        return QSize(width, self._metrics().height()).grownBy(margins)

    def _tell_the_rest(self) -> None:
        self.setToolTip("" if self.shown_text == self.text() else self.text())

    def _metrics(self) -> QFontMetrics:
        return QFontMetrics(self.font())
