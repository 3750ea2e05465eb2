"""The update/weight ratios of a run, one curve for each layer with weights."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from cnnviz.ui.plots.curves import Curve, Guide
from cnnviz.ui.plots.growing import with_room

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from cnnviz.training.events import Vitals

GUIDE = Guide(
    1e-3,
    "about 0.001",
    "Around 0.001 is a rough rule: well below it the learning rate may be too low, well above it too high "
    "(Stanford's CS231n).",
)
COLORS = 5
"""So many curves have a colour of their own; the next ones are dashed in the same colours."""


class RatioCurves:
    """The curves of a run that grows: only vitals that are new are looked at."""

    def __init__(self) -> None:
        self._vitals: tuple[Vitals, ...] = ()
        self._steps = np.zeros(0)
        self._values: dict[str, NDArray[np.float64]] = {}
        self._curves: tuple[Curve, ...] = ()

    def extended(self, vitals: tuple[Vitals, ...]) -> tuple[Curve, ...]:
        """Return the curves of `vitals`, in the order of the layers; none of layers without a ratio."""
        if vitals is not self._vitals:
            self._take(vitals)
            self._curves = tuple(self._made(len(vitals)))
        return self._curves

    def _take(self, vitals: tuple[Vitals, ...]) -> None:
        known = len(self._vitals)
        goes_on = known and len(vitals) >= known and vitals[known - 1] is self._vitals[-1]
        if not goes_on or vitals[0] is not self._vitals[0]:
            known, self._steps, self._values = 0, np.zeros(0), {}
        self._vitals = vitals
        self._steps = with_room(self._steps, len(vitals))
        self._values = {name: with_room(column, len(vitals)) for name, column in self._values.items()}
        for place in range(known, len(vitals)):
            self._put(place, vitals[place])

    def _put(self, place: int, one: Vitals) -> None:
        self._steps[place] = one.step
        for column in self._values.values():
            column[place] = np.nan
        for layer in one.layers:
            if layer.update_ratio is not None:
                if layer.layer not in self._values:
                    self._values[layer.layer] = np.full(len(self._steps), np.nan)
                self._values[layer.layer][place] = layer.update_ratio

    def _made(self, count: int) -> Sequence[Curve]:
        order = [layer.layer for layer in self._vitals[-1].layers] if self._vitals else []
        names = sorted(self._values, key=lambda name: order.index(name) if name in order else -1)
        return [
            Curve(
                name,
                self._steps[:count],
                self._values[name][:count],
                color=place % COLORS,
                dashed=place // COLORS % 2 == 1,
                dots=True,
            )
            for place, name in enumerate(names)
        ]
