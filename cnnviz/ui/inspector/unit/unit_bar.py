"""The bar below a number: the sliding kernel, what can be done with the number, and whose weights it has."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QHBoxLayout, QToolButton, QWidget

from cnnviz.ui.icons import icon
from cnnviz.ui.inspector.unit.slide_bar import SlideBar
from cnnviz.ui.theme import SPACE_8, caption_font
from cnnviz.ui.widgets.elided_label import ElidedLabel

_KEYS = "Arrows move, Enter goes deeper, Esc comes back"
_COPY = ("copy", "Copy as text", "Copy the arithmetic as text (Ctrl+C)")
_EXPORT = ("export", "Export", "Export the arithmetic as a picture, and its numbers")


class UnitBar(QWidget):
    """Buttons and two short texts; it decides nothing."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.slide_bar = SlideBar(self)
        self.copy_button, self.export_button = QToolButton(self), QToolButton(self)
        self.reach_button = QToolButton(self)
        self.weights = ElidedLabel(parent=self)
        keys = ElidedLabel(_KEYS, self)
        for label in (keys, self.weights):
            label.setFont(caption_font(label))
            label.setForegroundRole(QPalette.ColorRole.PlaceholderText)
        for button, (name, words, tip) in ((self.copy_button, _COPY), (self.export_button, _EXPORT)):
            button.setIcon(icon(name))
            button.setToolTip(tip)
            button.setAccessibleName(words)
        self.reach_button.setText("What It Sees")
        self.reach_button.setToolTip("The part of the image and of each layer that this number is made from")
        self.reach_button.setCheckable(True)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(SPACE_8)
        row.addWidget(self.slide_bar)
        for button in (self.copy_button, self.export_button, self.reach_button):
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
            row.addWidget(button)
        row.addWidget(keys, 1)
        row.addWidget(self.weights)
