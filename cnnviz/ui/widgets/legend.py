"""What the colours of maps mean: a strip of the table with its numbers, and what the scale is spread over."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize
from PySide6.QtGui import QFontMetrics, QImage, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from cnnviz.interpret.atlas import FIRST_INDEX, LAST_INDEX
from cnnviz.interpret.colormaps import ColorMap
from cnnviz.ui.format import number
from cnnviz.ui.plots.atlas_painting import color_table
from cnnviz.ui.plots.text_widths import TextWidths
from cnnviz.ui.theme import DARK, LIGHT, SPACE_4, caption_font, colors_of

if TYPE_CHECKING:
    from PySide6.QtGui import QEnterEvent

_STRIP_PX = 8


class Legend(QWidget):
    """A strip from the lowest to the highest value. It is empty until `set_range` was called."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._range: tuple[float, float] | None = None
        self._ends = "", ""
        self._color_map = ColorMap.VIRIDIS
        self._scale = ""
        self._font = caption_font(self)
        self._widths = TextWidths(self._font)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    @property
    def text(self) -> str:
        """The legend as a sentence."""
        if self._range is None:
            return ""
        low, high = self._ends
        middle = ", zero in the middle" if self._is_signed else ""
        return f"Colours from {low} to {high}{middle}; {self._scale}."

    @property
    def _is_signed(self) -> bool:
        return self._color_map is ColorMap.DIVERGING

    def set_range(self, low: float, high: float, color_map: ColorMap, *, scale: str) -> None:
        """Show the numbers of the ends, and what the scale is spread over in words."""
        if (low, high, color_map, scale) == (*(self._range or (None, None)), self._color_map, self._scale):
            return
        self._range, self._color_map, self._scale = (low, high), color_map, scale
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
            self._widths = TextWidths(self._font)
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
        colors, widths = colors_of(self), self._widths
        ratio = self.devicePixelRatioF()
        strip = _strip_image(self.width(), ratio, self._color_map, dark=colors.is_dark)
        painter.drawImage(0, 0, strip)
        painter.setFont(self._font)
        painter.setPen(colors.muted)
        line = _STRIP_PX + SPACE_4 / 2 + widths.ascent
        low, high = self._ends
        painter.drawText(QPointF(0, line), low)
        painter.drawText(QPointF(self.width() - widths.of(high), line), high)
        if self._is_signed and self._has_room_between(low, high):
            painter.drawText(QPointF((self.width() - widths.of("0")) / 2, line), "0")

    def _has_room_between(self, *ends: str) -> bool:
        """Return whether the zero in the middle keeps its distance from the numbers of the ends."""
        longest = max(map(self._widths.of, ends))
        return self.width() / 2 - longest > self._widths.of("0") / 2 + SPACE_4


@functools.lru_cache(maxsize=16)
def _strip_image(width: int, ratio: float, color_map: ColorMap, *, dark: bool) -> QImage:
    """Return the strip in its frame, `width` logical pixels wide. Live maps have it painted all the time."""
    count = LAST_INDEX - FIRST_INDEX + 1
    table = QImage(bytes(range(FIRST_INDEX, LAST_INDEX + 1)), count, 1, count, QImage.Format.Format_Indexed8)
    table.setColorTable(list(color_table(color_map, dark=dark)))
    size = QSize(max(round(width * ratio), 1), round(_STRIP_PX * ratio))
    strip = QImage(size, QImage.Format.Format_ARGB32_Premultiplied)
    strip.setDevicePixelRatio(ratio)
    area = QRectF(0, 0, width, _STRIP_PX)
    painter = QPainter(strip)
    try:
        painter.drawImage(area, table)
        painter.setPen(QPen((DARK if dark else LIGHT).hairline, 1))
        painter.drawRect(area.adjusted(0.5, 0.5, -0.5, -0.5))
    finally:
        painter.end()
    return strip
