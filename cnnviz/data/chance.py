"""Random numbers that are the same bits in every version of NumPy and on every machine."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

_STEP = 2.0**-53
_SHORT_STEP = np.float32(2.0**-24)
_GAMMA = np.uint64(0x9E3779B97F4A7C15)
"""Odd, and nearest to 2^64 divided by the golden ratio."""
_BYTES = 4
_MEAN, _DEVIATION = 510.0, 147.8
"""Of the sum of four random bytes."""


class Chance:
    """Numbers from the raw stream of a bit generator, the one thing that NumPy promises never to change.

    Streams of one seed with different numbers have nothing to do with each other.
    """

    def __init__(self, seed: int, stream: int = 0) -> None:
        self._bits = np.random.PCG64([seed, stream])

    def between(self, low: float, high: float, *shape: int) -> NDArray[np.float64]:
        """Return numbers of this shape, each as likely as any other, from `low` to below `high`."""
        raw = np.asarray(self._bits.random_raw(math.prod(shape))).reshape(shape)
        shares = (raw >> np.uint64(11)).astype(np.float64) * _STEP
        return np.asarray(low + (high - low) * shares)

    def normal(self, count: int) -> NDArray[np.float32]:
        """Return `count` numbers that are nearly normal, of mean 0 and deviation 1, none beyond ±3.5.

        They are sums of four bytes: there is no logarithm whose last bits differ between machines.
        """
        words = np.asarray(self._bits.random_raw(-(-count * _BYTES // 8))).astype("<u8")
        quarters = words.view(np.uint8)[: count * _BYTES].reshape(_BYTES, count)
        sums = quarters[0].astype(np.uint16)
        for quarter in quarters[1:]:
            sums += quarter
        numbers: NDArray[np.float32] = (sums.astype(np.float32) - np.float32(_MEAN)) / np.float32(_DEVIATION)
        return numbers


def shares_of_images(seed: int, epoch: int, images: NDArray[np.int64], count: int) -> NDArray[np.float32]:
    """Return `count` numbers for each of the `images` (N,) as float32 (count, N), from 0 to below 1.

    An image's numbers depend on nothing but the seed, the epoch and the image, so that batches can be drawn
    in any order and by any thread. They are those of SplitMix64 (Steele, Lea & Flood 2014), begun anew for
    each image.
    """
    seeds, epochs = np.array([[seed], [epoch]], np.uint64)  # arrays: only these may overflow unnoticed
    whole = _mixed(_mixed(seeds + _GAMMA) + epochs * _GAMMA)
    starts = _mixed(whole + images.astype(np.uint64) * _GAMMA)
    places = np.arange(1, count + 1, dtype=np.uint64) * _GAMMA
    words = _mixed(starts + places[:, None])
    return (words >> np.uint64(40)).astype(np.float32) * _SHORT_STEP


def _mixed(words: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """Return words (…) of which each bit depends on every bit of the one in its place."""
    words = (words ^ (words >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    words = (words ^ (words >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    mixed: NDArray[np.uint64] = words ^ (words >> np.uint64(31))
    return mixed
