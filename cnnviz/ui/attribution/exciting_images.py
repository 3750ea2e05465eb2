"""Images that excite a filter: each with a frame around what excites it, and that part enlarged beside it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

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
    Slot,
)
from PySide6.QtGui import QFontMetrics, QPainter, QPen
from PySide6.QtWidgets import QStyledItemDelegate, QStyleOptionViewItem, QWidget

from cnnviz.interpret.activations import picture_of
from cnnviz.interpret.attribution.unit import Box
from cnnviz.ui.attribution.words import SPLIT_WORDS, excitement_text
from cnnviz.ui.format import number
from cnnviz.ui.plots.atlas_painting import picture_image
from cnnviz.ui.plots.whole_pixels import paint_choice, paint_framed
from cnnviz.ui.theme import SPACE_4, SPACE_16, caption_font, colors_of
from cnnviz.ui.widgets.icon_grid import IconGrid

if TYPE_CHECKING:
    from PySide6.QtGui import QImage

    from cnnviz.data.dataset import Dataset
    from cnnviz.interpret.attribution.top_images import Excitement, TopImages
    from cnnviz.ui.theme import Colors

Index = QModelIndex | QPersistentModelIndex
_ROOT = QModelIndex()
_USUAL_PX, _LARGEST_PX = 58, 64
_EXCITEMENT_ROLE = Qt.ItemDataRole.UserRole + 1


class ExcitingModel(QAbstractListModel):
    """One row for each image, the most exciting first."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._dataset: Dataset | None = None
        self._top: TopImages | None = None

    @property
    def top(self) -> TopImages | None:
        """What is shown."""
        return self._top

    def show_top(self, dataset: Dataset | None, top: TopImages | None) -> None:
        """Show the images of another answer."""
        self.beginResetModel()
        self._dataset, self._top = dataset, top
        self.endResetModel()

    @property
    def dataset(self) -> Dataset | None:
        """Where the images are from."""
        return self._dataset

    @property
    def side_px(self) -> int:
        """The side of an image on the screen: a whole multiple of its own, if that is not too large."""
        side = max(self._dataset.image_shape[:2]) if self._dataset is not None else 1
        return min(_LARGEST_PX, max(1, round(_USUAL_PX / side)) * side)

    @property
    def has_parts(self) -> bool:
        """Whether anything smaller than a whole image excites the filter."""
        if self._top is None or self._dataset is None:
            return False
        height, width, _ = self._dataset.image_shape
        return any(one.box != Box(0, 0, height, width) for one in self._top.images)

    def rowCount(self, parent: Index = _ROOT) -> int:
        return 0 if parent.isValid() or self._top is None else len(self._top.images)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid() or self._top is None or self._dataset is None:
            return None
        one = self._top.images[index.row()]
        match role:
            case Qt.ItemDataRole.DecorationRole:
                return picture_image(picture_of(self._dataset.unit_image(one.index)))
            case _ if role == _EXCITEMENT_ROLE:
                return one
            case Qt.ItemDataRole.ToolTipRole | Qt.ItemDataRole.AccessibleTextRole:
                name = self._dataset.class_names[int(self._dataset.labels[one.index])]
                return excitement_text(one, f"{name}, {SPLIT_WORDS[self._top.split]}")
        return None


class ExcitingDelegate(QStyledItemDelegate):
    """Paints an image with the box, the part inside it as large, and the number under both.

    Where every box is a whole image, neither box nor part is painted.
    """

    def __init__(self, images: ExcitingModel, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._images = images

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        metrics, side = QFontMetrics(caption_font(option.widget)), self._images.side_px
        width = 2 * side + 3 * SPACE_4 if self._images.has_parts else side + 4 * SPACE_4
        return QSize(width, side + metrics.height() + 3 * SPACE_4)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        colors = colors_of(option.widget)
        image: QImage = index.data(Qt.ItemDataRole.DecorationRole)
        one: Excitement = index.data(_EXCITEMENT_ROLE)
        painter.save()
        try:
            paint_choice(painter, option.rect.adjusted(1, 1, -1, -1), option.state, colors)
            side = self._images.side_px
            has_parts = self._images.has_parts
            indent = SPACE_4 if has_parts else 2 * SPACE_4
            left = QRect(option.rect.left() + indent, option.rect.top() + SPACE_4, side, side)
            target = paint_framed(painter, image, left, colors)
            if has_parts:
                _paint_box(painter, target, image, one, colors)
                paint_framed(painter, _part(image, one), left.translated(side + SPACE_4, 0), colors)
            painter.setFont(caption_font(option.widget))
            painter.setPen(colors.text)
            room = option.rect.adjusted(SPACE_4, side + SPACE_4, -SPACE_4, -SPACE_4 // 2)
            painter.drawText(room, Qt.AlignmentFlag.AlignCenter, number(one.value))
        finally:
            painter.restore()


def _paint_box(painter: QPainter, target: QRectF, image: QImage, one: Excitement, colors: Colors) -> None:
    """Draw what the place of the map sees, readable on bright and on dark pixels."""
    side, box = target.width() / image.width(), one.box
    place = QRectF(
        target.x() + box.left * side,
        target.y() + box.top * side,
        (box.right - box.left) * side,
        (box.bottom - box.top) * side,
    )
    for color, width in ((colors.base, 3), (colors.accent, 1)):
        painter.setPen(QPen(color, width))
        painter.drawRect(place)


def _part(image: QImage, one: Excitement) -> QImage:
    box = one.box
    return image.copy(box.left, box.top, box.right - box.left, box.bottom - box.top)


class ExcitingImages(IconGrid):
    """A grid of images that flows into the width there is.

    Signals
    -------
    image_chosen(int)
        An image was clicked, or Enter was pressed on it; with its place in its split.
    """

    image_chosen = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.images = ExcitingModel(self)
        self.setModel(self.images)
        self.setItemDelegate(ExcitingDelegate(self.images, self))
        self.setMouseTracking(True)
        self.setFrameShape(IconGrid.Shape.NoFrame)
        self.setAccessibleName("Most exciting images")
        self.picked.connect(self._on_chosen)

    def size_for(self, columns: int) -> QSize:
        """Return the size in which all images are seen, so many side by side."""
        cell = self.sizeHintForIndex(self.images.index(0))
        rows = -(-self.images.rowCount() // columns)
        return QSize(columns * cell.width() + SPACE_16, rows * cell.height() + SPACE_16)

    def minimumSizeHint(self) -> QSize:
        return QSize(2 * _LARGEST_PX, _LARGEST_PX)

    def sizeHint(self) -> QSize:
        return QSize(6 * _LARGEST_PX, 3 * _LARGEST_PX)

    @Slot(QModelIndex)
    def _on_chosen(self, index: QModelIndex) -> None:
        top = self.images.top
        if top is not None:
            self.image_chosen.emit(top.images[index.row()].position)
