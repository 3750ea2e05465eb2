"""The scale of bars that have a sign: round ends around 0, and all that is to be shown in between."""

from __future__ import annotations

import dataclasses
import math
from typing import TYPE_CHECKING

import numpy as np

from cnnviz.ui.format import number

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

_ROUND = np.array([1.0, 1.5, 2.0, 2.5, 3.0, 4.0, 5.0, 6.0, 8.0, 10.0])
_ALMOST = 1 - 1e-6
"""What is so little above a round number is that number, with the error of 32 bits."""
_DIGITS = 2
_MOST_APART = 10.0
"""Numbers whose own scales differ by more would have no bars on a common one."""
_LARGEST_WITH_COMMAS, _LARGEST_PLAIN, _SMALLEST_PLAIN = 1e7, 1000.0, 0.1


@dataclasses.dataclass(frozen=True, slots=True, eq=False)
class AnswerScale:
    """Where the bar of each number begins and ends: float64 (K,) each, `lows` ≤ 0 ≤ `highs`.

    `is_shared` says that all of them are the same.
    """

    lows: NDArray[np.float64]
    highs: NDArray[np.float64]
    is_shared: bool

    def places(self, values: NDArray[np.floating]) -> NDArray[np.float32]:
        """Return where numbers (K,) lie between the ends, from 0 to 1; what is not finite stays so."""
        with np.errstate(all="ignore"):
            return np.asarray((values - self.lows) / (self.highs - self.lows), np.float32)

    def ends(self, index: int) -> tuple[str, str]:
        """Return the ends of a number's scale, as they are written."""
        low, high = float(self.lows[index]), float(self.highs[index])
        return _written(low), _written(high)

    def text(self, index: int, value: float) -> str:
        """Return a number as it is written beside its bar: with decimals as its scale asks for."""
        size = max(float(-self.lows[index]), float(self.highs[index]))
        if math.isfinite(value) and _SMALLEST_PLAIN <= size < _LARGEST_PLAIN:
            return f"{value:.3f}".replace("-", "−")
        return number(value)

    @property
    def widest(self) -> str:
        """A text as wide as any number on these scales."""
        sizes = np.maximum(-self.lows, self.highs)
        largest, smallest = float(sizes.max(initial=1.0)), float(sizes.min(initial=1.0))
        if largest >= _LARGEST_WITH_COMMAS or smallest < _SMALLEST_PLAIN:
            return "−0.000×10⁻¹²"
        if largest >= _LARGEST_PLAIN:
            return "−0,000,000"
        return f"−{'0' * len(str(int(largest)))}.000"

    def sentence(self) -> str:
        """Return what the bars reach from and to: `Scale −1 to 1`."""
        if not self.is_shared:
            return "Each on its own scale"
        return f"Scale {' to '.join(self.ends(0))}"


def scale_of(
    values: NDArray[np.float32],
    right: NDArray[np.float32] | None,
    ranges: NDArray[np.float32] | None,
    units: Sequence[str],
) -> AnswerScale:
    """Return the scale of numbers (K,).

    It holds 0, the numbers and the `right` ones (K,), and the least and the largest right ones of a data set,
    `ranges` (2, K), so that it is the same for one image and the next. Numbers of one kind have a common
    scale; those of different `units`, or far apart, each its own.
    """
    rows = [np.zeros_like(values), values]
    rows += [] if right is None or right.shape != values.shape else [right]
    rows += [] if ranges is None or ranges.shape[1:] != values.shape else list(ranges)
    known = np.stack(rows).astype(np.float64)
    known[~np.isfinite(known)] = 0.0
    lows, highs = -_rounded_up(-known.min(axis=0)), _rounded_up(known.max(axis=0))
    sizes = np.maximum(-lows, highs)
    told = sizes[sizes > 0]
    is_alike = len(set(units)) <= 1 and (not told.size or told.max() <= _MOST_APART * told.min())
    is_shared = is_alike or len(units) != len(values)
    if is_shared:
        lows, highs = np.full_like(lows, lows.min(initial=0)), np.full_like(highs, highs.max(initial=0))
    return AnswerScale(lows, np.where(lows == highs, 1.0, highs), is_shared)


def _rounded_up(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the next round numbers above numbers of which none is below 0; 0 stays 0."""
    power = 10.0 ** np.floor(np.log10(np.where(values > 0, values, 1.0)))
    round_ones = _ROUND[np.searchsorted(_ROUND, np.minimum(values / power, 10.0) * _ALMOST)]
    return np.asarray(np.where(values > 0, round_ones * power, 0.0))


def _written(value: float) -> str:
    """Return a round number without zeros that say nothing."""
    text = number(value, _DIGITS)
    mantissa, times, power = text.partition("×")
    if "." in mantissa:
        mantissa = mantissa.rstrip("0").rstrip(".")
    return mantissa + times + power
