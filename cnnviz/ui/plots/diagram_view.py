"""A widget that shows a design as a diagram."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QRectF, QSize, QSizeF
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QSizePolicy, QWidget

from cnnviz.ui.plots.diagram_stages import stages_of
from cnnviz.ui.plots.network_diagram import NetworkDiagram, fitting_diagram, paint_diagram
from cnnviz.ui.theme import RADIUS, SPACE_12, caption_font, colors_of

if TYPE_CHECKING:
    from PySide6.QtGui import QPaintEvent, QResizeEvent

    from cnnviz.spec.trace import NetworkTrace

_SIZE = QSize(560, 260)
_LEAST_SIZE = QSize(240, 140)


class DiagramView(QWidget):
    """Shows a design on a sheet, as large as it fits; empty until `show_trace` was called."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._trace: NetworkTrace | None = None
        self._diagram: NetworkDiagram | None = None
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setAccessibleName("Diagram")

    @property
    def words(self) -> str:
        """What the diagram shows, as a sentence."""
        if self._trace is None:
            return ""
        stages = stages_of(self._trace).stages
        return ", then ".join(f"{stage.title} {stage.shape}" for stage in stages) + "."

    def show_trace(self, trace: NetworkTrace) -> None:
        """Show a design."""
        self._trace = trace
        self._diagram = None
        self.setAccessibleDescription(self.words)
        self.update()

    def sizeHint(self) -> QSize:
        return _SIZE

    def minimumSizeHint(self) -> QSize:
        return _LEAST_SIZE

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._diagram = None

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() is QEvent.Type.FontChange:
            self._diagram = None
            self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        try:
            self._paint(painter)
        finally:
            painter.end()

    def _paint(self, painter: QPainter) -> None:
        colors = colors_of(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(colors.hairline)
        painter.setBrush(colors.base)
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), RADIUS, RADIUS)
        room = QRectF(self.rect()).adjusted(SPACE_12, SPACE_12, -SPACE_12, -SPACE_12)
        if self._trace is None or room.isEmpty():
            return
        if self._diagram is None:
            self._diagram = fitting_diagram(self._trace, caption_font(self), QSizeF(room.size()))
        paint_diagram(painter, room, self._diagram, colors)
