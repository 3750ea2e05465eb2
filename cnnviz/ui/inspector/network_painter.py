"""Paints the network view: what stays while numbers change, and the numbers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QFontMetrics, QPainter, QPen, QPixmap

from cnnviz.ui.icons import tinted_pixmap
from cnnviz.ui.inspector.network_blocks import paint_blocks, paint_skips, paint_toggle
from cnnviz.ui.inspector.network_brushes import ICON_PX, Brushes
from cnnviz.ui.inspector.network_columns import ColumnKind
from cnnviz.ui.inspector.network_headings import paint_heading
from cnnviz.ui.inspector.network_layout import NOTE_WIDTH_PX
from cnnviz.ui.inspector.network_links import links
from cnnviz.ui.theme import (
    FOCUS_RING_PX,
    RADIUS,
    SPACE_4,
    SPACE_8,
    SPACE_12,
    mixed,
)

if TYPE_CHECKING:
    from PySide6.QtGui import QImage

    from cnnviz.ui.inspector.network_layout import NetworkLayout, PlacedColumn

_LINK_SHARE, _FRAME_SHARE, _SELECTION_SHARE = 0.9, 0.55, 0.6
_CENTER = Qt.AlignmentFlag.AlignCenter
_NOTE_FLAGS = Qt.TextFlag.TextWordWrap | Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop


def paint_ground(painter: QPainter, layout: NetworkLayout, seen: QRect, brushes: Brushes) -> None:
    """Paint what lies under the numbers and stays while they change: blocks, links and frames.

    `seen` is the part of the layout that is looked at, in device pixels; the rest is left out.
    """
    paint_blocks(painter, layout, seen, brushes)
    painter.save()
    painter.scale(1 / brushes.ratio, 1 / brushes.ratio)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QPen(mixed(brushes.colors.hairline, brushes.colors.base, _LINK_SHARE), brushes.ratio))
    for edge in layout.edges:
        left, right = layout.columns[edge.start], layout.columns[edge.end]
        if not edge.is_skip and left.left <= seen.right() and right.left + right.width >= seen.left():
            painter.drawPath(links(left, right, edge, brushes.ratio))
    painter.restore()
    paint_skips(painter, layout, seen, brushes)
    for placed in layout.seen(seen):
        _paint_frames(painter, placed, brushes)


def paint_headings(painter: QPainter, layout: NetworkLayout, seen: QRect, brushes: Brushes) -> None:
    """Paint the headings of the columns that are looked at."""
    for placed in layout.seen(seen):
        paint_heading(painter, placed, layout, brushes)
        if placed.column.is_block:
            middle = brushes.logical(QRect(placed.left, 0, placed.width, 0)).center().x()
            corner = QPointF(middle + ICON_PX / 2 + SPACE_4, SPACE_12 + ICON_PX / 2)
            paint_toggle(painter, corner, brushes, is_open=placed.column.body > 0)


def paint_selection(painter: QPainter, rect: QRect, brushes: Brushes) -> None:
    """Paint the ground behind the chosen column."""
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(mixed(brushes.colors.selection, brushes.colors.base, _SELECTION_SHARE))
    painter.drawRoundedRect(brushes.logical(rect), RADIUS, RADIUS)


def paint_focus_ring(painter: QPainter, rect: QRectF, brushes: Brushes) -> None:
    """Paint where the keyboard is: inside of `rect`, in logical pixels."""
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    half = FOCUS_RING_PX / 2
    painter.setPen(QPen(brushes.colors.accent, FOCUS_RING_PX))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawRoundedRect(rect.adjusted(half, half, -half, -half), RADIUS, RADIUS)


def paint_image(painter: QPainter, placed: PlacedColumn, image: QImage, ratio: float) -> None:
    """Paint a column's image where its block is."""
    painter.save()
    painter.scale(1 / ratio, 1 / ratio)
    painter.drawImage(placed.block.x, placed.block.y, image)
    painter.restore()


def paint_frame(painter: QPainter, rect: QRect, brushes: Brushes, *, accented: bool) -> None:
    """Paint the frame of a chosen map, outside of its numbers."""
    width = round(FOCUS_RING_PX * brushes.ratio)
    painter.save()
    painter.scale(1 / brushes.ratio, 1 / brushes.ratio)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, on=False)
    color = brushes.colors.accent if accented else brushes.colors.text
    for side in _sides(rect, width):
        painter.fillRect(side, color)
    painter.restore()


def _paint_frames(painter: QPainter, placed: PlacedColumn, brushes: Brushes) -> None:
    """Paint a thin frame around each tile, or around the whole strip."""
    block, column = placed.block, placed.column
    if column.kind is ColumnKind.ANSWERS:
        return
    if block.pitch_y == block.cell_height:
        frames = [QRect(block.x, block.y, block.width, block.height)]
    else:
        frames = [block.rect(tile) for tile in range(block.shown)]
    painter.save()
    painter.scale(1 / brushes.ratio, 1 / brushes.ratio)
    color, width = (
        mixed(brushes.colors.border, brushes.colors.base, _FRAME_SHARE),
        max(1, round(brushes.ratio)),
    )
    for frame in frames:
        for side in _sides(frame, width):
            painter.fillRect(side, color)
    painter.restore()


def paint_note(painter: QPainter, layout: NetworkLayout, brushes: Brushes, note: str) -> None:
    """Paint why there are no more columns, where the next one would be."""
    assert layout.note_left is not None
    colors, left, width = brushes.colors, layout.note_left / brushes.ratio, NOTE_WIDTH_PX - SPACE_12
    text_left, text_width = left + SPACE_12 + ICON_PX + SPACE_8, width - 3 * SPACE_12 - ICON_PX
    room = QRect(0, 0, round(text_width), round(layout.height / brushes.ratio))
    text = QFontMetrics(brushes.caption).boundingRect(room, _NOTE_FLAGS, note)
    middle = (layout.body_top + layout.body_bottom) / 2 / brushes.ratio
    box = QRectF(left, middle - text.height() / 2 - SPACE_12, width, text.height() + 2 * SPACE_12)
    box.moveTop(max(box.top(), 0.0))
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(colors.problem_surface)
    painter.drawRoundedRect(box, RADIUS, RADIUS)
    pixmap: QPixmap = tinted_pixmap("warning", colors.problem, ICON_PX, brushes.ratio)
    painter.drawPixmap(QPointF(left + SPACE_12, box.top() + SPACE_12), pixmap)
    painter.setPen(colors.problem)
    painter.setFont(brushes.caption)
    painter.drawText(
        QRectF(text_left, box.top() + SPACE_12, text_width, text.height() + 1), _NOTE_FLAGS, note
    )


def _sides(rect: QRect, width: int) -> list[QRect]:
    """Return the four sides of a frame around a rectangle."""
    outer = rect.adjusted(-width, -width, width, width)
    return [
        QRect(outer.x(), outer.y(), outer.width(), width),
        QRect(outer.x(), rect.y() + rect.height(), outer.width(), width),
        QRect(outer.x(), rect.y(), width, rect.height()),
        QRect(rect.x() + rect.width(), rect.y(), width, rect.height()),
    ]
