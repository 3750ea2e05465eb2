"""What appears beside the mouse: the map under it enlarged, its number, and where that stands."""

from __future__ import annotations

import dataclasses
import math
from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRectF, QSizeF, Qt
from PySide6.QtGui import QFontMetrics, QImage, QPainter, QPen

from cnnviz.ui.theme import RADIUS, SPACE_4, SPACE_8, SPACE_16

if TYPE_CHECKING:
    from cnnviz.ui.inspector.network_brushes import Brushes

_MAP_PX = 112


@dataclasses.dataclass(frozen=True, slots=True)
class HoverCard:
    """One number in words. `image` is its map, one pixel for each number; `cell` is (row, column) in it."""

    value: str
    place: str
    image: QImage | None = None
    cell: tuple[int, int] = (0, 0)

    @property
    def text(self) -> str:
        """The card as one line."""
        return f"{self.place}: {self.value}"


def card_rect(card: HoverCard, mouse: QPointF, room: QRectF, brushes: Brushes) -> QRectF:
    """Return where the card is painted: beside the mouse, inside `room`, never under the mouse."""
    size = _size(card, brushes)
    x, y = mouse.x() + SPACE_16, mouse.y() + SPACE_16
    if x + size.width() > room.right():
        x = max(room.left(), mouse.x() - SPACE_16 - size.width())
    if y + size.height() > room.bottom():
        y = max(room.top(), mouse.y() - SPACE_8 - size.height())
    return QRectF(QPointF(x, y), size)


def paint_card(painter: QPainter, card: HoverCard, rect: QRectF, brushes: Brushes) -> None:
    """Paint the card into `rect`, in logical pixels."""
    colors = brushes.colors
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QPen(colors.border, 1))
    painter.setBrush(colors.raised)
    painter.drawRoundedRect(rect.adjusted(0.5, 0.5, -0.5, -0.5), RADIUS, RADIUS)
    inner = rect.adjusted(SPACE_8, SPACE_8, -SPACE_8, -SPACE_8)
    top = inner.top()
    if card.image is not None:
        top += _paint_map(painter, card, inner, brushes) + SPACE_4
    for font, color, text in (
        (brushes.strong, colors.text, card.value),
        (brushes.caption, colors.muted, card.place),
    ):
        height = QFontMetrics(font).height()
        painter.setFont(font)
        painter.setPen(color)
        line = QRectF(inner.x(), top, inner.width(), height)
        painter.drawText(line, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, text)
        top += height


def _paint_map(painter: QPainter, card: HoverCard, inner: QRectF, brushes: Brushes) -> float:
    """Paint the map at the top of the card, its cell framed, and return its height."""
    assert card.image is not None
    ratio, cell = brushes.ratio, _cell_size(card.image, brushes)
    x, y = round(inner.x() * ratio), round(inner.y() * ratio)
    width, height = round(card.image.width() * cell), round(card.image.height() * cell)
    painter.save()
    painter.scale(1 / ratio, 1 / ratio)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, on=False)
    painter.drawImage(QRectF(x, y, width, height), card.image)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    line = max(1, round(ratio))
    painter.setPen(QPen(brushes.colors.hairline, line))
    painter.drawRect(QRectF(x, y, width, height))
    row, column = card.cell
    frame = QRectF(x + column * cell, y + row * cell, cell, cell).adjusted(-1, -1, 0, 0)
    for color, pen_width in ((brushes.colors.base, 3 * line), (brushes.colors.text, line)):
        painter.setPen(QPen(color, pen_width))
        painter.drawRect(frame)
    painter.restore()
    return height / ratio


def _size(card: HoverCard, brushes: Brushes) -> QSizeF:
    strong, caption = QFontMetrics(brushes.strong), QFontMetrics(brushes.caption)
    width = max(strong.horizontalAdvance(card.value), caption.horizontalAdvance(card.place)) + 2
    height = float(strong.height() + caption.height())
    if card.image is not None:
        cell = _cell_size(card.image, brushes) / brushes.ratio
        width = max(width, math.ceil(card.image.width() * cell))
        height += card.image.height() * cell + SPACE_4
    return QSizeF(width + 2 * SPACE_8, height + 2 * SPACE_8)


def _cell_size(image: QImage, brushes: Brushes) -> float:
    """Return the size of a number in device pixels: whole ones, but for maps too large for that."""
    side, room = max(image.width(), image.height()), _MAP_PX * brushes.ratio
    return float(int(room // side)) if side <= room else room / side
