"""A quiet sentence in italics, which says what something is for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QLabel

from cnnviz.ui.theme import LOOK_CHANGES, caption_font

if TYPE_CHECKING:
    from PySide6.QtCore import QEvent
    from PySide6.QtWidgets import QWidget


class NoteLabel(QLabel):
    """Wraps, and keeps the size of captions whatever theme or font comes."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._frame = parent
        self.setWordWrap(True)
        self.setForegroundRole(QPalette.ColorRole.PlaceholderText)
        self._adopt_look()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() in LOOK_CHANGES:
            self._adopt_look()

    def _adopt_look(self) -> None:
        font = caption_font(self._frame)
        font.setItalic(True)
        if font != self.font():
            self.setFont(font)
