"""The columns of the network view under the mouse and the keyboard."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QPoint, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QAbstractScrollArea, QStyle, QWidget

from cnnviz.ui.inspector.hover_card import HoverCard, card_rect, paint_card
from cnnviz.ui.inspector.network_columns import ColumnKind
from cnnviz.ui.inspector.network_links import sources
from cnnviz.ui.inspector.network_painter import (
    Brushes,
    paint_focus_ring,
    paint_frame,
    paint_selection,
    paint_sources,
)
from cnnviz.ui.inspector.network_picture import NetworkPicture, Place
from cnnviz.ui.theme import LOOK_CHANGES

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PySide6.QtGui import QFocusEvent, QKeyEvent, QMouseEvent, QPaintEvent, QResizeEvent, QWheelEvent

    from cnnviz.interpret.activations import ImageView
    from cnnviz.ui.inspector.network_layout import NetworkLayout, PlacedColumn

_LEAST_SIZE, _USUAL_SIZE = QSize(240, 180), QSize(850, 380)
_SCROLL_STEP_PX = 32
_ALONG = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}
_WITHIN = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1}


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
                return column.layer_id, self._hovered[1]
        return self._selected

    @property
    def hover_card(self) -> HoverCard | None:
        """What stands beside the mouse; None while it is over no number."""
        if self._hovered is None or self._picture is None:
            return None
        return self._picture.card(self._hovered, self._current_brushes())

    def set_view(self, view: ImageView, class_names: Sequence[str]) -> None:
        """Show newer numbers, or another network."""
        if self._picture is None or not self._picture.take(view, class_names):
            self._picture, self._hovered = NetworkPicture(view, class_names), None
            self._arrange()
        self.viewport().update()
        if self._mouse is not None:
            self._point_at(self._mouse)

    def set_selected(self, layer_id: str, map_index: int | None = None) -> None:
        """Choose a layer, empty for none, and a map of it. Only `subject_changed` is sent."""
        if (layer_id, map_index) != self._selected:
            self._selected = (layer_id, map_index)
            self._scroll_to_selected()
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
        if placed is None or not 0 <= tile < placed.block.shown:
            raise LookupError(f"No column shows number {tile} of layer '{layer_id}'.")
        center = QPointF(placed.block.rect(tile).center()) / self._current_brushes().ratio
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
        layout, x = self.network_layout, self._content_x(event.position().x())
        index = layout.column_at(int(x)) if layout is not None else None
        if event.button() is not Qt.MouseButton.LeftButton or layout is None:
            return
        if index is None:
            self._show_problem(int(x))
            return
        column, place = layout.columns[index].column, self._located(event.position())
        if not column.is_choosable:
            return
        before, is_tile = self._selected, place is not None and column.kind is not ColumnKind.CLASSES
        self._choose(column.layer_id, place[1] if is_tile and place is not None else None)
        if place is not None and self._selected == before and self._picture is not None:
            self.unit_clicked.emit(column.layer_id, self._picture.number_at(place), place[2], place[3])

    def _show_problem(self, x: int) -> None:
        """Lead from the mark where the columns stop to the layer that stops them."""
        layer_id = self._picture.problem_at(x) if self._picture is not None else None
        if layer_id is not None:
            self.layer_clicked.emit(layer_id)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = Qt.Key(event.key())
        if key in _ALONG:
            self._move_along(_ALONG[key])
        elif key in _WITHIN:
            self._move_within(_WITHIN[key])
        elif key in (Qt.Key.Key_Home, Qt.Key.Key_End) and self._picture is not None:
            count = len(self._picture.columns)
            self._move_along(-count if key is Qt.Key.Key_Home else count)
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self._picture is not None:
            self._open_chosen(self._picture)
        else:
            super().keyPressEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.viewport().update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.viewport().update()

    def _paint(self, painter: QPainter, picture: NetworkPicture, brushes: Brushes) -> None:
        room = QRectF(self.viewport().rect())
        selected = picture.placed(self._selected[0])
        painter.save()
        painter.translate(-self.horizontalScrollBar().value(), 0)
        if selected is not None:
            paint_selection(painter, picture.column_rect(selected, brushes), brushes)
        picture.paint_backdrop(painter, brushes)
        picture.paint_columns(painter, self._content_x(0), self._content_x(room.width()), brushes)
        if selected is not None:
            self._paint_selected(painter, picture, selected, brushes)
        if self._hovered is not None:
            self._paint_hovered(painter, picture, self._hovered, brushes)
        painter.restore()
        if self.hasFocus() and selected is None:
            paint_focus_ring(painter, room, brushes)
        card = self.hover_card
        if card is not None and self._mouse is not None:
            paint_card(painter, card, card_rect(card, self._mouse, room, brushes), brushes)

    def _paint_selected(
        self, painter: QPainter, picture: NetworkPicture, selected: PlacedColumn, brushes: Brushes
    ) -> None:
        if self.hasFocus():
            paint_focus_ring(painter, brushes.logical(picture.column_rect(selected, brushes)), brushes)
        tile = self._selected[1]
        if tile is not None and tile < selected.block.shown:
            paint_frame(painter, selected.block.rect(tile), brushes, accented=self.hasFocus())

    def _paint_hovered(
        self, painter: QPainter, picture: NetworkPicture, place: Place, brushes: Brushes
    ) -> None:
        assert picture.layout is not None
        (index, tile), columns = place[:2], picture.layout.columns
        if index > 0:
            path = sources(columns[index - 1], columns[index], tile, picture.number_at(place))
            paint_sources(painter, path, brushes)
        if columns[index].column.kind is not ColumnKind.CLASSES:
            paint_frame(painter, columns[index].block.rect(tile), brushes, accented=False)

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

    def _content_x(self, x: float) -> float:
        """Return where a place in the viewport lies in the layout, in device pixels."""
        return (x + self.horizontalScrollBar().value()) * self._current_brushes().ratio

    def _located(self, position: QPointF) -> Place | None:
        if self._picture is None:
            return None
        y = position.y() * self._current_brushes().ratio
        return self._picture.place_at(int(self._content_x(position.x())), int(y))

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

    def _scroll_to_selected(self) -> None:
        placed = self._picture.placed(self._selected[0]) if self._picture is not None else None
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

    def _move_along(self, step: int) -> None:
        """Choose the layer before or behind; where the chosen one has no column, begin at that end."""
        if self._picture is None:
            return
        layers = [column.layer_id for column in self._picture.columns if column.is_choosable]
        tile, placed = self._selected[1], self._picture.placed(self._selected[0])
        present = layers.index(placed.column.layer_id) if placed else (-1 if step > 0 else len(layers))
        layer_id = layers[min(max(present + step, 0), len(layers) - 1)]
        self._choose(layer_id, None if tile is None else self._nearest_tile(layer_id, tile))

    def _move_within(self, step: int) -> None:
        layer_id, tile = self._selected
        nearest = self._nearest_tile(layer_id, 0 if tile is None else tile + step)
        if nearest is not None:
            self._choose(layer_id, nearest)

    def _nearest_tile(self, layer_id: str, tile: int) -> int | None:
        """Return the shown map or unit of a layer nearest to a number; None where it has none."""
        placed = self._picture.placed(layer_id) if self._picture is not None else None
        if placed is None or placed.column.kind is ColumnKind.CLASSES:
            return None
        return min(max(tile, 0), placed.block.shown - 1)
