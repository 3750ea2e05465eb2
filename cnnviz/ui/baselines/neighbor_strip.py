"""The training images nearest to the selected one, side by side, with their classes and distances."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QRect, QRectF, QSize, Qt
from PySide6.QtGui import QFontMetrics, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from cnnviz.interpret.activations import picture_of
from cnnviz.ui.format import number
from cnnviz.ui.plots.atlas_painting import picture_image
from cnnviz.ui.plots.whole_pixels import whole_pixel_rect
from cnnviz.ui.theme import FOCUS_RING_PX, SPACE_4, SPACE_8, caption_font, colors_of

if TYPE_CHECKING:
    from PySide6.QtGui import QImage

    from cnnviz.app.evaluation.neighbor_finder import NeighborWish
    from cnnviz.training.neighbors import SimilarImage

_IMAGE_PX, _LEAST_CELL_PX = 56, 72


class NeighborStrip(QWidget):
    """Paints the neighbours; those that vote for the winning class are framed. It flows into its width."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._images: list[QImage] = []
        self._found: tuple[SimilarImage, ...] = ()
        self._names: tuple[str, ...] = ()
        self._voters, self._winner = 0, -1
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)

    def show_neighbors(
        self, wish: NeighborWish, found: tuple[SimilarImage, ...], *, voters: int, winner: int
    ) -> None:
        """Show the neighbours that were found for a wish; the first `voters` have chosen class `winner`."""
        data = wish.dataset
        self._images = [picture_image(picture_of(data.unit_image(one.index))) for one in found]
        self._found, self._voters, self._winner = found, voters, winner
        self._names = tuple(data.class_names[one.label] for one in found)
        words = (f"{name}, {number(one.distance)} away" for name, one in zip(self._names, found, strict=True))
        self.setAccessibleName("Nearest training images: " + "; ".join(words))
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(4 * self._cell().width(), self.heightForWidth(max(self.width(), _LEAST_CELL_PX)))

    def minimumSizeHint(self) -> QSize:
        return QSize(2 * _LEAST_CELL_PX, self._cell().height())

    def hasHeightForWidth(self) -> bool:
        return True

    def heightForWidth(self, width: int) -> int:
        cell = self._cell()
        columns = max(1, width // cell.width())
        return max(1, -(-len(self._found) // columns)) * cell.height()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        try:
            painter.setFont(caption_font(self))
            cell = self._cell()
            columns = max(1, self.width() // cell.width())
            for place in range(len(self._found)):
                row, column = divmod(place, columns)
                corner = QRect(column * cell.width(), row * cell.height(), cell.width(), cell.height())
                self._paint_one(painter, place, corner)
        finally:
            painter.end()

    def _cell(self) -> QSize:
        lines = QFontMetrics(caption_font(self)).height()
        return QSize(_LEAST_CELL_PX, _IMAGE_PX + 2 * lines + SPACE_4 + SPACE_8)

    def _paint_one(self, painter: QPainter, place: int, cell: QRect) -> None:
        colors, ratio = colors_of(self), self.devicePixelRatioF()
        one, image = self._found[place], self._images[place]
        room = QRect(cell.left() + FOCUS_RING_PX, cell.top() + FOCUS_RING_PX, _IMAGE_PX, _IMAGE_PX)
        target = whole_pixel_rect(image.size(), room, ratio)
        painter.drawImage(target, image)
        wins = place < self._voters and one.label == self._winner
        painter.setPen(QPen(colors.text if wins else colors.hairline, FOCUS_RING_PX if wins else 1 / ratio))
        painter.drawRect(target.adjusted(-1, -1, 1, 1))
        metrics = painter.fontMetrics()
        line = QRectF(cell.left(), room.bottom() + SPACE_4 + 1, cell.width() - SPACE_8, metrics.height())
        align = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
        painter.setPen(colors.text)
        name = metrics.elidedText(self._names[place], Qt.TextElideMode.ElideRight, int(line.width()))
        painter.drawText(line, align, name)
        painter.setPen(colors.muted)
        painter.drawText(line.translated(0, metrics.height()), align, number(one.distance))
