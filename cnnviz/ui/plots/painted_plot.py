"""Small plots that are painted by hand, with numbers in the caption's type, and what they are painted of."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QPointF, QRectF, Qt
from PySide6.QtGui import QFontMetricsF, QPainter, QPen, QPolygonF
from PySide6.QtWidgets import QWidget

from cnnviz.ui.theme import FOCUS_RING_PX, SPACE_4, caption_font, colors_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PySide6.QtGui import QFocusEvent, QKeyEvent, QMouseEvent, QPaintEvent

    from cnnviz.ui.theme import Colors

_STEPS = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}
_LEAST_WITH_GAP_PX = 4


class PaintedPlot(QWidget):
    """Is painted anew in the caption's type whenever Qt asks for it; what, its subclasses say."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setMouseTracking(True)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() is QEvent.Type.FontChange:
            self.updateGeometry()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        try:
            painter.setFont(caption_font(self))
            self._paint(painter, colors_of(self), self._area())
        finally:
            painter.end()

    def _area(self) -> QRectF:
        """Return the place inside the axes."""
        return QRectF(self.rect())

    def _paint(self, painter: QPainter, colors: Colors, area: QRectF) -> None:
        """Paint everything; here, that is nothing."""


class BarPlot(PaintedPlot):
    """Has bars of one width in a row, one of which the mouse or the arrow keys point at.

    Screen readers hear what is said of that bar, or else a summary.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._count, self._summary = 0, ""
        self._place: int | None = None
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)

    @property
    def pointed_text(self) -> str:
        """What is said of the bar that is pointed at; empty where none is."""
        return ""

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        area = self._area()
        place = int((event.position().x() - area.left()) * self._count // area.width())
        self._point_at(place if 0 <= place < self._count else None)

    def leaveEvent(self, event: QEvent) -> None:
        super().leaveEvent(event)
        self._point_at(None)

    def focusInEvent(self, event: QFocusEvent) -> None:
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        self._point_at(None)
        self.update()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        step, last = _STEPS.get(Qt.Key(event.key())), self._count - 1
        if step is None or last < 0:
            super().keyPressEvent(event)
            return
        self._point_at((last + 1) // 2 if self._place is None else min(max(self._place + step, 0), last))

    def _set_bars(self, count: int, summary: str) -> None:
        """Have other bars; the one that is pointed at is the one in the same place."""
        self._count, self._summary = count, summary
        if self._place is not None and self._place >= count:
            self._place = None
        self.setAccessibleDescription(summary)
        self.update()

    def _point_at(self, place: int | None) -> None:
        if place != self._place:
            self._place = place
            self.setAccessibleDescription(self.pointed_text or self._summary)
            self.update()


def bar(area: QRectF, place: int, count: int, height: float) -> QRectF:
    """Return one of `count` bars; a height of 1 is that of the area. Wide ones have a gap behind them."""
    left, right = (area.left() + area.width() * end / count for end in (place, place + 1))
    gap = 1.0 if area.width() / count >= _LEAST_WITH_GAP_PX else 0.0
    return QRectF(left, area.bottom() - area.height() * height, right - left - gap, area.height() * height)


def outline(area: QRectF, heights: Sequence[float]) -> QPolygonF:
    """Return the line around bars of these heights."""
    points = [area.bottomLeft()]
    for place, height in enumerate(heights):
        y = area.bottom() - area.height() * height
        points += [QPointF(area.left() + area.width() * end / len(heights), y) for end in (place, place + 1)]
    return QPolygonF([*points, area.bottomRight()])


def paint_number(painter: QPainter, colors: Colors, area: QRectF, y: float, text: str) -> None:
    """Write a number to the left of the area, at a height of it."""
    height, align = QFontMetricsF(painter.font()).height(), Qt.AlignmentFlag
    painter.setPen(colors.muted)
    place = QRectF(0, y - height / 2, area.left() - SPACE_4, height)
    painter.drawText(place, align.AlignRight | align.AlignVCenter, text)


def paint_upright(painter: QPainter, area: QRectF, x: float, pen: QPen) -> None:
    """Draw a line from the top of the area to its bottom."""
    painter.setPen(pen)
    painter.drawLine(QPointF(x, area.top()), QPointF(x, area.bottom()))


def paint_pointed(painter: QPainter, colors: Colors, area: QRectF, x: float, text: str) -> None:
    """Draw a line with a word beside it, which stays inside the area."""
    paint_upright(painter, area, x, QPen(colors.muted, 1))
    metrics = QFontMetricsF(painter.font())
    width = metrics.horizontalAdvance(text) + 2 * SPACE_4
    left = x + SPACE_4 if x + SPACE_4 + width <= area.right() else x - SPACE_4 - width
    card = QRectF(left, area.center().y() - metrics.height() / 2, width, metrics.height())
    painter.fillRect(card, colors.raised)
    painter.setPen(colors.text)
    painter.drawText(card, Qt.AlignmentFlag.AlignCenter, text)


def paint_focus(painter: QPainter, colors: Colors, place: QRectF) -> None:
    """Draw the ring of what the keyboard moves in."""
    painter.setPen(QPen(colors.accent, FOCUS_RING_PX))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawRect(place.adjusted(1, 1, -1, -1))
