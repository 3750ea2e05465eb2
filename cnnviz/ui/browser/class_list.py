"""The classes of a part of a data set: mean image, name, and how many images there are."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from PySide6.QtCore import (
    QAbstractListModel,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QRect,
    QRectF,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import QFontMetrics, QImage, QPainter
from PySide6.QtWidgets import QListView, QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from cnnviz.interpret.activations import picture_of
from cnnviz.spec.words import counted
from cnnviz.ui.plots.atlas_painting import picture_image
from cnnviz.ui.plots.share_bar import paint_share_bar
from cnnviz.ui.plots.whole_pixels import paint_framed
from cnnviz.ui.theme import RADIUS, SPACE_4, SPACE_8, caption_font, colors_of, with_tabular_figures

if TYPE_CHECKING:
    from numpy.typing import NDArray

Index = QModelIndex | QPersistentModelIndex
_ROOT = QModelIndex()
_ALL = "All classes"
_NAME_ROLE, _COUNT_ROLE, _SHARE_ROLE = (Qt.ItemDataRole.UserRole + number for number in (1, 2, 3))
_PICTURE_PX, _BAR_PX, _WIDTH_PX = 32, 6, 210
_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter


class ClassListModel(QAbstractListModel):
    """One row for all classes together, then one for each class."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._names: tuple[str, ...] = ()
        self._counts: NDArray[np.int64] = np.zeros(0, np.int64)
        self._means: NDArray[np.float32] | None = None

    @property
    def means(self) -> NDArray[np.float32] | None:
        """The mean images (K, C, H, W); None until they are known."""
        return self._means

    def show_classes(self, names: tuple[str, ...], counts: NDArray[np.int64]) -> None:
        """Show other names and counts (K,); their mean images are not known yet."""
        is_same = names == self._names
        if not is_same:
            self.beginResetModel()
        self._names, self._counts, self._means = names, counts, None
        if is_same:
            self._tell_all()
        else:
            self.endResetModel()

    def show_means(self, means: NDArray[np.float32]) -> None:
        """Show the mean images (K, C, H, W), which are not numbers where a class has none."""
        self._means = means
        self._tell_all()

    def rowCount(self, parent: Index = _ROOT) -> int:
        return 0 if parent.isValid() else len(self._names) + 1

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid():
            return None
        label = index.row() - 1
        match role:
            case Qt.ItemDataRole.DecorationRole:
                return self._picture(label)
            case _ if role == _NAME_ROLE:
                return self._names[label] if label >= 0 else _ALL
            case _ if role == _COUNT_ROLE:
                return self._count(label)
            case _ if role == _SHARE_ROLE:
                return self._count(label) / max(1, int(self._counts.max())) if label >= 0 else 0.0
            case Qt.ItemDataRole.ToolTipRole | Qt.ItemDataRole.AccessibleTextRole:
                return self._sentence(label)
        return None

    def _count(self, label: int) -> int:
        return int(self._counts[label] if label >= 0 else self._counts.sum())

    def _picture(self, label: int) -> QImage | None:
        if self._means is None or label < 0 or not self._count(label):
            return None
        return picture_image(picture_of(self._means[label]))

    def _sentence(self, label: int) -> str:
        images = counted(self._count(label), "image")
        if label < 0:
            return f"{_ALL}: {images}"
        share = 100 * self._count(label) / max(1, int(self._counts.sum()))
        return f"{self._names[label]}: {images}, {share:.1f} % of this part"

    def _tell_all(self) -> None:
        self.dataChanged.emit(self.index(0), self.index(self.rowCount() - 1))


class ClassDelegate(QStyledItemDelegate):
    """Paints mean image, name and number above a bar."""

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        text = QFontMetrics(option.widget.font()).height() + SPACE_4 + _BAR_PX
        return QSize(_WIDTH_PX, max(_PICTURE_PX, text) + 2 * SPACE_4)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        colors = colors_of(option.widget)
        painter.save()
        try:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            room = option.rect.adjusted(SPACE_4, 1, -SPACE_4, -1)
            selected = bool(option.state & QStyle.StateFlag.State_Selected)
            if selected or option.state & QStyle.StateFlag.State_MouseOver:
                painter.setPen(Qt.PenStyle.NoPen)
                painter.setBrush(colors.selection if selected else colors.hover)
                painter.drawRoundedRect(room, RADIUS, RADIUS)
            _paint_picture(painter, option, index)
            left = room.left() + SPACE_4 + _PICTURE_PX + SPACE_8
            words = QRect(left, room.top(), room.right() - SPACE_4 - left, room.height())
            _paint_words(painter, option, index, words)
        finally:
            painter.restore()


def _paint_picture(painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
    image: QImage | None = index.data(Qt.ItemDataRole.DecorationRole)
    if image is None:
        return
    left = option.rect.left() + 2 * SPACE_4
    room = QRect(left, option.rect.center().y() - _PICTURE_PX // 2 + 1, _PICTURE_PX, _PICTURE_PX)
    paint_framed(painter, image, room, colors_of(option.widget))


def _paint_words(painter: QPainter, option: QStyleOptionViewItem, index: Index, room: QRect) -> None:
    """Write the name and the number, and paint the bar below; the row of all classes has none."""
    colors, number = colors_of(option.widget), f"{index.data(_COUNT_ROLE):,}"
    font = with_tabular_figures(caption_font(option.widget))
    needed = QFontMetrics(font).horizontalAdvance(number) + SPACE_8
    has_bar = index.row() > 0
    if has_bar:
        bottom = room.center().y() + (QFontMetrics(option.widget.font()).height() + SPACE_4 + _BAR_PX) // 2
        track = QRectF(room.left(), bottom - _BAR_PX, room.width(), _BAR_PX)
        paint_share_bar(painter, track, index.data(_SHARE_ROLE), colors, accented=False)
        room = QRect(room.left(), room.top(), room.width(), bottom - _BAR_PX - room.top())
    painter.setPen(colors.text)
    painter.setFont(option.widget.font())
    metrics = QFontMetrics(option.widget.font())
    name = metrics.elidedText(index.data(_NAME_ROLE), Qt.TextElideMode.ElideMiddle, room.width() - needed)
    painter.drawText(room, _LEFT, name)
    painter.setFont(font)
    painter.setPen(colors.muted)
    painter.drawText(room, _RIGHT, number)


class ClassList(QListView):
    """Shows the classes, and chooses one of them or all.

    Signals
    -------
    class_chosen(object)
        Another class is wanted, by its label; None stands for all.
    """

    class_chosen = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.classes = ClassListModel(self)
        self.setModel(self.classes)
        self.setItemDelegate(ClassDelegate(self))
        self.setUniformItemSizes(True)
        self.setMouseTracking(True)
        self.setFrameShape(QListView.Shape.NoFrame)
        self.setVerticalScrollMode(QListView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setAccessibleName("Classes")
        self.setFixedWidth(_WIDTH_PX + 2 * SPACE_8)

    @property
    def chosen(self) -> int | None:
        """The label of the chosen class; None for all."""
        row = self.currentIndex().row()
        return row - 1 if row > 0 else None

    def choose(self, label: int | None) -> None:
        """Choose a class, or all with None."""
        self.setCurrentIndex(self.classes.index(0 if label is None else label + 1))

    def currentChanged(self, current: Index, previous: Index) -> None:
        super().currentChanged(current, previous)
        if current.isValid():
            self.class_chosen.emit(self.chosen)
