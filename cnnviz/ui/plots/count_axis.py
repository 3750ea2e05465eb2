"""A bottom axis that counts: numbers stand only where something can be."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cnnviz.ui.plots.number_axis import NumberAxis, round_distance

if TYPE_CHECKING:
    from PySide6.QtCore import QRectF

_ENOUGH = 2.0
"""Where so many whole numbers lie in sight, parts of them tell nothing more."""


class CountAxis(NumberAxis):
    """Writes whole numbers of steps, epochs or whatever is counted.

    With points between whole numbers, as of the steps of an epoch, parts are written where hardly two whole
    numbers are in sight, but none smaller than from one point to the next.
    """

    def __init__(self) -> None:
        super().__init__("bottom")
        self._least = 1.0
        self._measured: tuple[tuple[float, ...], float] = (), 0.0

    def set_least(self, distance: float) -> None:
        """Say how far it is from one point to the next, in numbers of the axis: 1 for steps; 0 for any."""
        if distance != self._least:
            self._least = distance
            self.picture = None
            self.update()

    def writing_room(self, rect: QRectF) -> QRectF:
        """Return where the axis may write: half a number beyond its ends, for those that stand there.

        pyqtgraph leaves out what would not be whole: of the run of a single step there was no number at all.
        """
        seen = (*self.range, self.scale)
        if seen != self._measured[0]:  # Qt asks for this many times a frame
            low, high = sorted(float(end) * self.scale for end in self.range)
            self._measured = seen, self._room(low, high, self._least or 1.0) / 2
        half = self._measured[1]
        return rect.adjusted(-half, 0, half, 0)

    def tickSpacing(self, minVal: float, maxVal: float, size: float) -> list[tuple[float, float]]:
        """Return the distances between the numbers, and between the lines among them, coarsest first."""
        levels = super().tickSpacing(minVal, maxVal, size)
        least = self._least
        if least and maxVal - minVal >= _ENOUGH:
            least = max(least, 1.0)
        kept = [level for level in levels if level[0] >= least]
        return kept or ([(round_distance(least), 0.0)] if levels else levels)
