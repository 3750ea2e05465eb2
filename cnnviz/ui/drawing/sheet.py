"""The paper that is drawn on: ink in grey, and what can be undone."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPen

if TYPE_CHECKING:
    from numpy.typing import NDArray

SIDE = 320
"""Rows and columns; whole multiples of 32, so that blocks of a bitmap are blocks of the paper."""
_MOST_UNDONE = 100


class Sheet:
    """A square of ink, 0 to 255, with strokes that can be undone one by one."""

    def __init__(self) -> None:
        self._image = QImage(SIDE, SIDE, QImage.Format.Format_Grayscale8)
        self._image.fill(0)
        # Qt copies an image when one of two that share it is written, so what is kept costs a copy each.
        self._before: list[QImage] = []
        self._after: list[QImage] = []

    @property
    def image(self) -> QImage:
        """The ink as a grey image; white is ink."""
        return self._image

    @property
    def ink(self) -> NDArray[np.uint8]:
        """The ink, uint8 (SIDE, SIDE); a copy."""
        lines = np.frombuffer(self._image.constBits(), np.uint8)
        return lines.reshape(SIDE, self._image.bytesPerLine())[:, :SIDE].copy()

    @property
    def has_ink(self) -> bool:
        """Whether anything is drawn."""
        return bool(self.ink.any())

    @property
    def can_undo(self) -> bool:
        """Whether there is a stroke to take back."""
        return bool(self._before)

    @property
    def can_redo(self) -> bool:
        """Whether a stroke was taken back."""
        return bool(self._after)

    def begin_stroke(self) -> None:
        """Keep what is there, to come back to."""
        self._before.append(QImage(self._image))
        del self._before[:-_MOST_UNDONE]
        self._after.clear()

    def draw(self, start: QPointF, end: QPointF, width: float, *, erases: bool = False) -> None:
        """Draw or erase a straight piece of a stroke, round at both ends; a point where they are the same."""
        painter = QPainter(self._image)
        try:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            ink = QColor(Qt.GlobalColor.black if erases else Qt.GlobalColor.white)
            painter.setPen(QPen(ink, width, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap))
            if start == end:
                painter.drawPoint(start)
            else:
                painter.drawLine(start, end)
        finally:
            painter.end()

    def clear(self) -> None:
        """Take all ink away; that can be undone."""
        self.begin_stroke()
        self._image.fill(0)

    def undo(self) -> None:
        """Take back the newest stroke, if there is one."""
        if self._before:
            self._after.append(self._image)
            self._image = self._before.pop()

    def redo(self) -> None:
        """Draw again what was taken back, if anything was."""
        if self._after:
            self._before.append(self._image)
            self._image = self._after.pop()
