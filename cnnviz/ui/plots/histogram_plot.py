"""A histogram as bars, with the outline of an earlier one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QFontMetricsF, QPainter, QPen, QPolygonF
from PySide6.QtWidgets import QSizePolicy, QWidget

from cnnviz.ui.format import number, share
from cnnviz.ui.theme import FOCUS_RING_PX, SPACE_4, SPACE_8, caption_font, colors_of, mixed

if TYPE_CHECKING:
    from PySide6.QtGui import QColor, QFocusEvent, QKeyEvent, QMouseEvent, QPaintEvent

    from cnnviz.interpret.histogram import Histogram
    from cnnviz.ui.theme import Colors

_PLOT_LINES = 4.0
"""Height of the bars in lines of type."""
_WIDEST_SHARE = "100.0 %"
_STEPS = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}
_SWATCH_PX, _LEAST_WITH_GAP_PX = 8, 4


class HistogramPlot(QWidget):
    """Shows what share of numbers falls in each bin: now as bars, at the start as an outline.

    The shares of the bin under the mouse, or reached with the arrow keys, stand where the legend was.
    """

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._now: Histogram | None = None
        self._start: Histogram | None = None
        self._start_name = ""
        self._bin: int | None = None
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(name)

    @property
    def pointed_text(self) -> str:
        """What is said of the bin under the mouse; empty where there is none."""
        if self._bin is None or self._now is None:
            return ""
        low, high = (number(float(edge)) for edge in self._now.edges[self._bin : self._bin + 2])
        text = f"{low} to {high}: {share(float(self._now.shares[self._bin]))}"
        if self._start is None:
            return text
        return f"{text}, {share(float(self._start.shares[self._bin]))} {self._start_name}"

    def set_histograms(self, now: Histogram | None, start: Histogram | None, start_name: str) -> None:
        """Show a histogram, and the outline of another with the same edges; `at step 0` is a name of it."""
        self._now, self._start, self._start_name = now, start, start_name
        if now is None:
            self._bin = None
        self.setAccessibleDescription(self._summary())
        self.update()

    def sizeHint(self) -> QSize:
        line = QFontMetricsF(caption_font(self)).height()
        return QSize(200, round((_PLOT_LINES + 2) * line) + 2 * SPACE_4)

    def minimumSizeHint(self) -> QSize:
        return QSize(120, self.sizeHint().height())

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        area, x = self._area(), event.position().x()
        if self._now is not None:
            count = len(self._now.counts)
            place = int((x - area.left()) * count // area.width())
            self._point_at(place if 0 <= place < count else None)

    def leaveEvent(self, event: QEvent) -> None:
        super().leaveEvent(event)
        self._point_at(None)

    def focusInEvent(self, event: QFocusEvent) -> None:
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        self._point_at(None)
        self.update()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        step = _STEPS.get(Qt.Key(event.key()))
        if step is None or self._now is None:
            super().keyPressEvent(event)
            return
        count = len(self._now.counts)
        self._point_at(count // 2 if self._bin is None else min(max(self._bin + step, 0), count - 1))

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() is QEvent.Type.FontChange:
            self.updateGeometry()

    def paintEvent(self, event: QPaintEvent) -> None:
        if self._now is None:
            return
        painter = QPainter(self)
        try:
            painter.setFont(caption_font(self))
            self._paint(painter, self._now, colors_of(self), self._area())
        finally:
            painter.end()

    def _point_at(self, place: int | None) -> None:
        if place != self._bin:
            self._bin = place
            self.setAccessibleDescription(self.pointed_text or self._summary())
            self.update()

    def _summary(self) -> str:
        if self._now is None:
            return ""
        text = _extent(self._now)
        return f"{text}; {self._start_name} {_extent(self._start)}" if self._start is not None else text

    def _area(self) -> QRectF:
        metrics = QFontMetricsF(caption_font(self))
        left, line = metrics.horizontalAdvance(_WIDEST_SHARE) + SPACE_4, metrics.height()
        return QRectF(self.rect()).adjusted(left, line + SPACE_4, -SPACE_8, -line - SPACE_4)

    def _paint(self, painter: QPainter, now: Histogram, colors: Colors, area: QRectF) -> None:
        highest = float(max(now.shares.max(), self._start.shares.max() if self._start is not None else 0))
        highest = highest or 1.0
        self._paint_axes(painter, now, colors, area, highest)
        color = mixed(colors.plot_train, colors.base, 0.55)
        for place, value in enumerate(now.shares.tolist()):
            if value:
                bar = _bar(area, place, len(now.counts), value / highest)
                painter.fillRect(bar, colors.plot_train if place == self._bin else color)
        if self._start is not None:
            painter.setPen(QPen(colors.text, 1))
            painter.drawPolyline(_outline(self._start, area, highest))
        self._paint_top_line(painter, colors, color, area)
        if self.hasFocus():
            painter.setPen(QPen(colors.accent, FOCUS_RING_PX))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRect(QRectF(self.rect()).adjusted(1, 1, -1, -1))

    def _paint_axes(
        self, painter: QPainter, now: Histogram, colors: Colors, area: QRectF, highest: float
    ) -> None:
        metrics, align = QFontMetricsF(painter.font()), Qt.AlignmentFlag
        painter.setPen(QPen(colors.hairline, 1))
        painter.drawLine(area.bottomLeft(), area.bottomRight())
        painter.drawLine(area.topLeft(), area.bottomLeft())
        painter.setPen(colors.muted)
        for y, value in ((area.top(), highest), (area.bottom(), 0.0)):
            line = QRectF(0, y - metrics.height() / 2, area.left() - SPACE_4, metrics.height())
            painter.drawText(line, align.AlignRight | align.AlignVCenter, share(value) if value else "0")
        low, high = float(now.edges[0]), float(now.edges[-1])
        below = QRectF(area.left(), area.bottom() + SPACE_4, area.width(), metrics.height())
        painter.drawText(below, align.AlignLeft, number(low))
        painter.drawText(below, align.AlignRight, number(high))
        if low < 0 < high:
            x = area.left() - area.width() * low / (high - low)
            painter.setPen(QPen(colors.border, 1, Qt.PenStyle.DotLine))
            painter.drawLine(QPointF(x, area.top()), QPointF(x, area.bottom()))
            ends = [metrics.horizontalAdvance(number(end)) + SPACE_8 for end in (low, high)]
            if area.left() + ends[0] < x < area.right() - ends[1]:
                painter.setPen(colors.muted)
                painter.drawText(below.translated(x - area.center().x(), 0), align.AlignHCenter, "0")

    def _paint_top_line(self, painter: QPainter, colors: Colors, color: QColor, area: QRectF) -> None:
        """Write what is under the mouse, or else what bars and outline are."""
        metrics, align = QFontMetricsF(painter.font()), Qt.AlignmentFlag
        line = QRectF(area.left(), 0, area.width() + SPACE_8, metrics.height())
        if self._bin is not None:
            painter.setPen(colors.text)
            text = metrics.elidedText(self.pointed_text, Qt.TextElideMode.ElideRight, self.width())
            painter.drawText(QRectF(0, 0, self.width(), line.height()), align.AlignRight, text)
            return
        middle = line.center().y()
        swatch = QRectF(line.left(), middle - _SWATCH_PX / 2, _SWATCH_PX, _SWATCH_PX)
        painter.fillRect(swatch, color)
        painter.setPen(colors.muted)
        x = swatch.right() + SPACE_4
        painter.drawText(line.adjusted(x - line.left(), 0, 0, 0), align.AlignLeft, "now")
        if self._start is not None:
            x += metrics.horizontalAdvance("now") + SPACE_8
            painter.setPen(QPen(colors.text, 1))
            painter.drawLine(QPointF(x, middle), QPointF(x + 1.5 * _SWATCH_PX, middle))
            painter.setPen(colors.muted)
            x += 1.5 * _SWATCH_PX + SPACE_4
            painter.drawText(line.adjusted(x - line.left(), 0, 0, 0), align.AlignLeft, self._start_name)


def _extent(histogram: Histogram) -> str:
    """Return between which edges there is anything."""
    filled = histogram.counts.nonzero()[0]
    if not len(filled):
        return "nothing"
    low, high = histogram.edges[filled[0]], histogram.edges[filled[-1] + 1]
    return f"from {number(float(low))} to {number(float(high))}"


def _bar(area: QRectF, place: int, count: int, height: float) -> QRectF:
    left, right = (area.left() + area.width() * end / count for end in (place, place + 1))
    gap = 1.0 if area.width() / count >= _LEAST_WITH_GAP_PX else 0.0
    top = area.bottom() - area.height() * height
    return QRectF(left, top, right - left - gap, area.bottom() - top)


def _outline(histogram: Histogram, area: QRectF, highest: float) -> QPolygonF:
    count, points = len(histogram.counts), [area.bottomLeft()]
    for place, value in enumerate(histogram.shares.tolist()):
        y = area.bottom() - area.height() * value / highest
        points += [QPointF(area.left() + area.width() * end / count, y) for end in (place, place + 1)]
    return QPolygonF([*points, area.bottomRight()])
