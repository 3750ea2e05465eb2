"""The bar of a share of 1, such as a probability, or of a number with a sign."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from PySide6.QtCore import QRectF, Qt

if TYPE_CHECKING:
    from PySide6.QtGui import QPainter

    from cnnviz.ui.theme import Colors

_RADIUS_PX = 2


def paint_share_bar(
    painter: QPainter, track: QRectF, share: float, colors: Colors, *, accented: bool
) -> None:
    """Paint a bar as long as `share` of its track; nothing on the track where the share is not a number."""
    paint_track(painter, track, colors)
    if share > 0:  # neither zero nor what is not a number
        painter.setBrush(colors.accent if accented else colors.neutral)
        bar = track.adjusted(0, 0, -track.width() * (1 - min(share, 1.0)), 0)
        painter.drawRoundedRect(bar, _RADIUS_PX, _RADIUS_PX)


def paint_span_bar(
    painter: QPainter, track: QRectF, begin: float, end: float, colors: Colors, *, accented: bool
) -> None:
    """Paint a bar from one place of its track to another, both from 0 to 1, with a line where it begins.

    Nothing is painted on the track where a place is not a number. A bar from the very beginning has no line.
    """
    paint_track(painter, track, colors)
    paint_span(painter, track, begin, end, colors, accented=accented)


def paint_track(painter: QPainter, track: QRectF, colors: Colors) -> None:
    """Paint what a bar lies on."""
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(colors.hover)
    painter.drawRoundedRect(track, _RADIUS_PX, _RADIUS_PX)


def paint_span(
    painter: QPainter, track: QRectF, begin: float, end: float, colors: Colors, *, accented: bool
) -> None:
    """Paint the bar of `paint_span_bar` on its track."""
    left, right = sorted((begin, end))
    if right > left:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(colors.accent if accented else colors.neutral)
        width = track.width()
        bar = QRectF(
            track.left() + left * width, track.top(), (min(right, 1.0) - left) * width, track.height()
        )
        painter.drawRoundedRect(bar, _RADIUS_PX, _RADIUS_PX)
    if begin > 0:
        x = track.left() + begin * track.width()
        painter.fillRect(QRectF(x - 0.5, track.top() - 1, 1, track.height() + 2), colors.border)


def paint_mark(painter: QPainter, track: QRectF, place: float, colors: Colors) -> None:
    """Mark where on a track, from 0 to 1, the right answer is; nothing where that is not a number."""
    if math.isfinite(place):
        x = track.left() + place * track.width()
        painter.fillRect(QRectF(x - 2, track.top() - 2, 4, track.height() + 4), colors.base)
        painter.fillRect(QRectF(x - 1, track.top() - 2, 2, track.height() + 4), colors.success)
