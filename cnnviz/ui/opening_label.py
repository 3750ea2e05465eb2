"""Says in the status bar that a data set is being read or prepared, where that takes a moment; ends it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QTimer, Slot
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QWidget

from cnnviz.ui.importing.words import progress
from cnnviz.ui.theme import SPACE_8, caption_font
from cnnviz.ui.widgets.elided_label import ElidedLabel

if TYPE_CHECKING:
    from cnnviz.app.data.dataset_opener import DatasetOpener
    from cnnviz.app.data.import_progress import ImportProgress

_PATIENCE_MS = 200
"""What is faster needs no words; they would only flicker."""
_READING = "Reading the data set…"


class OpeningLabel(QWidget):
    """Hidden as long as nothing is read, or not for long."""

    def __init__(self, opener: DatasetOpener, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._label = ElidedLabel(_READING, self)
        self._label.setForegroundRole(QPalette.ColorRole.PlaceholderText)
        self.cancel_button = QPushButton("Cancel", self)
        self.cancel_button.setFlat(True)
        self.cancel_button.setToolTip("Keep the data set that is open")
        self.cancel_button.setAccessibleName("Cancel reading the data set")
        for widget in (self._label, self.cancel_button):
            widget.setFont(caption_font(self))
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(SPACE_8)
        row.addWidget(self._label)
        row.addWidget(self.cancel_button)
        self._patience = QTimer(self, singleShot=True, interval=_PATIENCE_MS)
        self._patience.timeout.connect(self.show)
        opener.busy_changed.connect(self._on_busy_changed)
        opener.progressed.connect(self._on_progressed)
        self.cancel_button.clicked.connect(opener.cancel)
        self.hide()

    @property
    def text(self) -> str:
        """What is said."""
        return self._label.text()

    @Slot(bool)
    def _on_busy_changed(self, busy: bool) -> None:
        if busy:
            self._label.setText(_READING)
            self._patience.start()
        else:
            self._patience.stop()
            self.hide()

    @Slot(object)
    def _on_progressed(self, told: ImportProgress) -> None:
        self._label.setText(progress(told))
