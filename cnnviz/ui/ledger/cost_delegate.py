"""Paints the cells of the cost table: names with icons, numbers at the right with a thin bar under them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QPointF, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QFontMetrics, QPainter, QPen
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from cnnviz.ui.icons import layer_icon
from cnnviz.ui.ledger.ledger_model import CostRole
from cnnviz.ui.theme import (
    FOCUS_RING_PX,
    SPACE_4,
    SPACE_8,
    SPACE_12,
    Colors,
    caption_font,
    category_color,
    colors_of,
    mixed,
    with_tabular_figures,
)

if TYPE_CHECKING:
    from PySide6.QtGui import QColor, QFont, QIcon
    from PySide6.QtWidgets import QWidget

    from cnnviz.spec.ledger import LedgerRow

BAR_PX = 3
ICON_PX = 16
_NAME_COLUMN = 0
_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter


class CostDelegate(QStyledItemDelegate):
    """Paints one cell. What stands inside a block is indented and quieter; stale times are gray."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._icons: dict[str, QIcon] = {}

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        metrics = QFontMetrics(option.widget.font())
        width = metrics.horizontalAdvance(str(index.data())) + 2 * SPACE_8
        if index.column() == _NAME_COLUMN:
            row: LedgerRow = index.data(CostRole.ROW)
            title = QFontMetrics(caption_font(option.widget)).horizontalAdvance(row.title)
            width += _name_left(row) + title + SPACE_8
        return QSize(width, row_height(option.widget))

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        colors = colors_of(option.widget)
        painter.save()
        try:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            _paint_surface(painter, option, colors)
            if index.column() == _NAME_COLUMN:
                self._paint_name(painter, option, index, colors)
            else:
                _paint_number(painter, option, index, colors)
            if option.state & QStyle.StateFlag.State_HasFocus:
                _paint_focus(painter, option.rect, colors)
        finally:
            painter.restore()

    def _paint_name(
        self,
        painter: QPainter,
        option: QStyleOptionViewItem,
        index: QModelIndex | QPersistentModelIndex,
        colors: Colors,
    ) -> None:
        row: LedgerRow = index.data(CostRole.ROW)
        left = option.rect.left() + _name_left(row)
        place = QRect(left - ICON_PX - SPACE_8, 0, ICON_PX, ICON_PX)
        place.moveTop(option.rect.top() + (option.rect.height() - ICON_PX) // 2)
        if row.type_name not in self._icons:
            self._icons[row.type_name] = layer_icon(row.type_name)
        self._icons[row.type_name].paint(painter, place)
        rest = option.rect.adjusted(left - option.rect.left(), 0, -SPACE_8, 0)
        font = option.widget.font()
        used = _paint_text(painter, rest, row.layer_id, font, _quiet(row, colors))
        caption, rest = caption_font(option.widget), rest.adjusted(used + SPACE_8, 0, 0, 0)
        if QFontMetrics(caption).horizontalAdvance(row.title) <= rest.width():
            _paint_text(painter, rest, row.title, caption, colors.muted)


def row_height(widget: QWidget) -> int:
    """Return how high a row is in the widget's font."""
    return QFontMetrics(widget.font()).height() + 2 * SPACE_4 + BAR_PX


def _name_left(row: LedgerRow) -> int:
    return SPACE_12 + len(row.blocks) * SPACE_12 + ICON_PX + SPACE_8


def _quiet(row: LedgerRow, colors: Colors) -> QColor:
    return colors.muted if row.blocks else colors.text


def _paint_surface(painter: QPainter, option: QStyleOptionViewItem, colors: Colors) -> None:
    if option.state & QStyle.StateFlag.State_Selected:
        painter.fillRect(option.rect, colors.selection)
    elif option.state & QStyle.StateFlag.State_MouseOver:
        painter.fillRect(option.rect, mixed(colors.hover, colors.base, 0.6))
    painter.setPen(QPen(colors.hairline, 1))
    y = option.rect.bottom() + 0.5
    painter.drawLine(QPointF(option.rect.left(), y), QPointF(option.rect.right() + 1, y))


def _paint_focus(painter: QPainter, rect: QRect, colors: Colors) -> None:
    half = FOCUS_RING_PX / 2
    painter.setPen(QPen(colors.accent, FOCUS_RING_PX))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawRoundedRect(QRectF(rect).adjusted(half, half, -half, -half), SPACE_4, SPACE_4)


def _paint_number(
    painter: QPainter,
    option: QStyleOptionViewItem,
    index: QModelIndex | QPersistentModelIndex,
    colors: Colors,
) -> None:
    row: LedgerRow = index.data(CostRole.ROW)
    stale = index.data(CostRole.IS_STALE)
    room = option.rect.adjusted(SPACE_8, 0, -SPACE_8, -BAR_PX)
    painter.setFont(with_tabular_figures(option.widget.font()))
    painter.setPen(colors.disabled if stale else _quiet(row, colors))
    painter.drawText(room, _RIGHT, index.data())
    part = index.data(CostRole.SHARE)
    if part is not None:
        bar = QRectF(room.left(), option.rect.bottom() - BAR_PX - 1, room.width(), BAR_PX)
        hue = colors.disabled if stale else category_color(row.category, colors)
        _paint_bar(painter, bar, part, hue if not row.blocks else mixed(hue, colors.base, 0.55), colors)


def _paint_bar(painter: QPainter, track: QRectF, part: float, hue: QColor, colors: Colors) -> None:
    """Paint a bar that grows from the right, where the number stands."""
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(colors.hairline)
    painter.drawRoundedRect(track, BAR_PX / 2, BAR_PX / 2)
    if part > 0:
        painter.setBrush(hue)
        width = max(min(part, 1.0) * track.width(), 1.0)
        painter.drawRoundedRect(track.adjusted(track.width() - width, 0, 0, 0), BAR_PX / 2, BAR_PX / 2)


def _paint_text(painter: QPainter, rect: QRect, text: str, font: QFont, color: QColor) -> int:
    """Paint text at the left, shortened where it is too long, and return its width."""
    painter.setFont(font)
    painter.setPen(color)
    metrics = painter.fontMetrics()
    shown = metrics.elidedText(text, Qt.TextElideMode.ElideRight, max(rect.width(), 0))
    painter.drawText(rect, _LEFT, shown)
    return metrics.horizontalAdvance(shown)
