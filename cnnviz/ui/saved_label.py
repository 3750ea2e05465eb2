"""The word in the status bar that a file was written."""

from __future__ import annotations

import datetime
from typing import TYPE_CHECKING

from PySide6.QtCore import Slot

from cnnviz.ui.widgets.elided_label import ElidedLabel

if TYPE_CHECKING:
    from pathlib import Path

    from PySide6.QtWidgets import QWidget


class SavedLabel(ElidedLabel):
    """Says which file was written last, and when, until the design is another one."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent=parent)
        self.hide()

    @Slot(object)
    def show_saved(self, path: Path) -> None:
        """Say that this file was written just now."""
        self.setText(f"Saved {path.name} at {datetime.datetime.now().astimezone():%H:%M}")
        self.setToolTip(str(path))
        self.show()

    @Slot()
    def forget(self) -> None:
        """Say nothing any more."""
        self.setText("")
        self.hide()
