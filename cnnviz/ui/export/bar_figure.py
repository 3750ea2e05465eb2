"""A bar as a part of a report."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

from PySide6.QtCore import QRectF
from PySide6.QtGui import QPainter

from cnnviz.ui.plots.share_bar import paint_mark, paint_span_bar

if TYPE_CHECKING:
    from PySide6.QtCore import QRect

    from cnnviz.ui.inspector.unit.figures import Spot
    from cnnviz.ui.inspector.unit.pens import Pens


@dataclasses.dataclass(frozen=True, slots=True, eq=False)
class Bar:
    """A bar from one place of its track to another, both from 0 to 1, and a mark where it should end."""

    begin: float
    end: float
    width: int
    height: int
    pens: Pens
    is_accented: bool
    mark: float | None = None

    def paint(self, painter: QPainter, x: int, y: int, seen: QRect) -> None:
        """Paint the bar on its track."""
        ratio, inset = self.pens.ratio, self.height / 4
        track = QRectF(0, inset, self.width, self.height - 2 * inset)
        track = QRectF(track.topLeft() / ratio, track.size() / ratio)
        painter.save()
        painter.translate(x, y)
        painter.scale(ratio, ratio)  # lines are as wide as on a screen, not as one dot of paper
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        paint_span_bar(painter, track, self.begin, self.end, self.pens.colors, accented=self.is_accented)
        if self.mark is not None:
            paint_mark(painter, track, self.mark, self.pens.colors)
        painter.restore()

    def spot(self, x: int, y: int) -> Spot | None:
        """Return nothing."""
        return None
