"""Painting small images so that each of their pixels is a square of whole device pixels."""

from __future__ import annotations

from PySide6.QtCore import QRect, QRectF, QSize


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
