"""The list of layers: cards that are chosen, dragged to another place, dragged out, and dropped in."""

from __future__ import annotations

from PySide6.QtCore import (
    QModelIndex,
    QPersistentModelIndex,
    QPoint,
    QPointF,
    QRect,
    QRectF,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import (
    QDrag,
    QDragEnterEvent,
    QDragLeaveEvent,
    QDragMoveEvent,
    QDropEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QPixmap,
)
from PySide6.QtWidgets import QAbstractItemView, QListView, QStyle, QWidget

from cnnviz.ui.builder.layer_delegate import LayerDelegate
from cnnviz.ui.builder.layer_list_model import CardRole, LayerListModel
from cnnviz.ui.theme import RADIUS, SPACE_8, SPACE_12, SPACE_16, caption_font, colors_of

_FEWEST_CARDS = 2.5  # the half card says that there are more
_LINE_PX = 2
_KNOB_PX = 7
_DRAGGED_OPACITY = 0.85
_EMPTY_HINT = "Drag layers here, or double-click one above."
_EMPTY_HINT_PX = 72
_ENTER_KEYS = (Qt.Key.Key_Return, Qt.Key.Key_Enter)


class LayerListView(QListView):
    """Shows a `LayerListModel` and lets its cards be dragged; a line shows where a drop would land.

    Signals
    -------
    current_layer_changed(str)
        Another card was chosen; with its layer's id, empty for the input.
    edit_requested()
        Enter or a double-click on a card: go on to its settings.
    drag_started(), drag_finished()
        A card is being dragged; no longer.
    """

    current_layer_changed = Signal(str)
    edit_requested = Signal()
    drag_started = Signal()
    drag_finished = Signal()

    def __init__(self, model: LayerListModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._model = model
        self._insert_row: int | None = None
        self._dragged_row: int | None = None
        self._delegate = LayerDelegate(self)
        self.setModel(model)
        self.setItemDelegate(self._delegate)
        self.setAccessibleName("Layers")
        self.setAccessibleDescription(
            "Delete removes a layer, Alt and the arrow keys move it, Control D duplicates it, "
            "Enter goes to its settings."
        )
        self.setResizeMode(QListView.ResizeMode.Adjust)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setMouseTracking(True)
        self._set_up_drags()
        self.setCurrentIndex(model.index(0))

    def _set_up_drags(self) -> None:
        self.setDragEnabled(True)
        self.setAcceptDrops(True)
        self.setDragDropMode(QAbstractItemView.DragDropMode.DragDrop)
        self.setDefaultDropAction(Qt.DropAction.MoveAction)
        self.setDropIndicatorShown(False)

    @property
    def current_layer_id(self) -> str:
        """The id of the chosen layer; empty for the input."""
        return self.currentIndex().data(CardRole.LAYER_ID) or ""

    @property
    def insert_row(self) -> int | None:
        """The row in front of which a drop would land now, or None where nothing is dragged over the list."""
        return self._insert_row

    def minimumSizeHint(self) -> QSize:
        return QSize(super().minimumSizeHint().width(), round(_FEWEST_CARDS * self.sizeHintForRow(0)))

    def select_layer(self, layer_id: str) -> None:
        """Choose a layer's card and scroll to it; an unknown id changes nothing."""
        row = self._model.row_of(layer_id)
        if row >= 0:
            self.setCurrentIndex(self._model.index(row))
            self.scrollTo(self._model.index(row))

    def currentChanged(
        self, current: QModelIndex | QPersistentModelIndex, previous: QModelIndex | QPersistentModelIndex
    ) -> None:
        super().currentChanged(current, previous)
        if current.isValid():
            self.current_layer_changed.emit(current.data(CardRole.LAYER_ID))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in _ENTER_KEYS and not event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier:
            self.edit_requested.emit()
        elif event.modifiers() & Qt.KeyboardModifier.AltModifier:
            event.ignore()  # a move that is not possible must not change the choice instead
        else:
            super().keyPressEvent(event)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        super().mouseDoubleClickEvent(event)
        if self.indexAt(event.position().toPoint()).isValid():
            self.edit_requested.emit()

    def startDrag(self, supported_actions: Qt.DropAction) -> None:
        index = self.currentIndex()
        if not index.flags() & Qt.ItemFlag.ItemIsDragEnabled:
            return
        drag = QDrag(self)
        drag.setMimeData(self._model.mimeData([index]))
        rect = self.visualRect(index)
        drag.setPixmap(self._card_pixmap(index))
        drag.setHotSpot(self._grip(rect))
        self._dragged_row = index.row()
        self.drag_started.emit()
        try:
            # Whoever takes the drop edits the document, so nothing is left to be removed here.
            drag.exec(supported_actions, Qt.DropAction.MoveAction)
        finally:
            self._dragged_row = None
            self.drag_finished.emit()

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        super().dragEnterEvent(event)
        self._answer(event)

    def dragMoveEvent(self, event: QDragMoveEvent) -> None:
        super().dragMoveEvent(event)  # scrolls near the edges
        self._answer(event)

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:
        super().dragLeaveEvent(event)
        self._show_insertion(None)

    def dropEvent(self, event: QDropEvent) -> None:
        row = self.row_at(event.position().toPoint())
        self._show_insertion(None)
        self.stopAutoScroll()
        self.setState(QAbstractItemView.State.NoState)
        action = _action(event)
        before = {self._model.card(known).layer_id for known in range(self._model.rowCount())}
        if not self._model.dropMimeData(event.mimeData(), action, row, 0, QModelIndex()):
            event.ignore()
            return
        event.setDropAction(action)
        event.accept()
        self._choose_new(before)
        self.setFocus(Qt.FocusReason.MouseFocusReason)

    def row_at(self, position: QPoint) -> int:
        """Return the row in front of which something dropped here lands; never above the input."""
        index = self.indexAt(position)
        if not index.isValid():
            last = self.visualRect(self._model.index(self._model.rowCount() - 1))
            return self._model.rowCount() if position.y() > last.bottom() else 1
        below = position.y() > self.visualRect(index).center().y()
        return max(index.row() + int(below), 1)

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if self._insert_row is None and self._model.rowCount() > 1:
            return
        painter = QPainter(self.viewport())
        try:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            if self._model.rowCount() == 1:
                self._paint_empty_hint(painter)
            if self._insert_row is not None:
                self._paint_insertion(painter, self._insert_row)
        finally:
            painter.end()

    def _answer(self, event: QDragMoveEvent) -> None:
        """Say whether the drop would be taken, and show where it would land."""
        action = _action(event)
        if not self._model.canDropMimeData(event.mimeData(), action, -1, -1, QModelIndex()):
            self._show_insertion(None)
            event.ignore()
            return
        event.setDropAction(action)
        event.accept()
        row = self.row_at(event.position().toPoint())
        stays = action == Qt.DropAction.MoveAction and self._dragged_row in (row, row - 1)
        self._show_insertion(None if stays else row)

    def _show_insertion(self, row: int | None) -> None:
        if row != self._insert_row:
            self._insert_row = row
            self.viewport().update()

    def _choose_new(self, before: set[str]) -> None:
        rows = range(self._model.rowCount())
        new = [row for row in rows if self._model.card(row).layer_id not in before]
        if new:
            self.setCurrentIndex(self._model.index(new[0]))
        self.scrollTo(self.currentIndex())

    def _paint_insertion(self, painter: QPainter, row: int) -> None:
        colors = colors_of(self)
        rect = self.visualRect(self._model.index(row - 1))
        y = min(rect.bottom() + 0.5, self.viewport().height() - _KNOB_PX / 2 - 1)
        left, right = rect.left() + SPACE_8, rect.right() - SPACE_8
        painter.setPen(QPen(colors.accent, _LINE_PX))
        painter.drawLine(QPointF(left + _KNOB_PX, y), QPointF(right, y))
        painter.setBrush(colors.base)
        painter.drawEllipse(QRectF(left, y - _KNOB_PX / 2, _KNOB_PX, _KNOB_PX))

    def _paint_empty_hint(self, painter: QPainter) -> None:
        colors = colors_of(self)
        below = self.visualRect(self._model.index(0)).bottom() + SPACE_12
        box = QRectF(SPACE_12, below, self.viewport().width() - 2 * SPACE_12, _EMPTY_HINT_PX)
        painter.setPen(QPen(colors.border, 1, Qt.PenStyle.DashLine))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRoundedRect(box, RADIUS, RADIUS)
        painter.setPen(colors.muted)
        painter.setFont(caption_font(self))
        inner = box.adjusted(SPACE_16, 0, -SPACE_16, 0)
        painter.drawText(inner, Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap, _EMPTY_HINT)

    def _card_pixmap(self, index: QModelIndex) -> QPixmap:
        size = self.visualRect(index).size()
        ratio = self.devicePixelRatioF()
        pixmap = QPixmap(size * ratio)
        pixmap.setDevicePixelRatio(ratio)
        pixmap.fill(Qt.GlobalColor.transparent)
        painter = QPainter(pixmap)
        try:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setOpacity(_DRAGGED_OPACITY)
            self._paint_dragged(painter, QRect(QPoint(0, 0), size), index)
        finally:
            painter.end()
        return pixmap

    def _paint_dragged(self, painter: QPainter, rect: QRect, index: QModelIndex) -> None:
        colors = colors_of(self)
        painter.setPen(QPen(colors.border, 1))
        painter.setBrush(colors.raised)
        painter.drawRoundedRect(QRectF(rect).adjusted(0.5, 0.5, -0.5, -0.5), RADIUS, RADIUS)
        card = self._model.card(index.row())
        self._delegate.paint_card(painter, rect, card, self, QStyle.StateFlag.State_Enabled)

    def _grip(self, rect: QRect) -> QPoint:
        """Return where the hand holds the card: under the mouse, if that is on it."""
        mouse = self.viewport().mapFromGlobal(self.cursor().pos())
        return mouse - rect.topLeft() if rect.contains(mouse) else QPoint(SPACE_16, rect.height() // 2)


def _action(event: QDropEvent) -> Qt.DropAction:
    """Return what the drop does: what the keys ask for where the source allows it."""
    possible = event.possibleActions()
    wanted = event.dropAction()
    if wanted in (Qt.DropAction.MoveAction, Qt.DropAction.CopyAction) and possible & wanted:
        return wanted
    return Qt.DropAction.MoveAction if possible & Qt.DropAction.MoveAction else Qt.DropAction.CopyAction
