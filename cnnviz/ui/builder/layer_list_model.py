"""The rows of the layer list: the input, then the layers of the document, a block before its body."""

from __future__ import annotations

import dataclasses
import enum
import operator
import uuid
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import (
    QAbstractListModel,
    QByteArray,
    QMimeData,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    Qt,
    Signal,
    Slot,
)

from cnnviz.errors import CnnvizError
from cnnviz.spec.renaming import renamed_layers
from cnnviz.ui.builder.cards import Card, cards_of
from cnnviz.ui.builder.clipboard_text import copied_layers
from cnnviz.ui.builder.drop import MIME_TYPE, DraggedLayers, apply_drop, drop_label, from_mime, to_mime
from cnnviz.ui.builder.gaps import gap_in_front
from cnnviz.ui.builder.row_changes import RowInserted, RowMoved, RowRemoved, row_changes

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from cnnviz.app.document import Document
    from cnnviz.spec.tree_edits import Place

Index = QModelIndex | QPersistentModelIndex
_ROOT = QModelIndex()


class CardRole(enum.IntEnum):
    """What `data` knows beyond Qt's own roles."""

    CARD = Qt.ItemDataRole.UserRole + 1
    """The whole `Card`."""
    LAYER_ID = Qt.ItemDataRole.UserRole + 2
    """The id of the layer; empty for the input."""


