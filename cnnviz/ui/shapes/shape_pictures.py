"""The first pictures of a data set of shapes, each with what is to be learned of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QRect, QSize, Qt
from PySide6.QtGui import QFontMetrics, QPainter
from PySide6.QtWidgets import QWidget

from cnnviz.ui.plots.atlas_painting import picture_image
from cnnviz.ui.plots.whole_pixels import whole_pixel_rect
from cnnviz.ui.theme import LOOK_CHANGES, SPACE_4, SPACE_8, caption_font, colors_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PySide6.QtGui import QImage, QPaintEvent

    from cnnviz.data.shapes import SomeShapes

COLUMNS, ROWS = 6, 4
_PICTURE_PX = 64


class ShapePictures(QWidget):
    """A sheet of pictures with a word below each."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._images: list[QImage] = []
        self._words: Sequence[str] = ()
        self.setAccessibleName("The first pictures of the data set")

    @property
    def words(self) -> tuple[str, ...]:
        """What stands below each picture."""
        return tuple(self._words)

    def show_pictures(self, some: SomeShapes, words: Sequence[str]) -> None:
        """Show other pictures."""
        self._images, self._words = [picture_image(image) for image in some.images], words
        self.setAccessibleDescription(", ".join(words))
        self.update()

    def sizeHint(self) -> QSize:
        across, down = self._pitch()
        return QSize(COLUMNS * across, ROWS * down)

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() in LOOK_CHANGES:
            self.updateGeometry()
            self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        try:
            painter.setFont(caption_font(self))
            painter.setPen(colors_of(self).muted)
            across, down = self._pitch()
            metrics, ratio = QFontMetrics(painter.font()), self.devicePixelRatioF()
            left = max(0, (self.width() - COLUMNS * across) // 2)
            for place, (image, word) in enumerate(zip(self._images, self._words, strict=True)):
                row, column = divmod(place, COLUMNS)
                cell = QRect(left + column * across, row * down, across, down)
                room = QRect(cell.left() + (across - _PICTURE_PX) // 2, cell.top(), _PICTURE_PX, _PICTURE_PX)
                painter.drawImage(whole_pixel_rect(image.size(), room, ratio), image)
                below = cell.adjusted(0, _PICTURE_PX + SPACE_4, 0, 0)
                short = metrics.elidedText(word, Qt.TextElideMode.ElideRight, across)
                painter.drawText(below, Qt.AlignmentFlag.AlignHCenter, short)
        finally:
            painter.end()

    def _pitch(self) -> tuple[int, int]:
        return _PICTURE_PX + 2 * SPACE_8, _PICTURE_PX + QFontMetrics(
            caption_font(self)
        ).height() + 2 * SPACE_8
