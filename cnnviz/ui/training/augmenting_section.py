"""How training images are varied, with pictures of what the run will see."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QBoxLayout, QLabel, QVBoxLayout, QWidget

from cnnviz.spec.augmenting import Augmenting
from cnnviz.ui.forms.field_rows import FieldRows
from cnnviz.ui.theme import SPACE_4, SPACE_8, SPACE_24, caption_font, strong_font
from cnnviz.ui.training.variant_pictures import VariantPictures

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from cnnviz.ui.forms.field_editors import Editor

_TARGETS_NOTE = "The numbers to learn stay those of the image as it was, even if it is turned."


class AugmentingSection(QWidget):
    """Edits an `Augmenting`; an image is shown as it is, and as the next epochs would show it.

    Signals
    -------
    augmenting_changed(Augmenting)
    """

    augmenting_changed = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._augmenting = Augmenting()
        heading = QLabel(Augmenting.title, self)
        heading.setFont(strong_font(heading))
        self._note = QLabel(Augmenting.summary, self)
        self._note.setWordWrap(True)
        self._note.setFont(caption_font(self._note))
        self._note.setForegroundRole(QPalette.ColorRole.PlaceholderText)
        self.rows = FieldRows(self._augmenting, self)
        self.rows.change_requested.connect(self._on_field_changed)
        self.pictures = VariantPictures(self)
        self._columns = QBoxLayout(QBoxLayout.Direction.TopToBottom)
        self._columns.setSpacing(SPACE_24)
        self._columns.addWidget(self.rows, 1, Qt.AlignmentFlag.AlignTop)
        self._columns.addWidget(self.pictures, 1, Qt.AlignmentFlag.AlignTop)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, SPACE_8, 0, 0)
        layout.setSpacing(SPACE_4)
        layout.addWidget(heading)
        layout.addWidget(self._note)
        layout.addLayout(self._columns)

    @property
    def editors(self) -> dict[str, Editor]:
        """The control of each variation, by its name."""
        return self.rows.editors

    @property
    def note(self) -> str:
        """What is said above the numbers."""
        return self._note.text()

    def set_augmenting(self, augmenting: Augmenting, seed: int) -> None:
        """Show other settings, without a signal."""
        self._augmenting = augmenting
        self.rows.show_values(augmenting, None)
        self.pictures.set_augmenting(augmenting, seed)

    def set_image(self, pixels: NDArray[np.float32], index: int | None) -> None:
        """Vary another image (C, H, W) in [0, 1]; with its number, where it is one of the training images."""
        self.pictures.set_image(pixels, index)

    def set_learns_numbers(self, learns_numbers: bool) -> None:
        """Say what becomes of the numbers that belong to the images."""
        self._note.setText(f"{Augmenting.summary} {_TARGETS_NOTE}" if learns_numbers else Augmenting.summary)

    @property
    def wide_width(self) -> int:
        """Room that numbers and pictures need beside each other, in pixels."""
        return self.rows.minimumSizeHint().width() + SPACE_24 + self.pictures.minimumSizeHint().width()

    def set_wide(self, wide: bool) -> None:
        """Put the pictures beside the numbers, or below."""
        direction = QBoxLayout.Direction
        self._columns.setDirection(direction.LeftToRight if wide else direction.TopToBottom)

    @Slot(str, object, int)
    def _on_field_changed(self, name: str, value: object, _change: int) -> None:
        changes: dict[str, Any] = {name: value}
        self.augmenting_changed.emit(dataclasses.replace(self._augmenting, **changes))
