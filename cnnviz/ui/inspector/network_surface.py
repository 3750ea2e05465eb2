"""The room in which the columns of the network stand: as large as wanted, scrolled and dragged."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QPointF, QRect, QRectF, QSize, Qt, Signal, Slot
from PySide6.QtWidgets import QAbstractScrollArea, QStyle, QWidget

from cnnviz.ui.inspector.network_brushes import Brushes
from cnnviz.ui.inspector.network_zoom import (
    FIT,
    LARGEST,
    LEAST,
    STEP,
    Anchor,
    stepped,
    wheel_steps,
    zoom_to,
)
from cnnviz.ui.theme import LOOK_CHANGES

if TYPE_CHECKING:
    from PySide6.QtGui import QNativeGestureEvent, QResizeEvent, QWheelEvent

    from cnnviz.ui.inspector.network_layout import NetworkLayout, PlacedColumn
    from cnnviz.ui.inspector.network_picture import NetworkPicture

_LEAST_SIZE, _USUAL_SIZE = QSize(240, 180), QSize(850, 380)
_SCROLL_STEP_PX = 32


class NetworkSurface(QAbstractScrollArea):
    """Holds a picture of a network, and says which part of it is seen how large.

    Signals
    -------
    zoom_changed(float)
        How many times larger than it fits the network is shown.
    """

    zoom_changed = Signal(float)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._picture: NetworkPicture | None = None
        self._brushes: Brushes | None = None
        self._zoom = FIT
        self._grabbed: QPointF | None = None
        self._is_arranging = False
        self.setFrameShape(QAbstractScrollArea.Shape.NoFrame)
        self.viewport().setMouseTracking(True)
        # All of it is painted here, so that nobody needs to paint what is under it.
        self.viewport().setAutoFillBackground(False)
        self.viewport().setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)

    @property
    def zoom(self) -> float:
        """How many times larger than it fits the network is shown."""
        return self._zoom

    @property
    def network_layout(self) -> NetworkLayout | None:
        """Where everything stands; None before the first view."""
        return self._picture.layout if self._picture is not None else None

    def set_zoom(self, zoom: float, position: QPointF | None = None) -> None:
        """Make everything larger or smaller; what is at a position stays in place."""
        layout = self.network_layout
        if layout is None or zoom == self._zoom:
            return
        place = position or self._zoom_center()
        anchor = Anchor.at(layout, *self._content(place))
        self._zoom = zoom
        self._arrange()
        after, ratio = self.network_layout, self._current_brushes().ratio
        assert after is not None
        x, y = anchor.place(after)
        self.horizontalScrollBar().setValue(round(x / ratio - place.x()))
        self.verticalScrollBar().setValue(round(y / ratio - place.y()))
        self.zoom_changed.emit(zoom)

    @Slot()
    def fit(self) -> None:
        """Show the network as large as there is room for it."""
        self.set_zoom(FIT)

    @Slot()
    def show_start(self) -> None:
        """Bring the first columns into sight, as for another network: no place in it has been looked at."""
        for bar in (self.horizontalScrollBar(), self.verticalScrollBar()):
            bar.setValue(0)

    @Slot()
    def zoom_in(self) -> None:
        """Make everything larger by a step."""
        self.set_zoom(stepped(self._zoom, 1))

    @Slot()
    def zoom_out(self) -> None:
        """Make everything smaller by a step."""
        self.set_zoom(stepped(self._zoom, -1))

    def sizeHint(self) -> QSize:
        return _USUAL_SIZE

    def minimumSizeHint(self) -> QSize:
        return _LEAST_SIZE

    def viewportSizeHint(self) -> QSize:
        return _USUAL_SIZE

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if not self._is_arranging:  # a scroll bar that comes or goes has been reckoned with
            self._arrange()

    def event(self, event: QEvent) -> bool:
        if event.type() is QEvent.Type.DevicePixelRatioChange:
            self._renew_look()
        return super().event(event)

    def changeEvent(self, event: QEvent) -> None:
        if event.type() in LOOK_CHANGES:
            self._renew_look()
        super().changeEvent(event)

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Zoom with Ctrl; else scroll, sideways where there is no other way to go."""
        turned = event.pixelDelta() if not event.pixelDelta().isNull() else event.angleDelta()
        if event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self.set_zoom(stepped(self._zoom, wheel_steps(event.angleDelta().y())), event.position())
            event.accept()
            return
        across, down = self.horizontalScrollBar(), self.verticalScrollBar()
        is_sideways = bool(turned.x()) or bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
        bar = across if is_sideways or down.maximum() == 0 else down
        if bar.maximum() == 0:
            event.ignore()
            return
        bar.setValue(bar.value() - (turned.x() or turned.y()))
        event.accept()

    def _pinch(self, event: QNativeGestureEvent) -> None:
        """Zoom by as much as two fingers went apart."""
        if event.gestureType() is Qt.NativeGestureType.ZoomNativeGesture:
            self.set_zoom(min(max(self._zoom * (1 + event.value()), LEAST), LARGEST), event.position())

    def _zoom_to_column(self, layout: NetworkLayout, index: int) -> None:
        room, ratio = self.viewport().rect(), self._current_brushes().ratio
        wanted = zoom_to(layout, index, round(room.width() * ratio), round(room.height() * ratio), self._zoom)
        self.set_zoom(FIT if self._zoom > FIT and wanted <= self._zoom * STEP else wanted)
        placed = self.network_layout.columns[index] if self.network_layout is not None else None
        if placed is not None:
            middle = placed.left + placed.width / 2
            self.horizontalScrollBar().setValue(round(middle / ratio - room.width() / 2))

    def _zoom_center(self) -> QPointF:
        """Return what stays in place where nobody points at anything."""
        return QRectF(self.viewport().rect()).center()

    def _grab(self, position: QPointF) -> None:
        """Let the network follow the mouse."""
        self._grabbed = position
        self.viewport().setCursor(Qt.CursorShape.ClosedHandCursor)

    def _drag(self, position: QPointF) -> None:
        """Move the network with the mouse that holds it."""
        if self._grabbed is None:
            return
        moved, self._grabbed = position - self._grabbed, position
        for bar, by in ((self.horizontalScrollBar(), moved.x()), (self.verticalScrollBar(), moved.y())):
            bar.setValue(bar.value() - round(by))

    def _arrange(self) -> None:
        """Place everything anew in the room there is."""
        if self._picture is None:
            return
        extent = self.style().pixelMetric(QStyle.PixelMetric.PM_ScrollBarExtent, None, self)
        brushes = self._current_brushes()
        layout = self._picture.arrange(self.width(), self.height(), extent, brushes, self._zoom)
        width, height = (round(side / brushes.ratio) for side in (layout.width, layout.height))
        is_high = self._zoom > FIT and height > self.height()
        across, down = max(0, width - self.width() + extent * is_high), 0
        down = height - self.height() + extent * bool(across) if is_high else 0
        self._is_arranging, policy = True, Qt.ScrollBarPolicy
        self.setHorizontalScrollBarPolicy(policy.ScrollBarAlwaysOn if across else policy.ScrollBarAlwaysOff)
        self.setVerticalScrollBarPolicy(policy.ScrollBarAlwaysOn if down else policy.ScrollBarAlwaysOff)
        self._is_arranging = False
        bars = (
            (self.horizontalScrollBar(), self.width(), across),
            (self.verticalScrollBar(), self.height(), down),
        )
        for bar, page, spare in bars:
            bar.setPageStep(page)
            bar.setSingleStep(_SCROLL_STEP_PX)
            bar.setRange(0, spare)
        self.viewport().update()

    def _renew_look(self) -> None:
        self._brushes = None
        self._arrange()

    def _current_brushes(self) -> Brushes:
        if self._brushes is None:
            self._brushes = Brushes.of(self)
        return self._brushes

    def _content(self, position: QPointF) -> tuple[int, int]:
        """Return where a place in the viewport lies in the layout, in device pixels."""
        ratio = self._current_brushes().ratio
        x = (position.x() + self.horizontalScrollBar().value()) * ratio
        return int(x), int((position.y() + self.verticalScrollBar().value()) * ratio)

    def _seen(self, brushes: Brushes) -> QRect:
        """Return the part of the layout that is in sight, in device pixels."""
        room, ratio = self.viewport().rect(), brushes.ratio
        left, top = (
            round(bar.value() * ratio) for bar in (self.horizontalScrollBar(), self.verticalScrollBar())
        )
        return QRect(left, top, math.ceil(room.width() * ratio), math.ceil(room.height() * ratio))

    def _scroll_to(self, layer_id: str, number: int | None = None) -> None:
        """Bring the column of a layer into sight, and a map of it."""
        placed = self._picture.placed(layer_id) if self._picture is not None else None
        if placed is None:
            return
        ratio, bar = self._current_brushes().ratio, self.horizontalScrollBar()
        left = int(placed.left / ratio) - _SCROLL_STEP_PX
        right = int((placed.left + placed.width) / ratio) + _SCROLL_STEP_PX
        if left < bar.value():
            bar.setValue(left)
        elif right > bar.value() + self.viewport().width():
            bar.setValue(right - self.viewport().width())
        self._scroll_down_to(placed, number)

    def _scroll_down_to(self, placed: PlacedColumn, number: int | None) -> None:
        """Bring the chosen map of a zoomed column into sight."""
        layout = self.network_layout
        tile = placed.tile_of(number) if number is not None else None
        if tile is None or layout is None or self.verticalScrollBar().maximum() == 0:
            return
        ratio, place = self._current_brushes().ratio, placed.block.rect(tile)
        lowest, highest = place.top() - layout.lanes_top, place.bottom() + _SCROLL_STEP_PX * ratio
        bar, room = self.verticalScrollBar(), self.viewport().height()
        bar.setValue(int(min(max(bar.value(), highest / ratio - room), lowest / ratio)))
