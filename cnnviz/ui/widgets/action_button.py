"""A button that is one of the window's commands."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QPushButton, QWidget

from cnnviz.ui.icons import on_accent

if TYPE_CHECKING:
    from PySide6.QtGui import QAction


class ActionButton(QPushButton):
    """Does what its action does, and shows its words, its icon, and whether it makes sense now.

    The one primary button of a window has the accent's colour.
    """

    def __init__(self, action: QAction, parent: QWidget | None = None, *, is_primary: bool = False) -> None:
        super().__init__(parent)
        self._action = action
        self._is_primary = is_primary
        self.setProperty("primary", is_primary)
        self.clicked.connect(action.trigger)
        action.changed.connect(self._on_action_changed)
        self._on_action_changed()

    @Slot()
    def _on_action_changed(self) -> None:
        action = self._action
        self.setText(action.text())
        self.setIcon(on_accent(action.icon()) if self._is_primary else action.icon())
        self.setEnabled(action.isEnabled())
        self.setToolTip(action.toolTip())
        self.setStatusTip(action.statusTip())
