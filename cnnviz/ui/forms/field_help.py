"""A line of help for the setting that has the keyboard: what it means, what it changes, what is allowed."""

from __future__ import annotations

import html
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QPointF, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPalette, QPen
from PySide6.QtWidgets import QLabel, QVBoxLayout, QWidget

from cnnviz.ui.theme import SPACE_8, SPACE_12, caption_font, colors_of

if TYPE_CHECKING:
    from cnnviz.spec.fields import FieldInfo


class FieldHelp(QWidget):
    """Says what there is to know of one setting; hidden while none has the keyboard."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._words = QLabel(self)
        self._words.setWordWrap(True)
        self._words.setObjectName("markup")  # by which the style sheet knows it
        self._words.setTextFormat(Qt.TextFormat.RichText)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(SPACE_12, SPACE_8, SPACE_12, SPACE_8)
        layout.addWidget(self._words)
        self.setAutoFillBackground(True)
        self.setBackgroundRole(QPalette.ColorRole.Base)
        self._adopt_look()
        self.hide()

    @property
    def text(self) -> str:
        """What is said; empty while hidden."""
        return self.accessibleName()

    def show_help(self, info: FieldInfo | None) -> None:
        """Explain a setting, or nothing."""
        words = " ".join(info.tooltip.split("\n")) if info is not None else ""
        title = f"<b>{html.escape(info.label)}</b> " if info is not None else ""
        self._words.setText(f"{title}{html.escape(words)}")
        self.setAccessibleName(f"{info.label}: {words}" if info is not None else "")
        self.setVisible(bool(words))

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() is QEvent.Type.FontChange:
            self._adopt_look()

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        painter = QPainter(self)
        try:
            painter.setPen(QPen(colors_of(self).hairline, 1))
            painter.drawLine(QPointF(0, 0.5), QPointF(self.width(), 0.5))
        finally:
            painter.end()

    def _adopt_look(self) -> None:
        self._words.setFont(caption_font(self))
