"""The loss over the learning rate, as a range test has found it."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, TypeAlias

import numpy as np
from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QFontMetricsF, QPainter, QPen, QPolygonF
from PySide6.QtWidgets import QSizePolicy

from cnnviz.training.findings import figure
from cnnviz.ui.format import number
from cnnviz.ui.plots.painted_plot import PaintedPlot, paint_number, paint_pointed, paint_upright
from cnnviz.ui.theme import SPACE_4, SPACE_8, caption_font

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from PySide6.QtCore import QEvent
    from PySide6.QtGui import QColor, QMouseEvent
    from PySide6.QtWidgets import QWidget

    from cnnviz.training.doctor_tests import RateTest
    from cnnviz.ui.theme import Colors

    Values: TypeAlias = NDArray[np.float64]

_LINES = 8.0
"""Height of the plot in lines of its type."""
_WIDEST_NUMBER = "0.0000"
_LEAST_PLAIN = 1e-3
_HEADROOM = 1.25
"""What the loss has at first is drawn with so much room above it; more is cut off."""


class RatePlot(PaintedPlot):
    """Draws a range test: each batch faint, their running mean strong, and what follows from it.

    The line of the suggested rate is dashed, that of the present one dotted; both have a word.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._test: RateTest | None = None
        self._now = 0.0
        self._pointed: int | None = None
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName("Loss over the learning rate")

    def set_test(self, test: RateTest, now: float) -> None:
        """Draw another test; `now` is the rate of the settings."""
        self._test, self._now, self._pointed = test, now, None
        suggested = "no rate" if test.suggested is None else figure(test.suggested, 2)
        low, high = (figure(float(rate), 2) for rate in (test.rates[0], test.rates[-1]))
        self.setAccessibleDescription(
            f"From {low} to {high}: {suggested} is suggested, the present rate is {figure(now)}."
        )
        self.update()

    @property
    def pointed_text(self) -> str:
        """What is said of the place under the mouse; empty where it is elsewhere."""
        if self._test is None or self._pointed is None:
            return ""
        at = self._pointed
        return f"rate {figure(float(self._test.rates[at]), 2)}: loss {number(float(self._test.smooth[at]))}"

    def sizeHint(self) -> QSize:
        return QSize(240, math.ceil(_LINES * QFontMetricsF(caption_font(self)).height()))

    def minimumSizeHint(self) -> QSize:
        return QSize(160, self.sizeHint().height())

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        area, x = self._area(), event.position().x()
        self._pointed = None
        if self._test is not None and area.left() <= x <= area.right():
            places = [self._at(rate, self._test, area) for rate in self._test.rates.tolist()]
            self._pointed = int(np.abs(np.array(places) - x).argmin())
        self.update()

    def leaveEvent(self, event: QEvent) -> None:
        super().leaveEvent(event)
        self._pointed = None
        self.update()

    def _area(self) -> QRectF:
        metrics = QFontMetricsF(caption_font(self))
        left = metrics.horizontalAdvance(_WIDEST_NUMBER) + SPACE_4
        return QRectF(self.rect()).adjusted(left, metrics.height() + 2, -SPACE_8, -metrics.height() - 2)

    def _paint(self, painter: QPainter, colors: Colors, area: QRectF) -> None:
        test = self._test
        if test is None:
            return
        self._draw_axes(painter, colors, area, test)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setClipRect(area)
        faint = colors.plot_train.lighter(140) if not colors.is_dark else colors.plot_train.darker(180)
        painter.setPen(QPen(faint, 1))
        painter.drawPolyline(self._curve(test.losses, test, area))
        painter.setPen(QPen(colors.plot_train, 1.8))
        painter.drawPolyline(self._curve(test.smooth, test, area))
        painter.setClipping(False)
        self._draw_rates(painter, colors, area, test)
        if self._pointed is not None:
            x = self._at(float(test.rates[self._pointed]), test, area)
            paint_pointed(painter, colors, area, x, self.pointed_text)

    def _ends(self, test: RateTest) -> tuple[float, float]:
        """Return the rates at the left and the right: all that were tried, and the present one."""
        low, high = float(test.rates[0]), float(test.rates[-1])
        return (min(low, self._now), max(high, self._now)) if self._now > 0 else (low, high)

    def _at(self, rate: float, test: RateTest, area: QRectF) -> float:
        """Return where a rate stands, on a logarithmic axis."""
        low, high = self._ends(test)
        return area.left() + area.width() * math.log(rate / low) / max(math.log(high / low), 1e-9)

    def _curve(self, losses: Values, test: RateTest, area: QRectF) -> QPolygonF:
        top, bottom = _span(test)
        share = (np.minimum(np.nan_to_num(losses, nan=np.inf), 2 * top) - bottom) / max(top - bottom, 1e-12)
        ys = area.bottom() - area.height() * share
        points = zip(test.rates.tolist(), ys.tolist(), strict=True)
        return QPolygonF([QPointF(self._at(rate, test, area), y) for rate, y in points])

    def _draw_axes(self, painter: QPainter, colors: Colors, area: QRectF, test: RateTest) -> None:
        metrics = QFontMetricsF(painter.font())
        painter.setPen(QPen(colors.hairline, 1))
        painter.drawRect(area)
        top, bottom = _span(test)
        for y, loss in ((area.top(), top), (area.bottom(), bottom)):
            paint_number(painter, colors, area, y, f"{loss:.3g}")
        low, high = (math.log10(rate) for rate in self._ends(test))
        room = metrics.horizontalAdvance(_WIDEST_NUMBER) + SPACE_8
        apart = math.ceil(room * (high - low) / max(area.width(), 1.0))
        for power in range(math.ceil(low), math.floor(high) + 1):
            x = self._at(10.0**power, test, area)
            paint_upright(painter, area, x, QPen(colors.hairline, 1))
            if power % apart == 0:
                painter.setPen(colors.muted)
                text = _plain(10.0**power)
                half = metrics.horizontalAdvance(text) / 2
                below = QRectF(max(x - half, area.left()), area.bottom() + 2, room, metrics.height())
                painter.drawText(below, Qt.AlignmentFlag.AlignLeft, text)

    def _draw_rates(self, painter: QPainter, colors: Colors, area: QRectF, test: RateTest) -> None:
        marks = [(self._now, f"now {figure(self._now)}", colors.muted, Qt.PenStyle.DotLine)]
        if test.suggested is not None:
            text = f"suggested {figure(test.suggested, 2)}"
            marks.append((test.suggested, text, colors.plot_validation, Qt.PenStyle.DashLine))
        taken: QRectF | None = None
        for rate, text, color, style in sorted(marks, key=lambda mark: mark[0]):
            taken = self._draw_mark(painter, area, self._at(rate, test, area), text, color, style, taken)

    def _draw_mark(
        self,
        painter: QPainter,
        area: QRectF,
        x: float,
        text: str,
        color: QColor,
        style: Qt.PenStyle,
        taken: QRectF | None,
    ) -> QRectF:
        """Draw a line with its word above it, or inside the plot where another word is there already."""
        metrics = QFontMetricsF(painter.font())
        width = metrics.horizontalAdvance(text)
        left = min(max(x - width / 2, 0.0), self.width() - width)
        is_free = taken is None or left >= taken.right() + SPACE_8
        place = QRectF(left, 0.0 if is_free else area.top() + 1, width + 1, metrics.height())
        paint_upright(painter, area, x, QPen(color, 1.5, style))
        painter.drawText(place, Qt.AlignmentFlag.AlignLeft, text)
        return place


def _span(test: RateTest) -> tuple[float, float]:
    """Return the losses at the top and the bottom of the plot."""
    return _HEADROOM * float(test.smooth[0]), min(0.0, float(test.smooth.min()))


def _plain(rate: float) -> str:
    """Return a power of ten as `0.001` or `10⁻⁵`."""
    return f"{rate:g}" if rate >= _LEAST_PLAIN else number(rate, 1).removeprefix("1×")
