"""Where the chips of the palette stand: groups flow side by side like words in a line. Pure: no widgets."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

Place = tuple[int, int]
"""(left, top) of a caption or a chip, in pixels from the corner of the palette's content."""


@dataclasses.dataclass(frozen=True, slots=True)
class Gaps:
    """Distances in pixels: between chips, between groups in a line, and between lines."""

    chip: int
    group: int
    line: int


@dataclasses.dataclass(frozen=True, slots=True)
class Group:
    """The widths of a group's caption and chips."""

    caption: int
    chips: tuple[int, ...]

    def width(self, gap: int) -> int:
        """Return the width of the group where it stands in one line."""
        return max(self.caption, sum(self.chips) + gap * (len(self.chips) - 1))


@dataclasses.dataclass(frozen=True, slots=True)
class Arrangement:
    """Where everything stands, group by group, and the height of it all."""

    captions: tuple[Place, ...]
    chips: tuple[tuple[Place, ...], ...]
    height: int


def arrange(
    groups: Sequence[Group], *, width: int, caption_height: int, chip_height: int, gaps: Gaps
) -> Arrangement:
    """Let the groups flow through lines of `width`.

    A group that does not fit behind the one before it begins a new line; the chips of a group that does not
    fit into a line either are wrapped within it.
    """
    captions: list[Place] = []
    chips: list[tuple[Place, ...]] = []
    left = top = bottom = 0
    for group in groups:
        if left and left + group.width(gaps.chip) > width:
            left, top = 0, bottom + gaps.line
        places = _wrapped(group, left, top + caption_height, width, chip_height, gaps.chip)
        captions.append((left, top))
        chips.append(places)
        bottom = max(bottom, places[-1][1] + chip_height)
        left += group.width(gaps.chip) + gaps.group
    return Arrangement(tuple(captions), tuple(chips), bottom)


def _wrapped(group: Group, left: int, top: int, width: int, height: int, gap: int) -> tuple[Place, ...]:
    places = []
    x, y = left, top
    for chip in group.chips:
        if x > left and x + chip > width:
            x, y = left, y + height + gap
        places.append((x, y))
        x += chip + gap
    return tuple(places)
