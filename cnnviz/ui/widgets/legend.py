"""What the colours of maps mean: a strip of the table with its numbers, and what the scale is spread over."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QRectF, QSize, Qt
from PySide6.QtGui import QFontMetrics, QImage, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from cnnviz.interpret.atlas import FIRST_INDEX, LAST_INDEX
from cnnviz.ui.format import number
from cnnviz.ui.plots.atlas_painting import color_table
from cnnviz.ui.theme import SPACE_4, caption_font, colors_of

if TYPE_CHECKING:
    from PySide6.QtGui import QEnterEvent

_STRIP_PX = 8
_AT_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop
_AT_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignTop
_IN_THE_MIDDLE = Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignTop


class Legend(QWidget):
    """A strip from the lowest to the highest value. It is empty until `set_range` was called."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._range: tuple[float, float] | None = None
        self._ends = "", ""
        self._signed = False
        self._scale = ""
        self._font = caption_font(self)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    @property
    def text(self) -> str:
        """The legend as a sentence."""
        if self._range is None:
            return ""
        low, high = self._ends
        middle = ", zero in the middle" if self._signed else ""
        return f"Colours from {low} to {high}{middle}; {self._scale}."

    def set_range(self, low: float, high: float, *, signed: bool, scale: str) -> None:
        """Show the numbers of the ends, and what the scale is spread over in words."""
        if (low, high, signed, scale) == (*(self._range or (None, None)), self._signed, self._scale):
            return
        self._range, self._signed, self._scale = (low, high), signed, scale
        self._ends = number(low), number(high)
        self.setAccessibleName(self.text)
        if self.underMouse():
            self.setToolTip(self.text)
        self.update()

    def clear(self) -> None:
        """Show nothing."""
        self._range = None
        self.setAccessibleName("")
        self.setToolTip("")
        self.update()

    def enterEvent(self, event: QEnterEvent) -> None:
        self.setToolTip(self.text)  # not with every range: those of live maps are new ten times a second
        super().enterEvent(event)

    def changeEvent(self, event: QEvent) -> None:
        if event.type() is QEvent.Type.FontChange:
            self._font = caption_font(self)
        super().changeEvent(event)

    def sizeHint(self) -> QSize:
        return QSize(160, _STRIP_PX + SPACE_4 + QFontMetrics(self._font).height())

    def minimumSizeHint(self) -> QSize:
        return QSize(120, self.sizeHint().height())

    def paintEvent(self, event: QPaintEvent) -> None:
        if self._range is None:
            return
        painter = QPainter(self)
        try:
            self._paint(painter)
        finally:
            painter.end()

    def _paint(self, painter: QPainter) -> None:
        colors = colors_of(self)
        strip = QRectF(0, 0, self.width(), _STRIP_PX)
        painter.drawImage(strip, _strip_image(signed=self._signed, dark=colors.is_dark))
        painter.setPen(QPen(colors.hairline, 1))
        painter.drawRect(strip.adjusted(0.5, 0.5, -0.5, -0.5))
        painter.setFont(self._font)
        painter.setPen(colors.muted)
        line = QRectF(0, _STRIP_PX + SPACE_4 / 2, self.width(), self.height() - _STRIP_PX)
        painter.drawText(line, _AT_LEFT, self._ends[0])
        painter.drawText(line, _AT_RIGHT, self._ends[1])
        if self._signed and self._has_room_between(painter.fontMetrics(), self._ends):
            painter.drawText(line, _IN_THE_MIDDLE, "0")

    def _has_room_between(self, metrics: QFontMetrics, ends: tuple[str, str]) -> bool:
        """Return whether the zero in the middle keeps its distance from the numbers of the ends."""
        longest = max(metrics.horizontalAdvance(end) for end in ends)
        return self.width() / 2 - longest > metrics.horizontalAdvance("0") / 2 + SPACE_4


@functools.lru_cache(maxsize=4)
def _strip_image(*, signed: bool, dark: bool) -> QImage:
    count = LAST_INDEX - FIRST_INDEX + 1
    data = bytes(range(FIRST_INDEX, LAST_INDEX + 1))
    image = QImage(data, count, 1, count, QImage.Format.Format_Indexed8).copy()
    image.setColorTable(list(color_table(signed=signed, dark=dark)))
    return image
