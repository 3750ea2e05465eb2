"""A histogram of how bright pixels are."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPen, QPolygonF
from PySide6.QtWidgets import QSizePolicy, QWidget

from cnnviz.ui.browser.words import brightness, brightness_at
from cnnviz.ui.format import share
from cnnviz.ui.theme import FOCUS_RING_PX, SPACE_4, SPACE_12, caption_font, colors_of, mixed

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from PySide6.QtGui import QFocusEvent, QKeyEvent, QMouseEvent, QPaintEvent

_HUES = (QColor("#D55E00"), QColor("#009E73"), QColor("#0072B2"))  # Okabe-Ito: told apart by all eyes
_STEPS = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}
_LEAST_HEIGHT_PX = 72


class PixelPlot(QWidget):
    """A histogram of levels: bars for some pixels, an outline for all of them."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._part = self._whole = np.zeros(1)
        self._channel: int | None = None
        self._level: int | None = None
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)

    @property
    def pointed_text(self) -> str:
        """What is said of the level under the mouse; empty where there is none."""
        if self._level is None:
            return ""
        return brightness_at(self._level, float(self._part[self._level]), float(self._whole[self._level]))

    def show_counts(
        self, name: str, part: NDArray[np.int64], whole: NDArray[np.int64], channel: int | None
    ) -> None:
        """Show how often each level (L,) occurs in some pixels, and in all of them."""
        self._part, self._whole = part / max(int(part.sum()), 1), whole / max(int(whole.sum()), 1)
        self._channel, self._level = channel, None
        self.setAccessibleName(f"Histogram: {name}")
        self.setAccessibleDescription(brightness(part, len(part) - 1))
        self.update()

    def minimumSizeHint(self) -> QSize:
        return QSize(2 * _LEAST_HEIGHT_PX, _LEAST_HEIGHT_PX)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        area = self._area()
        level = int((event.position().x() - area.left()) * len(self._part) // area.width())
        self._point_at(level if 0 <= level < len(self._part) else None)

    def leaveEvent(self, event: QEvent) -> None:
        super().leaveEvent(event)
        self._point_at(None)

    def focusInEvent(self, event: QFocusEvent) -> None:
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        self._point_at(None)
        self.update()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        step, last = _STEPS.get(Qt.Key(event.key())), len(self._part) - 1
        if step is None:
            super().keyPressEvent(event)
            return
        self._point_at(last // 2 if self._level is None else min(max(self._level + step, 0), last))

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        try:
            painter.setFont(caption_font(self))
            self._paint(painter, self._area())
        finally:
            painter.end()

    def _point_at(self, level: int | None) -> None:
        if level != self._level:
            self._level = level
            if level is not None:
                self.setAccessibleDescription(self.pointed_text)
            self.update()

    def _area(self) -> QRectF:
        metrics = QFontMetricsF(caption_font(self))
        left, line = metrics.horizontalAdvance("100.0 %") + SPACE_4, metrics.height()
        return QRectF(self.rect()).adjusted(left, line / 2, -SPACE_12, -line - SPACE_4)

    def _paint(self, painter: QPainter, area: QRectF) -> None:
        colors = colors_of(self)
        hue = colors.plot_train if self._channel is None else _HUES[self._channel]
        highest = float(max(self._part.max(), self._whole.max())) or 1.0
        faint = mixed(hue, colors.base, 0.6)
        for level, height in enumerate(np.sqrt(self._part / highest).tolist()):
            if height:
                painter.fillRect(self._bar(area, level, height), hue if level == self._level else faint)
        painter.setPen(QPen(colors.text, 1))
        painter.drawPolyline(self._outline(area, np.sqrt(self._whole / highest)))
        self._paint_axes(painter, area, highest)
        if self.hasFocus():
            painter.setPen(QPen(colors.accent, FOCUS_RING_PX))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRect(QRectF(self.rect()).adjusted(1, 1, -1, -1))

    def _paint_axes(self, painter: QPainter, area: QRectF, highest: float) -> None:
        colors, metrics, align = colors_of(self), QFontMetricsF(painter.font()), Qt.AlignmentFlag
        painter.setPen(QPen(colors.hairline, 1))
        painter.drawLine(area.bottomLeft(), area.bottomRight())
        painter.setPen(colors.muted)
        for height in (1.0, 0.5, 0.0):
            y = area.bottom() - area.height() * height
            line = QRectF(0, y - metrics.height() / 2, area.left() - SPACE_4, metrics.height())
            painter.drawText(line, align.AlignRight | align.AlignVCenter, share(highest * height**2))
        below = QRectF(area.left(), area.bottom() + SPACE_4, area.width(), metrics.height())
        painter.drawText(below, align.AlignLeft, "0")
        painter.drawText(below, align.AlignRight, str(len(self._part) - 1))
        painter.setPen(colors.text)
        painter.drawText(below, align.AlignHCenter, self.pointed_text)

    def _bar(self, area: QRectF, level: int, height: float) -> QRectF:
        width = area.width() / len(self._part)
        return QRectF(
            area.left() + level * width, area.bottom() - area.height() * height, width, area.height() * height
        )

    def _outline(self, area: QRectF, heights: NDArray[np.float64]) -> QPolygonF:
        width, points = area.width() / len(heights), [area.bottomLeft()]
        for level, height in enumerate(heights.tolist()):
            y = area.bottom() - area.height() * height
            points += [QPointF(area.left() + end * width, y) for end in (level, level + 1)]
        return QPolygonF([*points, area.bottomRight()])
