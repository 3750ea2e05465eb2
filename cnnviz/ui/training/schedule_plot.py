"""The learning rate over the run, drawn before it begins."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QFontMetricsF, QPainter, QPen, QPolygonF
from PySide6.QtWidgets import QSizePolicy

from cnnviz.spec.words import counted
from cnnviz.ui.plots.painted_plot import PaintedPlot, paint_number, paint_pointed, paint_upright
from cnnviz.ui.theme import SPACE_4, SPACE_8, caption_font

if TYPE_CHECKING:
    from PySide6.QtCore import QEvent
    from PySide6.QtGui import QMouseEvent
    from PySide6.QtWidgets import QWidget

    from cnnviz.app.training.rate_plan import RatePlan
    from cnnviz.ui.theme import Colors

_LINES = 5.5
"""Height of the plot in lines of its type."""
_MOST_TICKS = 10
_WIDEST_NUMBER = "0.00088"


class SchedulePlot(PaintedPlot):
    """Draws a plan of rates; the rate under the mouse stands beside a line."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._plan: RatePlan | None = None
        self._pointed: float | None = None
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName("Learning rate over the run")

    def set_plan(self, plan: RatePlan) -> None:
        """Draw another plan."""
        self._plan = plan
        self.setAccessibleDescription(str(plan))
        self.setToolTip(str(plan))
        self.update()

    @property
    def pointed_text(self) -> str:
        """What is said of the place under the mouse; empty where it is elsewhere."""
        if self._plan is None or self._pointed is None:
            return ""
        return f"epoch {self._pointed:.1f}: {self._plan.rate_at(self._pointed):.3g}"

    def sizeHint(self) -> QSize:
        return QSize(200, math.ceil(_LINES * QFontMetricsF(caption_font(self)).height()))

    def minimumSizeHint(self) -> QSize:
        return QSize(120, self.sizeHint().height())

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        area, plan = self._area(), self._plan
        x = event.position().x()
        if plan is None or not area.left() <= x <= area.right():
            self._pointed = None
        else:
            self._pointed = plan.length * (x - area.left()) / area.width()
        self.update()

    def leaveEvent(self, event: QEvent) -> None:
        super().leaveEvent(event)
        self._pointed = None
        self.update()

    def _area(self) -> QRectF:
        metrics = QFontMetricsF(caption_font(self))
        left = metrics.horizontalAdvance(_WIDEST_NUMBER) + SPACE_4
        return QRectF(self.rect()).adjusted(left, metrics.height() / 2 + 1, -SPACE_8, -metrics.height() - 2)

    def _paint(self, painter: QPainter, colors: Colors, area: QRectF) -> None:
        plan = self._plan
        if plan is None:
            return
        self._draw_axes(painter, colors, area, plan)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(colors.plot_train, 1.5))
        painter.drawPolyline(_curve(plan, area))
        if self._pointed is not None:
            x = area.left() + area.width() * self._pointed / plan.length
            paint_pointed(painter, colors, area, x, self.pointed_text)

    def _draw_axes(self, painter: QPainter, colors: Colors, area: QRectF, plan: RatePlan) -> None:
        metrics = QFontMetricsF(painter.font())
        painter.setPen(QPen(colors.hairline, 1))
        painter.drawRect(area)
        for y, rate in ((area.top(), plan.rates.max()), (area.bottom(), 0.0)):
            paint_number(painter, colors, area, y, f"{rate:.3g}")
        for epoch in epoch_ticks(plan.length):
            x = area.left() + area.width() * epoch / plan.length
            paint_upright(painter, area, x, QPen(colors.hairline, 1))
        painter.setPen(colors.muted)
        below = QRectF(area.left(), area.bottom() + 2, area.width(), metrics.height())
        painter.drawText(below, Qt.AlignmentFlag.AlignLeft, "0")
        unit = "epoch" if plan.length == 1 else "epochs"
        painter.drawText(below, Qt.AlignmentFlag.AlignRight, f"{plan.length:,.0f} {unit}")
        note = "falls where progress ends" if plan.depends else counted(plan.steps, "step")
        painter.drawText(below, Qt.AlignmentFlag.AlignHCenter, note)


def epoch_ticks(epochs: float) -> list[int]:
    """Return the ends of epochs to mark: every one, or every so many that there are few."""
    power = 10 ** max(0, math.ceil(math.log10(epochs / _MOST_TICKS)) - 1)
    step = next(power * times for times in (1, 2, 5, 10) if epochs <= _MOST_TICKS * power * times)
    return list(range(step, math.ceil(epochs), step))


def _curve(plan: RatePlan, area: QRectF) -> QPolygonF:
    xs = area.left() + area.width() * plan.epochs / plan.length
    ys = area.bottom() - area.height() * plan.rates / plan.rates.max()
    return QPolygonF([QPointF(x, y) for x, y in zip(xs.tolist(), ys.tolist(), strict=True)])
