"""A text of several lines that gives way: without room for all of it, it is scrolled."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QFrame, QLabel, QScrollArea, QSizePolicy

from cnnviz.ui.theme import caption_font

if TYPE_CHECKING:
    from PySide6.QtGui import QResizeEvent
    from PySide6.QtWidgets import QWidget

_LEAST_WIDTH_PX = 80


class ScrolledText(QScrollArea):
    """A caption that wraps. It asks for the height of its text, and insists on `least_height` only.

    A label that wraps cannot say how high it must be: in a full column, others would cover parts of it.
    """

    def __init__(self, parent: QWidget | None = None, *, least_height: int) -> None:
        super().__init__(parent)
        self._least_height = least_height
        self.label = QLabel()
        self.label.setWordWrap(True)
        self.label.setTextFormat(Qt.TextFormat.PlainText)
        self.label.setAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop)
        self.label.setFont(caption_font(self))
        self.label.setForegroundRole(QPalette.ColorRole.PlaceholderText)
        self.setWidget(self.label)
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Maximum)
        for paper in (self.viewport(), self.label):
            paper.setAutoFillBackground(False)

    def text(self) -> str:
        """Return all of the text."""
        return self.label.text()

    def setText(self, text: str) -> None:
        """Show another text, from its beginning; the tooltip has all of it."""
        self.label.setText(text)
        self.setToolTip(text)
        self.verticalScrollBar().setValue(0)
        self.updateGeometry()

    def sizeHint(self) -> QSize:
        height = self.label.heightForWidth(max(self.width(), _LEAST_WIDTH_PX))
        return QSize(_LEAST_WIDTH_PX, max(height, self._least_height))

    def minimumSizeHint(self) -> QSize:
        return QSize(_LEAST_WIDTH_PX, self._least_height)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if event.size().width() != event.oldSize().width():
            self.updateGeometry()
