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
    Where a text has shorter forms, the first of them that can be read stands there instead of a part of it.
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
        self._shorter: tuple[str, ...] = ()
        self._room = self._needed = 0
        self._measures: tuple[QFontMetrics, QFontMetricsF] | None = None
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setText(text)

    @property
    def shown_text(self) -> str:
        """What can be read at the present width."""
        room = self.contentsRect().width()
        if self._needed <= room:
            return self._text
        for form in self._shorter:
            if self._width_of(form) <= room:
                return form
        shown = self._metrics()[0].elidedText(self._text, self._mode, room)
        return shown if shown == self._text or len(shown) > self._least else ""

    def has_room_for(self, text: str) -> bool:
        """Return whether all of a text could be read at the present width."""
        return self._width_of(text) <= self.contentsRect().width()

    def text(self) -> str:
        return self._text

    def setText(self, text: str) -> None:
        self.set_forms(text)

    def set_forms(self, text: str, *shorter: str) -> None:
        """Show a text, or where there is no room for it one of the shorter forms, the longest first."""
        if (text, shorter) == (self._text, self._shorter):
            return
        self._text, self._shorter, self._needed = text, shorter, self._width_of(text)
        self.setAccessibleName(text)
        self._tell_the_rest()
        self._ask_for_room()
        self.update()

    def set_widest(self, widest: str) -> None:
        """Insist on the room of another text."""
        if widest != self._widest:
            self._widest = widest
            self.updateGeometry()

    def sizeHint(self) -> QSize:
        return self._with_margins(max(self._room, self._width_of(self._widest)))

    def minimumSizeHint(self) -> QSize:
        least = min(self._metrics()[0].averageCharWidth() * _LEAST_CHARACTERS, self._room)
        return self._with_margins(max(least, self._width_of(self._widest)))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._tell_the_rest()

    def changeEvent(self, event: QEvent) -> None:
        if event.type() is QEvent.Type.FontChange:
            self._measures = None
            self._room = self._needed = self._width_of(self._text)
            self._tell_the_rest()  # there may be no room to grow, and no other size to be told of
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
        wanted, slack = self._needed, _SLACK_CHARACTERS * self._metrics()[0].averageCharWidth()
        if not self._room - slack <= wanted <= self._room:
            self._room = wanted
            self.updateGeometry()

    def _width_of(self, text: str) -> int:
        """Return the pixels in which a text is not elided: the fraction of one counts."""
        return math.ceil(self._metrics()[1].horizontalAdvance(text)) + 1 if text else 0

    def _with_margins(self, width: int) -> QSize:
        margins = self.contentsMargins()
        return QSize(width, self._metrics()[0].height()).grownBy(margins)

    def _tell_the_rest(self) -> None:
        rest = "" if self.shown_text == self._text else self._text
        if rest != self.toolTip():  # Qt sends an event also for the same one
            self.setToolTip(rest)

    def _metrics(self) -> tuple[QFontMetrics, QFontMetricsF]:
        """Return the measures of the font in whole pixels and in fractions."""
        if self._measures is None:
            self._measures = QFontMetrics(self.font()), QFontMetricsF(self.font())
        return self._measures
