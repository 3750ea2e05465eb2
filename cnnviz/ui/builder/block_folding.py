"""Opening and closing blocks of the layer list by keyboard, and the way in and out of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Slot

from cnnviz.ui.builder.cards import Fold

if TYPE_CHECKING:
    from cnnviz.ui.builder.cards import Card
    from cnnviz.ui.builder.layer_list_model import LayerListModel
    from cnnviz.ui.builder.layer_list_view import LayerListView


class BlockFolding(QObject):
    """Shows and hides the layers inside the selected blocks of a list."""

    def __init__(self, model: LayerListModel, view: LayerListView) -> None:
        super().__init__(view)
        self._model = model
        self._view = view

    @property
    def can_go_in(self) -> bool:
        """Whether a selected block is closed, or the chosen card is one that has layers to go to."""
        card = self._chosen
        return bool(self._blocks(Fold.CLOSED)) or (card.fold is Fold.OPEN and card.held > 0)

    @property
    def can_go_out(self) -> bool:
        """Whether a selected block is open, or the chosen card is inside one."""
        return bool(self._blocks(Fold.OPEN)) or self._chosen.parent is not None

    @Slot()
    def go_in(self) -> None:
        """Show the layers of the selected blocks; where they are shown, go to the first."""
        closed = self._blocks(Fold.CLOSED)
        if closed:
            self._model.set_open(closed, is_open=True)
        elif self.can_go_in:
            self._view.select_layer(self._model.card(self._view.currentIndex().row() + 1).layer_id)

    @Slot()
    def go_out(self) -> None:
        """Hide the layers of the selected blocks; from elsewhere, go to the block around."""
        parent, blocks = self._chosen.parent, self._blocks(Fold.OPEN)
        for block_id in blocks:
            self._view.set_open(block_id, is_open=False)
        if not blocks and parent is not None:
            self._view.select_layer(parent)

    @property
    def _chosen(self) -> Card:
        return self._model.card(max(self._view.currentIndex().row(), 0))

    def _blocks(self, fold: Fold) -> list[str]:
        rows = map(self._model.row_of, self._view.selected_layer_ids)
        cards = [self._model.card(row) for row in rows if row >= 0]
        return [card.layer_id for card in cards if card.fold is fold]
