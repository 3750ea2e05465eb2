"""Paints the card of a layer: icon, title, settings, output shape, parameters, and problems in words."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

from PySide6.QtCore import QModelIndex, QObject, QPersistentModelIndex, QPointF, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter, QPen, QPixmap
from PySide6.QtWidgets import QAbstractItemView, QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from cnnviz.ui.builder.layer_list_model import CardRole
from cnnviz.ui.icons import tinted_pixmap
from cnnviz.ui.theme import (
    FOCUS_RING_PX,
    RADIUS,
    SPACE_4,
    SPACE_8,
    SPACE_12,
    Colors,
    caption_font,
    category_color,
    colors_of,
    mixed,
    strong_font,
    with_tabular_figures,
)

if TYPE_CHECKING:
    from cnnviz.ui.builder.cards import Card

_TILE_PX = 28
_ICON_PX = 18
_WARNING_PX = 14
_BAR_PX = 3
_TILE_TINT = 0.14
_LINE_GAP_PX = 1
_MINIMUM_WIDTH_PX = 120
_WRAPPED = Qt.TextFlag.TextWordWrap | Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop
_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter


@dataclasses.dataclass(frozen=True, slots=True)
class _Type:
    """The fonts of a card and their measures."""

    title: QFont
    number: QFont
    caption: QFont
    title_height: int
    caption_height: int

    @classmethod
    def of(cls, widget: QWidget) -> _Type:
        title, caption = strong_font(widget), caption_font(widget)
        heights = QFontMetrics(title).height(), QFontMetrics(caption).height()
        return cls(title, with_tabular_figures(widget.font()), caption, *heights)

    @property
    def body_height(self) -> int:
        """The card without its problems."""
        lines = self.title_height + _LINE_GAP_PX + self.caption_height
        return max(lines, _TILE_PX) + 2 * SPACE_8 - 2


class LayerDelegate(QStyledItemDelegate):
    """Paints one `Card` per row, as wide as the list; a problem makes its card taller."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._pixmaps: dict[tuple[str, int, int, float], QPixmap] = {}
        self._types: dict[str, _Type] = {}

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        widget = option.widget
        card: Card = index.data(CardRole.CARD)
        kind = self._type(widget)
        width = max(_list_width(widget), _MINIMUM_WIDTH_PX)
        problems = sum(_problem_height(text, kind, width) for text in card.problems)
        return QSize(_MINIMUM_WIDTH_PX, kind.body_height + problems)

    def paint(
        self,
        painter: QPainter,
        option: QStyleOptionViewItem,
        index: QModelIndex | QPersistentModelIndex,
    ) -> None:
        widget = option.widget
        painter.save()
        try:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            self.paint_card(painter, option.rect, index.data(CardRole.CARD), widget, option.state)
        finally:
            painter.restore()

    def paint_card(
        self, painter: QPainter, rect: QRect, card: Card, widget: QWidget, state: QStyle.StateFlag
    ) -> None:
        """Paint a card into `rect`, in the fonts and colours of `widget`."""
        colors, kind = colors_of(widget), self._type(widget)
        _paint_surface(painter, rect, colors, state)
        body = QRect(rect.left(), rect.top(), rect.width(), kind.body_height)
        self._paint_tile(painter, body, card, colors)
        _paint_words(painter, body, card, colors, kind)
        top = body.bottom() + 1
        for text in card.problems:
            height = _problem_height(text, kind, rect.width())
            box = QRect(rect.left(), top, rect.width(), height)
            self._paint_problem(painter, box, text, colors, kind)
            top += height

    def _paint_tile(self, painter: QPainter, body: QRect, card: Card, colors: Colors) -> None:
        hue = category_color(card.category, colors)
        tile = QRect(body.left() + SPACE_12, 0, _TILE_PX, _TILE_PX)
        tile.moveTop(body.top() + (body.height() - _TILE_PX) // 2)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(mixed(hue, colors.base, _TILE_TINT))
        painter.drawRoundedRect(tile, RADIUS, RADIUS)
        inset = (_TILE_PX - _ICON_PX) // 2
        pixmap = self._pixmap(card.type_name.lower(), hue, _ICON_PX, painter)
        painter.drawPixmap(tile.topLeft() + QRect(inset, inset, 0, 0).topLeft(), pixmap)

    def _paint_problem(self, painter: QPainter, box: QRect, text: str, colors: Colors, kind: _Type) -> None:
        surface = QRectF(box.adjusted(_text_left(), 0, -SPACE_12, -SPACE_8))
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(colors.problem_surface)
        painter.drawRoundedRect(surface, SPACE_4, SPACE_4)
        pixmap = self._pixmap("warning", colors.problem, _WARNING_PX, painter)
        painter.drawPixmap(surface.topLeft() + QPointF(SPACE_8 - 2, SPACE_4 + 1), pixmap)
        painter.setPen(colors.problem)
        painter.setFont(kind.caption)
        painter.drawText(_problem_text_rect(box), _WRAPPED, text)

    def _type(self, widget: QWidget) -> _Type:
        key = widget.font().key()
        if key not in self._types:
            self._types[key] = _Type.of(widget)
        return self._types[key]

    def _pixmap(self, name: str, color: QColor, side: int, painter: QPainter) -> QPixmap:
        ratio = painter.device().devicePixelRatio()
        key = (name, color.rgba(), side, ratio)
        if key not in self._pixmaps:
            self._pixmaps[key] = tinted_pixmap(name, color, side, ratio)
        return self._pixmaps[key]


def _paint_surface(painter: QPainter, rect: QRect, colors: Colors, state: QStyle.StateFlag) -> None:
    selected = bool(state & QStyle.StateFlag.State_Selected)
    card = QRectF(rect).adjusted(SPACE_4, 1, -SPACE_4, -1)
    painter.setPen(QPen(colors.hairline, 1))
    y = rect.bottom() + 0.5
    painter.drawLine(QPointF(rect.left() + SPACE_12, y), QPointF(rect.right() - SPACE_12, y))
    painter.setPen(Qt.PenStyle.NoPen)
    if selected or state & QStyle.StateFlag.State_MouseOver:
        painter.setBrush(colors.selection if selected else mixed(colors.hover, colors.base, 0.6))
        painter.drawRoundedRect(card, RADIUS, RADIUS)
    if state & QStyle.StateFlag.State_HasFocus:
        half = FOCUS_RING_PX / 2
        painter.setPen(QPen(colors.accent, FOCUS_RING_PX))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRoundedRect(card.adjusted(half, half, -half, -half), RADIUS - 1, RADIUS - 1)
    elif selected:
        painter.setBrush(colors.accent)
        bar = QRectF(card.left(), card.top() + SPACE_8, _BAR_PX, card.height() - 2 * SPACE_8)
        painter.drawRoundedRect(bar, _BAR_PX / 2, _BAR_PX / 2)


def _paint_words(painter: QPainter, body: QRect, card: Card, colors: Colors, kind: _Type) -> None:
    lines = kind.title_height + _LINE_GAP_PX + kind.caption_height
    top = body.top() + (body.height() - lines) // 2
    left, right = body.left() + _text_left(), body.right() - SPACE_12
    first = QRect(left, top, right - left + 1, kind.title_height)
    second = QRect(left, first.bottom() + 1 + _LINE_GAP_PX, first.width(), kind.caption_height)
    rest = _paint_number(painter, first, card.shape, kind.number, colors.text)
    _paint_name(painter, rest, card, colors, kind)
    rest = _paint_number(painter, second, card.parameters, kind.caption, colors.muted)
    _paint_text(painter, rest, card.settings, kind.caption, colors.muted)


def _paint_name(painter: QPainter, rect: QRect, card: Card, colors: Colors, kind: _Type) -> None:
    used = _paint_text(painter, rect, card.title, kind.title, colors.text)
    note = f"{card.layer_id} · fresh" if card.fresh else card.layer_id
    _paint_text(painter, rect.adjusted(used + SPACE_8, 0, 0, 0), note, kind.caption, colors.muted)


def _paint_text(painter: QPainter, rect: QRect, text: str, font: QFont, color: QColor) -> int:
    """Paint text at the left, shortened where it is too long, and return its width."""
    metrics = QFontMetrics(font)
    shown = metrics.elidedText(text, Qt.TextElideMode.ElideRight, max(rect.width(), 0))
    painter.setFont(font)
    painter.setPen(color)
    painter.drawText(rect, _LEFT, shown)
    return metrics.horizontalAdvance(shown)


def _paint_number(painter: QPainter, rect: QRect, text: str, font: QFont, color: QColor) -> QRect:
    """Paint text at the right and return what is left of the line."""
    painter.setFont(font)
    painter.setPen(color)
    painter.drawText(rect, _RIGHT, text)
    width = QFontMetrics(font).horizontalAdvance(text)
    return rect.adjusted(0, 0, -(width + SPACE_12) if width else 0, 0)


def _text_left() -> int:
    return SPACE_12 + _TILE_PX + SPACE_8 + 2


def _problem_text_rect(box: QRect) -> QRect:
    left = _text_left() + SPACE_8 + _WARNING_PX + SPACE_4
    return box.adjusted(left, SPACE_4, -SPACE_12 - SPACE_8, -SPACE_8 - SPACE_4)


def _problem_height(text: str, kind: _Type, width: int) -> int:
    room = _problem_text_rect(QRect(0, 0, width, 10_000))
    lines = QFontMetrics(kind.caption).boundingRect(
        QRect(0, 0, max(room.width(), 40), 10_000), _WRAPPED, text
    )
    return lines.height() + 2 * SPACE_4 + SPACE_8


def _list_width(widget: QWidget) -> int:
    return widget.viewport().width() if isinstance(widget, QAbstractItemView) else widget.width()
