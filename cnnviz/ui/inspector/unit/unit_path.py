"""Moving from number to number: within a map, to other maps, deeper, and back."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

from cnnviz.interpret.explain.place import ExplainError, Look, Unit

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


class UnitPath:
    """The numbers on the way to the one that is looked at; the last one is that."""

    def __init__(self) -> None:
        self._units: list[Unit] = []

    @property
    def unit(self) -> Unit | None:
        """Where one is; None while nothing is looked at."""
        return self._units[-1] if self._units else None

    @property
    def units(self) -> tuple[Unit, ...]:
        """All of the way."""
        return tuple(self._units)

    def start(self, *units: Unit) -> None:
        """Begin a new way, on which one has come as far as the last of these."""
        self._units = list(units)

    def deeper(self, unit: Unit) -> None:
        """Go on to a number that the present one was made from."""
        self._units.append(unit)

    def move(self, unit: Unit) -> None:
        """Look at another number of the same layer instead."""
        self._units[-1:] = [unit]

    def back(self) -> bool:
        """Go back by one. Return whether there was one; else the way is at its end."""
        self._units = self._units[:-1]
        return bool(self._units)

    def fit(self, look: Look) -> None:
        """Drop numbers of layers that are gone, and move others onto the maps that there are."""
        kept = (nearest(look, unit) for unit in self._units)
        self._units = [unit for unit in kept if unit is not None]


def nearest(look: Look, unit: Unit) -> Unit | None:
    """Return the unit of the same layer nearest to one that may be outside; None where there is no layer."""
    try:
        values = look.values(unit.layer_id)
    except ExplainError:
        return None
    channels, rows, columns = shape_of(values)
    if not channels * rows * columns:
        return None
    return dataclasses.replace(
        unit,
        channel=_within(unit.channel, channels),
        row=_within(unit.row, rows),
        column=_within(unit.column, columns),
    )


def moved(look: Look, unit: Unit, down: int, right: int) -> Unit:
    """Return the unit so many cells away, or at the edge; in a row of numbers both ways count units."""
    if look.values(unit.layer_id).ndim == 1:
        other = unit.in_map(unit.channel + down + right)
    else:
        other = unit.at(unit.row + down, unit.column + right)
    return nearest(look, other) or unit


def following(look: Look, unit: Unit) -> Unit:
    """Return the next unit of the map in reading order, the first after the last."""
    channels, rows, columns = shape_of(look.values(unit.layer_id))
    if rows * columns == 1:
        return unit.in_map((unit.channel + 1) % channels)
    place = (unit.row * columns + unit.column + 1) % (rows * columns)
    return unit.at(place // columns, place % columns)


def shape_of(values: NDArray[np.floating]) -> tuple[int, int, int]:
    """Return (C, H, W) of an output; a row of numbers is so many maps of one cell."""
    if values.ndim == 1:
        return len(values), 1, 1
    return values.shape[0], values.shape[1], values.shape[2]


def _within(place: int, count: int) -> int:
    return min(max(place, 0), count - 1)
