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
        self._ids = frozenset(self._ids_in_order())
        self._back: list[str] = []
        model.document.spec_changed.connect(self._on_spec_changed)
        model.document.stepped.connect(self._on_stepped)

    def _ids_in_order(self) -> list[str]:
        return [layer.id for layer in walk(self._document.spec.layers)]

    @Slot()
    def _on_spec_changed(self) -> None:
        ids = self._ids_in_order()
        self._back = [layer_id for layer_id in ids if layer_id not in self._ids]
        self._ids = frozenset(ids)

    @Slot()
    def _on_stepped(self) -> None:
        if self._back:
            self._view.select_layers(self._back)
