"""Problems in words, right where they are to be solved."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QRectF, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSizePolicy, QWidget

from cnnviz.ui.icons import tinted_pixmap
from cnnviz.ui.theme import LOOK_CHANGES, SPACE_4, SPACE_8, caption_font, colors_of
from cnnviz.ui.widgets.breakable import shortened, unbroken
from cnnviz.ui.widgets.sentence_look import SentenceLook

if TYPE_CHECKING:
    from collections.abc import Sequence

_ICON_PX = 14


class ProblemLabel(QWidget):
    """A quiet box with a sign and sentences; hidden while there is nothing to say.

    A window has a hundred of them, of which hardly one speaks: what is in it is made with the first sentence.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._text, self._is_unfinished = "", False
        self._parts: tuple[QLabel, QLabel] | None = None
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
        self.hide()

    @property
    def text(self) -> str:
        """What is said now; empty while hidden."""
        return self._text

    @property
    def is_unfinished(self) -> bool:
        """Whether what is said is not wrong, but only has to go on."""
        return self._is_unfinished

    def show_problems(self, sentences: Sequence[str], *, is_unfinished: bool = False) -> None:
        """Say these sentences, or nothing; calmly where all of them speak of what only has to go on."""
        text = "\n".join(sentences)
        if (text, is_unfinished) != (self._text, self._is_unfinished):
            self._text, self._is_unfinished = text, is_unfinished
            shown = shortened(text)
            self._say(unbroken(shown))
            self.setToolTip("" if shown == text else text)
            prefix = "" if is_unfinished else "Problem: "
            self.setAccessibleName(f"{prefix}{text}" if text else "")
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
            painter.setBrush(self._look().surface)
            painter.drawRoundedRect(QRectF(self.rect()), SPACE_4, SPACE_4)
        finally:
            painter.end()

    def _say(self, text: str) -> None:
        if self._parts is None:
            self._parts = self._make_parts()
        self._parts[1].setText(text)
        self._adopt_look()

    def _look(self) -> SentenceLook:
        return SentenceLook.of(colors_of(self), is_unfinished=self._is_unfinished)

    def _make_parts(self) -> tuple[QLabel, QLabel]:
        """Return the sign and the words."""
        sign, words = QLabel(self), QLabel(self)
        words.setWordWrap(True)
        words.setTextFormat(Qt.TextFormat.PlainText)
        words.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(SPACE_8, SPACE_4 + 1, SPACE_8, SPACE_4 + 1)
        layout.setSpacing(SPACE_8 - 2)
        layout.addWidget(sign, 0, Qt.AlignmentFlag.AlignTop)
        layout.addWidget(words, 1)
        return sign, words

    def _adopt_look(self) -> None:
        if self._parts is None:
            return
        sign, words = self._parts
        look, name = self._look(), "unfinished-words" if self._is_unfinished else "problem-words"
        if words.objectName() != name:  # its colour is a rule of the style sheet
            words.setObjectName(name)
            words.style().polish(words)
        words.setFont(caption_font(self))
        sign.setPixmap(tinted_pixmap(look.icon, look.sign, _ICON_PX, self.devicePixelRatioF()))
