"""The words at upright lines in a plot: in rows, so that none lies on another."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QColor, QPainter

from cnnviz.ui.theme import SPACE_4

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cnnviz.ui.plots.text_widths import TextWidths

_MOST_ROWS = 4
_HEIGHT_SHARE = 0.5
"""Words of marks cover no more of a plot than this."""
_WIDTH_SHARE = 0.6
"""Longer words are elided."""
_PAPER_ALPHA = 0.8
"""Curves shine a little through the paper behind the words."""


@dataclasses.dataclass(frozen=True, slots=True)
class MarkWord:
    """What is said of a place on the x axis."""

    x: float
    text: str
    color: QColor


def places(
    lines: Sequence[tuple[float, float]],
    left: float,
    right: float,
    rows: int,
    used: Sequence[Sequence[tuple[float, float]]] = (),
) -> list[tuple[float, int] | None]:
    """Return for each (place of the line, width of its word) where the word begins, and in which row.

    All numbers but rows are pixels. A word stands right of its line, or left of it where there is more room;
    None where it has none. Those that come first choose first. Of each row some stretches may be `used`.
    """
    taken = [list(used[row]) if row < len(used) else [] for row in range(rows)]
    found: list[tuple[float, int] | None] = []
    for at, width in lines:
        starts = [start for start in (at + SPACE_4, at - SPACE_4 - width) if left <= start <= right - width]
        free = (
            (start, row)
            for row in range(rows if left <= at <= right else 0)
            for start in starts
            if all(start + width + SPACE_4 <= a or b + SPACE_4 <= start for a, b in taken[row])
        )
        place = next(free, None)
        if place is not None:
            taken[place[1]].append((place[0], place[0] + width))
        found.append(place)
    return found


def paint_words(
    painter: QPainter,
    area: QRectF,
    words: Sequence[tuple[float, MarkWord]],
    paper: QColor,
    *,
    widths: TextWidths,
    at_top: bool,
    around: Sequence[QRectF] = (),
) -> None:
    """Write words beside the places (in pixels) that come with them, from the top downwards or upwards.

    The painter has the font of `widths`. The words keep clear of what is written `around` them.
    """
    line = widths.line
    rows = min(_MOST_ROWS, int(area.height() * _HEIGHT_SHARE / line))
    most = area.width() * _WIDTH_SHARE
    texts = [widths.elided(word.text, most) for _, word in words]
    lines = [(at, widths.of(text)) for (at, _), text in zip(words, texts, strict=True)]
    behind = QColor(paper)
    behind.setAlphaF(_PAPER_ALPHA)
    first = area.top() + SPACE_4 if at_top else area.bottom() - SPACE_4 - line
    tops = [first + row * (line if at_top else -line) for row in range(rows)]
    used = [
        [(one.left(), one.right()) for one in around if one.top() < top + line and top < one.bottom()]
        for top in tops
    ]
    found = places(lines, area.left(), area.right(), rows, used)
    for (_, word), text, (_, width), place in zip(words, texts, lines, found, strict=True):
        if place is None:
            continue
        start, row = place
        painter.fillRect(QRectF(start, tops[row], width, line), behind)
        painter.setPen(word.color)
        painter.drawText(QPointF(start, tops[row] + widths.ascent), text)
