"""What can be done with the selected layers: one action for key, button, context menu and menu bar."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QByteArray, QMimeData, QObject, QPoint, Qt, Signal, Slot
from PySide6.QtGui import QAction, QGuiApplication, QKeySequence
from PySide6.QtWidgets import QMenu

from cnnviz.errors import CnnvizError, FileError
from cnnviz.spec.tree_edits import place_above, place_below
from cnnviz.spec.words import counted
from cnnviz.ui.builder.block_folding import BlockFolding
from cnnviz.ui.builder.clipboard_text import NOTHING_THERE, copied_layers, from_text, to_text
from cnnviz.ui.builder.drop import MIME_TYPE, DraggedLayers, from_mime, to_mime
from cnnviz.ui.builder.undo_choice import UndoChoice
from cnnviz.ui.icons import icon

if TYPE_CHECKING:
    from collections.abc import Callable

    from cnnviz.app.document import Document
    from cnnviz.spec.layers import Layer
    from cnnviz.spec.tree_edits import Place
    from cnnviz.ui.builder.layer_list_model import LayerListModel
    from cnnviz.ui.builder.layer_list_view import LayerListView


class LayerActions(QObject):
    """Cuts, copies, pastes, duplicates, moves and removes the layers selected in a list.

    Signals
    -------
    refused(str)
        Something could not be done; with the reason in one sentence.
    """

    refused = Signal(str)

    def __init__(self, model: LayerListModel, view: LayerListView) -> None:
        super().__init__(view)
        self._model = model
        self._view = view
        self._folding = BlockFolding(model, view)
        self._undo_choice = UndoChoice(model, view)
        self._more: list[Callable[[str], list[QAction]]] = []
        add = self._action
        self.cut = add("Cut", "cut", "Ctrl+X", "Cut the layers", self._on_cut_triggered)
        self.copy = add("Copy", "copy", "Ctrl+C", "Copy the layers as text", self._on_copy_triggered)
        self.paste = add("Paste", "paste", "Ctrl+V", "Paste layers behind this one", self._on_paste_triggered)
        self.duplicate = add(
            "Duplicate", "duplicate", "Ctrl+D", "Duplicate the layer", self._on_duplicate_triggered
        )
        self.rename = add("Rename", "rename", "F2", "Give the layer another name", self._on_rename_triggered)
        self.remove = add("Remove", "delete", "Del", "Remove the layer", self._on_remove_triggered)
        self.remove.setShortcuts([QKeySequence("Del"), QKeySequence("Backspace")])
        self.move_up = add("Move Up", "up", "Alt+Up", "Move up the layer", self._on_move_up_triggered)
        self.move_down = add(
            "Move Down", "down", "Alt+Down", "Move down the layer", self._on_move_down_triggered
        )
        self.select_all = add(
            "Select All", "select-all", "Ctrl+A", "Select all layers", self._on_select_all_triggered
        )
        self.open_block = add(
            "Open Block", "unfold", "Right", "Show the layers in the block", self._folding.go_in
        )
        self.close_block = add(
            "Close Block", "fold", "Left", "Hide the layers in the block", self._folding.go_out
        )
        view.selection_changed.connect(self._on_choice_changed)
        model.dataChanged.connect(self._on_rows_changed)
        model.layer_renamed.connect(self._on_model_layer_renamed)
        model.document.spec_changed.connect(self._on_choice_changed)
        view.addActions(self.all)
        view.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        view.customContextMenuRequested.connect(self._on_menu_requested)
        self._on_choice_changed()

    @property
    def all(self) -> list[QAction]:
        """Every action, in the order of a menu."""
        return [action for group in self._groups for action in group]

    @property
    def buttons(self) -> list[QAction]:
        """The actions that have a button under the list."""
        return [self.move_up, self.move_down, self.duplicate, self.remove]

    @property
    def _groups(self) -> list[list[QAction]]:
        return [
            [self.cut, self.copy, self.paste, self.duplicate, self.rename, self.remove],
            [self.move_up, self.move_down, self.select_all],
            [self.open_block, self.close_block],
        ]

    def offer_more(self, actions_of: Callable[[str], list[QAction]]) -> None:
        """Let the context menu begin with what `actions_of` returns for the id of the chosen layer."""
        self._more.append(actions_of)

    def context_menu(self) -> QMenu:
        """Return the menu of the chosen card."""
        menu = QMenu(self._view)
        menu.setToolTipsVisible(True)
        for actions_of in self._more:
            menu.addActions(actions_of(self._view.current_layer_id))
            menu.addSeparator()
        for group in self._groups:
            menu.addActions(group)
            menu.addSeparator()
        return menu

    def _action(self, text: str, icon_name: str, key: str, tip: str, slot: object) -> QAction:
        action = QAction(text, self)
        if icon_name:
            action.setIcon(icon(icon_name))
        action.setShortcut(QKeySequence(key))
        # Only while the list has the keyboard: Delete in a spin box deletes a digit.
        action.setShortcutContext(Qt.ShortcutContext.WidgetShortcut)
        shown = action.shortcut().toString(QKeySequence.SequenceFormat.NativeText)
        action.setToolTip(f"{tip} ({shown})")
        action.setStatusTip(tip)
        action.triggered.connect(slot)
        return action

    @property
    def _document(self) -> Document:
        return self._model.document

    def _chosen_layers(self) -> tuple[Layer, ...]:
        return copied_layers(self._document.spec, self._view.selected_layer_ids)

    @Slot()
    def _on_choice_changed(self) -> None:
        chosen = self._view.selected_layer_ids
        spec, closed = self._document.spec, self._model.closed
        for action in (self.cut, self.copy, self.duplicate, self.remove):
            action.setEnabled(bool(chosen))
        self.rename.setEnabled(len(chosen) == 1)
        self.select_all.setEnabled(bool(spec.layers))
        self.move_up.setEnabled(place_above(spec, chosen, closed) is not None)
        self.move_down.setEnabled(place_below(spec, chosen, closed) is not None)
        self._on_rows_changed()

    @Slot()
    def _on_rows_changed(self) -> None:
        self.open_block.setEnabled(self._folding.can_go_in)
        self.close_block.setEnabled(self._folding.can_go_out)

    @Slot()
    def _on_move_up_triggered(self) -> None:
        self._move(place_above(self._document.spec, self._view.selected_layer_ids, self._model.closed))

    @Slot()
    def _on_move_down_triggered(self) -> None:
        self._move(place_below(self._document.spec, self._view.selected_layer_ids, self._model.closed))

    def _move(self, place: Place | None) -> None:
        chosen = self._view.selected_layer_ids
        if place is not None and self._try(lambda: self._document.move_layers(chosen, place)):
            self._view.scrollTo(self._view.currentIndex())

    @Slot()
    def _on_duplicate_triggered(self) -> None:
        copies: list[str] = []
        chosen = self._view.selected_layer_ids
        if self._try(lambda: copies.extend(self._document.duplicate_layers(chosen))):
            self._view.select_layers(copies)

    @Slot()
    def _on_rename_triggered(self) -> None:
        """Let another name be typed on the card."""
        if self._view.current_layer_id:
            self._view.scrollTo(self._view.currentIndex())
            self._view.edit(self._view.currentIndex())

    @Slot(str)
    def _on_model_layer_renamed(self, layer_id: str) -> None:
        """Tell of the new name as of another layer: the row is still the same."""
        if layer_id == self._view.current_layer_id:
            self._view.current_layer_changed.emit(layer_id)

    @Slot()
    def _on_remove_triggered(self) -> None:
        self._document.remove_layers(self._view.selected_layer_ids)

    @Slot()
    def _on_select_all_triggered(self) -> None:
        self._view.selectAll()

    @Slot()
    def _on_cut_triggered(self) -> None:
        if self._chosen_layers():
            self._on_copy_triggered()
            self._document.remove_layers(self._view.selected_layer_ids)

    @Slot()
    def _on_copy_triggered(self) -> None:
        layers = self._chosen_layers()
        if layers:
            data = QMimeData()
            data.setText(to_text(self._document.spec, layers))
            data.setData(MIME_TYPE, QByteArray(to_mime(DraggedLayers(layers, self._model.token))))
            QGuiApplication.clipboard().setMimeData(data)

    @Slot()
    def _on_paste_triggered(self) -> None:
        pasted: list[str] = []

        def paste() -> None:
            layers = _layers_on_clipboard()
            place = self._view.place_for_new
            what = layers[0].title if len(layers) == 1 else counted(len(layers), "layer")
            pasted.extend(self._document.insert_layers(layers, place, f"Paste {what}"))

        if self._try(paste):
            self._view.select_layers(pasted)

    def _try(self, edit: Callable[[], object]) -> bool:
        """Make an edit, or say why not."""
        try:
            edit()
        except CnnvizError as error:
            self.refused.emit(str(error))
            return False
        return True

    @Slot(QPoint)
    def _on_menu_requested(self, position: QPoint) -> None:
        menu = self.context_menu()
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.popup(self._view.viewport().mapToGlobal(position))


def _layers_on_clipboard() -> tuple[Layer, ...]:
    """Return what the clipboard holds, our own format first, or raise `FileError`."""
    data = QGuiApplication.clipboard().mimeData()
    if data is None:
        raise FileError(NOTHING_THERE)
    if data.hasFormat(MIME_TYPE):
        return from_mime(bytes(data.data(MIME_TYPE).data()), "The clipboard").layers
    return from_text(data.text())
