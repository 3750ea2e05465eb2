"""The images of a split as a grid of thumbnails; each is made when it is first seen."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import (
    QAbstractListModel,
    QMargins,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QSize,
    Qt,
    QTimer,
    Signal,
    Slot,
)
from PySide6.QtGui import QPainter, QPen
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from cnnviz.interpret.activations import picture_of
from cnnviz.ui.plots.atlas_painting import picture_image
from cnnviz.ui.plots.whole_pixels import whole_pixel_rect
from cnnviz.ui.theme import FOCUS_RING_PX, colors_of
from cnnviz.ui.widgets.icon_grid import IconGrid

if TYPE_CHECKING:
    from PySide6.QtGui import QImage, QKeyEvent, QPaintEvent

    from cnnviz.data.dataset import Dataset, Split

Index = QModelIndex | QPersistentModelIndex
_IMAGE_PX, _AROUND_PX = 36, 5
_ROOT = QModelIndex()


class ThumbnailModel(QAbstractListModel):
    """One row for each image of a split. It holds no pictures: they are made from the data set on demand."""

    def __init__(self, dataset: Dataset, split: Split, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._dataset = dataset
        self._split = split
        self._indices = dataset.indices(split)

    @property
    def split(self) -> Split:
        """The split that is shown."""
        return self._split

    @property
    def image_size(self) -> tuple[int, int]:
        """Height and width of every image."""
        return self._dataset.image_shape[:2]

    def show_split(self, dataset: Dataset, split: Split) -> None:
        """Show the images of another split or data set."""
        if dataset is self._dataset and split is self._split:
            return
        self.beginResetModel()
        self._dataset, self._split, self._indices = dataset, split, dataset.indices(split)
        self.endResetModel()

    def rowCount(self, parent: Index = _ROOT) -> int:
        return 0 if parent.isValid() else len(self._indices)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if not index.isValid():
            return None
        image = int(self._indices[index.row()])
        if role == Qt.ItemDataRole.DecorationRole:
            return picture_image(picture_of(self._dataset.unit_image(image)))
        if role in (Qt.ItemDataRole.ToolTipRole, Qt.ItemDataRole.AccessibleTextRole):
            name = self._dataset.class_names[int(self._dataset.labels[image])]
            return f"{name}, {self._split.value} {index.row() + 1:,}"
        return None


class ThumbnailDelegate(QStyledItemDelegate):
    """Paints an image in whole device pixels, and a frame around the chosen one."""

    def __init__(self, model: ThumbnailModel, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._model = model

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        """Return a whole multiple of the images' size, so that they stand close without being blurred."""
        height, width = self._model.image_size
        scale = max(1, _IMAGE_PX // max(height, width))
        room = QSize(width, height) * scale
        return room.boundedTo(QSize(_IMAGE_PX, _IMAGE_PX)).grownBy(QMargins(*[_AROUND_PX] * 4))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        image: QImage = index.data(Qt.ItemDataRole.DecorationRole)
        colors, ratio = colors_of(option.widget), painter.device().devicePixelRatio()
        place = option.rect.adjusted(_AROUND_PX, _AROUND_PX, -_AROUND_PX, -_AROUND_PX)
        target = whole_pixel_rect(image.size(), place, ratio)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, on=False)
        painter.drawImage(target, image)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        if option.state & QStyle.StateFlag.State_Selected:
            painter.setPen(QPen(colors.accent, FOCUS_RING_PX))
            painter.drawRect(target.adjusted(-1, -1, 1, 1))
        else:
            painter.setPen(QPen(colors.hairline, 1 / ratio))
            painter.drawRect(target)
        painter.restore()


class ThumbnailGrid(IconGrid):
    """A grid of thumbnails that flows into the width there is.

    To put the frame anywhere Qt arranges all rows, which are tens of thousands: that waits until it is seen.

    Signals
    -------
    image_chosen(int)
        An image was clicked, or reached with the keyboard; with its place in the split.
    """

    image_chosen = Signal(int)

    def __init__(self, dataset: Dataset, split: Split, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._framed: int | None = None
        self._is_late = False
        self.thumbnails = ThumbnailModel(dataset, split, self)
        self.setModel(self.thumbnails)
        self.setItemDelegate(ThumbnailDelegate(self.thumbnails, self))
        self.setAccessibleName("Images of the data set")
        self.picked.connect(self._on_picked)

    def show_image(self, dataset: Dataset, split: Split, position: int | None) -> None:
        """Put the frame around an image of a split, or around none. No signal is sent."""
        self.thumbnails.show_split(dataset, split)
        self._framed, self._is_late = position, True
        if not self.visibleRegion().isEmpty():
            self._frame()

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if self._is_late:  # Qt does not tell when a dock comes from behind another one, but then paints
            QTimer.singleShot(0, self, self._frame)

    def minimumSizeHint(self) -> QSize:
        return QSize(2 * _IMAGE_PX, 2 * _IMAGE_PX)

    def sizeHint(self) -> QSize:
        return QSize(7 * _IMAGE_PX, 4 * _IMAGE_PX)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        before = self.currentIndex()
        super().keyPressEvent(event)
        if self.currentIndex() != before and self.currentIndex().isValid():
            self.image_chosen.emit(self.currentIndex().row())

    def _frame(self) -> None:
        position, self._is_late = self._framed, False
        if position is None:
            self.clearSelection()
            self.setCurrentIndex(QModelIndex())
            return
        index = self.thumbnails.index(position, 0)
        if index != self.currentIndex():
            self.setCurrentIndex(index)
            self.scrollTo(index)

    @Slot(QModelIndex)
    def _on_picked(self, index: QModelIndex) -> None:
        self.image_chosen.emit(index.row())
