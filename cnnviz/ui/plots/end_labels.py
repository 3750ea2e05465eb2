"""Which words stand at the ends of curves: as many as leave the curves most of the room."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

USUAL_NUMBER = "100.0 %"
"""Room for this is left in any case, so that curves seldom move as their numbers change."""
_SHORT = {"training": "train", "validation": "val"}
_LABEL_LENGTH, _NARROW_LABEL_LENGTH = 18, 10
"""Longer names would push the lines out of the plot."""


@dataclasses.dataclass(frozen=True, slots=True)
class EndLabels:
    """Words, one for each curve or none at all, and the widest that room is to be left for."""

    texts: tuple[str, ...] = ()
    widest: str = ""


def end_labels(
    names: Sequence[str],
    numbers: Sequence[str],
    *,
    widest_number: str,
    width_of: Callable[[str], float],
    room: float,
    is_narrow: bool,
    name_length: int = _LABEL_LENGTH,
) -> EndLabels:
    """Return the longest words that fit into `room` pixels: names and numbers, short names, or nothing.

    `numbers` has one for each name, or none, where there is no room for any. `widest_number` is the longest
    one that was ever seen. `name_length` is how long a name may be in a plot that is not narrow.
    """
    length = max(_NARROW_LABEL_LENGTH, min(_LABEL_LENGTH, name_length))
    short = [clipped(_SHORT.get(name, name), _NARROW_LABEL_LENGTH) for name in names]
    full = short if is_narrow else [clipped(name, length) for name in names]
    for words, suffix in ((full, widest_number), (short, widest_number), (short, "")):
        if not names or (suffix and not numbers):
            continue
        widest = f"{max(words, key=width_of)} {suffix}".rstrip()
        if width_of(widest) <= room:
            said = zip(words, numbers, strict=True) if suffix else ((word, "") for word in words)
            return EndLabels(tuple(f"{word} {number}".rstrip() for word, number in said), widest)
    return EndLabels()


def clipped(name: str, length: int = _LABEL_LENGTH) -> str:
    """Return a name that is short enough for the end of a line."""
    return name if len(name) <= length else f"{name[: length - 1].rstrip()}…"


def clipped_run(name: str, length: int = _LABEL_LENGTH) -> str:
    """Return a run's name that is short enough, with the number at its end, which tells it from others."""
    words, _, last = name.rpartition(" ")
    number = f" {last}" if words and last.isdecimal() and len(last) < length // 2 else ""
    return (
        name
        if len(name) <= length
        else clipped(name[: len(name) - len(number)], length - len(number)) + number
    )
