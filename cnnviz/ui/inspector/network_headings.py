"""The headings of the columns of the network view: an icon, the layer's name and its shape."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QFontMetrics, QPainter

from cnnviz.ui.icons import layer_pixmap
from cnnviz.ui.inspector.network_brushes import ICON_PX, Brushes
from cnnviz.ui.theme import SPACE_4, SPACE_12

if TYPE_CHECKING:
    from cnnviz.ui.inspector.network_layout import NetworkLayout, PlacedColumn

_CENTER = Qt.AlignmentFlag.AlignCenter
_FEWEST_CHARACTERS = 2
"""Less of a name than that, before its number, tells nothing."""


def paint_heading(painter: QPainter, placed: PlacedColumn, layout: NetworkLayout, brushes: Brushes) -> None:
    """Paint the heading of a column; its name may reach over the edges of the column where there is room."""
    colors, column = brushes.colors, placed.column
    place = brushes.logical(QRect(placed.left, 0, placed.width, layout.body_top))
    icon = layer_pixmap(column.type_name, colors, ICON_PX, brushes.ratio)
    painter.drawPixmap(QPointF(place.center().x() - ICON_PX / 2, SPACE_12), icon)
    strong, caption = QFontMetrics(brushes.strong), QFontMetrics(brushes.caption)
    room = title_room(placed, layout, brushes)
    name = QRectF(place.center().x() - room / 2, SPACE_12 + ICON_PX + SPACE_4, room, strong.height())
    painter.setFont(brushes.strong)
    painter.setPen(colors.text)
    painter.drawText(name, _CENTER, shortened(column.title, strong, room))
    painter.setFont(brushes.caption)
    painter.setPen(colors.muted)
    second = QRectF(place.x(), name.bottom(), place.width(), caption.height())
    shape = caption.elidedText(column.shape_text, Qt.TextElideMode.ElideRight, round(place.width()) + 1)
    painter.drawText(second, _CENTER, shape)


def title_room(placed: PlacedColumn, layout: NetworkLayout, brushes: Brushes) -> int:
    """Return how many logical pixels a name may take: its column, and what its neighbours leave free.

    A neighbour whose name has no room either gets its half of what is between the columns.
    """
    metrics, ratio = QFontMetrics(brushes.strong), brushes.ratio
    index = next(place for place, one in enumerate(layout.columns) if one is placed)
    free: list[float] = []
    for one in (index - 1, index + 1):
        if 0 <= one < len(layout.columns):
            beside = layout.columns[one]
            left, right = (placed, beside) if one > index else (beside, placed)
            gap = (right.left - left.left - left.width) / ratio
            slack = beside.width / ratio - metrics.horizontalAdvance(beside.column.title)
            free.append(gap + slack / 2 - SPACE_4 if slack >= 0 else (gap - SPACE_4) / 2)
    return int(placed.width / ratio + 2 * max(0.0, min(free, default=0.0)))


def shortened(title: str, metrics: QFontMetrics, room: int) -> str:
    """Return a name, or its beginning and the number at its end where there is no room for all of it."""
    if metrics.horizontalAdvance(title) <= room:
        return title
    stem = title.rstrip("0123456789")
    number = title[len(stem) :]
    begin = metrics.elidedText(stem, Qt.TextElideMode.ElideRight, room - metrics.horizontalAdvance(number))
    if number and len(begin) > _FEWEST_CHARACTERS:
        return begin + number
    return metrics.elidedText(title, Qt.TextElideMode.ElideMiddle, room)
