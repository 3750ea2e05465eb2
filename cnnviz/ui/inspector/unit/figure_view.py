"""A widget that shows a figure, and tells what is under the mouse."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QPointF, QRect, QSize, Qt, Signal, SignalInstance
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QToolTip, QWidget

from cnnviz.ui.theme import LOOK_CHANGES

if TYPE_CHECKING:
    from PySide6.QtGui import QHideEvent, QMouseEvent, QPaintEvent

    from cnnviz.ui.inspector.unit.figures import Figure, Spot


class FigureView(QWidget):
    """Paints one figure at its upper left corner. With `keeps_size` it is never smaller than the figure.

    Signals
    -------
    pointed(Spot or None)
        Something else is under the mouse, or nothing.
    clicked(Spot), double_clicked(Spot)
        What was clicked with the left button.
    look_changed()
        Colours or fonts are others: the figure is to be made anew.
    """

    pointed = Signal(object)
    clicked = Signal(object)
    double_clicked = Signal(object)
    look_changed = Signal()

    def __init__(self, name: str, parent: QWidget | None = None, *, keeps_size: bool = True) -> None:
        super().__init__(parent)
        self._keeps_size = keeps_size
        self._figure: Figure | None = None
        self._spot: Spot | None = None
        self._was_pressed = False
        self.setMouseTracking(True)
        self.setAccessibleName(name)

    @property
    def figure(self) -> Figure | None:
        """What is shown."""
        return self._figure

    @property
    def spot(self) -> Spot | None:
        """What is under the mouse."""
        return self._spot

    def set_figure(self, figure: Figure | None) -> None:
        """Show another figure. What is under the mouse is told when the mouse moves next."""
        before, self._figure = self.sizeHint(), figure
        if self._keeps_size and self.sizeHint() != before:
            self.setMinimumSize(self.sizeHint())
            self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        if self._figure is None:
            return QSize(0, 0)
        ratio = self.devicePixelRatioF()
        return QSize(math.ceil(self._figure.width / ratio) + 2, math.ceil(self._figure.height / ratio) + 2)

    def paintEvent(self, event: QPaintEvent) -> None:
        if self._figure is None:
            return
        painter = QPainter(self)
        try:
            ratio = self.devicePixelRatioF()
            painter.scale(1 / ratio, 1 / ratio)
            rect = event.rect()
            seen = QRect(rect.topLeft() * ratio, rect.size() * ratio).adjusted(-2, -2, 2, 2)
            edge = max(1, round(ratio))
            self._figure.paint(painter, edge, edge, seen)
        finally:
            painter.end()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self._set_spot(self._at(event.position()))
        if self._spot is not None and self._spot.tip:  # at the mouse: the eye is there, not in the status bar
            QToolTip.showText(event.globalPosition().toPoint(), self._spot.tip, self)

    def leaveEvent(self, event: QEvent) -> None:
        self._set_spot(None)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._was_pressed = True
        self._tell(event, self.clicked)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Tell a double click, unless its first press was what brought this view under the mouse."""
        if self._was_pressed:
            self._tell(event, self.double_clicked)

    def hideEvent(self, event: QHideEvent) -> None:
        self._was_pressed = False
        super().hideEvent(event)

    def event(self, event: QEvent) -> bool:
        if event.type() is QEvent.Type.DevicePixelRatioChange:
            self.look_changed.emit()
        return super().event(event)

    def changeEvent(self, event: QEvent) -> None:
        if event.type() in LOOK_CHANGES:
            self.look_changed.emit()
        super().changeEvent(event)

    def _at(self, position: QPointF) -> Spot | None:
        if self._figure is None:
            return None
        ratio = self.devicePixelRatioF()
        edge = max(1, round(ratio))
        x, y = int(position.x() * ratio) - edge, int(position.y() * ratio) - edge
        inside = 0 <= x < self._figure.width and 0 <= y < self._figure.height
        return self._figure.spot(x, y) if inside else None

    def _tell(self, event: QMouseEvent, signal: SignalInstance) -> None:
        spot = self._at(event.position())
        if spot is not None and event.button() is Qt.MouseButton.LeftButton:
            signal.emit(spot)

    def _set_spot(self, spot: Spot | None) -> None:
        if spot != self._spot:
            if self._spot is not None and self._spot.tip:
                QToolTip.hideText()
            self._spot = spot
            self.setCursor(_cursor(spot))
            self.pointed.emit(spot)


def _cursor(spot: Spot | None) -> Qt.CursorShape:
    return Qt.CursorShape.PointingHandCursor if spot is not None and spot.unit else Qt.CursorShape.ArrowCursor
