"""A histogram as bars, with the outline of an earlier one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QFontMetricsF, QPen
from PySide6.QtWidgets import QSizePolicy

from cnnviz.ui.format import number, share
from cnnviz.ui.plots.painted_plot import BarPlot, bar, outline, paint_focus, paint_number, paint_upright
from cnnviz.ui.theme import SPACE_4, SPACE_8, caption_font, mixed

if TYPE_CHECKING:
    from PySide6.QtGui import QColor, QPainter
    from PySide6.QtWidgets import QWidget

    from cnnviz.interpret.histogram import Histogram
    from cnnviz.ui.theme import Colors

_PLOT_LINES = 4.0
"""Height of the bars in lines of type."""
_WIDEST_SHARE = "100.0 %"
_SWATCH_PX = 8


class HistogramPlot(BarPlot):
    """Shows what share of numbers falls in each bin: now as bars, at the start as an outline.

    The shares of the bin under the mouse, or reached with the arrow keys, stand where the legend was.
    """

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._now: Histogram | None = None
        self._start: Histogram | None = None
        self._start_name = ""
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(name)

    @property
    def pointed_text(self) -> str:
        """What is said of the bin under the mouse; empty where there is none."""
        if self._place is None or self._now is None:
            return ""
        low, high = (number(float(edge)) for edge in self._now.edges[self._place : self._place + 2])
        text = f"{low} to {high}: {share(float(self._now.shares[self._place]))}"
        if self._start is None:
            return text
        return f"{text}, {share(float(self._start.shares[self._place]))} {self._start_name}"

    def set_histograms(self, now: Histogram | None, start: Histogram | None, start_name: str) -> None:
        """Show a histogram, and the outline of another with the same edges; `at step 0` is a name of it."""
        self._now, self._start, self._start_name = now, start, start_name
        summary = _extent(now) if now is not None else ""
        if summary and start is not None:
            summary = f"{summary}; {start_name} {_extent(start)}"
        self._set_bars(len(now.counts) if now is not None else 0, summary)

    def sizeHint(self) -> QSize:
        line = QFontMetricsF(caption_font(self)).height()
        return QSize(200, round((_PLOT_LINES + 2) * line) + 2 * SPACE_4)

    def minimumSizeHint(self) -> QSize:
        return QSize(120, self.sizeHint().height())

    def _area(self) -> QRectF:
        metrics = QFontMetricsF(caption_font(self))
        left, line = metrics.horizontalAdvance(_WIDEST_SHARE) + SPACE_4, metrics.height()
        return QRectF(self.rect()).adjusted(left, line + SPACE_4, -SPACE_8, -line - SPACE_4)

    def _paint(self, painter: QPainter, colors: Colors, area: QRectF) -> None:
        now = self._now
        if now is None:
            return
        highest = float(max(now.shares.max(), self._start.shares.max() if self._start is not None else 0))
        highest = highest or 1.0
        self._paint_axes(painter, now, colors, area, highest)
        color = mixed(colors.plot_train, colors.base, 0.55)
        for place, value in enumerate(now.shares.tolist()):
            if value:
                hue = colors.plot_train if place == self._place else color
                painter.fillRect(bar(area, place, self._count, value / highest), hue)
        if self._start is not None:
            painter.setPen(QPen(colors.text, 1))
            painter.drawPolyline(outline(area, (self._start.shares / highest).tolist()))
        self._paint_top_line(painter, colors, color, area)
        if self.hasFocus():
            paint_focus(painter, colors, QRectF(self.rect()))

    def _paint_axes(
        self, painter: QPainter, now: Histogram, colors: Colors, area: QRectF, highest: float
    ) -> None:
        metrics, align = QFontMetricsF(painter.font()), Qt.AlignmentFlag
        painter.setPen(QPen(colors.hairline, 1))
        painter.drawLine(area.bottomLeft(), area.bottomRight())
        painter.drawLine(area.topLeft(), area.bottomLeft())
        for y, value in ((area.top(), highest), (area.bottom(), 0.0)):
            paint_number(painter, colors, area, y, share(value) if value else "0")
        low, high = float(now.edges[0]), float(now.edges[-1])
        below = QRectF(area.left(), area.bottom() + SPACE_4, area.width(), metrics.height())
        painter.drawText(below, align.AlignLeft, number(low))
        painter.drawText(below, align.AlignRight, number(high))
        if low < 0 < high:
            x = area.left() - area.width() * low / (high - low)
            paint_upright(painter, area, x, QPen(colors.border, 1, Qt.PenStyle.DotLine))
            ends = [metrics.horizontalAdvance(number(end)) + SPACE_8 for end in (low, high)]
            if area.left() + ends[0] < x < area.right() - ends[1]:
                painter.setPen(colors.muted)
                painter.drawText(below.translated(x - area.center().x(), 0), align.AlignHCenter, "0")

    def _paint_top_line(self, painter: QPainter, colors: Colors, color: QColor, area: QRectF) -> None:
        """Write what is under the mouse, or else what bars and outline are."""
        metrics, align = QFontMetricsF(painter.font()), Qt.AlignmentFlag
        line = QRectF(area.left(), 0, area.width() + SPACE_8, metrics.height())
        if self._place is not None:
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
