"""The dialog in which files and folders are chosen, with arrows that can be seen on any paper."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QFileDialog, QToolButton

from cnnviz.ui.icons import icon

if TYPE_CHECKING:
    from pathlib import Path

    from PySide6.QtWidgets import QWidget

_ARROWS = (("backButton", "previous"), ("forwardButton", "next"), ("toParentButton", "up"))


def file_dialog(parent: QWidget | None, title: str, folder: Path, pattern: str = "") -> QFileDialog:
    """Return a dialog that starts in `folder`; where the system has one of its own, it is that one.

    The arrows of Qt's own dialog are black pictures in the light and in the dark theme.
    """
    dialog = QFileDialog(parent, title, str(folder), pattern)
    for button_name, drawing in _ARROWS:
        button = dialog.findChild(QToolButton, button_name)
        if button is not None:
            button.setIcon(icon(drawing))
    return dialog


def chosen_path(dialog: QFileDialog) -> str:
    """Ask, and return what was chosen; empty where the person cancels."""
    chosen = dialog.selectedFiles() if dialog.exec() else []
    dialog.deleteLater()
    return chosen[0] if chosen else ""
