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
        self._drawn: tuple[int, _Level] | None = None
        self._span: tuple[float, float] | None = None

    def __len__(self) -> int:
        """Return the number of points."""
        return len(self._y)

    @property
    def span(self) -> tuple[float, float] | None:
        """The least and the largest finite value of all; None where there is none."""
        return self._span

    def set(self, x: Values | Counts, y: Values) -> bool:
        """Take the points of the curve, and return whether there are others than before; x never falls."""
        if not (goes_on(y, self._y) and goes_on(x, self._x)):
            self._y = self._y[:0]
            self._levels, self._drawn, self._span = [], None, None
        elif len(y) == len(self._y):
            return False
        self._widen(y[len(self._y) :])
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
        return True

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
        y = np.empty(2 * len(low))
        y[::2], y[1::2] = low, high
        return x, y

    def _widen(self, new: Values) -> None:
        finite = new[np.isfinite(new)]
        if len(finite):
            known = self._span or (np.inf, -np.inf)
            self._span = min(known[0], float(finite.min())), max(known[1], float(finite.max()))

    def _extremes(self, doublings: int, first: int, stop: int) -> tuple[Values, Values]:
        """Return the least and largest values of stretches of 2**doublings points; the last may be short."""
        size = 1 << doublings
        if 2 * (stop - first) * size >= len(self):  # most of the curve: what grows is added to the last time
            sums = self._kept(doublings)
            whole = min(stop, len(sums.low))
            lows, highs = sums.low[first:whole], sums.high[first:whole]
        else:
            low, high, group = self._below(doublings)
            whole = min(stop, len(low) // group)
            lows, highs = _reduced(
                low[first * group : whole * group], high[first * group : whole * group], group
            )
        if whole < stop:
            tail = self._y[whole * size : stop * size]
            last_low, last_high = _reduced(tail, tail, len(tail))
            lows, highs = np.concatenate([lows, last_low]), np.concatenate([highs, last_high])
        return lows, highs

    def _kept(self, doublings: int) -> _Level:
        """Return the sums of all whole stretches of 2**doublings points; only the new ones are computed."""
        if self._drawn is None or self._drawn[0] != doublings:
            self._drawn = (doublings, _Level())
        low, high, group = self._below(doublings)
        self._drawn[1].extend(low, high, group)
        return self._drawn[1]

    def _below(self, doublings: int) -> tuple[Values, Values, int]:
        """Return the shortest sums there are for such stretches, and how many of them make one."""
        height = min(doublings // 3, len(self._levels))
        low, high = (
            (self._levels[height - 1].low, self._levels[height - 1].high) if height else (self._y, self._y)
        )
        return low, high, 1 << (doublings - 3 * height)


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

    def extend(self, low: Values, high: Values, group: int = _FACTOR) -> None:
        """Go on with the groups of the level below that have become whole."""
        count = len(low) // group
        if count <= self._count:
            return
        cut = slice(self._count * group, count * group)
        new_low, new_high = _reduced(low[cut], high[cut], group)
        self._low, self._high = with_room(self._low, count), with_room(self._high, count)
        self._low[self._count : count], self._high[self._count : count] = new_low, new_high
        self._count = count


def _reduced(low: Values, high: Values, group: int) -> tuple[Values, Values]:
    """Return the least of `low` and the largest of `high` in each group, NaN where nothing is finite."""
    lows, highs = (np.where(np.isfinite(values), values, np.nan).reshape(-1, group) for values in (low, high))
    return np.fmin.reduce(lows, axis=1), np.fmax.reduce(highs, axis=1)
