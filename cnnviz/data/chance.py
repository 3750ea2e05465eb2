"""Random numbers that are the same bits in every version of NumPy and on every machine."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

_STEP = 2.0**-53
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
