"""A line of text that gives way: without room it ends in an ellipsis, and the tooltip has all of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QFontMetrics, QPainter
from PySide6.QtWidgets import QLabel

if TYPE_CHECKING:
    from PySide6.QtGui import QPaintEvent, QResizeEvent
    from PySide6.QtWidgets import QWidget

_LEAST_CHARACTERS = 4


class ElidedLabel(QLabel):
    """A plain-text label that never asks for more room than a few characters."""

    def __init__(
        self,
        text: str = "",
        parent: QWidget | None = None,
        *,
        mode: Qt.TextElideMode = Qt.TextElideMode.ElideRight,
    ) -> None:
        super().__init__(parent)
        self._mode = mode
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setText(text)

    @property
    def shown_text(self) -> str:
        """What can be read at the present width."""
        return self._metrics().elidedText(self.text(), self._mode, self.contentsRect().width())

    def setText(self, text: str) -> None:
        if text != self.text():
            super().setText(text)
            self.setAccessibleName(text)
            self._tell_the_rest()

    def minimumSizeHint(self) -> QSize:
        width = self._metrics().averageCharWidth() * _LEAST_CHARACTERS
        return QSize(min(width, self.sizeHint().width()), self.sizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._tell_the_rest()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        try:
            painter.setFont(self.font())
            painter.setPen(self.palette().color(self.foregroundRole()))
            painter.drawText(self.contentsRect(), self.alignment(), self.shown_text)
        finally:
            painter.end()

    def _tell_the_rest(self) -> None:
        self.setToolTip("" if self.shown_text == self.text() else self.text())

    def _metrics(self) -> QFontMetrics:
        return QFontMetrics(self.font())
