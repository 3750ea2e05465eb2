"""Variations of training images, drawn for each image from the seed, the epoch and its own number."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from cnnviz.data.chance import Chance, shares_of_images
from cnnviz.data.resampling import BEND_POINTS, Resampler, inverse_maps

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from cnnviz.spec.augmenting import Augmenting

_DRAWS = 14
"""Numbers that each image draws, whether they are used or not, so that none depends on another's setting."""
_GRAIN_STREAM = 7
_GRAIN = 1 << 18
"""Numbers of noise that there are. Each image takes a stretch of them that begins anywhere."""
_BLOCK = 1 << 16
_MID_GREY = np.float32(0.5)


class Augmenter:
    """Varies batches of images as a run with this seed does. It serves one caller at a time."""

    def __init__(self, seed: int) -> None:
        self._seed = seed
        self._resampler = Resampler()
        self._grain = np.empty(0, np.float32)

    def varied(
        self,
        images: NDArray[np.float32],
        augmenting: Augmenting,
        indices: NDArray[np.int64],
        epoch: int,
    ) -> NDArray[np.float32]:
        """Return `images` (C, H, W, N), C-contiguous and in [0, 1], varied for this epoch.

        They are changed in place where no pixel has to be moved. `indices` (N,) are the images' numbers in
        their data set: an image comes out the same whichever others are in the batch.
        """
        if not augmenting.is_on:
            return images
        bends = 2 * BEND_POINTS**2 if augmenting.elastic else 0
        draws = shares_of_images(self._seed, epoch, indices, _DRAWS + bends)
        if augmenting.moves_pixels:
            images = self._moved(images, augmenting, draws)
        if augmenting.contrast or augmenting.brightness:
            _relight(images, augmenting, draws[7:9])
        if augmenting.noise:
            self._add_grain(images, augmenting.noise, draws[9:12])
        if augmenting.changes_values:
            np.maximum(images, np.float32(0), out=images)
            np.minimum(images, np.float32(1), out=images)
        if augmenting.cutout:
            _cut_out(images, augmenting.cutout, draws[12:14])
        return images

    def _moved(
        self, images: NDArray[np.float32], augmenting: Augmenting, draws: NDArray[np.float32]
    ) -> NDArray[np.float32]:
        _, height, width, count = images.shape
        sides = np.array([width, height])[:, None]
        signed = 2.0 * draws.astype(np.float64) - 1.0
        flips = np.array([augmenting.flip_horizontal, augmenting.flip_vertical])[:, None]
        maps = inverse_maps(
            height,
            width,
            shift=signed[:2] * augmenting.shift * sides,
            degrees=signed[2] * augmenting.rotate,
            scale=(1.0 + augmenting.scale) ** signed[3],
            slant=signed[4] * augmenting.shear,
            mirror=np.where(flips & (signed[5:7] < 0), -1.0, 1.0),
        )
        bends = None
        if augmenting.elastic:
            points = signed[_DRAWS:].reshape(2, BEND_POINTS, BEND_POINTS, count)
            bends = (points * (augmenting.elastic * sides[:, None, None])).astype(np.float32)
        return self._resampler.resample(images, maps, bends)

    def _add_grain(self, images: NDArray[np.float32], most: float, draws: NDArray[np.float32]) -> None:
        """Add noise of a deviation of its own to each image: a stretch of one long row, or its negative."""
        rows = images.reshape(-1, images.shape[-1])
        if len(self._grain) < _GRAIN + len(rows):
            self._grain = Chance(self._seed, _GRAIN_STREAM).normal(_GRAIN + len(rows))
        deviation = draws[0] * np.where(draws[2] < 0.5, np.float32(-most), np.float32(most))
        begin = (draws[1] * np.float32(_GRAIN)).astype(np.int64)
        step = max(1, _BLOCK // rows.shape[1])
        for start in range(0, len(rows), step):
            block = rows[start : start + step]
            places = begin + np.arange(start, start + len(block))[:, None]
            grain = np.take(self._grain, places, mode="clip")
            grain *= deviation
            block += grain


def _relight(images: NDArray[np.float32], augmenting: Augmenting, draws: NDArray[np.float32]) -> None:
    """Raise or lower contrast about mid-grey, and brightness, of each image by its own numbers (2, N)."""
    signed = 2 * draws - 1
    factor = np.power(np.float32(1 + augmenting.contrast), signed[0])
    images *= factor
    images += _MID_GREY * (1 - factor) + np.float32(augmenting.brightness) * signed[1]


def _cut_out(images: NDArray[np.float32], share: float, draws: NDArray[np.float32]) -> None:
    """Black out a square of each image; its middle, by the numbers (2, N), may be anywhere."""
    _, height, width, _ = images.shape
    reach = np.float32(share * min(height, width) / 2)
    columns, rows = (
        np.abs(np.arange(0.5, side, dtype=np.float32)[:, None] - middle * np.float32(side)) < reach
        for side, middle in zip((width, height), draws, strict=True)
    )
    square = rows[:, None] & columns
    for plane in images:
        np.copyto(plane, np.float32(0), where=square)
