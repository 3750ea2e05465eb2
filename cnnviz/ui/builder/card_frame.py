"""The ground under the cards: what is selected, the frames of blocks, and the way of the input past them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QPainterPath, QPen
from PySide6.QtWidgets import QStyle

from cnnviz.spec.layers import Category
from cnnviz.ui.builder.card_layout import (
    EMPTY_BODY_PX,
    FOOTER_PX,
    FRAME_INSET_PX,
    FRAME_STEP_PX,
    indent,
    rail_x,
    text_left,
    tile_left,
)
from cnnviz.ui.builder.cards import Fold
from cnnviz.ui.theme import FOCUS_RING_PX, RADIUS, SPACE_4, SPACE_8, SPACE_12, category_color, mixed

if TYPE_CHECKING:
    from PySide6.QtGui import QColor, QFont, QPainter

    from cnnviz.ui.builder.cards import Card
    from cnnviz.ui.theme import Colors

_BAR_PX = 3
_FRAME_TINT = 0.05
_LINE_TINT = 0.45
_RAIL_TINT = 0.7
_BEYOND_PX = 40
_SUM_PX = 11
_CHEVRON_PX = 7
_EMPTY_WORDS = "Drop layers here"
_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter


def paint_frames(painter: QPainter, rect: QRect, card: Card, colors: Colors) -> None:
    """Paint the part of every frame around a row, and of the lines inside it that lead the input past."""
    hue = category_color(Category.STRUCTURE, colors)
    painter.save()
    painter.setClipRect(rect, Qt.ClipOperation.IntersectClip)
    for depth in range(card.depth):
        ends = card.depth - depth <= len(card.endings)
        bottom = rect.bottom() + 1 - FOOTER_PX * (depth - (card.depth - len(card.endings)))
        frame = _frame(rect, depth).adjusted(0, -_BEYOND_PX, 0, 0 if ends else _BEYOND_PX)
        if ends:
            frame.setBottom(bottom - 2)
        _paint_frame(painter, frame, hue, colors, depth)
    if card.fold is not Fold.NONE:
        frame = _frame(rect, card.depth).adjusted(0, 2, 0, -2 - FOOTER_PX * len(card.endings))
        if card.fold is Fold.OPEN and card.held:
            frame.setBottom(rect.bottom() + _BEYOND_PX)
        _paint_frame(painter, frame, hue, colors, card.depth)
    painter.restore()


def paint_rails(painter: QPainter, rect: QRect, card: Card, colors: Colors, font: QFont) -> None:
    """Paint the way of the input past the bodies around a row; below its end, the sum."""
    hue = category_color(Category.STRUCTURE, colors)
    pen = QPen(mixed(hue, colors.base, _RAIL_TINT), 1.5)
    for depth in range(card.depth):
        x = rail_x(depth) + 0.5
        place = card.depth - 1 - depth  # in the endings, the innermost first
        painter.setPen(pen)
        if place >= len(card.endings):
            painter.drawLine(QPointF(x, rect.top()), QPointF(x, rect.bottom() + 1))
            continue
        middle = rect.bottom() + 1 - FOOTER_PX * (len(card.endings) - place - 0.5) - 1
        painter.drawLine(QPointF(x, rect.top()), QPointF(x, middle - _SUM_PX / 2))
        _paint_sum(painter, QPointF(x, middle), colors)
        painter.setPen(colors.muted)
        painter.setFont(font)
        left = round(x) + SPACE_12
        words = QRect(left, round(middle) - FOOTER_PX // 2, rect.right() - left, FOOTER_PX)
        painter.drawText(
            words, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, card.endings[place]
        )


def paint_chevron(painter: QPainter, body: QRect, card: Card, colors: Colors) -> None:
    """Paint the mark by which a block is opened and closed, and where its rail begins."""
    middle = QPointF(rail_x(card.depth) + 0.5, body.center().y() + 0.5)
    half = _CHEVRON_PX / 2
    path = QPainterPath()
    if card.fold is Fold.OPEN:
        path.moveTo(middle + QPointF(-half, -half / 2))
        path.lineTo(middle + QPointF(0, half / 2))
        path.lineTo(middle + QPointF(half, -half / 2))
    else:
        path.moveTo(middle + QPointF(-half / 2, -half))
        path.lineTo(middle + QPointF(half / 2, 0))
        path.lineTo(middle + QPointF(-half / 2, half))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(QPen(colors.text, 1.5, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap))
    painter.drawPath(path)
    if card.fold is Fold.OPEN and card.held:
        hue = category_color(Category.STRUCTURE, colors)
        painter.setPen(QPen(mixed(hue, colors.base, _RAIL_TINT), 1.5))
        painter.drawLine(middle + QPointF(0, _CHEVRON_PX), QPointF(middle.x(), body.bottom() + 1))


def chevron_rect(rect: QRect, depth: int) -> QRect:
    """Return where a press opens or closes the block whose card is in `rect`."""
    left = rect.left() + indent(depth)
    return QRect(left, rect.top(), tile_left(depth) - indent(depth), rect.height())


def paint_empty_body(painter: QPainter, rect: QRect, card: Card, colors: Colors, font: QFont) -> None:
    """Paint the room of a block without layers, below its card."""
    left = text_left(card.depth)
    box = QRectF(left, rect.bottom() - EMPTY_BODY_PX, rect.right() - left - SPACE_12, EMPTY_BODY_PX - SPACE_8)
    painter.setPen(QPen(colors.border, 1, Qt.PenStyle.DashLine))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawRoundedRect(box, RADIUS, RADIUS)
    painter.setPen(colors.muted)
    painter.setFont(font)
    painter.drawText(box, Qt.AlignmentFlag.AlignCenter, _EMPTY_WORDS)


def paint_surface(
    painter: QPainter, rect: QRect, card: Card, colors: Colors, state: QStyle.StateFlag, *, line: bool
) -> None:
    """Paint what says that a card is selected, under the mouse, or has the keyboard; below it a `line`."""
    selected = bool(state & QStyle.StateFlag.State_Selected)
    left = indent(card.depth)
    inset = SPACE_4 + FRAME_STEP_PX * card.depth
    surface = QRectF(rect).adjusted(left + SPACE_4 + (1 if card.depth else 0), 1, -inset, -1)
    if line:
        painter.setPen(QPen(colors.hairline, 1))
        y = rect.bottom() + 0.5
        start = text_left(card.depth) if card.depth else SPACE_12
        painter.drawLine(QPointF(start, y), QPointF(rect.right() - SPACE_12, y))
    painter.setPen(Qt.PenStyle.NoPen)
    if selected or state & QStyle.StateFlag.State_MouseOver:
        painter.setBrush(colors.selection if selected else mixed(colors.hover, colors.base, 0.6))
        painter.drawRoundedRect(surface, RADIUS, RADIUS)
    if state & QStyle.StateFlag.State_HasFocus:
        half = FOCUS_RING_PX / 2
        painter.setPen(QPen(colors.accent, FOCUS_RING_PX))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRoundedRect(surface.adjusted(half, half, -half, -half), RADIUS - 1, RADIUS - 1)
    elif selected:
        painter.setBrush(colors.accent)
        margin = min(SPACE_8, surface.height() / 4)
        bar = QRectF(surface.left(), surface.top() + margin, _BAR_PX, surface.height() - 2 * margin)
        painter.drawRoundedRect(bar, _BAR_PX / 2, _BAR_PX / 2)


def _frame(rect: QRect, depth: int) -> QRectF:
    left = indent(depth) + FRAME_INSET_PX
    right = rect.width() - FRAME_INSET_PX - FRAME_STEP_PX * depth
    return QRectF(left + 0.5, rect.top(), right - left - 1, rect.height())


def _paint_frame(painter: QPainter, frame: QRectF, hue: QColor, colors: Colors, depth: int) -> None:
    painter.setPen(QPen(mixed(hue, colors.base, _LINE_TINT), 1))
    painter.setBrush(mixed(hue, colors.base, _FRAME_TINT * (depth + 1)))
    painter.drawRoundedRect(frame, RADIUS, RADIUS)


def _paint_sum(painter: QPainter, middle: QPointF, colors: Colors) -> None:
    """Paint the sign of a sum, as in drawings of networks."""
    hue = category_color(Category.STRUCTURE, colors)
    half = _SUM_PX / 2
    painter.setPen(QPen(hue, 1.2))
    painter.setBrush(colors.base)
    painter.drawEllipse(middle, half, half)
    arm = half - 2.5
    painter.drawLine(middle - QPointF(arm, 0), middle + QPointF(arm, 0))
    painter.drawLine(middle - QPointF(0, arm), middle + QPointF(0, arm))
