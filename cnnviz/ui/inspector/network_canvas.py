"""The columns of the network view under the mouse and the keyboard."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QPoint, QPointF, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QAbstractScrollArea, QStyle, QWidget

from cnnviz.ui.inspector.hover_card import HoverCard, card_rect, paint_card
from cnnviz.ui.inspector.network_brushes import Brushes
from cnnviz.ui.inspector.network_columns import ColumnKind, block_ids
from cnnviz.ui.inspector.network_look import Look, paint_network
from cnnviz.ui.inspector.network_painter import paint_focus_ring
from cnnviz.ui.inspector.network_picture import NetworkPicture, Place
from cnnviz.ui.inspector.network_walk import step_along, step_within
from cnnviz.ui.theme import LOOK_CHANGES

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PySide6.QtGui import QFocusEvent, QKeyEvent, QMouseEvent, QPaintEvent, QResizeEvent, QWheelEvent

    from cnnviz.interpret.activations import ImageView
    from cnnviz.ui.inspector.network_layout import NetworkLayout

_LEAST_SIZE, _USUAL_SIZE = QSize(240, 180), QSize(850, 380)
_SCROLL_STEP_PX = 32
_ALONG = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}
_WITHIN = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1}
_MOST_OPEN_COLUMNS = 24
"""A network of no more layers than this is shown with all of its blocks open."""


class NetworkCanvas(QAbstractScrollArea):
    """Shows one column for the image, each layer and the classes.

    While only numbers change, nothing is arranged anew. What is out of sight is not painted.

    Signals
    -------
    layer_clicked(str), map_clicked(str, int)
        A column, or one of its maps or units, was chosen with the mouse or the keyboard.
    unit_clicked(str, int, int, int)
        A number of the map that was chosen before was clicked, or the enter key pressed, which takes its
        middle: layer, map or unit, row, column.
    hover_text_changed(str)
        What is under the mouse, in words; empty when it leaves.
    subject_changed()
        Another layer or map is under the mouse, or chosen.
    """

    layer_clicked = Signal(str)
    map_clicked = Signal(str, int)
    unit_clicked = Signal(str, int, int, int)
    hover_text_changed = Signal(str)
    subject_changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._picture: NetworkPicture | None = None
        self._brushes: Brushes | None = None
        self._selected: tuple[str, int | None] = ("", None)
        self._mouse: QPointF | None = None
        self._hovered: Place | None = None
        self._view: ImageView | None = None
        self._class_names: tuple[str, ...] = ()
        self._toggled: frozenset[str] = frozenset()
        self._is_walking = False
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFrameShape(QAbstractScrollArea.Shape.NoFrame)
        self.viewport().setMouseTracking(True)
        self.setAccessibleName("Network: what each layer makes of the selected image")

    @property
    def network_layout(self) -> NetworkLayout | None:
        """Where everything stands; None before the first view."""
        return self._picture.layout if self._picture is not None else None

    @property
    def selected(self) -> tuple[str, int | None]:
        """The chosen layer, empty for none, and its chosen map or unit."""
        return self._selected

    @property
    def subject(self) -> tuple[str, int | None]:
        """The layer and map under the mouse; else those that are chosen."""
        if self._hovered is not None and self._picture is not None:
            column = self._picture.columns[self._hovered[0]]
            if column.kind in (ColumnKind.MAPS, ColumnKind.UNITS):
                return column.layer_id, self._picture.number_at(self._hovered)
        return self._selected

    @property
    def hover_card(self) -> HoverCard | None:
        """What stands beside the mouse; None while it is over no number."""
        if self._hovered is None or self._picture is None:
            return None
        return self._picture.card(self._hovered, self._current_brushes())

    def set_view(self, view: ImageView, class_names: Sequence[str]) -> None:
        """Show newer numbers, or another network."""
        self._view, self._class_names = view, tuple(class_names)
        if self._picture is None or not self._picture.take(view, class_names):
            self._begin(view)
        self.viewport().update()
        if self._mouse is not None:
            self._point_at(self._mouse)

    def toggle_block(self, layer_id: str) -> None:
        """Show the layers inside of a block beside each other, or the block as one column again."""
        if self._view is not None and layer_id in block_ids(self._view):
            self._toggled ^= {layer_id}
            self._begin(self._view)
            self._scroll_to(layer_id)

    def set_selected(self, layer_id: str, map_index: int | None = None) -> None:
        """Choose a layer, empty for none, and a map of it. Only `subject_changed` is sent."""
        if (layer_id, map_index) != self._selected:
            self._selected = (layer_id, map_index)
            self._scroll_to(layer_id)
            self.viewport().update()
            self.subject_changed.emit()

    def center_of(self, layer_id: str, tile: int) -> QPoint:
        """Return where the middle of a shown map or unit is in the viewport, in logical pixels.

        Raises
        ------
        LookupError
            No column shows it.
        """
        placed = self._picture.placed(layer_id) if self._picture is not None else None
        place = placed.tile_of(tile) if placed is not None and placed.column.is_of(layer_id) else None
        if placed is None or place is None:
            raise LookupError(f"No column shows number {tile} of layer '{layer_id}'.")
        center = QPointF(placed.block.rect(place).center()) / self._current_brushes().ratio
        return QPoint(int(center.x()) - self.horizontalScrollBar().value(), int(center.y()))

    def sizeHint(self) -> QSize:
        return _USUAL_SIZE

    def minimumSizeHint(self) -> QSize:
        return _LEAST_SIZE

    def viewportSizeHint(self) -> QSize:
        return _USUAL_SIZE

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self.viewport())
        try:
            brushes = self._current_brushes()
            painter.fillRect(event.rect(), brushes.colors.base)
            if self._picture is not None and self._picture.layout is not None:
                self._paint(painter, self._picture, brushes)
        finally:
            painter.end()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._arrange()

    def event(self, event: QEvent) -> bool:
        if event.type() is QEvent.Type.DevicePixelRatioChange:
            self._renew_look()
        return super().event(event)

    def changeEvent(self, event: QEvent) -> None:
        if event.type() in LOOK_CHANGES:
            self._renew_look()
        super().changeEvent(event)

    def viewportEvent(self, event: QEvent) -> bool:
        if event.type() is QEvent.Type.Leave:
            self._mouse = None
            self._set_hovered(None)
        return super().viewportEvent(event)

    def scrollContentsBy(self, dx: int, dy: int) -> None:
        self.viewport().update()
        if self._mouse is not None:
            self._point_at(self._mouse)

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Scroll sideways, also with a wheel that turns up and down: there is no other way to go."""
        bar = self.horizontalScrollBar()
        if bar.maximum() == 0:
            event.ignore()
            return
        turned = event.pixelDelta() if not event.pixelDelta().isNull() else event.angleDelta()
        bar.setValue(bar.value() - (turned.x() or turned.y()))
        event.accept()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self._point_at(event.position())

    def mousePressEvent(self, event: QMouseEvent) -> None:
        picture, position = self._picture, event.position()
        if event.button() is not Qt.MouseButton.LeftButton or picture is None or picture.layout is None:
            return
        self._is_walking = False
        x, y = self._content(position)
        block, index = picture.toggle_at(x, y, self._current_brushes()), picture.layout.column_at(x)
        if block is not None:
            self.toggle_block(block)
        elif index is None:
            self._show_problem(x)
        else:
            self._press_column(picture, index, picture.place_at(x, y))

    def _press_column(self, picture: NetworkPicture, index: int, place: Place | None) -> None:
        """Choose a column and the map under the mouse; a map that was chosen before is opened there."""
        column, before = picture.columns[index], self._selected
        if not column.is_choosable:
            return
        number = picture.number_at(place) if place is not None else None
        self._choose(column.layer_id, None if column.kind is ColumnKind.CLASSES else number)
        if place is not None and number is not None and self._selected == before:
            self.unit_clicked.emit(column.layer_id, number, place[2], place[3])

    def _show_problem(self, x: int) -> None:
        """Lead from the mark where the columns stop to the layer that stops them."""
        layer_id = self._picture.problem_at(x) if self._picture is not None else None
        if layer_id is not None:
            self.layer_clicked.emit(layer_id)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if self._picture is None or not self._press_key(self._picture, Qt.Key(event.key())):
            super().keyPressEvent(event)

    def _press_key(self, picture: NetworkPicture, key: Qt.Key) -> bool:
        """Do what a key stands for. Return whether it stands for anything."""
        if key in _ALONG:
            self._walk_to(step_along(picture, self._selected, _ALONG[key]))
        elif key in _WITHIN:
            self._walk_to(step_within(picture, self._selected, _WITHIN[key]))
        elif key in (Qt.Key.Key_Home, Qt.Key.Key_End):
            count = len(picture.columns)
            self._walk_to(step_along(picture, self._selected, -count if key is Qt.Key.Key_Home else count))
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._open_chosen(picture)
        elif key is Qt.Key.Key_Space:
            self.toggle_block(picture.block_of(self._selected[0]) or "")
        else:
            return False
        return True

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.viewport().update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.viewport().update()

    def _paint(self, painter: QPainter, picture: NetworkPicture, brushes: Brushes) -> None:
        room = QRectF(self.viewport().rect())
        look = Look(
            self._seen(brushes), self._selected, self._hovered, self._is_walking, has_focus=self.hasFocus()
        )
        paint_network(painter, picture, look, brushes)
        if self.hasFocus() and picture.placed(self._selected[0]) is None:
            paint_focus_ring(painter, room, brushes)
        card = self.hover_card
        if card is not None and self._mouse is not None:
            paint_card(painter, card, card_rect(card, self._mouse, room, brushes), brushes)

    def _seen(self, brushes: Brushes) -> QRect:
        """Return the part of the layout that is in sight, in device pixels."""
        room, ratio = self.viewport().rect(), brushes.ratio
        left = round(self.horizontalScrollBar().value() * ratio)
        return QRect(left, 0, math.ceil(room.width() * ratio), math.ceil(room.height() * ratio))

    def _begin(self, view: ImageView) -> None:
        """Show other columns."""
        blocks = block_ids(view)
        is_small = len(view.layers) + len(view.inner) <= _MOST_OPEN_COLUMNS
        opened = frozenset(one for one in blocks if (one in self._toggled) != is_small)
        self._picture, self._hovered = NetworkPicture(view, self._class_names, opened), None
        self._arrange()

    def _arrange(self) -> None:
        """Place everything anew in the room there is."""
        if self._picture is None:
            return
        extent = self.style().pixelMetric(QStyle.PixelMetric.PM_ScrollBarExtent, None, self)
        brushes = self._current_brushes()
        layout = self._picture.arrange(self.width(), self.height(), extent, brushes)
        spare = max(0, round(layout.width / brushes.ratio) - self.width())
        policy = Qt.ScrollBarPolicy
        self.setHorizontalScrollBarPolicy(policy.ScrollBarAlwaysOn if spare else policy.ScrollBarAlwaysOff)
        bar = self.horizontalScrollBar()
        bar.setPageStep(self.width())
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
        return int(x), int(position.y() * ratio)

    def _located(self, position: QPointF) -> Place | None:
        if self._picture is None:
            return None
        return self._picture.place_at(*self._content(position))

    def _point_at(self, position: QPointF) -> None:
        self._mouse = position
        self._set_hovered(self._located(position))

    def _set_hovered(self, place: Place | None) -> None:
        """Take note of what is under the mouse; its number may be another although the place is the same."""
        before, self._hovered = self._hovered, place
        if place is None and before is None:
            return
        card = self.hover_card
        self.hover_text_changed.emit(card.text if card is not None else "")
        self.viewport().update()
        if (before or ())[:2] != (place or ())[:2]:
            self.subject_changed.emit()

    def _scroll_to(self, layer_id: str) -> None:
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

    def _choose(self, layer_id: str, tile: int | None) -> None:
        before = self._selected
        self.set_selected(layer_id, tile)
        if layer_id != before[0] or tile is None:
            self.layer_clicked.emit(layer_id)
        if tile is not None:
            self.map_clicked.emit(layer_id, tile)

    def _open_chosen(self, picture: NetworkPicture) -> None:
        (layer_id, tile), placed = self._selected, picture.placed(self._selected[0])
        if placed is not None and placed.column.is_of(layer_id):
            column = placed.column
            self.unit_clicked.emit(layer_id, tile or 0, column.height // 2, column.width // 2)

    def _walk_to(self, chosen: tuple[str, int | None] | None) -> None:
        if chosen is not None:
            self._is_walking = True
            self._choose(*chosen)
