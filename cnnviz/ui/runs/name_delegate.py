"""Names of runs, one below the other also where some have a box to tick and others have none."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QIcon, QPainter, QPixmap
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

if TYPE_CHECKING:
    from PySide6.QtCore import QModelIndex, QPersistentModelIndex

_BOX = QStyleOptionViewItem.ViewItemFeature.HasCheckIndicator


class NameDelegate(QStyledItemDelegate):
    """Leaves the room of a box free in rows without one, such as of a run that has no curves yet."""

    def initStyleOption(
        self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        super().initStyleOption(option, index)
        if not option.features & _BOX and not option.icon.isNull():
            room, size = _room_of_box(option), option.decorationSize
            option.icon = _moved(option.icon, room, size, option.widget.devicePixelRatioF())
            option.decorationSize = QSize(room + size.width(), size.height())


def _room_of_box(option: QStyleOptionViewItem) -> int:
    """Return by how many pixels a box moves what stands behind it."""
    with_box = QStyleOptionViewItem(option)
    with_box.features |= _BOX
    style = option.widget.style()
    picture = QStyle.SubElement.SE_ItemViewItemDecoration
    places = [style.subElementRect(picture, one, option.widget).left() for one in (with_box, option)]
    return max(places[0] - places[1], 0)


def _moved(icon: QIcon, room: int, size: QSize, ratio: float) -> QIcon:
    """Return a picture with so many empty pixels before it."""
    pixmap = QPixmap(QSize(room + size.width(), size.height()) * ratio)
    pixmap.setDevicePixelRatio(ratio)
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    try:
        icon.paint(painter, room, 0, size.width(), size.height())
    finally:
        painter.end()
    moved = QIcon(pixmap)
    moved.addPixmap(pixmap, QIcon.Mode.Selected)  # else it is mixed with the colour of the row
    return moved
