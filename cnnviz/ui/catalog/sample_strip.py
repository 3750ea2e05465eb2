"""A row of pictures from a data set."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QRect, QSize
from PySide6.QtGui import QImage, QPainter
from PySide6.QtWidgets import QSizePolicy, QWidget

from cnnviz.ui.theme import SPACE_4

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from PySide6.QtGui import QPaintEvent

_TILE_PX = 32
_MOST = 10


class SampleStrip(QWidget):
    """Shows as many pictures as there is room for, each pixel a whole number of the screen's.

    Hidden as long as there are none: nothing is made up for a data set that is not on this computer.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._images: list[QImage] = []
        self.setAccessibleName("Pictures from the data set")
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.hide()

    @property
    def count(self) -> int:
        """How many pictures there are."""
        return len(self._images)

    def show_pictures(self, pictures: NDArray[np.uint8] | None) -> None:
        """Show these pictures, uint8 (N, H, W, 1 or 3) from 0 to 255, or none."""
        self._images = [] if pictures is None else [_image(picture) for picture in pictures]
        self.setVisible(bool(self._images))
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(_MOST * (_TILE_PX + SPACE_4) - SPACE_4, _TILE_PX)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        try:
            ratio = self.devicePixelRatioF()
            painter.scale(1 / ratio, 1 / ratio)  # device pixels from here on
            left, room = 0, round(self.width() * ratio)
            for image in self._images:
                scale = max(1, round(_TILE_PX * ratio) // max(image.width(), image.height()))
                size = image.size() * scale
                if left + size.width() > room:
                    break
                painter.drawImage(QRect(left, 0, size.width(), size.height()), image)
                left += size.width() + round(SPACE_4 * ratio)
        finally:
            painter.end()


def _image(picture: NDArray[np.uint8]) -> QImage:
    height, width, channels = picture.shape
    form = QImage.Format.Format_RGB888 if channels == 3 else QImage.Format.Format_Grayscale8
    pixels = np.ascontiguousarray(picture).tobytes()
    # A copy of its own: the image must outlive the bytes it was made from.
    return QImage(pixels, width, height, channels * width, form).copy()
