"""A histogram of how bright pixels are."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPen
from PySide6.QtWidgets import QSizePolicy

from cnnviz.ui.browser.words import brightness, brightness_at
from cnnviz.ui.format import share
from cnnviz.ui.plots.painted_plot import BarPlot, bar, outline, paint_focus, paint_number
from cnnviz.ui.theme import SPACE_4, SPACE_12, caption_font, mixed

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from PySide6.QtGui import QPainter
    from PySide6.QtWidgets import QWidget

    from cnnviz.ui.theme import Colors

_HUES = (QColor("#D55E00"), QColor("#009E73"), QColor("#0072B2"))  # Okabe-Ito: told apart by all eyes
_LEAST_HEIGHT_PX = 72


class PixelPlot(BarPlot):
    """A histogram of levels: bars for some pixels, an outline for all of them."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._part = self._whole = np.zeros(1)
        self._channel: int | None = None
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)

    @property
    def pointed_text(self) -> str:
        """What is said of the level under the mouse; empty where there is none."""
        level = self._place
        if level is None:
            return ""
        return brightness_at(level, float(self._part[level]), float(self._whole[level]))

    def show_counts(
        self, name: str, part: NDArray[np.int64], whole: NDArray[np.int64], channel: int | None
    ) -> None:
        """Show how often each level (L,) occurs in some pixels, and in all of them."""
        self._part, self._whole = part / max(int(part.sum()), 1), whole / max(int(whole.sum()), 1)
        self._channel, self._place = channel, None
        self.setAccessibleName(f"Histogram: {name}")
        self._set_bars(len(part), brightness(part, len(part) - 1))

    def minimumSizeHint(self) -> QSize:
        return QSize(2 * _LEAST_HEIGHT_PX, _LEAST_HEIGHT_PX)

    def _area(self) -> QRectF:
        metrics = QFontMetricsF(caption_font(self))
        left, line = metrics.horizontalAdvance("100.0 %") + SPACE_4, metrics.height()
        return QRectF(self.rect()).adjusted(left, line / 2, -SPACE_12, -line - SPACE_4)

    def _paint(self, painter: QPainter, colors: Colors, area: QRectF) -> None:
        hue = colors.plot_train if self._channel is None else _HUES[self._channel]
        highest = float(max(self._part.max(), self._whole.max())) or 1.0
        faint = mixed(hue, colors.base, 0.6)
        for level, height in enumerate(np.sqrt(self._part / highest).tolist()):
            if height:
                color = hue if level == self._place else faint
                painter.fillRect(bar(area, level, self._count, height), color)
        painter.setPen(QPen(colors.text, 1))
        painter.drawPolyline(outline(area, np.sqrt(self._whole / highest).tolist()))
        self._paint_axes(painter, colors, area, highest)
        if self.hasFocus():
            paint_focus(painter, colors, QRectF(self.rect()))

    def _paint_axes(self, painter: QPainter, colors: Colors, area: QRectF, highest: float) -> None:
        metrics, align = QFontMetricsF(painter.font()), Qt.AlignmentFlag
        painter.setPen(QPen(colors.hairline, 1))
        painter.drawLine(area.bottomLeft(), area.bottomRight())
        for height in (1.0, 0.5, 0.0):
            y = area.bottom() - area.height() * height
            paint_number(painter, colors, area, y, share(highest * height**2))
        below = QRectF(area.left(), area.bottom() + SPACE_4, area.width(), metrics.height())
        painter.drawText(below, align.AlignLeft, "0")
        painter.drawText(below, align.AlignRight, str(len(self._part) - 1))
        painter.setPen(colors.text)
        painter.drawText(below, align.AlignHCenter, self.pointed_text)
