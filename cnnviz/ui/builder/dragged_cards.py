"""The picture of the cards under the mouse while they are dragged."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, QRect, QRectF, Qt
from PySide6.QtGui import QFontMetrics, QPainter, QPen, QPixmap
from PySide6.QtWidgets import QStyle

from cnnviz.spec.words import counted
from cnnviz.ui.builder.cards import Fold
from cnnviz.ui.theme import RADIUS, SPACE_4, SPACE_8, SPACE_16, caption_font, colors_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PySide6.QtWidgets import QListView

    from cnnviz.ui.builder.cards import Card
    from cnnviz.ui.builder.layer_delegate import LayerDelegate

_OPACITY = 0.65
_SCALE = 0.6
BESIDE = QPoint(-SPACE_16, -2 * SPACE_16)  # the hot spot: the picture is right of and below the pointer
_MOST_CARDS = 3


def card_pixmap(view: QListView, delegate: LayerDelegate, cards: Sequence[Card]) -> QPixmap:
    """Return the cards one below the other, the first few of many with the number of all."""
    shown = [_alone(card) for card in cards[:_MOST_CARDS]]
    heights = [delegate.body_height(card, view) for card in shown]
    width, height = view.viewport().width(), sum(heights)
    ratio = view.devicePixelRatioF()
    pixmap = QPixmap(round(width * ratio), round(height * ratio))
    pixmap.setDevicePixelRatio(ratio)
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    try:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        colors = colors_of(view)
        painter.setPen(QPen(colors.border, 1))
        painter.setBrush(colors.raised)
        painter.drawRoundedRect(QRectF(0.5, 0.5, width - 1, height - 1), RADIUS, RADIUS)
        top = 0
        for card, card_height in zip(shown, heights, strict=True):
            rect = QRect(0, top, width, card_height)
            delegate.paint_card(painter, rect, card, view, QStyle.StateFlag.State_Enabled)
            top += card_height
        if len(cards) > len(shown):
            _paint_count(painter, view, QRect(0, 0, width, height), len(cards))
    finally:
        painter.end()
    return pixmap


def beside_pointer(picture: QPixmap) -> QPixmap:
    """Return the picture smaller and paler, so that what a drop would mean can be read next to it."""
    size = picture.size() * _SCALE
    small = picture.scaled(
        size, Qt.AspectRatioMode.KeepAspectRatio, Qt.TransformationMode.SmoothTransformation
    )
    small.setDevicePixelRatio(picture.devicePixelRatio())
    pale = QPixmap(small.size())
    pale.setDevicePixelRatio(small.devicePixelRatio())
    pale.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pale)
    try:
        painter.setOpacity(_OPACITY)
        painter.drawPixmap(0, 0, small)
    finally:
        painter.end()
    return pale


def _alone(card: Card) -> Card:
    """Return the card as it looks away from its place: outside of blocks, without its problems."""
    fold = Fold.NONE if card.fold is Fold.NONE else Fold.CLOSED
    return dataclasses.replace(card, depth=0, endings=(), problems=(), fold=fold)


def _paint_count(painter: QPainter, view: QListView, rect: QRect, count: int) -> None:
    colors, font = colors_of(view), caption_font(view)
    words, metrics = counted(count, "layer"), QFontMetrics(font)
    width, height = metrics.horizontalAdvance(words) + 2 * SPACE_8, metrics.height() + SPACE_4
    pill = QRectF(rect.right() - width - SPACE_8, rect.bottom() - height - SPACE_4, width, height)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(colors.accent)
    painter.drawRoundedRect(pill, height / 2, height / 2)
    painter.setPen(colors.on_accent)
    painter.setFont(font)
    painter.drawText(pill, Qt.AlignmentFlag.AlignCenter, words)
