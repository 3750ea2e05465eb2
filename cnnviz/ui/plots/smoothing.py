"""Smoothing of curves that grow while they are watched."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from cnnviz.ui.plots.growing import goes_on, with_room

Values = NDArray[np.float64]
_FIRST_CAPACITY = 1024


class TrailingMean:
    """The mean of the last `window` values at each value, with fewer at the beginning.

    Only what is new is computed, so a curve of a million points costs no more per frame than a short one.
    Each mean is summed from its own values: with running sums, one huge loss would spoil all means after it.
    """

    def __init__(self, window: int) -> None:
        self._window = window
        self._means = np.zeros(_FIRST_CAPACITY)
        self._values = np.zeros(0)

    @property
    def window(self) -> int:
        """How many values a mean is taken of."""
        return self._window

    def extended(self, values: Values) -> Values:
        """Return the means of `values`, which begin with those of the last call; else it begins anew."""
        start, stop = len(self._values), len(values)
        if not goes_on(values, self._values):
            start, self._means = 0, np.zeros(_FIRST_CAPACITY)  # whoever has the old means, keeps them
        self._means = with_room(self._means, stop)
        if stop > start:
            first = max(start + 1 - self._window, 0)
            with np.errstate(all="ignore"):  # values that are not finite have means that are not
                sums = np.convolve(values[first:stop], np.ones(self._window))[start - first : stop - first]
                self._means[start:stop] = sums / np.minimum(np.arange(start, stop) + 1, self._window)
        self._values = values
        return self._means[:stop]
