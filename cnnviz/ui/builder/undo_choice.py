"""After undo and redo the layers that have come back are the ones selected."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Slot

from cnnviz.spec.layers import walk

if TYPE_CHECKING:
    from cnnviz.ui.builder.layer_list_model import LayerListModel
    from cnnviz.ui.builder.layer_list_view import LayerListView


class UndoChoice(QObject):
    """Selects in a list what undo or redo has put into the design."""

    def __init__(self, model: LayerListModel, view: LayerListView) -> None:
        super().__init__(view)
        self._document = model.document
        self._view = view
        self._stack = model.document.undo_stack
        self._remember()
        self._stack.indexChanged.connect(self._on_index_changed)

    def _remember(self) -> None:
        self._ids = frozenset(self._ids_in_order())
        self._index, self._count = self._stack.index(), self._stack.count()

    def _ids_in_order(self) -> list[str]:
        return [layer.id for layer in walk(self._document.spec.layers)]

    @Slot()
    def _on_index_changed(self) -> None:
        # A new edit makes the stack longer, and a new design empties it: both choose for themselves.
        is_step = 0 < self._stack.count() == self._count and self._stack.index() != self._index
        back = [layer_id for layer_id in self._ids_in_order() if layer_id not in self._ids]
        self._remember()
        if is_step and back:
            self._view.select_layers(back)
