"""What can be done with the chosen layer: the same actions for keys, buttons, context menu and menu bar."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, Slot
from PySide6.QtGui import QAction, QKeySequence

from cnnviz.ui.icons import icon

if TYPE_CHECKING:
    from cnnviz.app.document import Document
    from cnnviz.ui.builder.layer_list_view import LayerListView


class LayerActions(QObject):
    """Moves, duplicates and removes the layer that is chosen in a list, through the document."""

    def __init__(self, document: Document, view: LayerListView) -> None:
        super().__init__(view)
        self._document = document
        self._view = view
        self.move_up = self._action("Move up", "up", "Alt+Up", self._on_move_up_triggered)
        self.move_down = self._action("Move down", "down", "Alt+Down", self._on_move_down_triggered)
        self.duplicate = self._action("Duplicate", "duplicate", "Ctrl+D", self._on_duplicate_triggered)
        self.remove = self._action("Remove", "delete", "Del", self._on_remove_triggered)
        self.remove.setShortcuts([QKeySequence("Del"), QKeySequence("Backspace")])
        view.current_layer_changed.connect(self._on_choice_changed)
        document.spec_changed.connect(self._on_choice_changed)
        view.addActions(self.all)
        view.setContextMenuPolicy(Qt.ContextMenuPolicy.ActionsContextMenu)
        self._on_choice_changed()

    @property
    def all(self) -> list[QAction]:
        """Every action, in the order of a menu."""
        return [self.move_up, self.move_down, self.duplicate, self.remove]

    def _action(self, text: str, icon_name: str, key: str, slot: object) -> QAction:
        action = QAction(icon(icon_name), text, self)
        action.setShortcut(QKeySequence(key))
        # Only while the list has the keyboard: Delete in a spin box deletes a digit.
        action.setShortcutContext(Qt.ShortcutContext.WidgetShortcut)
        shown = action.shortcut().toString(QKeySequence.SequenceFormat.NativeText)
        action.setToolTip(f"{text} the layer ({shown})")
        action.triggered.connect(slot)
        return action

    def _place(self) -> int | None:
        """Return the index of the chosen layer in the design, or None for the input."""
        layer_id = self._view.current_layer_id
        ids = [layer.id for layer in self._document.spec.layers]
        return ids.index(layer_id) if layer_id in ids else None

    @Slot()
    def _on_choice_changed(self) -> None:
        place, last = self._place(), len(self._document.spec.layers) - 1
        self.move_up.setEnabled(place is not None and place > 0)
        self.move_down.setEnabled(place is not None and place < last)
        self.duplicate.setEnabled(place is not None)
        self.remove.setEnabled(place is not None)

    @Slot()
    def _on_move_up_triggered(self) -> None:
        self._move(-1)

    @Slot()
    def _on_move_down_triggered(self) -> None:
        self._move(1)

    def _move(self, step: int) -> None:
        place = self._place()
        if place is not None and 0 <= place + step < len(self._document.spec.layers):
            self._document.move_layer(self._view.current_layer_id, place + step)
            self._view.scrollTo(self._view.currentIndex())

    @Slot()
    def _on_duplicate_triggered(self) -> None:
        if self._place() is not None:
            self._view.select_layer(self._document.duplicate_layer(self._view.current_layer_id))

    @Slot()
    def _on_remove_triggered(self) -> None:
        if self._place() is not None:
            self._document.remove_layer(self._view.current_layer_id)
