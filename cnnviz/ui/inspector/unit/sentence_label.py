"""The sentence over a number: quiet, and always with room for two lines."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QLabel

from cnnviz.ui.theme import caption_font

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget


class SentenceLabel(QLabel):
    """Wraps; what is below must not jump while the mouse passes over a map."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWordWrap(True)
        self.setAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop)
        self.setFont(caption_font(self))
        self.setForegroundRole(QPalette.ColorRole.PlaceholderText)
        self.setFixedHeight(2 * self.fontMetrics().lineSpacing())
