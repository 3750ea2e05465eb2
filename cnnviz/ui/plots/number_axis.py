"""An axis that writes numbers as the rest of the program does, and never one over another."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import pyqtgraph as pg
from PySide6.QtGui import QFontMetricsF

from cnnviz.spec.numerals import raised

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PySide6.QtCore import QRectF
    from PySide6.QtGui import QPainter

_LEAST_PLAIN, _LARGEST_PLAIN = 1e-3, 1e7
_MOST_WITH_POWER = 1e4
"""Numbers so many times larger than their range need many digits: powers of ten make none of them shorter."""
_LARGEST_EXACT = 1e15
"""From here on not every whole number is one of 64 bits."""
_NEARLY = 1e-6
_FINEST_LEVEL = 1
"""Numbers, and lines halfway between them; a third level cannot be seen, and takes longest to draw."""
_GAP_CHARACTERS = 1.5
"""What stays free between two numbers beside each other."""


class NumberAxis(pg.AxisItem):
    """The left or the bottom axis of a plot.

    pyqtgraph's own writes `1e+06` and `-1`, and its coarsest numbers however little room there is.
    """

    def __init__(self, orientation: str) -> None:
        super().__init__(orientation)
        self._held: QRectF | None = None
        self.setStyle(maxTickLevel=_FINEST_LEVEL)

    def boundingRect(self) -> QRectF:
        """Return where the axis may write."""
        return self._held if self._held is not None else self.writing_room(super().boundingRect())

    def writing_room(self, rect: QRectF) -> QRectF:
        """Return where the axis may write that pyqtgraph lets write within `rect`."""
        return rect

    def generateDrawSpecs(self, p: QPainter) -> object:
        """Return what is to be drawn. With every number pyqtgraph asks where it may write: found once."""
        self._held = self.boundingRect()
        try:
            return super().generateDrawSpecs(p)
        finally:
            self._held = None

    def tickSpacing(self, minVal: float, maxVal: float, size: float) -> list[tuple[float, float]]:
        """Return the distances between the numbers, and between the lines among them, coarsest first."""
        levels: list[tuple[float, float]] = super().tickSpacing(minVal, maxVal, size)
        if not levels:
            return levels
        least = (maxVal - minVal) * self._room(minVal, maxVal, levels[0][0]) / max(size, 1.0)
        if levels[0][0] >= least:
            return _nested(levels)
        return _nested([(round_distance(least), 0.0), levels[0]])

    def tickValues(self, minVal: float, maxVal: float, size: float) -> list[tuple[float | None, list[float]]]:
        """Return the distances with the places that no coarser one has; each is a part of those before it.

        pyqtgraph compares every place with every other, which takes longer than to draw the axis.
        """
        low, high = sorted((minVal * self.scale, maxVal * self.scale))
        levels: list[tuple[float | None, list[float]]] = []
        coarser = math.inf
        for spacing, offset in self.tickSpacing(low, high, size):
            parts = round(coarser / spacing) if math.isfinite(coarser) else 0
            first, last = math.ceil((low - offset) / spacing), math.floor((high - offset) / spacing)
            places = [number for number in range(first, last + 1) if not parts or number % parts]
            values = [(number * spacing + offset) / self.scale for number in places]
            levels.append((spacing / self.scale, values))
            coarser = spacing
        return self.logTickValues(low, high, size, levels) if self.logMode else levels

    def tickStrings(self, values: Sequence[float], scale: float, spacing: float | None) -> list[str]:
        """Return the numbers of these places."""
        if self.logMode or spacing is None:
            texts: list[str] = self.logTickStrings(values, scale, spacing)
            return texts
        extent = (float(end) * scale for end in self.range)
        return tick_texts([value * scale for value in values], spacing * scale, *extent)

    def _room(self, low: float, high: float, spacing: float) -> float:
        """Return how much of the axis a number needs, in logical pixels."""
        metrics = QFontMetricsF(self.style["tickFont"] or self.font())
        if self.orientation in ("left", "right"):
            return metrics.height()
        ends = tick_texts([low, high], spacing, low, high)
        return max(map(metrics.horizontalAdvance, ends)) + _GAP_CHARACTERS * metrics.averageCharWidth()


def tick_texts(values: Sequence[float], spacing: float, low: float, high: float) -> list[str]:
    """Return the numbers on an axis from `low` to `high`, `spacing` apart, all of them in one way.

    They have as many digits as tell them apart. Very large and very small ones are written with powers of
    ten, as everywhere, unless they are so close together that this makes them longer: `2.5×10⁹`.
    """
    largest = max(abs(low), abs(high), *map(abs, values)) if values else 0.0
    is_plain = _LEAST_PLAIN <= largest < _LARGEST_PLAIN
    is_close = largest >= _LARGEST_PLAIN and abs(high - low) * _MOST_WITH_POWER < largest < _LARGEST_EXACT
    last = math.floor(math.log10(spacing) + _NEARLY)  # the place of the last digit that differs
    write = _plain if is_plain or is_close else _with_power
    return ["0" if abs(value) < spacing * _NEARLY else write(value, last) for value in values]


def _plain(value: float, last: int) -> str:
    return f"{value:,.{max(0, -last)}f}".replace("-", "−")


def _with_power(value: float, last: int) -> str:
    """Return a number with a power of ten, without zeros at the end that say nothing: `5×10⁶`."""
    first = math.floor(math.log10(abs(value)) + _NEARLY)
    digits = max(1, first - last + 1)
    mantissa, _, power = f"{abs(value):.{digits - 1}e}".partition("e")
    if "." in mantissa:
        mantissa = mantissa.rstrip("0").rstrip(".")
    sign = "−" if value < 0 else ""
    return f"{sign}{mantissa}×10{raised(int(power))}"


def _nested(levels: list[tuple[float, float]]) -> list[tuple[float, float]]:
    """Leave out levels that miss places of a coarser one: 20 beside 50 writes 40, 50 and 60 in a heap."""
    kept = levels[:1]
    for spacing, offset in levels[1:]:
        parts = kept[-1][0] / spacing
        if math.isclose(parts, round(parts), rel_tol=1e-6):
            kept.append((spacing, offset))
    return kept


def round_distance(least: float) -> float:
    """Return the next of 1, 2 and 5 times a power of ten."""
    power = float(10.0 ** math.floor(math.log10(least)))
    return next((step * power for step in (1, 2, 5) if step * power >= least), 10 * power)
