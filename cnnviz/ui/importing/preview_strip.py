"""Some pictures of a folder, each above the image that is made of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QEvent, QRect, QSize, Qt
from PySide6.QtGui import QFontMetrics, QHelpEvent, QImage, QPainter, QPen
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from cnnviz.data.fitting import fitted
from cnnviz.ui.plots.whole_pixels import whole_pixel_rect
from cnnviz.ui.theme import SPACE_4, SPACE_8, caption_font, colors_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray
    from PySide6.QtGui import QPaintEvent

    from cnnviz.data.fitting import Fitting
    from cnnviz.data.importing.sampling import Sample

_TILE_PX = 98
_LEAST_TILES = 5
_CAPTIONS = ("Picture", "Image")


@dataclass(frozen=True, slots=True, eq=False)
class Tile:
    """A picture and the image made of it, and in words what was done."""

    picture: QImage
    image: QImage
    words: str


class PreviewStrip(QWidget):
    """As many columns as there is room for: the picture above, the image below, its pixels as squares."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._pictures: list[tuple[str, Sample, QImage]] = []
        self._fitting: Fitting | None = None
        self.tiles: tuple[Tile, ...] = ()
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName("Some pictures and the images made of them")

    def show_samples(self, samples: Sequence[tuple[str, Sample]], fitting: Fitting) -> None:
        """Show other pictures, with their names, and the images made of them."""
        self._pictures = [(name, sample, _picture(sample)) for name, sample in samples]
        self._fitting = None
        self.show_fitting(fitting)

    def show_fitting(self, fitting: Fitting) -> None:
        """Show the images that are made so."""
        if fitting == self._fitting:
            return
        self._fitting = fitting
        tiles = []
        for name, sample, picture in self._pictures:
            pixels, steps = fitted(sample.image, fitting)
            words = "\n".join((f"{name}: {sample.size[0]} wide, {sample.size[1]} high", *steps))
            tiles.append(Tile(picture, _image(pixels), words))
        self.tiles = tuple(tiles)
        self.setAccessibleDescription("\n".join(tile.words for tile in self.tiles))
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(self._left + 8 * (_TILE_PX + SPACE_8), 2 * _TILE_PX + SPACE_8)

    def minimumSizeHint(self) -> QSize:
        return QSize(self._left + _LEAST_TILES * (_TILE_PX + SPACE_8), 2 * _TILE_PX + SPACE_8)

    @property
    def shown(self) -> tuple[Tile, ...]:
        """The tiles that there is room for: from all over, so that the last classes are seen as the first."""
        room = (self.width() - self._left + SPACE_8) // (_TILE_PX + SPACE_8)
        count = max(0, min(room, len(self.tiles)))
        return tuple(self.tiles[place * len(self.tiles) // count] for place in range(count))

    def tile_at(self, x: float) -> Tile | None:
        """Return the column under the mouse."""
        column, shown = int((x - self._left) // (_TILE_PX + SPACE_8)), self.shown
        return shown[column] if 0 <= column < len(shown) else None

    def event(self, event: QEvent) -> bool:
        if isinstance(event, QHelpEvent) and event.type() is QEvent.Type.ToolTip:
            tile = self.tile_at(event.pos().x())
            QToolTip.showText(event.globalPos(), tile.words if tile is not None else "", self)
            return True
        return super().event(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        try:
            colors, ratio = colors_of(self), self.devicePixelRatioF()
            painter.setFont(caption_font(self))
            painter.setPen(colors.muted)
            for row, caption in enumerate(_CAPTIONS if self.tiles else ()):
                room = QRect(0, row * (_TILE_PX + SPACE_8), self._left, _TILE_PX)
                painter.drawText(room, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, caption)
            painter.setPen(QPen(colors.hairline, 1 / ratio))
            left = self._left
            for tile in self.shown:
                _paint(painter, tile.picture, QRect(left, 0, _TILE_PX, _TILE_PX), ratio)
                _paint(painter, tile.image, QRect(left, _TILE_PX + SPACE_8, _TILE_PX, _TILE_PX), ratio)
                left += _TILE_PX + SPACE_8
        finally:
            painter.end()

    @property
    def _left(self) -> int:
        metrics = QFontMetrics(caption_font(self))
        return max(metrics.horizontalAdvance(caption) for caption in _CAPTIONS) + SPACE_8 + SPACE_4


def _paint(painter: QPainter, image: QImage, room: QRect, ratio: float) -> None:
    target = whole_pixel_rect(image.size(), room.adjusted(1, 1, -1, -1), ratio)
    is_shrunk = target.width() * ratio < image.width()
    painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, on=is_shrunk)
    painter.drawImage(target, image)
    painter.drawRect(target)


def _picture(sample: Sample) -> QImage:
    """Return a picture small enough to be painted quickly again and again."""
    image = sample.image.copy()
    image.thumbnail((3 * _TILE_PX, 3 * _TILE_PX))
    return _image(np.asarray(image.convert("RGB")))


def _image(pixels: NDArray[np.uint8]) -> QImage:
    height, width, channels = pixels.shape
    form = QImage.Format.Format_RGB888 if channels == 3 else QImage.Format.Format_Grayscale8
    # A copy of its own: the image must outlive the bytes it was made from.
    return QImage(np.ascontiguousarray(pixels).tobytes(), width, height, channels * width, form).copy()
