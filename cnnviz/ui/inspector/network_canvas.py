"""The columns of the network view under the mouse and the keyboard."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QPoint, QPointF, QRect, QRectF, Qt, Signal
from PySide6.QtGui import QNativeGestureEvent, QPainter

from cnnviz.ui.inspector.hover_card import HoverCard, card_rect, paint_card
from cnnviz.ui.inspector.network_columns import ColumnKind, block_ids
from cnnviz.ui.inspector.network_look import Look, SaidAnswers, paint_network
from cnnviz.ui.inspector.network_pages import Order, Pages
from cnnviz.ui.inspector.network_painter import paint_focus_ring
from cnnviz.ui.inspector.network_picture import NetworkPicture, Place
from cnnviz.ui.inspector.network_shown import NetworkShown
from cnnviz.ui.inspector.network_surface import NetworkSurface
from cnnviz.ui.inspector.network_walk import step_along, step_within
from cnnviz.ui.inspector.network_zoom import FIT, stepped

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PySide6.QtGui import QFocusEvent, QKeyEvent, QMouseEvent, QPaintEvent, QRegion, QWheelEvent
    from PySide6.QtWidgets import QWidget

    from cnnviz.interpret.activations import ImageView
    from cnnviz.ui.inspector.answers import Answers
    from cnnviz.ui.inspector.network_brushes import Brushes

_ALONG = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}
_WITHIN = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1}
_ZOOMS = {Qt.Key.Key_Plus: 1, Qt.Key.Key_Equal: 1, Qt.Key.Key_Minus: -1, Qt.Key.Key_0: 0}
_PAGES = {Qt.Key.Key_PageUp: -1, Qt.Key.Key_PageDown: 1}
_NOTCH = 120  # of a wheel, as Qt counts
_MOST_OPEN_COLUMNS = 24
"""A network of no more layers than this is shown with all of its blocks open."""


class NetworkCanvas(NetworkSurface):
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
        self._selected: tuple[str, int | None] = ("", None)
        self._mouse: QPointF | None = None
        self._hovered: Place | None = None
        self._view: ImageView | None = None
        self._class_names: tuple[str, ...] = ()
        self._answers: Answers | None = None
        self._toggled: frozenset[str] = frozenset()
        self._is_walking, self._turned = False, 0
        self._pages = Pages()
        self._said = SaidAnswers()
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName("Network: what each layer makes of the selected image")

    @property
    def selected(self) -> tuple[str, int | None]:
        """The chosen layer, empty for none, and its chosen map or unit."""
        return self._selected

    @property
    def shown(self) -> NetworkShown | None:
        """What is shown and how, to be shown again elsewhere; None before the first view."""
        if self._view is None or self._picture is None:
            return None
        size, opened = (self.width(), self.height()), self._picture.opened
        return NetworkShown(self._view, self._class_names, opened, self._pages, size, self._answers)

    @property
    def subject(self) -> tuple[str, int | None]:
        """The layer and map under the mouse; else those that are chosen."""
        place = self._lit
        if place is not None and self._picture is not None:
            column = self._picture.columns[place[0]]
            if column.kind in (ColumnKind.MAPS, ColumnKind.UNITS):
                return column.layer_id, self._picture.number_at(place)
        return self._selected

    @property
    def hover_card(self) -> HoverCard | None:
        """What stands beside the mouse; None while it is over no number."""
        place = self._lit
        if place is None or self._picture is None:
            return None
        return self._picture.card(place, self._current_brushes())

    @property
    def _lit(self) -> Place | None:
        """The place under the mouse, as long as a number stands there: fewer do on the last page of maps."""
        picture, place = self._picture, self._hovered
        return place if picture is not None and place is not None and picture.holds(place) else None

    def set_view(self, view: ImageView, class_names: Sequence[str], answers: Answers | None = None) -> None:
        """Show newer numbers, or another network. Newer answers, else the probabilities, wait for `say`."""
        self._view, self._class_names, self._answers = view, tuple(class_names), answers
        if self._picture is None or not self._picture.take(view, class_names, answers):
            self._begin(view)
        self._update_numbers()
        if self._mouse is not None:
            self._point_at(self._mouse)

    def set_order(self, order: Order) -> None:
        """Show the maps of every layer in another order, from the first page on."""
        self._pages.order = order
        self._pages.first.clear()
        if self._picture is not None:
            self._picture.renumber()
        self.viewport().update()

    def turn_page(self, index: int, pages: int) -> None:
        """Show other maps of the column at a place, where not all of them fit."""
        if self._picture is not None and self._picture.is_paged(index):
            self._picture.turn_page(index, pages)
            self.viewport().update()
            if self._mouse is not None:
                self._point_at(self._mouse)

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Turn the pages of a column of many maps; elsewhere zoom and scroll."""
        index = self._paged_at(event.position())
        if index is None or event.modifiers() or event.angleDelta().x():
            super().wheelEvent(event)
            return
        self._turned += event.angleDelta().y()
        pages = int(self._turned / _NOTCH)
        self._turned -= pages * _NOTCH
        self.turn_page(index, -pages)
        event.accept()

    def _paged_at(self, position: QPointF) -> int | None:
        picture, (x, y) = self._picture, self._content(position)
        index = picture.layout.column_at(x) if picture is not None and picture.layout is not None else None
        if picture is None or index is None or not picture.is_paged(index):
            return None
        return index if picture.body(self._seen(self._current_brushes())).contains(x, y) else None

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
            if self._picture is not None and map_index is not None:
                self._picture.show_number(layer_id, map_index)
            self._scroll_to(layer_id, map_index)
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
        across, down = self.horizontalScrollBar().value(), self.verticalScrollBar().value()
        return QPoint(int(center.x()) - across, int(center.y()) - down)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self.viewport())
        try:
            brushes = self._current_brushes()
            if self._picture is not None and self._picture.layout is not None:
                self._paint(painter, self._picture, brushes, event.region())
            else:
                painter.fillRect(event.rect(), brushes.colors.base)
        finally:
            painter.end()

    def viewportEvent(self, event: QEvent) -> bool:
        if event.type() is QEvent.Type.Leave:
            self._mouse = None
            self._set_hovered(None)
        elif isinstance(event, QNativeGestureEvent):
            self._pinch(event)
        return super().viewportEvent(event)

    def scrollContentsBy(self, dx: int, dy: int) -> None:
        self.viewport().update()
        if self._mouse is not None:
            self._point_at(self._mouse)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Zoom to a column, or back; on a map, and on the sign of a block, it is two clicks."""
        layout, position = self.network_layout, event.position()
        index = layout.column_at(self._content(position)[0]) if layout is not None else None
        is_taken = self._located(position) is not None or self._block_at(position) is not None
        if layout is None or index is None or is_taken:
            super().mouseDoubleClickEvent(event)
        else:
            self._zoom_to_column(layout, index)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self._grabbed = None
        self.viewport().unsetCursor()
        super().mouseReleaseEvent(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self._drag(event.position())
        self._point_at(event.position())

    def mousePressEvent(self, event: QMouseEvent) -> None:
        picture, position = self._picture, event.position()
        if event.button() is Qt.MouseButton.MiddleButton:
            self._grab(position)
        if event.button() is not Qt.MouseButton.LeftButton or picture is None or picture.layout is None:
            return
        self._is_walking = False
        x, block = self._content(position)[0], self._block_at(position)
        index = picture.layout.column_at(x)
        body = picture.body(self._seen(self._current_brushes()))
        pager = picture.pager_at(x, self._content(position)[1] - body.top() - body.height())
        if block is not None:
            self.toggle_block(block)
        elif pager is not None:
            self.turn_page(*pager)
        elif index is None:
            self._grab(position)
            self._show_problem(x)
        else:
            self._press_column(picture, index, self._located(position))

    def _block_at(self, position: QPointF) -> str | None:
        """Return the block whose sign to open or close it is at a place in the viewport."""
        brushes = self._current_brushes()
        x, y = round(self._content(position)[0]), round(position.y() * brushes.ratio)
        return self._picture.toggle_at(x, y, brushes) if self._picture is not None else None

    def _press_column(self, picture: NetworkPicture, index: int, place: Place | None) -> None:
        """Choose a column and the map under the mouse; a map that was chosen before is opened there."""
        column, before = picture.columns[index], self._selected
        if not column.is_choosable:
            return
        number = picture.number_at(place) if place is not None else None
        self._choose(column.layer_id, number)
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
        elif key in _PAGES:
            index = picture.index_of(self._selected[0])
            self.turn_page(0 if index is None else index, _PAGES[key])
        elif key in _ZOOMS:
            self.set_zoom(stepped(self._zoom, _ZOOMS[key]) if _ZOOMS[key] else FIT)
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

    def say(self) -> None:
        """Paint the answers where they say something else: they cannot be read as often as maps change."""
        if (picture := self._picture) is not None and picture.layout is not None:
            brushes = self._current_brushes()
            self.viewport().update(self._said.newer(picture, self._seen(brushes), brushes))

    def _update_numbers(self) -> None:
        """Paint newer maps: only where they stand, as long as nothing lies over them."""
        picture, brushes = self._picture, self._current_brushes()
        if picture is None or picture.layout is None or self._hovered is not None or self._is_walking:
            self.viewport().update()
        else:
            self.viewport().update(picture.numbers_region(self._seen(brushes), brushes, answers=False))

    def _paint(self, painter: QPainter, picture: NetworkPicture, brushes: Brushes, part: QRegion) -> None:
        room = QRectF(self.viewport().rect())
        look = Look(
            self._seen(brushes), self._selected, self._lit, self._is_walking, has_focus=self.hasFocus()
        )
        paint_network(painter, picture, look, brushes, part, self._said)
        if self.hasFocus() and picture.placed(self._selected[0]) is None:
            paint_focus_ring(painter, room, brushes)
        card = self.hover_card
        if card is not None and self._mouse is not None:
            paint_card(painter, card, card_rect(card, self._mouse, room, brushes), brushes)

    def _begin(self, view: ImageView) -> None:
        """Show other columns."""
        blocks = block_ids(view)
        is_small = len(view.layers) + len(view.inner) <= _MOST_OPEN_COLUMNS
        opened = frozenset(one for one in blocks if (one in self._toggled) != is_small)
        self._picture = NetworkPicture(view, self._class_names, opened, self._pages, self._answers)
        self._hovered = None
        self._arrange()

    def _located(self, position: QPointF) -> Place | None:
        if self._picture is None or self._picture.layout is None:
            return None
        x, y = self._content(position)
        is_in_body = self._picture.body(self._seen(self._current_brushes())).contains(x, y)
        return self._picture.place_at(x, y) if is_in_body else None

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
            column, number = placed.column, placed.number_of(0) if tile is None else tile
            self.unit_clicked.emit(layer_id, number, column.height // 2, column.width // 2)

    def _walk_to(self, chosen: tuple[str, int | None] | None) -> None:
        if chosen is not None:
            self._is_walking = True
            self._choose(*chosen)

    def _zoom_center(self) -> QPointF:
        layer_id, number = self._selected
        placed = self._picture.placed(layer_id) if self._picture is not None else None
        room = QRectF(self.viewport().rect())
        if placed is None or (not layer_id and number is None):
            return room.center()
        tile = placed.tile_of(number) if number is not None and placed.column.is_of(layer_id) else None
        place = placed.block.rect(tile) if tile is not None else QRect(placed.left, 0, placed.width, 0)
        seen, ratio = self._seen(self._current_brushes()), self._current_brushes().ratio
        y = (place.center().y() - seen.top()) / ratio if tile is not None else room.center().y()
        center = QPointF((place.center().x() - seen.left()) / ratio, y)
        return center if room.contains(center) else room.center()