class LayerListModel(QAbstractListModel):
    """Follows a document row by row: an edit changes, moves, inserts or removes only the rows it concerns.

    Row 0 is the input and stays where it is. The layers of a block that is open stand in the rows behind its
    own, those of a closed one in none.

    Signals
    -------
    drop_refused(str)
        A drop or a name could not be taken; with the reason in one sentence.
    layer_renamed(str)
        A layer has another name, which is its id; its row has stayed.
    """

    drop_refused = Signal(str)
    layer_renamed = Signal(str)

    def __init__(self, document: Document, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._document = document
        self._token = uuid.uuid4().hex
        self._fresh: frozenset[str] = frozenset()
        self._closed: frozenset[str] = frozenset()
        self._frozen: frozenset[str] = frozenset()
        self._spec = document.spec
        self._cards: list[Card] = list(self._wanted_cards())
        self._shown = self._what_to_show()
        self._is_applying = False
        document.spec_changed.connect(self._on_document_changed)
        document.problems_changed.connect(self._on_document_changed)

    @property
    def document(self) -> Document:
        """The document whose layers these are."""
        return self._document

    @property
    def token(self) -> str:
        """A name for this list that no other has, which tells its own drags from those of others."""
        return self._token

    @property
    def cards(self) -> Sequence[Card]:
        """What all rows say."""
        return self._cards

    @property
    def closed(self) -> frozenset[str]:
        """The ids of the blocks whose layers are not shown."""
        return self._closed

    def set_fresh(self, layer_ids: frozenset[str]) -> None:
        """Mark the layers that have not been trained although others have."""
        if layer_ids != self._fresh:
            self._fresh = layer_ids
            self._on_document_changed()

    def set_frozen(self, layer_ids: frozenset[str]) -> None:
        """Mark the layers whose weights stay as they are."""
        if layer_ids != self._frozen:
            self._frozen = layer_ids
            self._on_document_changed()

    def set_open(self, layer_ids: Iterable[str], *, is_open: bool) -> None:
        """Show the layers inside these blocks, or hide them."""
        concerned = frozenset(layer_ids)
        closed = self._closed - concerned if is_open else self._closed | concerned
        if closed != self._closed:
            self._closed = closed
            self._on_document_changed()

    def reveal(self, layer_id: str) -> None:
        """Open the blocks around a layer, so that it has a row; an unknown id changes nothing."""
        spec = self._document.spec
        around: list[str] = []
        inside: str | None = layer_id if any(layer.id == layer_id for layer in spec.walk()) else None
        while inside is not None and (inside := spec.parent_of(inside)) is not None:
            around.append(inside)
        self.set_open(around, is_open=True)

    def card(self, row: int) -> Card:
        """Return what the card in this row says."""
        return self._cards[row]

    def row_of(self, layer_id: str) -> int:
        """Return the row of a layer (the empty id is the input), or -1 where there is none."""
        return next((row for row, card in enumerate(self._cards) if card.layer_id == layer_id), -1)

    def rowCount(self, parent: Index = _ROOT) -> int:
        return 0 if parent.isValid() else len(self._cards)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid() or index.row() >= len(self._cards):
            return None
        card = self._cards[index.row()]
        match role:
            case CardRole.CARD:
                return card
            case CardRole.LAYER_ID:
                return card.layer_id
            case Qt.ItemDataRole.DisplayRole:
                return f"{card.title} {card.layer_id}".rstrip()
            case Qt.ItemDataRole.EditRole:
                return card.layer_id
            case Qt.ItemDataRole.ToolTipRole:
                return card.tooltip
            case Qt.ItemDataRole.AccessibleTextRole:
                return card.sentence
        return None

    def flags(self, index: Index) -> Qt.ItemFlag:
        if not index.isValid():
            return Qt.ItemFlag.ItemIsDropEnabled
        flags = Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable | Qt.ItemFlag.ItemNeverHasChildren
        if index.row() > 0:
            flags |= Qt.ItemFlag.ItemIsDragEnabled | Qt.ItemFlag.ItemIsEditable
        return flags

    def setData(self, index: Index, value: Any, role: int = Qt.ItemDataRole.EditRole) -> bool:
        """Give a layer another name; say why where that is refused."""
        layer_id, name = index.data(CardRole.LAYER_ID), str(value).strip()
        if role != Qt.ItemDataRole.EditRole or not layer_id or name in ("", layer_id):
            return False
        try:
            self._document.rename_layer(layer_id, name)
        except CnnvizError as error:
            self.drop_refused.emit(str(error))
            return False
        return True

    def supportedDragActions(self) -> Qt.DropAction:
        return Qt.DropAction.MoveAction | Qt.DropAction.CopyAction

    def supportedDropActions(self) -> Qt.DropAction:
        return Qt.DropAction.MoveAction | Qt.DropAction.CopyAction

    def mimeTypes(self) -> list[str]:
        return [MIME_TYPE]

    def mimeData(self, indexes: Sequence[QModelIndex]) -> QMimeData:
        return self.mime_data_of(self._cards[index.row()].layer_id for index in indexes)

    def mime_data_of(self, layer_ids: Iterable[str]) -> QMimeData:
        """Return what a drag of layers carries: nothing for the input, and blocks with all that is inside."""
        data = QMimeData()
        layers = copied_layers(self._document.spec, frozenset(layer_ids))
        if layers:
            data.setData(MIME_TYPE, QByteArray(to_mime(DraggedLayers(layers, self._token))))
        return data

    def canDropMimeData(
        self, data: QMimeData, action: Qt.DropAction, row: int, column: int, parent: Index
    ) -> bool:
        return data.hasFormat(MIME_TYPE) and bool(action & self.supportedDropActions())

    def dropMimeData(
        self, data: QMimeData, action: Qt.DropAction, row: int, column: int, parent: Index
    ) -> bool:
        """Put the dragged layers in front of `row`, in the place of `parent`, or at the end.

        A move of layers of this very list changes their order. Everything else adds layers.
        """
        if not self.canDropMimeData(data, action, row, column, parent):
            return False
        if row < 0:
            row = parent.row() if parent.isValid() else self.rowCount()
        place = gap_in_front(self._document.spec, self._cards, row).place
        return bool(self.drop(data, place, copy=action == Qt.DropAction.CopyAction))

    def drop(self, data: QMimeData, place: Place, *, copy: bool) -> tuple[str, ...]:
        """Put the dragged layers at a place; return their ids there, or none where that is refused."""
        spec = self._document.spec
        try:
            dragged = from_mime(bytes(data.data(MIME_TYPE).data()))
            after, landed = apply_drop(spec, dragged, place, copy=copy, target=self._token)
        except CnnvizError as error:
            self.drop_refused.emit(str(error))
            return ()
        self._document.edit(drop_label(spec, dragged, copy=copy, target=self._token), after)
        return landed

    def _wanted_cards(self) -> tuple[Card, ...]:
        document = self._document
        return cards_of(document.trace, document.problems, self._fresh, self._closed, self._frozen)

    @Slot()
    def _on_document_changed(self) -> None:
        """Show what the document and the marks say now, unless it is shown: an edit is told twice.

        Who hears of rows that come and go may have marks changed by that, while other rows are still to
        follow. Then the rows of this change are brought to their end before those of the next begin.
        """
        if self._is_applying:
            return
        self._is_applying = True
        try:
            while any(map(operator.is_not, self._what_to_show(), self._shown)):
                self._follow()
        finally:
            self._is_applying = False

    def _follow(self) -> None:
        names = renamed_layers(self._spec, self._document.spec)
        self._spec = self._document.spec
        self._adopt_names(names)
        self._shown = self._what_to_show()
        self._apply(self._wanted_cards())
        for name in names.values():
            self.layer_renamed.emit(name)

    def _adopt_names(self, names: Mapping[str, str]) -> None:
        """Call the layers of the cards by new names, so that they are not taken for others."""
        if names:
            renamed = (names.get(card.layer_id, card.layer_id) for card in self._cards)
            cards = zip(self._cards, renamed, strict=True)
            self._cards = [dataclasses.replace(card, layer_id=layer_id) for card, layer_id in cards]
            self._closed, self._fresh = (
                frozenset(names.get(layer_id, layer_id) for layer_id in ids)
                for ids in (self._closed, self._fresh)
            )

    def _what_to_show(self) -> tuple[object, ...]:
        return (self._document.trace, self._document.problems, self._fresh, self._closed, self._frozen)

    def _apply(self, wanted: Sequence[Card]) -> None:
        by_id = {card.layer_id: card for card in wanted}
        current = [card.layer_id for card in self._cards]
        for change in row_changes(current, [card.layer_id for card in wanted]):
            match change:
                case RowRemoved(row):
                    self.beginRemoveRows(_ROOT, row, row)
                    del self._cards[row]
                    self.endRemoveRows()
                case RowMoved(row, target):
                    # Qt counts the place in the list before the row is taken out.
                    self.beginMoveRows(_ROOT, row, row, _ROOT, target + 1 if target > row else target)
                    self._cards.insert(target, self._cards.pop(row))
                    self.endMoveRows()
                case RowInserted(row, key):
                    self.beginInsertRows(_ROOT, row, row)
                    self._cards.insert(row, by_id[key])
                    self.endInsertRows()
        self._apply_contents(wanted)

    def _apply_contents(self, wanted: Sequence[Card]) -> None:
        """Take over what the cards say now, in as few runs of neighbouring rows as possible."""
        shown = self._cards
        changed = [row for row, card in enumerate(wanted) if card != shown[row]]
        self._cards = list(wanted)
        first = 0
        for place, row in enumerate(changed):
            if place + 1 == len(changed) or changed[place + 1] != row + 1:
                self.dataChanged.emit(self.index(changed[first]), self.index(row))
                first = place + 1
