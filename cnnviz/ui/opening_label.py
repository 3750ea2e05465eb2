"""Says in the status bar that a data set is being read, where that takes a moment."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QTimer, Slot
from PySide6.QtGui import QPalette

from cnnviz.ui.theme import caption_font
from cnnviz.ui.widgets.elided_label import ElidedLabel

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from cnnviz.app.data.dataset_opener import DatasetOpener

_PATIENCE_MS = 200
"""What is faster needs no words; they would only flicker."""


class OpeningLabel(ElidedLabel):
    """Hidden as long as nothing is read, or not for long."""

    def __init__(self, opener: DatasetOpener, parent: QWidget | None = None) -> None:
        super().__init__("Reading the data set…", parent)
        self.setFont(caption_font(self))
        self.setForegroundRole(QPalette.ColorRole.PlaceholderText)
        self._patience = QTimer(self, singleShot=True, interval=_PATIENCE_MS)
        self._patience.timeout.connect(self.show)
        opener.busy_changed.connect(self._on_busy_changed)
        self.hide()

    @Slot(bool)
    def _on_busy_changed(self, busy: bool) -> None:
        if busy:
            self._patience.start()
        else:
            self._patience.stop()
            self.hide()
