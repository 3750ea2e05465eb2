"""What is painted over the layer list while something is dragged over it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QFontMetrics, QPainter, QPen

from cnnviz.ui.builder.card_layout import FOOTER_PX, indent, right_edge
from cnnviz.ui.theme import RADIUS, SPACE_4, SPACE_8, SPACE_12, SPACE_16, caption_font, colors_of

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from cnnviz.ui.builder.cards import Card
    from cnnviz.ui.builder.drop_preview import DropPreview

_LINE_PX = 2
_KNOB_PX = 7
_EMPTY_HINT = "Drag layers here, or double-click one above."
_EMPTY_HINT_PX = 72
_MOST_OF_VIEW = 0.2
_WRAPPED = Qt.TextFlag.TextWordWrap | Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop


def mark_y(rect: QRect, card: Card, depth: int) -> float:
    """Return the height of the mark behind a card for a drop `depth` blocks deep; `rect` is the card's.

    Behind the last layer of a block it stands above the sums of the blocks that the drop stays in.
    """
    stays_in = max(0, len(card.endings) - max(0, card.depth - depth))
    return rect.bottom() + 0.5 - FOOTER_PX * stays_in


def paint_mark(painter: QPainter, view: QWidget, y: float, depth: int, preview: DropPreview) -> None:
    """Paint the line on which a drop would land, and on it in short what would be there."""
    colors = colors_of(view)
    hue = colors.problem if preview.refused else colors.accent
    left, right = indent(depth) + SPACE_12, right_edge(view.width())
    y = min(max(y, _KNOB_PX / 2 + 1), view.height() - _KNOB_PX / 2 - 1)
    painter.setPen(QPen(hue, _LINE_PX))
    painter.drawLine(QPointF(left + _KNOB_PX, y), QPointF(right, y))
    painter.setBrush(colors.base)
    painter.drawEllipse(QRectF(left, y - _KNOB_PX / 2, _KNOB_PX, _KNOB_PX))
    if preview.landing:
        _paint_pill(painter, view, y, preview)


def paint_note(painter: QPainter, view: QWidget, mark: float, preview: DropPreview) -> None:
    """Paint what a drop would break, and what else there is to know, at the end of the list away from it."""
    lines = [(text, True) for text in preview.warnings] + [(text, False) for text in preview.notes]
    if not lines:
        return
    colors, font = colors_of(view), caption_font(view)
    metrics = QFontMetrics(font)
    width = view.width() - 2 * SPACE_8 - 2 * SPACE_12
    room = QRect(0, 0, max(width, SPACE_16), 10_000)
    heights = [metrics.boundingRect(room, _WRAPPED, text).height() for text, _ in lines]
    height = sum(heights) + SPACE_4 * (len(lines) - 1) + 2 * SPACE_8
    if not preview.warnings and height > _MOST_OF_VIEW * view.height():
        return  # in a low window the cards say more
    below = mark + height + 2 * SPACE_16 < view.height()
    top = view.height() - height - SPACE_8 if below else SPACE_8
    box = QRectF(SPACE_8 + 0.5, top + 0.5, view.width() - 2 * SPACE_8 - 1, height - 1)
    painter.setPen(QPen(colors.problem if preview.warnings else colors.border, 1))
    painter.setBrush(colors.problem_surface if preview.warnings else colors.raised)
    painter.drawRoundedRect(box, RADIUS, RADIUS)
    painter.setFont(font)
    y = int(top) + SPACE_8
    for (text, is_warning), line_height in zip(lines, heights, strict=True):
        painter.setPen(colors.problem if is_warning else colors.text)
        painter.drawText(QRect(SPACE_8 + SPACE_12, y, width, line_height), _WRAPPED, text)
        y += line_height + SPACE_4


def paint_empty_hint(painter: QPainter, view: QWidget, below: int) -> None:
    """Paint what to do with a design without layers, under the input."""
    colors = colors_of(view)
    box = QRectF(SPACE_12, below + SPACE_12, view.width() - 2 * SPACE_12, _EMPTY_HINT_PX)
    painter.setPen(QPen(colors.border, 1, Qt.PenStyle.DashLine))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawRoundedRect(box, RADIUS, RADIUS)
    painter.setPen(colors.muted)
    painter.setFont(caption_font(view))
    inner = box.adjusted(SPACE_16, 0, -SPACE_16, 0)
    painter.drawText(inner, Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap, _EMPTY_HINT)


def _paint_pill(painter: QPainter, view: QWidget, y: float, preview: DropPreview) -> None:
    colors, font = colors_of(view), caption_font(view)
    metrics = QFontMetrics(font)
    height = metrics.height() + SPACE_4
    width = metrics.horizontalAdvance(preview.landing) + 2 * SPACE_8
    top = max(y - height + _LINE_PX, 1.0)  # over the card above: it is those below that change
    pill = QRectF(right_edge(view.width()) - width, top, width, height)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(colors.problem if preview.refused else colors.accent)
    painter.drawRoundedRect(pill, height / 2, height / 2)
    painter.setPen(colors.on_accent)
    painter.setFont(font)
    painter.drawText(pill, Qt.AlignmentFlag.AlignCenter, preview.landing)
