"""How much room the imported pictures take that are kept prepared, and a way to have it back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Slot
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QWidget

from cnnviz.ui.catalog import words
from cnnviz.ui.theme import SPACE_8
from cnnviz.ui.widgets.elided_label import ElidedLabel

if TYPE_CHECKING:
    from cnnviz.app.data.prepared_pictures import PreparedPictures


class PreparedRow(QWidget):
    """A line that is there where something is kept. Its button asks once more before anything is removed."""

    def __init__(self, pictures: PreparedPictures, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._pictures = pictures
        self._is_asking = False
        self.told = ElidedLabel(parent=self, mode=Qt.TextElideMode.ElideMiddle)
        self.told.setForegroundRole(QPalette.ColorRole.PlaceholderText)
        self.keep, self.remove = QPushButton("Keep", self), QPushButton(self)
        self.keep.clicked.connect(self._on_keep_clicked)
        self.remove.clicked.connect(self._on_remove_clicked)
        pictures.measured.connect(self._on_measured)
        pictures.cleared.connect(self._on_cleared)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(SPACE_8)
        row.addWidget(self.told, 1)
        row.addWidget(self.keep)
        row.addWidget(self.remove)
        self._show(is_asking=False)
        self.update_room()

    def update_room(self) -> None:
        """Have it measured how much is kept, and ask nothing any more."""
        self._show(is_asking=False)
        self._pictures.measure()

    def _show(self, *, is_asking: bool, refusal: str = "") -> None:
        self._is_asking = is_asking
        used, is_clearing = self._pictures.bytes_used, self._pictures.is_clearing
        self.setVisible(used > 0 or is_clearing)
        self.keep.setVisible(is_asking)
        self.remove.setVisible(not is_clearing)
        self.remove.setText("Remove" if is_asking else "Remove…")
        self.remove.setToolTip("" if is_asking else words.PREPARED_MEANING)
        if is_clearing:
            self.told.setText(words.PREPARED_REMOVING)
        elif is_asking:
            self.told.setText(words.prepared_question(used))
        elif refusal:
            self.told.setText(refusal)
        else:
            self.told.setText(words.prepared(self._pictures.folder, used))

    @Slot()
    def _on_keep_clicked(self) -> None:
        self._show(is_asking=False)
        self.remove.setFocus()

    @Slot()
    def _on_remove_clicked(self) -> None:
        if not self._is_asking:
            self._show(is_asking=True)
            self.keep.setFocus()
            return
        self._pictures.clear()
        self._show(is_asking=False)

    @Slot()
    def _on_measured(self) -> None:
        self._show(is_asking=self._is_asking)

    @Slot(str)
    def _on_cleared(self, why: str) -> None:
        """Say what had to stay, and why."""
        self._show(is_asking=False, refusal=why or words.prepared_in_use(self._pictures.bytes_used))
