"""What stands under the columns of the network view: which of their maps are shown, between two arrows."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

from PySide6.QtCore import QRect, QRectF, Qt
from PySide6.QtGui import QFontMetrics, QPainter

from cnnviz.ui.inspector.network_columns import ColumnKind
from cnnviz.ui.inspector.network_pages import leaders
from cnnviz.ui.theme import SPACE_4, SPACE_8

if TYPE_CHECKING:
    from cnnviz.ui.inspector.network_brushes import Brushes
    from cnnviz.ui.inspector.network_layout import NetworkLayout, PlacedColumn

_HIDDEN_TEXT, _HIDDEN_SHORT = "+{:,} more", "+{:,}"
_PAGER_TEXT = "◂ {} ▸"
_BELOW_PX = SPACE_4 + 1
"""The words keep clear of the ring around the chosen column, which ends above them."""
_MOST_BESIDE_PX = 40
_CENTER = Qt.AlignmentFlag.AlignCenter


@dataclasses.dataclass(frozen=True, slots=True)
class PagerPlace:
    """Where the pages of the column `index`, and of those that go with it, are turned, in device pixels."""

    index: int
    left: int
    right: int


def is_paged(placed: PlacedColumn) -> bool:
    """Return whether a column has more maps or units than are shown."""
    return placed.column.kind is not ColumnKind.ANSWERS and placed.hidden > 0


def pagers(layout: NetworkLayout) -> list[PagerPlace]:
    """Return a place for each column that leads and does not show all of its maps.

    It is as wide as the columns that go together, and wider on both sides where nothing else stands there.
    """
    columns = layout.columns
    found: dict[int, tuple[int, int]] = {}
    for index, leader in enumerate(leaders([one.column for one in columns])):
        if is_paged(columns[leader]):
            found[leader] = columns[leader].left, columns[index].left + columns[index].width
    last = columns[-1]
    if last.column.kind is ColumnKind.ANSWERS and last.hidden:  # their number stands in the same line
        found[len(columns) - 1] = last.left, last.left + last.width
    ends = list(found.values())
    places = []
    for place, (index, (left, right)) in enumerate(found.items()):
        beside = [layout.measures.px(_MOST_BESIDE_PX), left]
        if place:
            beside.append((left - ends[place - 1][1]) // 2)
        if place + 1 < len(ends):
            beside.append((ends[place + 1][0] - right) // 2)
        more = max(0, min(beside))
        places.append(PagerPlace(index, left - more, right + more))
    return [one for one in places if is_paged(columns[one.index])]


def paint_hidden(painter: QPainter, placed: PlacedColumn, body_bottom: int, brushes: Brushes) -> None:
    """Say under the tiles how many have no place."""
    if not placed.hidden:
        return
    block = brushes.logical(QRect(placed.left, body_bottom, placed.width, 0))
    metrics = QFontMetrics(brushes.caption)
    painter.setFont(brushes.caption)
    painter.setPen(brushes.colors.muted)
    place = QRectF(block.x() - SPACE_4, block.y() + _BELOW_PX, block.width() + SPACE_8, metrics.height())
    text = _HIDDEN_TEXT.format(placed.hidden)
    if metrics.horizontalAdvance(text) > place.width():  # it would run into that of the next column
        text = _HIDDEN_SHORT.format(placed.hidden)
    painter.drawText(place, _CENTER | Qt.TextFlag.TextDontClip, text)


def paint_pager(painter: QPainter, place: QRect, text: str, brushes: Brushes) -> None:
    """Say under columns which of their maps are shown, between arrows to the pages before and behind."""
    metrics, room = QFontMetrics(brushes.caption), brushes.logical(place)
    wordings = (_PAGER_TEXT.format(one) for one in (text, text.split(" of ")[0], ""))
    words = next((one for one in wordings if metrics.horizontalAdvance(one) <= room.width()), "")
    painter.setFont(brushes.caption)
    painter.setPen(brushes.colors.muted)
    line = QRectF(room.x(), room.y() + _BELOW_PX, room.width(), metrics.height())
    painter.drawText(line, _CENTER, words)
