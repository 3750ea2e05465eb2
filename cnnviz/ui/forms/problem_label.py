"""Problems in words, right where they are to be solved."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QRectF, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSizePolicy, QWidget

from cnnviz.ui.icons import tinted_pixmap
from cnnviz.ui.theme import LOOK_CHANGES, SPACE_4, SPACE_8, caption_font, colors_of
from cnnviz.ui.widgets.breakable import shortened, unbroken

if TYPE_CHECKING:
    from collections.abc import Sequence

_ICON_PX = 14


class ProblemLabel(QWidget):
    """A quiet box with a warning sign and sentences; hidden while there is nothing to say."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._text = ""
        self._sign = QLabel(self)
        self._words = QLabel(self)
        self._words.setWordWrap(True)
        self._words.setObjectName("problem-words")  # its colour is a rule of the style sheet
        self._words.setTextFormat(Qt.TextFormat.PlainText)
        self._words.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(SPACE_8, SPACE_4 + 1, SPACE_8, SPACE_4 + 1)
        layout.setSpacing(SPACE_8 - 2)
        layout.addWidget(self._sign, 0, Qt.AlignmentFlag.AlignTop)
        layout.addWidget(self._words, 1)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
        self._adopt_look()
        self.hide()

    @property
    def text(self) -> str:
        """What is said now; empty while hidden."""
        return self._text

    def show_problems(self, sentences: Sequence[str]) -> None:
        """Say these sentences, or nothing."""
        text = "\n".join(sentences)
        if text != self._text:
            self._text = text
            shown = shortened(text)
            self._words.setText(unbroken(shown))
            self.setToolTip("" if shown == text else text)
            self.setAccessibleName(f"Problem: {text}" if text else "")
        self.setVisible(bool(text))

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() in LOOK_CHANGES:
            self._adopt_look()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        try:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(colors_of(self).problem_surface)
            painter.drawRoundedRect(QRectF(self.rect()), SPACE_4, SPACE_4)
        finally:
            painter.end()

    def _adopt_look(self) -> None:
        colors = colors_of(self)
        self._words.setFont(caption_font(self))
        ratio = self.devicePixelRatioF()
        self._sign.setPixmap(tinted_pixmap("warning", colors.problem, _ICON_PX, ratio))
