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
"""Longer words are broken where they say several things; elided is what finds no room of that length."""
_BETWEEN = ", "
_PAPER_ALPHA = 0.8
"""Curves shine a little through the paper behind the words."""


@dataclasses.dataclass(frozen=True, slots=True)
class MarkWord:
    """What is said of a place on the x axis."""

    x: float
    text: str
    color: QColor


def broken(text: str, most: float, room: float, widths: TextWidths) -> tuple[str, ...]:
    """Return a word as one line, or as two where it says several things and is wider than `most` pixels.

    A line that cannot be broken is cut only where it is wider than all of the `room`: its end is the news.
    """
    if widths.of(text) <= most:
        return (text,)
    parts = text.split(_BETWEEN)
    kept = next((n for n in range(len(parts) - 1, 0, -1) if widths.of(_joined(parts[:n])) <= most), 0)
    lines = [_joined(parts[:kept]), _BETWEEN.join(parts[kept:])] if kept else [text]
    return tuple(widths.elided(line, room) for line in lines)


def _joined(parts: Sequence[str]) -> str:
    return _BETWEEN.join(parts) + _BETWEEN.rstrip()


def places(
    lines: Sequence[tuple[float, float]],
    left: float,
    right: float,
    rows: int,
    used: Sequence[Sequence[tuple[float, float]]] = (),
    heights: Sequence[int] = (),
) -> list[tuple[float, int] | None]:
    """Return for each (place of the line, width of its word) where the word begins, and in which row.

    All numbers but rows are pixels. A word stands right of its line, or left of it where there is more room,
    or across it where there is too little on either side; None where it has none. Those that come first
    choose first. Of each row some stretches may be `used`. A word has one row, or that many of `heights`,
    of which the first is told.
    """
    taken = [list(used[row]) if row < len(used) else [] for row in range(rows)]
    found: list[tuple[float, int] | None] = []
    for (at, width), height in zip(lines, heights or [1] * len(lines), strict=True):
        starts = [start for start in (at + SPACE_4, at - SPACE_4 - width) if left <= start <= right - width]
        if not starts and left <= at <= right and width <= right - left:
            starts = [right - width if right - at > at - left else left]
        free = (
            (start, row)
            for row in range(rows - height + 1 if left <= at <= right else 0)
            for start in starts
            if all(
                start + width + SPACE_4 <= a or b + SPACE_4 <= start
                for stretches in taken[row : row + height]
                for a, b in stretches
            )
        )
        place = next(free, None)
        if place is not None:
            for stretches in taken[place[1] : place[1] + height]:
                stretches.append((place[0], place[0] + width))
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
    behind = QColor(paper)
    behind.setAlphaF(_PAPER_ALPHA)
    first = area.top() + SPACE_4 if at_top else area.bottom() - SPACE_4 - line
    rows = min(_MOST_ROWS, int(area.height() * _HEIGHT_SHARE / line))
    tops = [first + row * (line if at_top else -line) for row in range(rows)]
    used = [
        [(one.left(), one.right()) for one in around if one.top() < top + line and top < one.bottom()]
        for top in tops
    ]
    for (_, word), (text, place) in zip(words, arranged(words, area, used, widths), strict=True):
        if place is None:
            continue
        start, row = place
        for top, one in zip(sorted(tops[row : row + len(text)]), text, strict=True):
            painter.fillRect(QRectF(start, top, widths.of(one), line), behind)
            painter.setPen(word.color)
            painter.drawText(QPointF(start, top + widths.ascent), one)


def arranged(
    words: Sequence[tuple[float, MarkWord]],
    area: QRectF,
    used: Sequence[Sequence[tuple[float, float]]],
    widths: TextWidths,
) -> list[tuple[tuple[str, ...], tuple[float, int] | None]]:
    """Return the lines of each word with its place; one without room for all of it has a line that is cut."""
    most = area.width() * _WIDTH_SHARE

    def placed(texts: Sequence[tuple[str, ...]]) -> list[tuple[float, int] | None]:
        blocks = [(at, max(map(widths.of, text))) for (at, _), text in zip(words, texts, strict=True)]
        return places(blocks, area.left(), area.right(), len(used), used, list(map(len, texts)))

    texts = [broken(word.text, most, area.width(), widths) for _, word in words]
    found = placed(texts)
    cut = [
        text if place is not None else (widths.elided(word.text, most),)
        for (_, word), place, text in zip(words, found, texts, strict=True)
    ]
    if cut != texts:
        texts, found = cut, placed(cut)
    return list(zip(texts, found, strict=True))
