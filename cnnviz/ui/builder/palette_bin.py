"""What the palette becomes while a layer of the list is dragged: the place to let go of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QFontMetrics, QPainter, QPen
from PySide6.QtWidgets import QWidget

from cnnviz.errors import CnnvizError
from cnnviz.ui.builder.drop import MIME_TYPE, DraggedLayers, from_mime
from cnnviz.ui.icons import tinted_pixmap
from cnnviz.ui.theme import RADIUS, SPACE_4, SPACE_8, SPACE_12, SPACE_16, colors_of

if TYPE_CHECKING:
    from PySide6.QtGui import QDropEvent, QPaintEvent

_ICON_PX = 20


class PaletteBin(QWidget):
    """Covers the palette while a layer of the list is dragged; lets the mouse through to the palette."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._hot = False
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.hide()

    def set_hot(self, hot: bool) -> None:
        """Say that the layer is over the bin, so that letting go removes it."""
        if hot != self._hot:
            self._hot = hot
            self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        try:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            self._paint(painter)
        finally:
            painter.end()

    def _paint(self, painter: QPainter) -> None:
        colors = colors_of(self)
        color = colors.problem if self._hot else colors.muted
        painter.fillRect(self.rect(), colors.window)
        painter.setPen(QPen(color, 1, Qt.PenStyle.DashLine))
        painter.setBrush(colors.problem_surface if self._hot else colors.window)
        frame = QRectF(self.rect()).adjusted(SPACE_12, SPACE_4, -SPACE_12, -SPACE_4)
        painter.drawRoundedRect(frame, RADIUS, RADIUS)
        words = "Let go to remove it" if self._hot else "Drop here to remove the layer"
        width = QFontMetrics(self.font()).horizontalAdvance(words) + _ICON_PX + SPACE_8
        left = frame.center().x() - width / 2
        pixmap = tinted_pixmap("delete", color, _ICON_PX, self.devicePixelRatioF())
        painter.drawPixmap(round(left), round(frame.center().y() - _ICON_PX / 2), pixmap)
        painter.setPen(color)
        text = frame.adjusted(left - frame.left() + _ICON_PX + SPACE_8, 0, SPACE_16, 0)
        painter.drawText(text, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, words)


def layers_of_a_list(event: QDropEvent) -> DraggedLayers | None:
    """Return the layers of a list that are dragged, or None for anything else."""
    data = event.mimeData()
    if not data.hasFormat(MIME_TYPE) or not event.possibleActions() & Qt.DropAction.MoveAction:
        return None
    try:
        dragged = from_mime(bytes(data.data(MIME_TYPE).data()))
    except CnnvizError:
        return None  # not ours: the drag is simply not accepted
    return dragged if dragged.source else None
