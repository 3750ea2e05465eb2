"""The list of layers: cards that are chosen, dragged to another place, dragged out, and dropped in."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import (
    QEvent,
    QItemSelection,
    QItemSelectionModel,
    QModelIndex,
    QPersistentModelIndex,
    QPoint,
    QSize,
    Qt,
    Signal,
    Slot,
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
)
from PySide6.QtWidgets import QAbstractItemView, QListView, QWidget

from cnnviz.spec.layers import walk
from cnnviz.spec.tree_edits import Place, outermost, place_behind, with_activation
from cnnviz.ui.builder.card_frame import chevron_rect
from cnnviz.ui.builder.card_layout import depth_at
from cnnviz.ui.builder.cards import Fold
from cnnviz.ui.builder.dragged_cards import BESIDE, beside_pointer, card_pixmap
from cnnviz.ui.builder.drop import MIME_TYPE
from cnnviz.ui.builder.drop_painting import mark_y, paint_empty_hint, paint_mark, paint_note
from cnnviz.ui.builder.edge_scroll import EdgeScroll
from cnnviz.ui.builder.gaps import Gap, gap_behind, gap_in_front
from cnnviz.ui.builder.layer_delegate import LayerDelegate
from cnnviz.ui.builder.layer_list_model import CardRole, LayerListModel
from cnnviz.ui.builder.list_drop import Landing, ListDrop, action_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from cnnviz.ui.builder.drop_preview import DropPreview

_FEWEST_CARDS = 2.5  # the half card says that there are more
_CHOOSE = QItemSelectionModel.SelectionFlag.ClearAndSelect
_ENTER_KEYS = (Qt.Key.Key_Return, Qt.Key.Key_Enter)
_HELP = (
    "Delete removes layers, Alt and the arrow keys move them, also in and out of blocks. Control X, C and V "
    "cut, copy and paste, Control D duplicates. Left and Right close and open a block. Enter goes to the "
    "settings, F2 gives another name."
)

Index = QModelIndex | QPersistentModelIndex


class LayerListView(QListView):
    """Shows a `LayerListModel` and lets its cards be dragged; meanwhile it shows what a drop would mean.

    Signals
    -------
    current_layer_changed(str)
        Another card was chosen; with its layer's id, empty for the input.
    selection_changed()
        Other cards are selected.
    edit_requested()
        Enter or a double-click on a card: go on to its settings.
    drag_started(), drag_finished()
        Cards are being dragged; no longer.
    """

    current_layer_changed = Signal(str)
    selection_changed = Signal()
    edit_requested = Signal()
    drag_started = Signal()
    drag_finished = Signal()

    def __init__(self, model: LayerListModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._model = model
        self._drop: ListDrop | None = None
        self._landing: Landing | None = None
        self._pointer = QPoint()
        self._is_copy = False
        self._edge_scroll = EdgeScroll(self)
        self._edge_scroll.scrolled.connect(self._on_edge_scrolled)
        self._delegate = LayerDelegate(model, self)
        self.setModel(model)
        self.setItemDelegate(self._delegate)
        self.setAccessibleName("Layers")
        self.setAccessibleDescription(_HELP)
        self.setResizeMode(QListView.ResizeMode.Adjust)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setMouseTracking(True)
        self._set_up_drags()
        self.setCurrentIndex(model.index(0))
        model.rowsRemoved.connect(self._on_rows_removed)

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
    def selected_layer_ids(self) -> tuple[str, ...]:
        """The ids of the selected layers in their order; those inside another one go with it."""
        chosen = {index.data(CardRole.LAYER_ID) for index in self.selectedIndexes()}
        return outermost(self._model.document.spec, chosen)

    @property
    def insert_row(self) -> int | None:
        """The row in front of which a drop would land now; None where it would change nothing."""
        if self._landing is None or self._landing.preview is None:
            return None
        return self._landing.gap.row

    @property
    def drop_preview(self) -> DropPreview | None:
        """What is said about the drop that would happen now."""
        return self._landing.preview if self._landing is not None else None

    def minimumSizeHint(self) -> QSize:
        return QSize(super().minimumSizeHint().width(), round(_FEWEST_CARDS * self.sizeHintForRow(0)))

    def select_layer(self, layer_id: str) -> None:
        """Choose a layer's card and scroll to it; an unknown id changes nothing."""
        self._model.reveal(layer_id)
        row = self._model.row_of(layer_id)
        if row >= 0:
            # Not `setCurrentIndex`, which would obey a Ctrl or Shift that is held down for a shortcut.
            self.selectionModel().setCurrentIndex(self._model.index(row), _CHOOSE)
            self.scrollTo(self._model.index(row))

    def select_layers(self, layer_ids: Iterable[str]) -> None:
        """Select several layers, choose the first and scroll to the last; unknown ids are passed over."""
        wanted = list(layer_ids)
        for layer_id in wanted:
            self._model.reveal(layer_id)
        rows = sorted(row for row in map(self._model.row_of, wanted) if row >= 0)
        if not rows:
            return
        self.selectionModel().setCurrentIndex(self._model.index(rows[0]), _CHOOSE)
        chosen = QItemSelection()
        for row in rows:
            chosen.select(self._model.index(row), self._model.index(row))
        self.selectionModel().select(chosen, _CHOOSE)
        self.scrollTo(self._model.index(rows[-1]))
        self.scrollTo(self._model.index(rows[0]))

    def selectAll(self) -> None:
        """Select every layer, but not the input."""
        self.select_layers(card.layer_id for card in self._model.cards if not card.is_input)

    def set_open(self, layer_id: str, *, is_open: bool) -> None:
        """Show the layers inside a block, or hide them and choose the block if one of them was chosen."""
        if not is_open:
            inside = walk(self._model.document.spec.layers_of(layer_id))
            if self.current_layer_id in {layer.id for layer in inside}:
                self.select_layer(layer_id)
        self._model.set_open((layer_id,), is_open=is_open)

    @property
    def place_for_new(self) -> Place:
        """Where a layer that is added goes: behind the last one selected, or into a block without layers."""
        last, spec = self._last_chosen, self._model.document.spec
        if self._is_empty_block(last):
            return Place(0, last)
        # An activation stays with the layer that carries it.
        return place_behind(spec, with_activation(spec, last)[-1] if last else last)

    @property
    def place_right_behind(self) -> Place:
        """The same, but between a layer and its activation, where a normalisation usually stands."""
        last = self._last_chosen
        return Place(0, last) if self._is_empty_block(last) else place_behind(self._model.document.spec, last)

    @property
    def _last_chosen(self) -> str:
        chosen = self.selected_layer_ids
        return chosen[-1] if chosen else self.current_layer_id

    def _is_empty_block(self, layer_id: str) -> bool:
        row = self._model.row_of(layer_id)
        return row >= 0 and self._model.card(row).is_empty_block

    def currentChanged(self, current: Index, previous: Index) -> None:
        super().currentChanged(current, previous)
        if current.isValid():
            self.current_layer_changed.emit(current.data(CardRole.LAYER_ID))

    def selectionChanged(self, selected: QItemSelection, deselected: QItemSelection) -> None:
        super().selectionChanged(selected, deselected)
        self.selection_changed.emit()

    def changeEvent(self, event: QEvent) -> None:
        if event.type() is QEvent.Type.FontChange:
            self._delegate.forget_fonts()
            self.scheduleDelayedItemsLayout()
        super().changeEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        plain = not event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
        is_naming = self.state() == QAbstractItemView.State.EditingState  # whose Enter comes here as well
        if event.key() in _ENTER_KEYS and plain and not is_naming:
            self.edit_requested.emit()
        elif event.modifiers() & Qt.KeyboardModifier.AltModifier:
            event.ignore()  # a move that is not possible must not change the choice instead
        else:
            super().keyPressEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        block = self._chevron_at(event.position().toPoint())
        if block is None or event.button() != Qt.MouseButton.LeftButton:
            super().mousePressEvent(event)
            return
        event.accept()
        self.set_open(block, is_open=block in self._model.closed)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        position = event.position().toPoint()
        if self._chevron_at(position) is not None:
            self.mousePressEvent(event)
            return
        super().mouseDoubleClickEvent(event)
        index = self.indexAt(position)
        if index.isValid() and self._delegate.name_rect(index, self).contains(position):
            self.edit(index)
        elif index.isValid():
            self.edit_requested.emit()

    def startDrag(self, supported_actions: Qt.DropAction) -> None:
        carried = self._carried()
        if not carried:
            return
        cards = [self._model.card(self._model.row_of(layer_id)) for layer_id in carried]
        drag = QDrag(self)
        drag.setMimeData(self._model.mime_data_of(carried))
        drag.setPixmap(beside_pointer(card_pixmap(self, self._delegate, cards)))
        drag.setHotSpot(BESIDE)
        spec = self._model.document.spec
        self._delegate.set_lifted(frozenset(layer.id for layer in walk(map(spec.layer, carried))))
        self.drag_started.emit()
        try:
            # Whoever takes the drop edits the document, so nothing is left to be removed here.
            drag.exec(supported_actions, Qt.DropAction.MoveAction)
        finally:
            self._delegate.set_lifted(frozenset())
            self._end_drag()
            self.viewport().update()
            self.drag_finished.emit()

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        super().dragEnterEvent(event)
        self._drop = ListDrop(self._model, event.mimeData())
        self._answer(event)
        # Also where this place does not take it: Qt hands a drag that is refused here to what is around the
        # list, and tells the list no more of it.
        event.setAccepted(event.mimeData().hasFormat(MIME_TYPE))

    def dragMoveEvent(self, event: QDragMoveEvent) -> None:
        self._answer(event)

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:
        super().dragLeaveEvent(event)
        self._end_drag()

    def dropEvent(self, event: QDropEvent) -> None:
        gap = self.gap_at(event.position().toPoint())
        self._end_drag()
        self.setState(QAbstractItemView.State.NoState)
        action = action_of(event)
        if not self._model.canDropMimeData(event.mimeData(), action, gap.row, 0, QModelIndex()):
            event.ignore()
            return
        landed = self._model.drop(event.mimeData(), gap.place, copy=action == Qt.DropAction.CopyAction)
        if not landed:
            event.ignore()
            return
        event.setDropAction(action)
        event.accept()
        self.select_layers(landed)
        self.setFocus(Qt.FocusReason.MouseFocusReason)

    def gap_at(self, position: QPoint) -> Gap:
        """Return the place where something dropped here lands; never above the input."""
        spec, cards = self._model.document.spec, self._model.cards
        index = self.indexAt(position)
        if not index.isValid():
            last = self.visualRect(self._model.index(len(cards) - 1))
            return gap_in_front(spec, cards, len(cards) if position.y() > last.bottom() else 1)
        card, rect = cards[index.row()], self.visualRect(index)
        height = self._delegate.body_height(card, self) if card.is_empty_block else rect.height()
        if position.y() > rect.top() + (height - 1) / 2:
            return gap_behind(spec, cards, index.row(), depth_at(position.x()))
        return gap_in_front(spec, cards, index.row())

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        preview = self.drop_preview
        if preview is None and self._model.rowCount() > 1:
            return
        painter = QPainter(self.viewport())
        try:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            if self._model.rowCount() == 1:
                paint_empty_hint(painter, self.viewport(), self.visualRect(self._model.index(0)).bottom())
            if preview is not None and self._landing is not None:
                self._paint_preview(painter, self._landing.gap, preview)
        finally:
            painter.end()

    def _paint_preview(self, painter: QPainter, gap: Gap, preview: DropPreview) -> None:
        above = self._model.index(gap.row - 1)
        y = mark_y(self.visualRect(above), self._model.card(above.row()), gap.depth)
        paint_mark(painter, self.viewport(), y, gap.depth, preview)
        paint_note(painter, self.viewport(), y, preview)

    def _answer(self, event: QDragMoveEvent) -> None:
        """Say whether the drop would be taken, and show where it would land and what it would mean."""
        action = action_of(event)
        takes = self._model.canDropMimeData(event.mimeData(), action, -1, -1, QModelIndex())
        if self._drop is None or not takes:
            self._show_landing(None)
            event.ignore()
            return
        event.setDropAction(action)
        self._pointer, self._is_copy = event.position().toPoint(), action == Qt.DropAction.CopyAction
        self._edge_scroll.follow(self._pointer)
        landing = self._drop.landing(self.gap_at(self._pointer), copy=self._is_copy)
        event.setAccepted(landing.preview is None or not landing.preview.refused)
        self._show_landing(landing)

    @Slot()
    def _on_edge_scrolled(self) -> None:
        """Show where a drop would land now: the window system tells of no move while the mouse rests."""
        if self._drop is not None:
            self._show_landing(self._drop.landing(self.gap_at(self._pointer), copy=self._is_copy))

    def _end_drag(self) -> None:
        self._drop = None
        self._edge_scroll.stop()
        self._show_landing(None)

    def _show_landing(self, landing: Landing | None) -> None:
        if landing != self._landing:
            self._landing = landing
            self._delegate.set_preview(self.drop_preview)
            self.viewport().update()

    def _carried(self) -> tuple[str, ...]:
        """Return the layers that a drag takes along: those selected; a single one with its activation."""
        chosen = self.selected_layer_ids
        if len(chosen) == 1:
            return with_activation(self._model.document.spec, chosen[0])
        return chosen

    def _chevron_at(self, position: QPoint) -> str | None:
        """Return the block whose mark for opening and closing is here."""
        index = self.indexAt(position)
        if not index.isValid():
            return None
        card = self._model.card(index.row())
        if card.fold is Fold.NONE:
            return None
        return card.layer_id if chevron_rect(self.visualRect(index), card.depth).contains(position) else None

    def rowsAboutToBeRemoved(self, parent: Index, start: int, end: int) -> None:
        """Go on to the card behind the chosen one; Qt by itself would go back."""
        if start <= self.currentIndex().row() <= end < self._model.rowCount() - 1:
            behind = self._model.index(end + 1)
            self.selectionModel().setCurrentIndex(behind, QItemSelectionModel.SelectionFlag.NoUpdate)
        super().rowsAboutToBeRemoved(parent, start, end)

    @Slot()
    def _on_rows_removed(self) -> None:
        """Keep the chosen card selected: Qt only moves the keyboard on to it."""
        if not self.selectionModel().hasSelection():
            self.selectionModel().select(self.currentIndex(), _CHOOSE)
