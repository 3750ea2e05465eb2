"""A small drawing of what a layer gives: a box for a volume, a bar for a row of numbers."""

from __future__ import annotations

import dataclasses
import math
from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPen, QPixmap, QPolygonF

from cnnviz.ui.theme import mixed

if TYPE_CHECKING:
    from PySide6.QtGui import QColor

    from cnnviz.spec.shapes import Shape

_SLANT = 0.45
"""How far an edge of depth leads up, for each step to the right."""
_LARGEST_SIDE = 256.0
_MOST_CHANNELS = 1024.0
_MOST_UNITS = 16_384.0
_SMALLEST_PX = 2.0
_MARGIN_PX = 4
_BAR_WIDTH_SHARE = 0.16
_FACE_TINT, _TOP_TINT, _SIDE_TINT = 0.42, 0.22, 0.62


@dataclasses.dataclass(frozen=True, slots=True)
class Box:
    """The sides of a box in pixels: `depth` is measured along the way to the right."""

    width: float
    height: float
    depth: float

    @property
    def rise(self) -> float:
        """How far the far edges stand above the near ones."""
        return self.depth * _SLANT


def box_of(shape: Shape, width: float, height: float) -> Box:
    """Return the box of a volume (height, width, channels), its sides on a logarithmic scale.

    The largest box there is fits into `width` and `height`: half the width is for the depth, which shows the
    channels.
    """
    rows, columns, channels = shape
    side = min(width / 2, height - width / 2 * _SLANT)
    return Box(
        _length(columns, _LARGEST_SIDE, side),
        _length(rows, _LARGEST_SIDE, side),
        _length(channels, _MOST_CHANNELS, width / 2),
    )


def volume_pixmap(shape: Shape, size: QSize, hue: QColor, paper: QColor, ratio: float) -> QPixmap:
    """Return the drawing of a shape as a picture of `size` logical pixels."""
    pixmap = QPixmap(size * ratio)
    pixmap.setDevicePixelRatio(ratio)
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    try:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        room = QRectF(0, _MARGIN_PX, size.width(), size.height() - 2 * _MARGIN_PX)
        paint_volume(painter, room, shape, hue, paper)
    finally:
        painter.end()
    return pixmap


def paint_volume(painter: QPainter, rect: QRectF, shape: Shape, hue: QColor, paper: QColor) -> None:
    """Paint the drawing of a shape into the middle of `rect`; nothing for shapes that no layer gives."""
    painter.setPen(QPen(mixed(hue, paper, 0.85), 1, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap))
    if len(shape) == 3:
        _paint_box(painter, rect, box_of(shape, rect.width(), rect.height()), hue, paper)
    elif len(shape) == 1:
        length = _length(shape[0], _MOST_UNITS, rect.height())
        width = rect.width() * _BAR_WIDTH_SHARE
        bar = QRectF(rect.center().x() - width / 2, rect.center().y() - length / 2, width, length)
        painter.setBrush(mixed(hue, paper, _FACE_TINT))
        painter.drawRect(bar)


def _paint_box(painter: QPainter, rect: QRectF, box: Box, hue: QColor, paper: QColor) -> None:
    left = rect.center().x() - (box.width + box.depth) / 2
    top = rect.center().y() - (box.height + box.rise) / 2 + box.rise
    near = QRectF(left, top, box.width, box.height)
    back = QPointF(box.depth, -box.rise)
    lid = [near.topLeft(), near.topRight(), near.topRight() + back, near.topLeft() + back]
    flank = [near.topRight(), near.topRight() + back, near.bottomRight() + back, near.bottomRight()]
    painter.setBrush(mixed(hue, paper, _TOP_TINT))
    painter.drawPolygon(QPolygonF(lid))
    painter.setBrush(mixed(hue, paper, _SIDE_TINT))
    painter.drawPolygon(QPolygonF(flank))
    painter.setBrush(mixed(hue, paper, _FACE_TINT))
    painter.drawRect(near)


def _length(count: int, most: float, room: float) -> float:
    """Return a length that grows with the logarithm of a count, from a few pixels up to `room`."""
    share = min(math.log2(max(count, 1) + 1) / math.log2(most + 1), 1.0)
    return max(_SMALLEST_PX, share * room)
