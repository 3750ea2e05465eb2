"""How numbers are written into cells: few digits, all alike, so that they can be compared at a glance."""

from __future__ import annotations

import dataclasses
import math
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from cnnviz.ui.inspector.unit.pens import Pens

_INSET_PX = 3
_SMALLEST_PLAIN, _LARGEST_PLAIN = 0.01, 10_000.0
_LEAST_OF_TWO_DECIMALS = 0.1
_RAISED = str.maketrans("0123456789-", "⁰¹²³⁴⁵⁶⁷⁸⁹⁻")


@dataclasses.dataclass(frozen=True, slots=True)
class CellFormat:
    """How all numbers of a block are written.

    They are divided by ten to the power of `power` first, as the heading of the block says. `is_short` leaves
    out the zero before the point.
    """

    decimals: int
    power: int = 0
    is_short: bool = False

    @property
    def heading(self) -> str:
        """What the heading says of the numbers below: `×10⁻³`, or nothing."""
        return f"×10{str(self.power).translate(_RAISED)}" if self.power else ""

    def text(self, value: float) -> str:
        """Return a number as it stands in a cell: `−0.12`."""
        if not math.isfinite(value):
            return "nan" if math.isnan(value) else ("∞" if value > 0 else "−∞")
        text = f"{value / 10**self.power:.{self.decimals}f}"
        if float(text) == 0:
            text = text.removeprefix("-")
        if self.is_short and self.decimals:
            text = text.replace("0.", ".", 1) if text.removeprefix("-").startswith("0.") else text
        return text.replace("-", "−")


def fitting_format(values: NDArray[np.floating], cell_width: int, pens: Pens) -> CellFormat | None:
    """Return how numbers are written in cells of a width; None where they do not fit at all."""
    largest = _largest(values)
    negative = bool((values < 0).any())
    for wanted in _candidates(largest):
        texts = [wanted.text(largest), *([wanted.text(-largest)] if negative else [])]
        if pens.width(max(texts, key=len), pens.small) + pens.px(_INSET_PX) <= cell_width:
            return wanted
    return None


def _candidates(largest: float) -> Iterator[CellFormat]:
    """Yield ways to write numbers up to `largest`, the most exact first."""
    thousands = 3 * math.floor(math.log10(largest) / 3) if largest > 0 else 0
    if _SMALLEST_PLAIN <= largest < _LARGEST_PLAIN or largest == 0:
        most = _decimals(largest)
        fewer = max(most - 1, 0)
        yield CellFormat(most)
        yield CellFormat(fewer)
        if largest >= _LEAST_OF_TWO_DECIMALS:
            yield CellFormat(most, is_short=True)
            yield CellFormat(fewer, is_short=True)
    most = _decimals(largest / 10**thousands)
    for decimals in range(most, -1, -1):
        yield CellFormat(decimals, thousands)


def _largest(values: NDArray[np.floating]) -> float:
    finite = np.abs(values[np.isfinite(values)])
    return float(finite.max(initial=0))


def _decimals(largest: float) -> int:
    """Return the decimals that give the largest number three digits, or two where it is above 1."""
    if largest >= 10:
        return 1 if largest < 100 else 0
    return 2 if largest >= 1 or largest == 0 else int(min(2 - math.floor(math.log10(largest)), 3))
