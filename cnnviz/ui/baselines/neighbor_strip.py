"""The training images nearest to the selected one, side by side, with their classes and distances."""

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
from cnnviz.ui.format import number
from cnnviz.ui.plots.atlas_painting import picture_image
from cnnviz.ui.plots.whole_pixels import paint_choice, paint_framed
from cnnviz.ui.theme import FOCUS_RING_PX, SPACE_4, caption_font, colors_of
from cnnviz.ui.widgets.icon_grid import IconGrid

if TYPE_CHECKING:
    from PySide6.QtGui import QImage

    from cnnviz.app.evaluation.neighbor_finder import NeighborWish
    from cnnviz.training.neighbors import SimilarImage

Index = QModelIndex | QPersistentModelIndex
_ROOT = QModelIndex()
_IMAGE_PX = 56
_CELL_PX = _IMAGE_PX + 2
_LINES_ROLE = Qt.ItemDataRole.UserRole + 1
_WINS_ROLE = Qt.ItemDataRole.UserRole + 2


class NeighborModel(QAbstractListModel):
    """One row for each neighbour, the nearest first."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._images: list[QImage] = []
        self._names: tuple[str, ...] = ()
        self._voters, self._winner = 0, -1
        self.found: tuple[SimilarImage, ...] = ()

    def show(self, wish: NeighborWish, found: tuple[SimilarImage, ...], *, voters: int, winner: int) -> None:
        """Show other neighbours."""
        data = wish.dataset
        self.beginResetModel()
        self._images = [picture_image(picture_of(data.unit_image(one.index))) for one in found]
        self._names = tuple(data.class_names[one.label] for one in found)
        self._voters, self._winner = voters, winner
        self.found = found
        self.endResetModel()

    def words(self, place: int) -> str:
        """Return one neighbour in words: `7, 4.895 away`."""
        return f"{self._names[place]}, {number(self.found[place].distance)} away"

    def rowCount(self, parent: Index = _ROOT) -> int:
        return 0 if parent.isValid() else len(self.found)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid():
            return None
        place = index.row()
        one = self.found[place]
        match role:
            case Qt.ItemDataRole.DecorationRole:
                return self._images[place]
            case Qt.ItemDataRole.ToolTipRole | Qt.ItemDataRole.AccessibleTextRole:
                return self.words(place)
            case _ if role == _LINES_ROLE:
                return self._names[place], number(one.distance)
            case _ if role == _WINS_ROLE:
                return place < self._voters and one.label == self._winner
        return None


class NeighborDelegate(QStyledItemDelegate):
    """Paints a neighbour with its class and distance; those that vote for the winning class are framed."""

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        lines = 2 * QFontMetrics(caption_font(option.widget)).height()
        return QSize(_CELL_PX, _CELL_PX + SPACE_4 + lines)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        colors = colors_of(option.widget)
        name, distance = index.data(_LINES_ROLE)
        painter.save()
        try:
            paint_choice(painter, option.rect.adjusted(1, 1, -1, -1), option.state, colors)
            gap = (_CELL_PX - _IMAGE_PX) // 2
            room = QRect(option.rect.left() + gap, option.rect.top() + gap, _IMAGE_PX, _IMAGE_PX)
            target = paint_framed(painter, index.data(Qt.ItemDataRole.DecorationRole), room, colors)
            if index.data(_WINS_ROLE):
                painter.setPen(QPen(colors.text, FOCUS_RING_PX))
                painter.drawRect(target)
            painter.setFont(caption_font(option.widget))
            metrics = painter.fontMetrics()
            line = QRectF(room.left(), room.bottom() + SPACE_4, _IMAGE_PX, metrics.height())
            left = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
            painter.setPen(colors.text)
            painter.drawText(line, left, metrics.elidedText(name, Qt.TextElideMode.ElideRight, _IMAGE_PX))
            painter.setPen(colors.muted)
            painter.drawText(line.translated(0, metrics.height()), left, distance)
        finally:
            painter.restore()


class NeighborStrip(IconGrid):
    """The neighbours, which flow into its width.

    Signals
    -------
    image_chosen(int)
        A neighbour was clicked, or Enter was pressed on it; with its number in the data set.
    """

    image_chosen = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.neighbors = NeighborModel(self)
        self.setModel(self.neighbors)
        self.setItemDelegate(NeighborDelegate(self))
        self.setMouseTracking(True)
        self.setFrameShape(IconGrid.Shape.NoFrame)
        self.viewport().setAutoFillBackground(False)
        self.picked.connect(self._on_chosen)

    def show_neighbors(
        self, wish: NeighborWish, found: tuple[SimilarImage, ...], *, voters: int, winner: int
    ) -> None:
        """Show the neighbours that were found for a wish; the first `voters` have chosen class `winner`."""
        self.neighbors.show(wish, found, voters=voters, winner=winner)
        words = (self.neighbors.words(place) for place in range(len(found)))
        self.setAccessibleName("Nearest training images: " + "; ".join(words))

    def sizeHint(self) -> QSize:
        return QSize(5 * _CELL_PX, 2 * _CELL_PX)

    def minimumSizeHint(self) -> QSize:
        return QSize(2 * _CELL_PX, _CELL_PX)

    @Slot(QModelIndex)
    def _on_chosen(self, index: QModelIndex) -> None:
        self.image_chosen.emit(self.neighbors.found[index.row()].index)
