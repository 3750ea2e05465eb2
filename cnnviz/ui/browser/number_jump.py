"""Going to an image by its number."""

from __future__ import annotations

from PySide6.QtCore import QLocale, Qt, Signal, Slot
from PySide6.QtGui import QIntValidator, QPalette
from PySide6.QtWidgets import QHBoxLayout, QLabel, QLineEdit, QWidget

from cnnviz.ui.theme import SPACE_8, with_tabular_figures

_PLAIN_DIGITS = QLocale(QLocale.Language.C)
_PLAIN_DIGITS.setNumberOptions(QLocale.NumberOption.RejectGroupSeparator)
"""Whatever the language of the system, a number that may be typed is one that `int` reads."""


class NumberJump(QWidget):
    """A field for the number of an image in its part, from 1, and how many there are.

    Signals
    -------
    position_requested(int)
        A number was typed and Enter pressed; with the position, from 0.
    """

    position_requested = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._count = 0
        self.field = QLineEdit(self)
        self._validator = QIntValidator(self.field)
        self._validator.setLocale(_PLAIN_DIGITS)
        self.field.setValidator(self._validator)
        self.field.setAccessibleName("Number of the image")
        self.field.setToolTip("Type a number and press Enter to go to that image")
        self.field.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.field.setFont(with_tabular_figures(self.field.font()))
        self.field.setFixedWidth(self.field.fontMetrics().horizontalAdvance("8,888,888") + 2 * SPACE_8)
        name = QLabel("&Image", self)
        name.setBuddy(self.field)
        self._of = QLabel(self)
        self._of.setForegroundRole(QPalette.ColorRole.PlaceholderText)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(SPACE_8)
        for widget in (name, self.field, self._of):
            layout.addWidget(widget)
        self.field.returnPressed.connect(self._on_return_pressed)

    def show_place(self, position: int | None, count: int) -> None:
        """Show the position of the selected image, None for one of another part, and how many there are."""
        self._count = count
        self._validator.setRange(1, 10 ** len(str(count)) - 1)
        self._of.setText(f"of {count:,}")
        self.field.setText("" if position is None else str(position + 1))

    def begin(self, digit: str) -> None:
        """Let a person go on typing here after a first digit."""
        self.field.setFocus()
        self.field.setText(digit)

    @Slot()
    def _on_return_pressed(self) -> None:
        self.position_requested.emit(min(int(self.field.text()), self._count) - 1)
