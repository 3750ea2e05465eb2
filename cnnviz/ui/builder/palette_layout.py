"""Where the chips of the palette stand: pieces flow side by side like words in a line. Pure: no widgets."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

Place = tuple[int, int]
"""(left, top) in pixels from the corner of the palette's content."""
Piece = tuple[int, ...]
"""The widths of things that stay together in one line, such as a chip and the button behind it."""


@dataclasses.dataclass(frozen=True, slots=True)
class Gaps:
    """Distances in pixels: between pieces and lines, and inside a piece."""

    piece: int
    inner: int


@dataclasses.dataclass(frozen=True, slots=True)
class Flow:
    """Where the things of each piece stand, and where the last line ends."""

    places: tuple[tuple[Place, ...], ...]
    bottom: int


def flow(pieces: Sequence[Piece], *, width: int, height: int, gaps: Gaps, top: int = 0) -> Flow:
    """Let pieces flow through lines of `width`, each thing `height` high, from `top` on.

    A piece that does not fit behind the one before it begins a new line. Without pieces there is no line.
    """
    places: list[tuple[Place, ...]] = []
    left = 0
    line = top
    for piece in pieces:
        room = sum(piece) + gaps.inner * (len(piece) - 1)
        if left and left + room > width:
            left, line = 0, line + height + gaps.piece
        row = []
        for thing in piece:
            row.append((left, line))
            left += thing + gaps.inner
        places.append(tuple(row))
        left += gaps.piece - gaps.inner
    return Flow(tuple(places), line + height if pieces else top)
