"""An upright axis whose logarithmic scale is labelled at round numbers only."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtGui import QFontMetricsF

from cnnviz.spec.numerals import number
from cnnviz.ui.plots.number_axis import NumberAxis

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

_BETWEEN = np.log10(np.arange(2, 10))
"""Where 2 to 9 stand between 1 and 10."""
_LABELLED = (2, 5)
"""Of these, the ones that may have a number."""
_LINES_PER_DECADE = 6
"""As many lines of text have to fit between 1 and 10 for that."""
_DIGITS = 1


class ValueAxis(NumberAxis):
    """The left axis of a plot. pyqtgraph's own writes all of 2 to 9 over each other."""

    def __init__(self) -> None:
        super().__init__("left")
        self._decade_px = 0.0

    def logTickValues(
        self, minVal: float, maxVal: float, size: float, stdTicks: object
    ) -> list[tuple[float | None, list[float]]]:
        """Return where whole powers of ten stand, and the numbers between them."""
        self._decade_px = size / max(maxVal - minVal, 1e-9)
        every = max(1, math.ceil(self._line_px / self._decade_px))  # no number is written over another
        decades = np.arange(math.floor(minVal), math.ceil(maxVal) + 1, dtype=np.float64)
        between = (decades[:, np.newaxis] + _BETWEEN).ravel()
        return [
            (1.0, _within(decades[decades % every == 0], minVal, maxVal)),
            (None, _within(between, minVal, maxVal)),
        ]

    def logTickStrings(self, values: Sequence[float], scale: float, spacing: float | None) -> list[str]:
        """Return the numbers of these places; between powers of ten only where there is room."""
        if spacing is None and self._decade_px < _LINES_PER_DECADE * self._line_px:
            return [""] * len(values)
        labelled = {round(float(place), 6) for place in np.log10(_LABELLED)}
        return [
            number(10.0**value * scale, _DIGITS)
            if spacing is not None or round(value % 1, 6) in labelled
            else ""
            for value in values
        ]

    @property
    def _line_px(self) -> float:
        return QFontMetricsF(self.style["tickFont"] or self.font()).height()


def _within(places: NDArray[np.floating], low: float, high: float) -> list[float]:
    return [float(place) for place in places if low <= place <= high]
