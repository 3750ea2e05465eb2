"""Paints the cells of the cost table: names with icons, numbers at the right with a thin bar under them."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QRectF, QSize, Qt
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
    from cnnviz.ui.ledger.ledger_model import Cell

BAR_PX = 3
_MARK_PX = 3
_TRACK_TINT = 0.18
ICON_PX = 16
_NAME_COLUMN = 0
_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter


@dataclasses.dataclass(frozen=True, slots=True)
class Inks:
    """The colours of a cell. On the selection, nothing is quieter than captions are."""

    name: QColor
    caption: QColor
    number: QColor
    bar: QColor
    track: QColor

    @classmethod
    def of(cls, cell: Cell, colors: Colors, *, selected: bool) -> Inks:
        """Return the colours of a cell, in a row that is selected or not."""
        hue = category_color(cell.row.category, colors)
        is_quiet = bool(cell.row.blocks) and not selected
        name = colors.muted if is_quiet else colors.text
        number = colors.muted if cell.is_stale else name
        bar = colors.border if cell.is_stale else hue
        track = mixed(colors.text, colors.selection, _TRACK_TINT) if selected else colors.hairline
        return cls(name, colors.muted, number, mixed(bar, colors.base, 0.55) if is_quiet else bar, track)


class CostDelegate(QStyledItemDelegate):
    """Paints one cell. What stands inside a block is indented and quieter; stale times are gray."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._icons: dict[str, QIcon] = {}
        self._fonts: dict[str, tuple[QFont, QFont]] = {}

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        cell: Cell = index.data(CostRole.CELL)
        plain, caption = self._fonts_of(option.widget)
        width = QFontMetrics(plain).horizontalAdvance(cell.text) + 2 * SPACE_8
        if index.column() == _NAME_COLUMN:
            width += _name_left(cell.row) + QFontMetrics(caption).horizontalAdvance(cell.row.title) + SPACE_8
        return QSize(width, row_height(option.widget))

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        cell: Cell = index.data(CostRole.CELL)
        colors, rect = colors_of(option.widget), option.rect
        fonts = self._fonts_of(option.widget)
        painter.save()
        try:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            _paint_surface(painter, option, colors)
            selected = bool(option.state & QStyle.StateFlag.State_Selected)
            inks = Inks.of(cell, colors, selected=selected)
            if index.column() == _NAME_COLUMN:
                if selected:
                    painter.fillRect(rect.left(), rect.top(), _MARK_PX, rect.height() - 1, colors.accent)
                self._paint_name(painter, rect, cell.row, inks, fonts)
            else:
                _paint_number(painter, rect, cell, inks, fonts[0])
            if option.state & QStyle.StateFlag.State_HasFocus:
                _paint_focus(painter, rect, colors)
        finally:
            painter.restore()

    def _paint_name(
        self, painter: QPainter, rect: QRect, row: LedgerRow, inks: Inks, fonts: tuple[QFont, QFont]
    ) -> None:
        left = rect.left() + _name_left(row)
        place = QRect(left - ICON_PX - SPACE_8, 0, ICON_PX, ICON_PX)
        place.moveTop(rect.top() + (rect.height() - ICON_PX) // 2)
        if row.type_name not in self._icons:
            self._icons[row.type_name] = layer_icon(row.type_name)
        self._icons[row.type_name].paint(painter, place)
        rest = rect.adjusted(left - rect.left(), 0, -SPACE_8, 0)
        used = _paint_text(painter, rest, row.layer_id, fonts[0], inks.name)
        rest = rest.adjusted(used + SPACE_8, 0, 0, 0)
        if QFontMetrics(fonts[1]).horizontalAdvance(row.title) <= rest.width():
            _paint_text(painter, rest, row.title, fonts[1], inks.caption)

    def _fonts_of(self, widget: QWidget) -> tuple[QFont, QFont]:
        """Return the fonts of numbers and of captions."""
        key = widget.font().key()
        if key not in self._fonts:
            self._fonts[key] = (with_tabular_figures(widget.font()), caption_font(widget))
        return self._fonts[key]


def row_height(widget: QWidget) -> int:
    """Return how high a row is in the widget's font."""
    return QFontMetrics(widget.font()).height() + 2 * SPACE_4 + BAR_PX


def _name_left(row: LedgerRow) -> int:
    return SPACE_12 + len(row.blocks) * SPACE_12 + ICON_PX + SPACE_8


def _paint_surface(painter: QPainter, option: QStyleOptionViewItem, colors: Colors) -> None:
    rect, state = option.rect, option.state
    if state & QStyle.StateFlag.State_Selected:
        painter.fillRect(rect, colors.selection)
    elif state & QStyle.StateFlag.State_MouseOver:
        painter.fillRect(rect, mixed(colors.hover, colors.base, 0.6))
    painter.fillRect(rect.left(), rect.bottom(), rect.width(), 1, colors.hairline)


def _paint_focus(painter: QPainter, rect: QRect, colors: Colors) -> None:
    half = FOCUS_RING_PX / 2
    painter.setPen(QPen(colors.accent, FOCUS_RING_PX))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawRoundedRect(QRectF(rect).adjusted(half, half, -half, -half), SPACE_4, SPACE_4)


def _paint_number(painter: QPainter, rect: QRect, cell: Cell, inks: Inks, font: QFont) -> None:
    room = rect.adjusted(SPACE_8, 0, -SPACE_8, -BAR_PX)
    painter.setFont(font)
    painter.setPen(inks.number)
    painter.drawText(room, _RIGHT, cell.text)
    if cell.share is not None:
        bar = QRectF(room.left(), rect.bottom() - BAR_PX - 1, room.width(), BAR_PX)
        _paint_bar(painter, bar, cell.share, inks)


def _paint_bar(painter: QPainter, track: QRectF, part: float, inks: Inks) -> None:
    """Paint a bar that grows from the right, where the number stands."""
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(inks.track)
    painter.drawRoundedRect(track, BAR_PX / 2, BAR_PX / 2)
    if part > 0:
        painter.setBrush(inks.bar)
        width = max(min(part, 1.0) * track.width(), 1.0)
        painter.drawRoundedRect(track.adjusted(track.width() - width, 0, 0, 0), BAR_PX / 2, BAR_PX / 2)


def _paint_text(painter: QPainter, rect: QRect, text: str, font: QFont, color: QColor) -> int:
    """Paint text at the left, shortened where it is too long, and return its width."""
    painter.setFont(font)
    painter.setPen(color)
    metrics = painter.fontMetrics()
    shown = metrics.elidedText(text, Qt.TextElideMode.ElideMiddle, max(rect.width(), 0))
    painter.drawText(rect, _LEFT, shown)
    return metrics.horizontalAdvance(shown)
