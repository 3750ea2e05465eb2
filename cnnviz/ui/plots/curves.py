"""What a plot shows: curves, the best point and what was changed on the way."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Values = NDArray[np.float64]
    Counts = NDArray[np.int64]


@dataclasses.dataclass(frozen=True, slots=True, eq=False)
class Curve:
    """One line. x counts steps and never falls.

    `color` is the name of one of the theme's colours, a colour such as "#0072B2", or a place in the theme's
    `plot_cycle`. `raw` are the single values behind a mean, drawn faintly. A curve with `dots` marks its
    points while there is room.
    """

    name: str
    x: Values | Counts
    y: Values
    color: str | int = "plot_train"
    raw: Values | None = None
    dashed: bool = False
    dots: bool = False

    @property
    def is_empty(self) -> bool:
        """Whether there is no point yet."""
        return not len(self.x)

    def at(self, x: float) -> float | None:
        """Return the value at the last point not right of `x`, or at the first; None without points."""
        if self.is_empty:
            return None
        index = int(np.searchsorted(self.x, int(x), side="right")) - 1
        return float(self.y[max(index, 0)])


@dataclasses.dataclass(frozen=True, slots=True)
class Mark:
    """A place on the x axis with a word."""

    x: float
    text: str


@dataclasses.dataclass(frozen=True, slots=True)
class Guide:
    """A height on the y axis with a word, and a sentence that says what it means."""

    y: float
    text: str
    meaning: str


@dataclasses.dataclass(frozen=True, slots=True, eq=False)
class Curves:
    """All that one plot shows. `best` is the best epoch; `changes` tells what was changed during the run."""

    curves: tuple[Curve, ...] = ()
    best: Mark | None = None
    changes: tuple[Mark, ...] = ()

    @property
    def last_x(self) -> float:
        """The x of the newest point of all; 0 without points."""
        return max((float(curve.x[-1]) for curve in self.curves if not curve.is_empty), default=0.0)

    def curve(self, name: str) -> Curve:
        """Return the curve of this name."""
        return next(curve for curve in self.curves if curve.name == name)
