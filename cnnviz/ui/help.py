"""What the program can do by keyboard, and where it and its images come from."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QGridLayout,
    QLabel,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from cnnviz import __version__
from cnnviz.data.catalog import known_datasets
from cnnviz.ui.theme import SPACE_8, SPACE_16, SPACE_24, heading_font, mono_font

if TYPE_CHECKING:
    from collections.abc import Iterable

    from PySide6.QtGui import QAction

_DIALOG_HEIGHT_PX = 480


class ShortcutsDialog(QDialog):
    """Lists commands with their keys; the window stays usable meanwhile."""

    def __init__(self, actions: Iterable[QAction], parent: QWidget) -> None:
        super().__init__(parent)
        self.setWindowTitle("Keyboard Shortcuts")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        table = QWidget(self)
        grid = QGridLayout(table)
        grid.setHorizontalSpacing(SPACE_24)
        grid.setVerticalSpacing(SPACE_8)
        for row, action in enumerate(action for action in actions if not action.shortcut().isEmpty()):
            keys = action.shortcut().toString(QKeySequence.SequenceFormat.NativeText)
            key_label = QLabel(keys, table)
            key_label.setFont(mono_font(key_label))
            grid.addWidget(QLabel(_plain(action.text()), table), row, 0)
            grid.addWidget(key_label, row, 1)
        scroll = QScrollArea(self)
        scroll.setWidget(table)
        scroll.setWidgetResizable(True)
        scroll.setAccessibleName("Commands and keys")
        _finish(self, scroll)
        self.resize(self.sizeHint().width() + SPACE_24, _DIALOG_HEIGHT_PX)


class AboutDialog(QDialog):
    """Says what the program is, its version and licence, and whose images it brings."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setWindowTitle("About cnnviz")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        heading = QLabel(f"cnnviz {__version__}", self)
        heading.setFont(heading_font(heading))
        body = QLabel(credits_text(), self)
        body.setWordWrap(True)
        body.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )
        _finish(self, heading, body)


def show_shortcuts(actions: Iterable[QAction], parent: QWidget) -> None:
    """Show the list of keys, the one that is open already if there is one."""
    _bring_forward(parent.findChild(ShortcutsDialog) or ShortcutsDialog(actions, parent))


def show_about(parent: QWidget) -> None:
    """Say what the program is, where that is said already if it is."""
    _bring_forward(parent.findChild(AboutDialog) or AboutDialog(parent))


def _bring_forward(dialog: QDialog) -> None:
    dialog.show()
    dialog.raise_()
    dialog.activateWindow()


def credits_text() -> str:
    """Return the paragraphs of the About dialog."""
    paragraphs = [
        "Build a convolutional network layer by layer, train it, and look inside while it learns.",
        "MIT licence. Made with Python, NumPy, Qt for Python (LGPL), pyqtgraph and Pillow.",
    ]
    paragraphs += [f"{info.title}. {info.credit} {info.licence}" for info in known_datasets() if info.on_disk]
    return "\n\n".join(paragraphs)


def _finish(dialog: QDialog, *widgets: QWidget) -> None:
    layout = QVBoxLayout(dialog)
    layout.setContentsMargins(SPACE_16, SPACE_16, SPACE_16, SPACE_16)
    layout.setSpacing(SPACE_16)
    for widget in widgets:
        layout.addWidget(widget)
    buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close, dialog)
    buttons.rejected.connect(dialog.close)
    layout.addWidget(buttons)


def _plain(text: str) -> str:
    """Return a menu text without the marks of its access key and of a dialog that follows."""
    return text.replace("&", "").rstrip("…")
