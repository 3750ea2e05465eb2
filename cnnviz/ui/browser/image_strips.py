"""Rows of small images, each row one picture: so a frame of hundreds of images costs a few strokes."""

from __future__ import annotations

import dataclasses
import math
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtGui import QColor, QImage

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from cnnviz.data.dataset import Dataset

_SMALL_PX, _LARGE_PX, _GAP_PX, _BAR_PX = 40, 64, 6, 3
_MOST_STRIPS = 96
"""Rows that are kept: more than a screen has."""


@dataclasses.dataclass(frozen=True, slots=True)
class Tile:
    """How large images are shown: `width` and `height` of their own pixels, each `scale` device pixels.

    Images too large for a tile keep every `stride`-th pixel. `gap` is between tiles, and `bar` how thick the
    bar is within it that marks an image; both in pixels of images.
    """

    width: int
    height: int
    scale: int
    stride: int
    gap: int
    bar: int

    @property
    def pitch(self) -> tuple[int, int]:
        """Device pixels from one tile to the next, across and down."""
        return (self.width + self.gap) * self.scale, (self.height + self.gap) * self.scale


def tile_for(height: int, width: int, ratio: float) -> Tile:
    """Return the tile of images of a size, where a logical pixel has `ratio` device pixels."""
    longest = max(height, width)
    scale = max(1, int(_SMALL_PX * ratio) // longest)
    stride = max(1, math.ceil(longest / (_LARGE_PX * ratio)))
    gap = max(1, round(_GAP_PX * ratio / scale))
    bar = min(gap, max(1, round(_BAR_PX * ratio / scale)))
    return Tile(math.ceil(width / stride), math.ceil(height / stride), scale, stride, gap, bar)


class ImageStrips:
    """Makes and keeps the newest rows of a list of images."""

    def __init__(self, dataset: Dataset) -> None:
        self._dataset = dataset
        self._indices: NDArray[np.int64] = np.zeros(0, np.int64)
        self._tile = tile_for(*dataset.image_shape[:2], 1.0)
        self._columns = 1
        self._paper, self._mark = QColor(), QColor()
        self._marked: NDArray[np.bool_] | None = None
        self._strips: dict[int, QImage] = {}

    @property
    def dataset(self) -> Dataset:
        """Where the images are from."""
        return self._dataset

    @property
    def indices(self) -> NDArray[np.int64]:
        """The images in their order, int64 (n,)."""
        return self._indices

    def set_images(
        self, dataset: Dataset, indices: NDArray[np.int64], marked: NDArray[np.bool_] | None = None
    ) -> None:
        """Take other images; those that are `marked` (n,) have a bar below."""
        self._dataset, self._indices, self._marked = dataset, indices, marked
        self._strips.clear()

    def set_look(self, tile: Tile, columns: int, paper: QColor, mark: QColor) -> None:
        """Say how large tiles are, how many stand side by side, and the colours between them and of bars."""
        if (tile, columns, paper, mark) != (self._tile, self._columns, self._paper, self._mark):
            self._tile, self._columns = tile, columns
            self._paper, self._mark = QColor(paper), QColor(mark)
            self._strips.clear()

    def strip(self, row: int) -> QImage:
        """Return a row of images side by side, a pixel for each of theirs, and the bars below them."""
        strip = self._strips.get(row)
        if strip is None:
            while len(self._strips) >= _MOST_STRIPS:
                self._strips.pop(next(iter(self._strips)))
            strip = self._strips[row] = self._make(row)
        return strip

    def _make(self, row: int) -> QImage:
        tile, dataset = self._tile, self._dataset
        some = slice(row * self._columns, (row + 1) * self._columns)
        indices, height = self._indices[some], tile.height + tile.bar
        images = dataset.images[indices][:, :: tile.stride, :: tile.stride]
        pixels = np.full((height, len(indices), tile.width + tile.gap), self._paper.rgb(), np.uint32)
        pixels[: tile.height, :, : tile.width] = _as_rgb32(images, dataset.max_value).transpose(1, 0, 2)
        if self._marked is not None:
            pixels[tile.height :, self._marked[some], : tile.width] = self._mark.rgb()
        width = len(indices) * (tile.width + tile.gap)
        # A copy of its own: the image must outlive the array it was made from.
        return QImage(pixels.tobytes(), width, height, 4 * width, QImage.Format.Format_RGB32).copy()


def _as_rgb32(images: NDArray[np.uint8], max_value: int) -> NDArray[np.uint32]:
    """Return images (N, H, W, C) as the screen has them, uint32 (N, H, W)."""
    values = np.minimum(np.arange(256), max_value) * (255 / max_value)
    levels = np.rint(values).astype(np.uint32)
    opaque = np.uint32(0xFF000000)
    if images.shape[3] == 1:
        grays: NDArray[np.uint32] = (opaque | levels * np.uint32(0x010101))[images[..., 0]]
        return grays
    red, green, blue = (levels[images[..., channel]] for channel in range(3))
    colors: NDArray[np.uint32] = opaque | red << np.uint32(16) | green << np.uint32(8) | blue
    return colors
