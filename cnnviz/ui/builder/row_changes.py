"""How to turn one list of rows into another with few removals, moves and insertions. Pure: no Qt."""

from __future__ import annotations

import dataclasses
from bisect import bisect_left
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence


@dataclasses.dataclass(frozen=True, slots=True)
class RowRemoved:
    """The row at `row` goes."""

    row: int


@dataclasses.dataclass(frozen=True, slots=True)
class RowMoved:
    """The row at `row` is taken out and stands at `target` afterwards."""

    row: int
    target: int


@dataclasses.dataclass(frozen=True, slots=True)
class RowInserted:
    """`key` comes in and stands at `row`."""

    row: int
    key: str


RowChange = RowRemoved | RowMoved | RowInserted


def row_changes(old: Sequence[str], new: Sequence[str]) -> Iterator[RowChange]:
    """Yield the changes that lead from `old` to `new`, each counted in the list as it then stands.

    Keys stand at most once in each list. Rows on a longest common run in order are left where they are, so
    that moving one row is one move, in whichever direction.
    """
    current = list(old)
    wanted = set(new)
    for row in range(len(current) - 1, -1, -1):
        if current[row] not in wanted:
            del current[row]
            yield RowRemoved(row)
    resting = _longest_in_order(current, new)
    place = 0
    for key in new:
        if key in resting:
            place = current.index(key) + 1
            continue
        if key in current:
            row = current.index(key)
            target = place if row >= place else place - 1
            del current[row]
            current.insert(target, key)
            if row != target:
                yield RowMoved(row, target)
        else:
            target = place
            current.insert(target, key)
            yield RowInserted(target, key)
        place = target + 1


def _longest_in_order(current: Sequence[str], new: Sequence[str]) -> set[str]:
    """Return the keys of a longest run of `current` whose order in `new` is the same (patience sorting)."""
    places = {key: place for place, key in enumerate(new)}
    tails: list[int] = []
    ends: list[int] = []
    before: list[int | None] = []
    for row, key in enumerate(current):
        length = bisect_left(tails, places[key])
        before.append(ends[length - 1] if length else None)
        tails[length : length + 1] = [places[key]]
        ends[length : length + 1] = [row]
    run: set[str] = set()
    row_or_none = ends[-1] if ends else None
    while row_or_none is not None:
        run.add(current[row_or_none])
        row_or_none = before[row_or_none]
    return run
