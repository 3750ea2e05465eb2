"""A widget of its own, never shown, painted as a part of a report."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint
from PySide6.QtGui import QRegion
from PySide6.QtWidgets import QWidget

from cnnviz.ui.export.paper import put_on_paper

if TYPE_CHECKING:
    from PySide6.QtCore import QRect, QSize
    from PySide6.QtGui import QPainter

    from cnnviz.ui.inspector.unit.figures import Spot
    from cnnviz.ui.inspector.unit.pens import Pens


@dataclasses.dataclass(frozen=True, slots=True, eq=False)
class WidgetFigure:
    """What a widget paints, at a size in logical pixels."""

    widget: QWidget
    pens: Pens

    @property
    def width(self) -> int:
        """Of the widget."""
        return self.pens.px(self.widget.width())

    @property
    def height(self) -> int:
        """Of the widget."""
        return self.pens.px(self.widget.height())

    def paint(self, painter: QPainter, x: int, y: int, seen: QRect) -> None:
        """Paint all of it."""
        painter.save()
        painter.translate(x, y)
        painter.scale(self.pens.ratio, self.pens.ratio)
        self.widget.render(painter, QPoint(), QRegion(), QWidget.RenderFlag.DrawChildren)
        painter.restore()

    def spot(self, x: int, y: int) -> Spot | None:
        """Return nothing."""
        return None


def widget_figure(widget: QWidget, size: QSize, pens: Pens) -> WidgetFigure:
    """Give a widget without a parent the colours and fonts of pens, and a size."""
    put_on_paper(widget, pens.colors)
    font = widget.font()
    font.setFamily(pens.body.family())
    font.setPixelSize(max(1, round(pens.body.pixelSize() / pens.ratio)))
    widget.setFont(font)
    widget.ensurePolished()
    widget.resize(size)
    return WidgetFigure(widget, pens)
