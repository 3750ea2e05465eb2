"""Smoothing of curves that grow while they are watched."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Values = NDArray[np.float64]
_FIRST_CAPACITY = 1024


class TrailingMean:
    """The mean of the last `window` values at each value, with fewer at the beginning.

    Only what is new is computed, so a curve of a million points costs no more per frame than a short one.
    Values that are not finite count as they are from where they stand on: a curve that broke stays broken.
    """

    def __init__(self, window: int) -> None:
        self._window = window
        self._sums = np.zeros(_FIRST_CAPACITY + 1)
        self._means = np.zeros(_FIRST_CAPACITY)
        self._count = 0
        self._last = np.nan

    @property
    def window(self) -> int:
        """How many values a mean is taken of."""
        return self._window

    def extended(self, values: Values) -> Values:
        """Return the means of `values`, which begin with those of the last call; else it begins anew."""
        if not self._continues(values):
            self._count = 0
        start, stop = self._count, len(values)
        if stop > len(self._means):
            self._grow(stop)
        if stop > start:
            self._sums[start + 1 : stop + 1] = self._sums[start] + np.cumsum(values[start:stop])
            index = np.arange(start, stop)
            first = np.maximum(index + 1 - self._window, 0)
            totals = self._sums[index + 1] - self._sums[first]
            self._means[start:stop] = totals / (index + 1 - first)
            self._count, self._last = stop, float(values[-1])
        return self._means[:stop]

    def _continues(self, values: Values) -> bool:
        if not self._count or len(values) < self._count:
            return False
        return bool(np.array_equal(values[self._count - 1], self._last, equal_nan=True))

    def _grow(self, needed: int) -> None:
        capacity = max(needed, 2 * len(self._means))
        self._means = np.concatenate([self._means, np.zeros(capacity - len(self._means))])
        self._sums = np.concatenate([self._sums, np.zeros(capacity + 1 - len(self._sums))])
