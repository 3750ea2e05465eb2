"""An upright axis whose logarithmic scale is labelled at round numbers only."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtGui import QFontMetricsF

from cnnviz.spec.numerals import number
from cnnviz.ui.plots.number_axis import NumberAxis, round_distance, tick_texts

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray
    from PySide6.QtCore import QRectF

_BETWEEN = np.log10(np.arange(2, 10))
"""Where 2 to 9 stand between 1 and 10."""
_LABELLED = (2, 5)
"""Of these, the ones that may have a number."""
_LINES_PER_DECADE = 6
"""As many lines of text have to fit between 1 and 10 for that."""
_LINES_WHERE_FEW = 4
"""So few where there would be one number at most."""
_FEWEST = 2
"""Numbers that tell what a scale is."""
_PLAIN_PARTS = 5
_DIGITS = 1


class ValueAxis(NumberAxis):
    """The left axis of a plot. pyqtgraph's own writes all of 2 to 9 over each other."""

    def __init__(self) -> None:
        super().__init__("left")
        self._decade_px = self._plain_step = 0.0
        self._has_between = False

    def writing_room(self, rect: QRectF) -> QRectF:
        """Return where the axis may write: half a line beyond its ends, for the numbers that stand there."""
        return rect.adjusted(0, -self._line_px / 2, 0, self._line_px / 2)

    def logTickValues(
        self, minVal: float, maxVal: float, size: float, stdTicks: object
    ) -> list[tuple[float | None, list[float]]]:
        """Return where whole powers of ten stand, and the numbers between them.

        pyqtgraph gives the ends times the axis's scale, of which powers of ten know nothing.
        """
        minVal, maxVal = minVal / self.scale, maxVal / self.scale
        self._decade_px = size / max(maxVal - minVal, 1e-9)
        every = max(1, math.ceil(self._line_px / self._decade_px))  # no number is written over another
        decades = np.arange(math.floor(minVal), math.ceil(maxVal) + 1, dtype=np.float64)
        between = (decades[:, np.newaxis] + _BETWEEN).ravel()
        powers = _within(decades[decades % every == 0], minVal, maxVal)
        is_few = len(powers) < _FEWEST
        self._has_between = (
            self._decade_px >= (_LINES_WHERE_FEW if is_few else _LINES_PER_DECADE) * self._line_px
        )
        labelled = _within((decades[:, np.newaxis] + np.log10(_LABELLED)).ravel(), minVal, maxVal)
        self._plain_step = 0.0
        if len(powers) + self._has_between * len(labelled) < _FEWEST and maxVal - minVal < 1:
            return [(1.0, self._plain_places(10.0**minVal * self.scale, 10.0**maxVal * self.scale))]
        return [(1.0, powers), (None, _within(between, minVal, maxVal))]

    def logTickStrings(self, values: Sequence[float], scale: float, spacing: float | None) -> list[str]:
        """Return the numbers of these places; between powers of ten only where there is room."""
        numbers = [10.0**value * scale for value in values]
        if self._plain_step and numbers:
            return tick_texts(numbers, self._plain_step, min(numbers), max(numbers))
        if spacing is None and not self._has_between:
            return [""] * len(values)
        labelled = {round(float(place), 6) for place in np.log10(_LABELLED)}
        return [
            number(one, _DIGITS) if spacing is not None or round(value % 1, 6) in labelled else ""
            for value, one in zip(values, numbers, strict=True)
        ]

    def _plain_places(self, low: float, high: float) -> list[float]:
        """Return where round numbers stand, at least two, where less than a power of ten is seen."""
        self._plain_step = step = round_distance((high - low) / _PLAIN_PARTS)
        count = math.floor(high / step) - math.ceil(low / step) + 1
        return [math.log10((math.ceil(low / step) + place) * step / self.scale) for place in range(count)]

    @property
    def _line_px(self) -> float:
        return QFontMetricsF(self.style["tickFont"] or self.font()).height()


def _within(places: NDArray[np.floating], low: float, high: float) -> list[float]:
    return [float(place) for place in places if low <= place <= high]
