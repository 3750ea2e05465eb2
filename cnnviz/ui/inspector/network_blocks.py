"""Residual blocks in the network view: their ground, and the way past their body to the sum."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QFontMetrics, QPainter, QPainterPath, QPen

from cnnviz.spec.layers import Category
from cnnviz.ui.theme import RADIUS, SPACE_4, SPACE_8, category_color, mixed

if TYPE_CHECKING:
    from cnnviz.ui.inspector.network_brushes import Brushes
    from cnnviz.ui.inspector.network_edges import Edge
    from cnnviz.ui.inspector.network_layout import NetworkLayout

TOGGLE_PX = 14
_GROUND_SHARE, _GROUND_PX = 0.5, 8
_START_SHARE, _END_SHARE = 0.72, 0.28  # of a column's width: one sum may end a path and begin the next
_BEND_PX, _SUM_PX, _ABOVE_PX, _LINE_PX = 9, 6, 9, 1.5


def paint_blocks(painter: QPainter, layout: NetworkLayout, seen: QRect, brushes: Brushes) -> None:
    """Paint the ground of each open block, from its first column to its sum."""
    colors = brushes.colors
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    for index, placed in enumerate(layout.columns):
        body = placed.column.body
        if not body:
            continue
        first = layout.columns[index - body]
        left, right = first.left, placed.left + placed.width
        if left > seen.right() or right < seen.left():
            continue
        top = layout.lanes_top + placed.column.depth * layout.lane
        place = brushes.logical(QRect(left, top, right - left, layout.body_bottom - top))
        painter.setPen(QPen(mixed(colors.border, colors.base, _GROUND_SHARE), 1))
        painter.setBrush(mixed(colors.hover, colors.base, _GROUND_SHARE))
        painter.drawRoundedRect(place.adjusted(-_GROUND_PX, 0, _GROUND_PX, 0), RADIUS, RADIUS)


def skip_path(layout: NetworkLayout, edge: Edge, ratio: float) -> QPainterPath:
    """Return the way past the body of a block to its sum, in device pixels."""
    start, end = layout.columns[edge.start].block, layout.columns[edge.end].block
    left = start.x + start.width * _START_SHARE
    right = end.x + end.width * _END_SHARE
    top, bend = _lane(layout, edge), min(_BEND_PX * ratio, (right - left) / 2)
    path = QPainterPath(QPointF(left, start.y))
    path.lineTo(left, top + bend)
    path.quadTo(QPointF(left, top), QPointF(left + bend, top))
    path.lineTo(right - bend, top)
    path.quadTo(QPointF(right, top), QPointF(right, top + bend))
    path.lineTo(right, end.y)
    return path


def paint_skips(painter: QPainter, layout: NetworkLayout, seen: QRect, brushes: Brushes) -> None:
    """Paint the ways past the bodies of blocks, each with what it does to the numbers."""
    for edge in layout.edges:
        if edge.is_skip and _is_seen(layout, edge, seen):
            paint_skip(painter, layout, edge, brushes, is_lit=False)


def paint_skip(
    painter: QPainter, layout: NetworkLayout, edge: Edge, brushes: Brushes, *, is_lit: bool
) -> None:
    """Paint one of these ways, its name, and the sum it ends in."""
    colors, ratio = brushes.colors, brushes.ratio
    color = colors.accent if is_lit else category_color(Category.STRUCTURE, colors)
    painter.save()
    painter.scale(1 / ratio, 1 / ratio)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(QPen(color, _LINE_PX * ratio))
    painter.drawPath(skip_path(layout, edge, ratio))
    end = layout.columns[edge.end].block
    middle = QPointF(end.x + end.width * _END_SHARE, end.y - _ABOVE_PX * ratio)
    arm = (_SUM_PX - 2.5) * ratio
    painter.setBrush(colors.base)
    painter.drawEllipse(middle, _SUM_PX * ratio, _SUM_PX * ratio)
    painter.drawLine(middle - QPointF(arm, 0), middle + QPointF(arm, 0))
    painter.drawLine(middle - QPointF(0, arm), middle + QPointF(0, arm))
    painter.restore()
    _paint_name(painter, layout, edge, brushes)


def paint_toggle(painter: QPainter, left: QPointF, brushes: Brushes, *, is_open: bool) -> None:
    """Paint the sign that opens or closes a block, right of a point."""
    half = TOGGLE_PX / 2
    middle, arm = left + QPointF(half, 0), half - SPACE_4
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QPen(brushes.colors.muted, 1))
    painter.setBrush(brushes.colors.raised)
    box = QRectF(middle.x() - half, middle.y() - half, TOGGLE_PX, TOGGLE_PX).adjusted(0.5, 0.5, -0.5, -0.5)
    painter.drawRoundedRect(box, RADIUS / 2, RADIUS / 2)
    painter.setPen(QPen(brushes.colors.text, _LINE_PX))
    painter.drawLine(middle - QPointF(arm, 0), middle + QPointF(arm, 0))
    if not is_open:
        painter.drawLine(middle - QPointF(0, arm), middle + QPointF(0, arm))


def _paint_name(painter: QPainter, layout: NetworkLayout, edge: Edge, brushes: Brushes) -> None:
    """Say on the way what it does, as far as there is room for words."""
    start, end = layout.columns[edge.start].block, layout.columns[edge.end].block
    left, right = start.x + start.width * _START_SHARE, end.x + end.width * _END_SHARE
    room = (right - left) / brushes.ratio - 2 * _BEND_PX - SPACE_8
    metrics, whole = QFontMetrics(brushes.caption), layout.columns[edge.end].column.skip
    wordings = (text for text in (whole, whole.split(",")[0]) if metrics.horizontalAdvance(text) <= room)
    text = next(wordings, "")
    if not text:
        return
    width, height = metrics.horizontalAdvance(text) + SPACE_8, metrics.height()
    middle = QPointF((left + right) / 2, _lane(layout, edge)) / brushes.ratio
    place = QRectF(middle.x() - width / 2, middle.y() - height / 2, width, height)
    colors = brushes.colors
    column = layout.columns[edge.end].column
    is_on_ground = column.body > 0 or column.depth > 0
    painter.fillRect(place, mixed(colors.hover, colors.base, _GROUND_SHARE) if is_on_ground else colors.base)
    painter.setFont(brushes.caption)
    painter.setPen(colors.muted)
    painter.drawText(place, Qt.AlignmentFlag.AlignCenter, text)


def _lane(layout: NetworkLayout, edge: Edge) -> float:
    depth = layout.columns[edge.end].column.depth
    return layout.lanes_top + (depth + 0.5) * layout.lane


def _is_seen(layout: NetworkLayout, edge: Edge, seen: QRect) -> bool:
    start, end = layout.columns[edge.start], layout.columns[edge.end]
    return start.left <= seen.right() and end.left + end.width >= seen.left()
