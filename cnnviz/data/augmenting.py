"""Variations of training images, drawn for each image from the seed, the epoch and its own number."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

import numpy as np

from cnnviz.data.chance import Chance, shares_of_images
from cnnviz.data.resampling import BEND_POINTS, Resampling, Room, inverse_maps

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from cnnviz.spec.augmenting import Augmenting

_DRAWS = 14
"""Numbers that each image draws, whether they are used or not, so that none depends on another's setting."""
_GRAIN_STREAM = 7
_GRAIN = 1 << 18
"""Numbers of noise that there are. Each image takes a stretch of them that begins anywhere."""
_BLOCK = 1 << 16
_MID_GREY = np.float32(0.5)


@dataclasses.dataclass(frozen=True, slots=True, eq=False)
class Drawn:
    """What N images have drawn.

    Attributes
    ----------
    shift
        Columns to the right and rows downwards, (2, N).
    degrees, scale, slant
        Turn and slant in degrees, and how many times as large, (N,).
    mirror
        1, or -1 where an image is mirrored, sideways and upside down, (2, N).
    bends
        Points of a spline, (2, `BEND_POINTS`, `BEND_POINTS`, N), in pixels; None where nothing is bent.
    contrast, brightness
        Factor about mid-grey, and what is added then, (N,).
    grain, grain_start
        Deviation of the noise, negative where it is turned over, and where its stretch begins, (N,).
    square
        Column and row of the middle of the square that is blacked out, (2, N).
    """

    shift: NDArray[np.float64]
    degrees: NDArray[np.float64]
    scale: NDArray[np.float64]
    slant: NDArray[np.float64]
    mirror: NDArray[np.float64]
    bends: NDArray[np.float32] | None
    contrast: NDArray[np.float32]
    brightness: NDArray[np.float32]
    grain: NDArray[np.float32]
    grain_start: NDArray[np.int64]
    square: NDArray[np.float32]


def drawn(
    augmenting: Augmenting, seed: int, epoch: int, indices: NDArray[np.int64], size: tuple[int, int]
) -> Drawn:
    """Return what the images `indices` (N,), of `size` (height, width), draw in an epoch."""
    bends = 2 * BEND_POINTS**2 if augmenting.elastic else 0
    shares = shares_of_images(seed, epoch, indices, _DRAWS + bends)
    signed = 2.0 * shares.astype(np.float64) - 1.0
    sides = np.array([size[1], size[0]])[:, None]
    flips = np.array([augmenting.flip_horizontal, augmenting.flip_vertical])[:, None]
    points = None
    if augmenting.elastic:
        shape = (2, BEND_POINTS, BEND_POINTS, len(indices))
        reach = augmenting.elastic * sides[:, None, None]
        points = (signed[_DRAWS:].reshape(shape) * reach).astype(np.float32)
    return Drawn(
        shift=signed[:2] * augmenting.shift * sides,
        degrees=signed[2] * augmenting.rotate,
        scale=(1.0 + augmenting.scale) ** signed[3],
        slant=signed[4] * augmenting.shear,
        mirror=np.where(flips & (signed[5:7] < 0), -1.0, 1.0),
        bends=points,
        contrast=((1.0 + augmenting.contrast) ** signed[7]).astype(np.float32),
        brightness=(augmenting.brightness * signed[8]).astype(np.float32),
        grain=shares[9]
        * np.where(shares[11] < 0.5, np.float32(-augmenting.noise), np.float32(augmenting.noise)),
        grain_start=(shares[10] * np.float32(_GRAIN)).astype(np.int64),
        square=shares[12:14] * sides.astype(np.float32),
    )


def alone(work: Callable[[slice], None], length: int) -> None:
    """Call `work` for all of `length` things at once."""
    work(slice(0, length))


