"""Painting small images in lists so that each of their pixels is a square of whole device pixels."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QRect, QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPen
from PySide6.QtWidgets import QStyle

from cnnviz.ui.theme import FOCUS_RING_PX, RADIUS

if TYPE_CHECKING:
    from PySide6.QtGui import QImage

    from cnnviz.ui.theme import Colors


def whole_pixel_rect(image: QSize, room: QRect, ratio: float) -> QRectF:
    """Return where an image is painted in the middle of `room`, in logical pixels.

    `ratio` is the number of device pixels of a logical one. Only an image larger than its room is shrunk by
    other than a whole number.
    """
    width, height = room.width() * ratio, room.height() * ratio
    fitting = min(width / max(1, image.width()), height / max(1, image.height()))
    scale = float(int(fitting)) if fitting >= 1 else fitting
    wide, high = image.width() * scale, image.height() * scale
    left = round(room.x() * ratio + (width - wide) / 2)
    top = round(room.y() * ratio + (height - high) / 2)
    return QRectF(left / ratio, top / ratio, wide / ratio, high / ratio)


def paint_framed(painter: QPainter, image: QImage, room: QRect, colors: Colors) -> QRectF:
    """Paint a small image with a thin frame in the middle of `room`, and return where."""
    ratio = painter.device().devicePixelRatio()
    target = whole_pixel_rect(image.size(), room, ratio)
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, on=False)
    painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, on=False)
    painter.drawImage(target, image)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(QPen(colors.hairline, 1 / ratio))
    painter.drawRect(target)
    painter.restore()
    return target


def paint_choice(painter: QPainter, place: QRect, state: QStyle.StateFlag, colors: Colors) -> None:
    """Paint what is behind a picture in a list: a ring around the chosen one, a shade under the mouse."""
    if state & QStyle.StateFlag.State_Selected:
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(colors.accent, FOCUS_RING_PX))
        painter.setBrush(colors.selection)
        painter.drawRoundedRect(place, RADIUS, RADIUS)
        painter.restore()
    elif state & QStyle.StateFlag.State_MouseOver:
        painter.fillRect(place, colors.hover)
