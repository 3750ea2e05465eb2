"""Paints the card of a layer: icon, title, settings, what comes out as words and drawing, and problems."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

from PySide6.QtCore import QModelIndex, QObject, QPersistentModelIndex, QPointF, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter, QPen, QPixmap
from PySide6.QtWidgets import (
    QAbstractItemView,
    QStyle,
    QStyleOptionViewItem,
    QWidget,
)

from cnnviz.ui.builder import card_frame
from cnnviz.ui.builder.card_layout import (
    EMPTY_BODY_PX,
    FOOTER_PX,
    SLIM_ICON_PX,
    TILE_PX,
    right_edge,
    text_left,
    tile_left,
    volume_width,
)
from cnnviz.ui.builder.cards import Card, Fold
from cnnviz.ui.builder.name_delegate import FRESH, NameDelegate
from cnnviz.ui.builder.volume_glyph import volume_pixmap
from cnnviz.ui.icons import tinted_pixmap
from cnnviz.ui.theme import (
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
from cnnviz.ui.widgets.breakable import without_breaks
from cnnviz.ui.widgets.sentence_look import SentenceLook

if TYPE_CHECKING:
    from cnnviz.spec.shapes import Shape
    from cnnviz.ui.builder.drop_preview import DropPreview, ShapeChange
    from cnnviz.ui.builder.layer_list_model import LayerListModel

_ICON_PX = 18
_WARNING_PX = 14
_LOCK_PX = 14
_TILE_TINT = 0.14
_LINK_TINT = 0.6
_LINK_PX = 5  # up to the tile of the card above
_LINE_GAP_PX = 1
_MINIMUM_WIDTH_PX = 120
_NAME_SHARE = 0.55  # of a line that has no room for name and settings
_LIFTED_OPACITY = 0.35
_MOST_DRAWINGS = 256
_NARROWEST_PX = 40  # of words beside a problem's sign
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

    def body_height(self, card: Card) -> int:
        """Return the height of a card without its problems and without what ends below it."""
        if card.attached:
            return max(self.caption_height, SLIM_ICON_PX) + SPACE_8
        lines = self.title_height + _LINE_GAP_PX + self.caption_height
        return max(lines, TILE_PX) + SPACE_12


class LayerDelegate(NameDelegate):
    """Paints one `Card` per row, as wide as the list; a problem makes its card taller."""

    def __init__(self, model: LayerListModel, parent: QObject | None = None) -> None:
        super().__init__(model, parent)
        self._pixmaps: dict[tuple[str, int, int, float], QPixmap] = {}
        self._kind: _Type | None = None
        self._drawings: dict[tuple[Shape, int, int, int, float], QPixmap] = {}
        self._preview: DropPreview | None = None
        self._lifted: frozenset[str] = frozenset()

    def set_preview(self, preview: DropPreview | None) -> None:
        """Paint what a drop would change on the cards, until it is None again."""
        self._preview = preview

    def forget_fonts(self) -> None:
        """Measure the fonts of the list anew, for they are others."""
        self._kind = None

    def set_lifted(self, layer_ids: frozenset[str]) -> None:
        """Paint the cards of these layers pale: they are being dragged."""
        self._lifted = layer_ids

    def body_height(self, card: Card, widget: QWidget) -> int:
        """Return the height of a card without its problems and without what ends below it."""
        return self._type(widget).body_height(card)

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        # Asked for every card after every edit: so the model is asked directly, not through `index.data`.
        card = self._model.card(index.row())
        kind = self._kind or self._type(option.widget)
        height = kind.body_height(card) + FOOTER_PX * len(card.endings)
        height += EMPTY_BODY_PX if card.is_empty_block else 0
        if sentences := (*card.problems, *card.unfinished):
            width = max(_list_width(option.widget), _MINIMUM_WIDTH_PX)
            height += sum(_problem_height(text, kind, width, card.depth) for text in sentences)
        return QSize(_MINIMUM_WIDTH_PX, height)

    def paint(
        self,
        painter: QPainter,
        option: QStyleOptionViewItem,
        index: QModelIndex | QPersistentModelIndex,
    ) -> None:
        card = self._model.card(index.row())
        painter.save()
        try:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            colors, kind = colors_of(option.widget), self._type(option.widget)
            card_frame.paint_frames(painter, option.rect, card, colors)
            if card.layer_id in self._lifted:
                painter.setOpacity(_LIFTED_OPACITY)
            self.paint_card(painter, option.rect, card, option.widget, option.state)
            painter.setOpacity(1.0)
            card_frame.paint_rails(painter, option.rect, card, colors, kind.caption)
        finally:
            painter.restore()

    def paint_card(
        self, painter: QPainter, rect: QRect, card: Card, widget: QWidget, state: QStyle.StateFlag
    ) -> None:
        """Paint a card into `rect`, in the fonts and colours of `widget`, without frames of blocks."""
        colors, kind = colors_of(widget), self._type(widget)
        body = QRect(rect.left(), rect.top(), rect.width(), kind.body_height(card))
        surface = rect.adjusted(0, 0, 0, -FOOTER_PX * len(card.endings))
        line = card.fold is not Fold.OPEN and not card.endings and not card.carries
        card_frame.paint_surface(painter, surface, card, colors, state, line=line)
        if card.attached:
            self._paint_slim(painter, body, card, colors, kind)
        else:
            self._paint_full(painter, body, card, colors, kind)
        if card.fold is not Fold.NONE:
            card_frame.paint_chevron(painter, body, card, colors)
        top = body.bottom() + 1
        for place, text in enumerate((*card.problems, *card.unfinished)):
            height = _problem_height(text, kind, rect.width(), card.depth)
            box = QRect(rect.left(), top, rect.width(), height)
            look = SentenceLook.of(colors, is_unfinished=place >= len(card.problems))
            self._paint_sentence(painter, box, text, look, kind, card.depth)
            top += height
        if card.is_empty_block:
            room = QRect(rect.left(), top, rect.width(), EMPTY_BODY_PX)
            card_frame.paint_empty_body(painter, room, card, colors, kind.caption)

    def _paint_full(self, painter: QPainter, body: QRect, card: Card, colors: Colors, kind: _Type) -> None:
        self._paint_tile(painter, body, card, colors)
        lines = kind.title_height + _LINE_GAP_PX + kind.caption_height
        left, right = body.left() + text_left(card.depth), body.left() + right_edge(body.width())
        drawing = volume_width(body.width())
        if drawing:
            room = QRect(right - drawing, body.top(), drawing, body.height())
            self._paint_volume(painter, room, card, colors)
            right -= drawing + SPACE_8
        first = QRect(left, body.top() + (body.height() - lines) // 2, right - left, kind.title_height)
        second = QRect(left, first.bottom() + 1 + _LINE_GAP_PX, first.width(), kind.caption_height)
        rest, number = self._paint_shape(painter, first, card, colors, kind)
        has_id = _paint_name(painter, rest, card, colors, kind)
        if (reason := self._breaking(card)) is not None:
            _paint_text(painter, second, reason, kind.caption, colors.problem)
            return
        rest = _paint_number(painter, second, number, kind.caption, colors.muted)
        _paint_note(painter, rest, "" if has_id else card.layer_id, card.settings, kind.caption, colors.muted)

    def _paint_slim(self, painter: QPainter, body: QRect, card: Card, colors: Colors, kind: _Type) -> None:
        """Paint an activation as a part of the card above it."""
        hue = category_color(card.category, colors)
        left = body.left() + tile_left(card.depth) + (TILE_PX - SLIM_ICON_PX) // 2
        pixmap = self._pixmap(card.type_name.lower(), hue, SLIM_ICON_PX, painter)
        top = body.center().y() + 1 - SLIM_ICON_PX // 2
        painter.drawPixmap(left, top, pixmap)
        middle = left + SLIM_ICON_PX / 2
        painter.setPen(QPen(mixed(hue, colors.base, _LINK_TINT), 1))
        painter.drawLine(QPointF(middle, body.top() - _LINK_PX), QPointF(middle, top))
        start = body.left() + text_left(card.depth)
        line = QRect(start, body.top(), body.left() + right_edge(body.width()) - start, body.height())
        if (reason := self._breaking(card)) is not None:
            _paint_text(painter, line, f"{card.layer_id}: {reason}", kind.caption, colors.problem)
            return
        used = _paint_text(painter, line, card.title, kind.caption, colors.text)
        line.adjust(used + SPACE_8, 0, 0, 0)
        _paint_note(painter, line, card.layer_id, card.settings, kind.caption, colors.muted)

    def _paint_tile(self, painter: QPainter, body: QRect, card: Card, colors: Colors) -> None:
        hue = category_color(card.category, colors)
        tile = QRect(body.left() + tile_left(card.depth), 0, TILE_PX, TILE_PX)
        tile.moveTop(body.top() + (body.height() - TILE_PX) // 2)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(mixed(hue, colors.base, _TILE_TINT))
        painter.drawRoundedRect(tile, RADIUS, RADIUS)
        inset = (TILE_PX - _ICON_PX) // 2
        pixmap = self._pixmap(card.type_name.lower(), hue, _ICON_PX, painter)
        painter.drawPixmap(tile.left() + inset, tile.top() + inset, pixmap)

    def _paint_volume(self, painter: QPainter, box: QRect, card: Card, colors: Colors) -> None:
        if card.volume is None:
            return
        hue, ratio = category_color(card.category, colors), painter.device().devicePixelRatio()
        key = (card.volume, hue.rgba(), colors.base.rgba(), box.height(), ratio)
        if key not in self._drawings:
            if len(self._drawings) >= _MOST_DRAWINGS:
                self._drawings.clear()
            self._drawings[key] = volume_pixmap(card.volume, box.size(), hue, colors.base, ratio)
        painter.drawPixmap(box.topLeft(), self._drawings[key])

    def _paint_shape(
        self, painter: QPainter, line: QRect, card: Card, colors: Colors, kind: _Type
    ) -> tuple[QRect, str]:
        """Paint what comes out at the right; return what is left of the line, and the number below it."""
        change = self._change(card)
        if change is None:
            return _paint_number(painter, line, card.shape, kind.number, colors.text), card.parameters
        rest = _paint_number(painter, line, f"→ {change.after}", kind.title, colors.accent, gap=SPACE_4)
        before = QFontMetrics(kind.caption).horizontalAdvance(change.before)
        if QFontMetrics(kind.title).horizontalAdvance(card.title) + SPACE_8 + before > rest.width():
            return rest, f"now {change.before}"
        return _paint_number(painter, rest, change.before, kind.caption, colors.muted), card.parameters

    def _change(self, card: Card) -> ShapeChange | None:
        return self._preview.changes.get(card.layer_id) if self._preview is not None else None

    def _breaking(self, card: Card) -> str | None:
        return self._preview.broken.get(card.layer_id) if self._preview is not None else None

    def _paint_sentence(
        self, painter: QPainter, box: QRect, text: str, look: SentenceLook, kind: _Type, depth: int
    ) -> None:
        surface = QRectF(box.adjusted(text_left(depth), 0, -SPACE_12, -SPACE_8))
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(look.surface)
        painter.drawRoundedRect(surface, SPACE_4, SPACE_4)
        pixmap = self._pixmap(look.icon, look.sign, _WARNING_PX, painter)
        painter.drawPixmap(surface.topLeft() + QPointF(SPACE_8 - 2, SPACE_4 + 1), pixmap)
        painter.setPen(look.words)
        painter.setFont(kind.caption)
        place = _problem_text_rect(box, depth)
        painter.drawText(place, _WRAPPED, _fitted(text, QFontMetrics(kind.caption), place.width()))

    def _type(self, widget: QWidget) -> _Type:
        if self._kind is None:
            self._kind = _Type.of(widget)
        return self._kind

    def _pixmap(self, name: str, color: QColor, side: int, painter: QPainter) -> QPixmap:
        ratio = painter.device().devicePixelRatio()
        key = (name, color.rgba(), side, ratio)
        if key not in self._pixmaps:
            self._pixmaps[key] = tinted_pixmap(name, color, side, ratio)
        return self._pixmaps[key]


def _paint_name(painter: QPainter, rect: QRect, card: Card, colors: Colors, kind: _Type) -> bool:
    """Paint the title, and the id if there is room for it; say whether there was."""
    used = _paint_text(painter, rect, card.title, kind.title, colors.text, Qt.TextElideMode.ElideMiddle)
    rest = rect.adjusted(used + SPACE_8, 0, 0, 0)
    if card.frozen:
        side = min(_LOCK_PX, rest.height())
        lock = tinted_pixmap("lock", colors.muted, side, painter.device().devicePixelRatio())
        painter.drawPixmap(rest.left() - SPACE_4, rest.center().y() - side // 2, lock)
        rest.adjust(side, 0, 0, 0)
    if card.fresh:
        rest = _paint_tag(painter, rest, FRESH, colors, kind)
    if QFontMetrics(kind.caption).horizontalAdvance(card.layer_id) > rest.width():
        return False
    _paint_text(painter, rest, card.layer_id, kind.caption, colors.muted)
    return True


def _paint_tag(painter: QPainter, rect: QRect, word: str, colors: Colors, kind: _Type) -> QRect:
    """Paint a word in a frame at the left and return what is left of the line."""
    width = QFontMetrics(kind.caption).horizontalAdvance(word) + SPACE_8
    if width > rect.width():
        return rect
    height = kind.caption_height
    frame = QRectF(rect.left() + 0.5, rect.center().y() - height // 2 + 0.5, width, height)
    painter.setPen(QPen(colors.success, 1))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawRoundedRect(frame, SPACE_4, SPACE_4)
    painter.setFont(kind.caption)
    painter.drawText(frame, Qt.AlignmentFlag.AlignCenter, word)
    return rect.adjusted(width + SPACE_8, 0, 0, 0)


def _paint_text(
    painter: QPainter,
    rect: QRect,
    text: str,
    font: QFont,
    color: QColor,
    mode: Qt.TextElideMode = Qt.TextElideMode.ElideRight,
) -> int:
    """Paint text at the left, shortened where it is too long, and return its width."""
    metrics = QFontMetrics(font)
    shown = metrics.elidedText(text, mode, max(rect.width(), 0))
    painter.setFont(font)
    painter.setPen(color)
    painter.drawText(rect, _LEFT, shown)
    return metrics.horizontalAdvance(shown)


def _paint_note(painter: QPainter, rect: QRect, name: str, settings: str, font: QFont, color: QColor) -> None:
    """Paint a name and settings; a name that is too long is told by both of its ends."""
    metrics = QFontMetrics(font)
    rest = rect
    if name:
        wanted = metrics.horizontalAdvance(f" · {settings}")
        room = max(rect.width() - wanted, round(_NAME_SHARE * rect.width()))
        shown = metrics.elidedText(name, Qt.TextElideMode.ElideMiddle, room)
        used = _paint_text(painter, rect, f"{shown} · ", font, color)
        rest = rect.adjusted(used, 0, 0, 0)
    _paint_text(painter, rest, settings, font, color)


def _paint_number(
    painter: QPainter, rect: QRect, text: str, font: QFont, color: QColor, *, gap: int = SPACE_12
) -> QRect:
    """Paint text at the right and return what is left of the line."""
    painter.setFont(font)
    painter.setPen(color)
    painter.drawText(rect, _RIGHT, text)
    width = QFontMetrics(font).horizontalAdvance(text)
    return rect.adjusted(0, 0, -(width + gap) if width else 0, 0)


def _problem_text_rect(box: QRect, depth: int) -> QRect:
    left = text_left(depth) + SPACE_8 + _WARNING_PX + SPACE_4
    return box.adjusted(left, SPACE_4, -SPACE_12 - SPACE_8, -SPACE_8 - SPACE_4)


def _problem_height(text: str, kind: _Type, width: int, depth: int) -> int:
    room = _problem_text_rect(QRect(0, 0, width, 10_000), depth)
    metrics, across = QFontMetrics(kind.caption), max(room.width(), _NARROWEST_PX)
    lines = metrics.boundingRect(QRect(0, 0, across, 10_000), _WRAPPED, _fitted(text, metrics, across))
    return lines.height() + 2 * SPACE_4 + SPACE_8


def _fitted(text: str, metrics: QFontMetrics, width: int) -> str:
    """Return the text without words that are wider than a line: sums may break, names lose their middle."""
    words = []
    for piece in text.split(" "):
        is_wide = metrics.horizontalAdvance(piece) > width
        words += without_breaks(piece).split(" ") if is_wide else [piece]
    return " ".join(metrics.elidedText(word, Qt.TextElideMode.ElideMiddle, width) for word in words)


def _list_width(widget: QWidget) -> int:
    return widget.viewport().width() if isinstance(widget, QAbstractItemView) else widget.width()
