"""A long curve in as few points as a screen can show, none of its peaks lost."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from cnnviz.ui.plots.growing import goes_on, with_room

Values = NDArray[np.float64]
Counts = NDArray[np.int64]

_FACTOR = 8
"""A level sums up this many entries of the level below."""


class Peaks:
    """Least and largest values over ever longer stretches of a growing curve.

    Only what is new is computed, and an outline is made from the level of the fitting length: a curve of a
    million points is drawn as fast as one of a thousand. Values that are not finite count as missing.
    """

    def __init__(self) -> None:
        self._x: Values | Counts = np.zeros(0)
        self._y: Values = np.zeros(0)
        self._levels: list[_Level] = []

    def __len__(self) -> int:
        """Return the number of points."""
        return len(self._y)

    def set(self, x: Values | Counts, y: Values) -> None:
        """Take the points of the curve; x never falls."""
        if not (goes_on(y, self._y) and goes_on(x, self._x)):
            self._levels = []
        self._x, self._y = x, y
        low = high = y
        for level in self._levels:
            level.extend(low, high)
            low, high = level.low, level.high
        while len(low) >= _FACTOR**2:
            level = _Level()
            level.extend(low, high)
            self._levels.append(level)
            low, high = level.low, level.high

    def outline(self, left: float, right: float, most: int) -> tuple[Values, Values]:
        """Return x and y of a line through the part between `left` and `right`, and one point on each side.

        Where there are more than twice `most` points, each stretch of them becomes two: its least and its
        largest value. There are at most `most` stretches and two. They begin at multiples of their length,
        so that a growing curve does not flicker.
        """
        if self._x.dtype.kind == "i":  # NumPy would look for a fraction in a copy of the whole column
            left, right = math.ceil(left), math.floor(right)
        first = max(int(np.searchsorted(self._x, left)) - 1, 0)
        stop = min(int(np.searchsorted(self._x, right, side="right")) + 1, len(self._x))
        if stop - first <= 2 * most:
            return self._x[first:stop].astype(np.float64), self._y[first:stop]
        doublings = max(int(np.ceil(np.log2((stop - first) / most))), 1)
        size = 1 << doublings
        stretches = np.arange(first // size, -(-stop // size))
        low, high = self._extremes(doublings, int(stretches[0]), int(stretches[-1]) + 1)
        x = np.repeat(self._x[stretches * size].astype(np.float64), 2)
        return x, np.stack([low, high], axis=1).ravel()

    def span(self) -> tuple[float, float] | None:
        """Return the least and the largest finite value of all; None where there is none."""
        if not len(self):
            return None
        _, y = self.outline(float(self._x[0]), float(self._x[-1]), _FACTOR)
        finite = y[np.isfinite(y)]
        return (float(finite.min()), float(finite.max())) if len(finite) else None

    def _extremes(self, doublings: int, first: int, stop: int) -> tuple[Values, Values]:
        """Return the least and largest values of stretches of 2**doublings points; the last may be short."""
        height = min(doublings // 3, len(self._levels))
        below = self._levels[height - 1] if height else None
        low, high = (below.low, below.high) if below else (self._y, self._y)
        group, size = 1 << (doublings - 3 * height), 1 << doublings
        whole = min(stop, len(low) // group)
        cut = slice(first * group, whole * group)
        lows, highs = _reduced(low[cut], high[cut], group)
        if whole < stop:
            tail = self._y[whole * size : stop * size]
            last_low, last_high = _reduced(tail, tail, len(tail))
            lows, highs = np.append(lows, last_low), np.append(highs, last_high)
        return lows, highs


class _Level:
    """Least and largest values of every whole group of entries of the level below."""

    def __init__(self) -> None:
        self._low, self._high, self._count = np.zeros(64), np.zeros(64), 0

    @property
    def low(self) -> Values:
        return self._low[: self._count]

    @property
    def high(self) -> Values:
        return self._high[: self._count]

    def extend(self, low: Values, high: Values) -> None:
        """Go on with the groups of the level below that have become whole."""
        count = len(low) // _FACTOR
        if count == self._count:
            return
        cut = slice(self._count * _FACTOR, count * _FACTOR)
        new_low, new_high = _reduced(low[cut], high[cut], _FACTOR)
        self._low, self._high = with_room(self._low, count), with_room(self._high, count)
        self._low[self._count : count], self._high[self._count : count] = new_low, new_high
        self._count = count


def _reduced(low: Values, high: Values, group: int) -> tuple[Values, Values]:
    """Return the least of `low` and the largest of `high` in each group, NaN where nothing is finite."""
    lows, highs = (np.where(np.isfinite(values), values, np.nan).reshape(-1, group) for values in (low, high))
    return np.fmin.reduce(lows, axis=1), np.fmax.reduce(highs, axis=1)
