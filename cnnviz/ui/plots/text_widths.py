"""How wide words are in one font, each measured once."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QFontMetricsF

if TYPE_CHECKING:
    from PySide6.QtGui import QFont

_MOST_WORDS = 256
"""Numbers of a run are new words all the time; after so many, all are forgotten."""


class TextWidths:
    """Measures words, which Qt sets anew each time: a plot asks for all of its words at each painting."""

    def __init__(self, font: QFont) -> None:
        self._metrics = QFontMetricsF(font)
        self.line, self.ascent = self._metrics.height(), self._metrics.ascent()
        self.character = self._metrics.averageCharWidth()
        self._widths: dict[str, float] = {}
        self._elided: dict[tuple[str, float], str] = {}

    def of(self, text: str) -> float:
        """Return how many pixels a word takes."""
        width = self._widths.get(text)
        if width is None:
            if len(self._widths) >= _MOST_WORDS:
                self._widths.clear()
            width = self._widths[text] = self._metrics.horizontalAdvance(text)
        return width

    def elided(self, text: str, most: float) -> str:
        """Return a word, or as much of its beginning as fits into `most` pixels."""
        key = (text, most)
        elided = self._elided.get(key)
        if elided is None:
            if len(self._elided) >= _MOST_WORDS:
                self._elided.clear()
            elided = self._elided[key] = self._metrics.elidedText(text, Qt.TextElideMode.ElideRight, most)
        return elided
