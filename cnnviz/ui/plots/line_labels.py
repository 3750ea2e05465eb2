"""Where the labels at the ends of curves go, so that none lies on another."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence


def spread(wanted: Sequence[float], gap: float, low: float, high: float) -> list[float]:
    """Return a place for each label, as near as possible to where it is wanted.

    All numbers are pixels. Neighbours are at least `gap` apart and, as long as there is room, all are between
    `low` and `high`. The order of the wanted places is kept.
    """
    order = sorted(range(len(wanted)), key=lambda index: wanted[index])
    places = [min(max(wanted[index], low), high) for index in order]
    for index in range(1, len(places)):
        places[index] = max(places[index], places[index - 1] + gap)
    overhang = places[-1] - high if places else 0.0
    if overhang > 0:
        places[-1] -= overhang
        for index in range(len(places) - 2, -1, -1):
            places[index] = min(places[index], places[index + 1] - gap)
    result = [0.0] * len(wanted)
    for place, index in zip(places, order, strict=True):
        result[index] = place
    return result