class Augmenter:
    """Varies batches of images as a run with this seed does. It serves one caller at a time.

    `share` hands out parts of the rows, to several threads where it can.
    """

    def __init__(self, seed: int, share: Callable[[Callable[[slice], None], int], None] = alone) -> None:
        self._seed, self._share = seed, share
        self._room = Room()
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
        channels, height, width, _ = images.shape
        draws = drawn(augmenting, self._seed, epoch, indices, (height, width))
        resampling, out = None, images
        if augmenting.moves_pixels:
            resampling, out = _resampling(images, draws), np.empty_like(images)
        pixels = channels * height * width
        if augmenting.noise and len(self._grain) < _GRAIN + pixels:
            self._grain = Chance(self._seed, _GRAIN_STREAM).normal(_GRAIN + pixels)

        def work(rows: slice) -> None:
            if resampling is not None:
                resampling.write(rows, out, self._room)
            for channel, plane in enumerate(out):
                self._change_values(plane[rows], channel * height + rows.start, augmenting, draws)
            if augmenting.cutout:
                _cut_out(out, rows, augmenting.cutout * min(height, width), draws.square)

        self._share(work, height)
        return out

    def _change_values(
        self, plane: NDArray[np.float32], first_row: int, augmenting: Augmenting, draws: Drawn
    ) -> None:
        """Change contrast, brightness and noise of rows (h, W, N), the first of which has this number."""
        if augmenting.contrast or augmenting.brightness:
            plane *= draws.contrast
            plane += _MID_GREY * (1 - draws.contrast) + draws.brightness
        if augmenting.noise:
            self._add_grain(plane.reshape(-1, plane.shape[-1]), first_row * plane.shape[1], draws)
        if augmenting.changes_values:
            np.maximum(plane, np.float32(0), out=plane)
            np.minimum(plane, np.float32(1), out=plane)

    def _add_grain(self, pixels: NDArray[np.float32], first: int, draws: Drawn) -> None:
        """Add noise to pixels (P, N): a stretch of one long row for each image, or its negative."""
        step = max(1, _BLOCK // pixels.shape[1])
        for start in range(0, len(pixels), step):
            block = pixels[start : start + step]
            begin = first + start
            places = draws.grain_start + np.arange(begin, begin + len(block))[:, None]
            grain = np.take(self._grain, places, mode="clip")
            grain *= draws.grain
            block += grain


def _resampling(images: NDArray[np.float32], draws: Drawn) -> Resampling:
    _, height, width, _ = images.shape
    maps = inverse_maps(
        height,
        width,
        shift=draws.shift,
        degrees=draws.degrees,
        scale=draws.scale,
        slant=draws.slant,
        mirror=draws.mirror,
    )
    return Resampling(images, maps, draws.bends)


def _cut_out(images: NDArray[np.float32], rows: slice, side: float, middles: NDArray[np.float32]) -> None:
    """Black out some rows of a square about a middle (2, N) in each image (C, H, W, N)."""
    _, height, width, _ = images.shape
    across, down = (
        np.abs(np.arange(0.5, length, dtype=np.float32)[:, None] - middle) < np.float32(side / 2)
        for length, middle in zip((width, height), middles, strict=True)
    )
    square = down[rows, None] & across
    for plane in images:
        np.copyto(plane[rows], np.float32(0), where=square)


def variation_in_words(
    augmenting: Augmenting, seed: int, epoch: int, index: int, size: tuple[int, int]
) -> str:
    """Return what one image, of `size` (height, width), draws in an epoch: `turned 7.2° clockwise, bent`.

    Empty where nothing is varied.
    """
    draws = drawn(augmenting, seed, epoch, np.array([index]), size)
    (right, down), (sideways, upside_down) = draws.shift[:, 0], draws.mirror[:, 0]
    columns, rows = draws.square[:, 0]
    words = {
        "mirrored sideways": sideways < 0,
        "mirrored upside down": upside_down < 0,
        f"{draws.scale[0]:.2f} times as large": bool(augmenting.scale),
        f"slanted by {draws.slant[0]:.1f}°": bool(augmenting.shear),
        f"turned {_either_way(draws.degrees[0], '°', 'clockwise', 'counter-clockwise')}": bool(
            augmenting.rotate
        ),
        f"moved {_either_way(right, '', 'right', 'left')}, {_either_way(down, '', 'down', 'up')}": bool(
            augmenting.shift
        ),
        "bent": bool(augmenting.elastic),
        f"contrast times {draws.contrast[0]:.2f}": bool(augmenting.contrast),
        f"brightness {draws.brightness[0]:+.2f}": bool(augmenting.brightness),
        f"noise of {abs(draws.grain[0]):.3f}": bool(augmenting.noise),
        f"a square about column {columns:.0f}, row {rows:.0f} blacked out": bool(augmenting.cutout),
    }
    return ", ".join(text for text, is_done in words.items() if is_done)


def _either_way(amount: float, unit: str, forth: str, back: str) -> str:
    return f"{abs(amount):.1f}{unit} {forth if amount >= 0 else back}"
