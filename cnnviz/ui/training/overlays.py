"""Curves of other runs beside those on screen."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

from cnnviz.ui.plots.end_labels import clipped_run
from cnnviz.ui.plots.smoothing import TrailingMean
from cnnviz.ui.training.quantities import WORDS, Quantity, curves_of

if TYPE_CHECKING:
    from cnnviz.training.history import History
    from cnnviz.ui.plots.curves import Curve, Curves

_MEAN_OF = 16
"""Where a quantity has no validation, the mean of so many batches stands for the run."""


class Overlay:
    """One run that is drawn beside the one on screen: in each plot one line, with its name and colour."""

    def __init__(self, name: str, color: str, history: History) -> None:
        self.name = name
        self._label = clipped_run(name)
        self.color = color
        self._history = history
        self._lines: dict[Quantity, Curve] = {}

    def renamed(self, name: str) -> Overlay:
        """Return the same run under another name."""
        return Overlay(name, self.color, self._history)

    def added_to(self, curves: Curves, quantity: Quantity) -> Curves:
        """Return the curves with this run's among them; it is made once, as the run changes no more.

        A plot of layers stays as it is: one line could not stand for all of them.
        """
        if WORDS[quantity].of_layers:
            return curves
        if quantity not in self._lines:
            self._lines[quantity] = self._line(quantity)
        return dataclasses.replace(curves, curves=(*curves.curves, self._lines[quantity]))

    def _line(self, quantity: Quantity) -> Curve:
        found = curves_of(quantity, self._history, TrailingMean(_MEAN_OF)).curves
        line = next((curve for curve in reversed(found) if not curve.is_empty), found[-1])
        return dataclasses.replace(line, name=self._label, color=self.color, raw=None)
