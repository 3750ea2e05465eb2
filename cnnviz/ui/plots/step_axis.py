"""A level axis that never writes one number over another."""

from __future__ import annotations

import math

import pyqtgraph as pg
from PySide6.QtGui import QFontMetricsF

_GAP_CHARACTERS = 1.5
"""What stays free between two numbers."""


class StepAxis(pg.AxisItem):
    """The axis under a plot. pyqtgraph's own writes its coarsest numbers however little room there is."""

    def __init__(self) -> None:
        super().__init__("bottom")

    def tickSpacing(self, minVal: float, maxVal: float, size: float) -> list[tuple[float, float]]:
        """Return the distances between the numbers, and between the lines among them, coarsest first."""
        levels: list[tuple[float, float]] = super().tickSpacing(minVal, maxVal, size)
        if not levels:
            return levels
        metrics = QFontMetricsF(self.style["tickFont"] or self.font())
        most = max(self.tickStrings([minVal, maxVal], 1.0, levels[0][0]), key=len)
        room = metrics.horizontalAdvance(most) + _GAP_CHARACTERS * metrics.averageCharWidth()
        least = (maxVal - minVal) * room / max(size, 1.0)
        if levels[0][0] >= least:
            return _nested(levels)
        return _nested([(_round_distance(least), 0.0), levels[0]])


def _nested(levels: list[tuple[float, float]]) -> list[tuple[float, float]]:
    """Leave out levels that miss places of a coarser one: 20 beside 50 writes 40, 50 and 60 in a heap."""
    kept = levels[:1]
    for spacing, offset in levels[1:]:
        parts = kept[-1][0] / spacing
        if math.isclose(parts, round(parts), rel_tol=1e-6):
            kept.append((spacing, offset))
    return kept


def _round_distance(least: float) -> float:
    """Return the next of 1, 2 and 5 times a power of ten."""
    power = float(10.0 ** math.floor(math.log10(least)))
    return next((step * power for step in (1, 2, 5) if step * power >= least), 10 * power)
