"""Small signs on the corners of maps that something is to be said of."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

from PySide6.QtCore import QRect, QRectF, Qt
from PySide6.QtGui import QPainter, QPen

if TYPE_CHECKING:
    from PySide6.QtGui import QFont

    from cnnviz.ui.theme import Colors

_SIDE_PX, _GLYPH_PX = 11, 9


@dataclasses.dataclass(frozen=True, slots=True)
class Mark:
    """One character on a corner of a tile, and what it says in words; without a sign there are words only."""

    sign: str
    words: str


def paint_mark(
    painter: QPainter, sign: str, tile: QRect, room: QRect, font: QFont, colors: Colors, ratio: float
) -> None:
    """Paint a sign on the upper right corner of a tile inside `room`, hiding little of it (device pixels)."""
    side = round(_SIDE_PX * ratio)
    left = min(tile.right() - side // 2, room.right() - side)
    top = max(tile.top() - side // 2, room.top())
    place = QRectF(left, top, side, side)
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QPen(colors.base, ratio))
    painter.setBrush(colors.text)
    painter.drawEllipse(place)
    font.setPixelSize(round(_GLYPH_PX * ratio))
    font.setBold(True)
    painter.setFont(font)
    painter.setPen(colors.base)
    painter.drawText(place, Qt.AlignmentFlag.AlignCenter, sign)
    painter.restore()


def paint_name(painter: QPainter, name: str, tile: QRect, below: int, font: QFont, colors: Colors) -> None:
    """Write a name under a tile, in device pixels; it ends in an ellipsis where the tile is narrower."""
    painter.setFont(font)
    painter.setPen(colors.muted)
    shown = painter.fontMetrics().elidedText(name, Qt.TextElideMode.ElideRight, tile.width())
    place = QRect(tile.left(), tile.bottom() + 1, tile.width(), below)
    painter.drawText(place, Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignVCenter, shown)
