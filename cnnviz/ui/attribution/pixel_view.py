"""A small picture in whole device pixels, one of which can be pointed at."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QPoint, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QImage, QPainter, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from cnnviz.ui.plots.atlas_painting import picture_image
from cnnviz.ui.plots.whole_pixels import whole_pixel_rect
from cnnviz.ui.theme import FOCUS_RING_PX, colors_of

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray
    from PySide6.QtGui import QKeyEvent, QMouseEvent, QPaintEvent

_LEAST_PX, _USUAL_PX = 64, 160
_STEPS = {
    Qt.Key.Key_Left: (0, -1),
    Qt.Key.Key_Right: (0, 1),
    Qt.Key.Key_Up: (-1, 0),
    Qt.Key.Key_Down: (1, 0),
}


class PixelView(QWidget):
    """Shows colours (H, W, 3) as large as whole device pixels allow; views of one size have equal cells.

    Signals
    -------
    pointed(int, int)
        The mouse or the arrow keys are at (row, column).
    left()
        They are at no pixel any more.
    opened(int, int)
        A pixel was clicked, or Enter was pressed on it.
    """

    pointed = Signal(int, int)
    left = Signal()
    opened = Signal(int, int)

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._image = QImage()
        self._cell: tuple[int, int] | None = None
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setAccessibleName(name)

    @property
    def image(self) -> QImage:
        """What is shown, with one pixel for each of the picture's; null where there is nothing."""
        return self._image

    @property
    def cell(self) -> tuple[int, int] | None:
        """The pixel with the frame, (row, column)."""
        return self._cell

    def set_pixels(self, pixels: NDArray[np.uint8] | None) -> None:
        """Show a picture (H, W, 3), or nothing."""
        self._image = QImage() if pixels is None else picture_image(pixels)
        if self._cell is not None and not self._holds(self._cell):
            self._cell = None
        self.update()

    def mark(self, cell: tuple[int, int] | None) -> None:
        """Frame a pixel without telling anybody."""
        if cell != self._cell:
            self._cell = cell if cell is not None and self._holds(cell) else None
            self.update()

    def sizeHint(self) -> QSize:
        return QSize(_USUAL_PX, _USUAL_PX)

    def minimumSizeHint(self) -> QSize:
        return QSize(_LEAST_PX, _LEAST_PX)

    def paintEvent(self, event: QPaintEvent) -> None:
        if self._image.isNull():
            return
        painter = QPainter(self)
        try:
            self._paint(painter)
        finally:
            painter.end()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self._point_at(self._located(event.position().toPoint()))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        cell = self._located(event.position().toPoint())
        if cell is None or event.button() is not Qt.MouseButton.LeftButton:
            super().mousePressEvent(event)
        else:
            self.opened.emit(*cell)

    def leaveEvent(self, event: QEvent) -> None:
        if not self.hasFocus():
            self._point_at(None)

    def focusInEvent(self, event: QEvent) -> None:
        self.update()

    def focusOutEvent(self, event: QEvent) -> None:
        self._point_at(None)
        self.update()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self._cell is not None:
            self.opened.emit(*self._cell)
            return
        step = _STEPS.get(Qt.Key(event.key()))
        if step is None or self._image.isNull():
            super().keyPressEvent(event)
            return
        cell = (self._cell[0] + step[0], self._cell[1] + step[1]) if self._cell else (0, 0)
        if self._holds(cell):
            self._point_at(cell)

    def _place(self) -> QRectF:
        return whole_pixel_rect(self._image.size(), self.rect(), self.devicePixelRatioF())

    def _paint(self, painter: QPainter) -> None:
        colors, ratio, place = colors_of(self), self.devicePixelRatioF(), self._place()
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, place.width() < self._image.width())
        painter.drawImage(place, self._image)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        line = 1 / ratio
        pen = QPen(colors.accent, FOCUS_RING_PX) if self.hasFocus() else QPen(colors.hairline, line)
        painter.setPen(pen)
        painter.drawRect(place.adjusted(line / 2, line / 2, -line / 2, -line / 2))
        if self._cell is None:
            return
        side = place.width() / self._image.width()
        row, column = self._cell
        cell = QRectF(place.x() + column * side, place.y() + row * side, side, side)
        for color, width in ((colors.base, 3), (colors.text, 1)):
            painter.setPen(QPen(color, width))
            painter.drawRect(cell)

    def _located(self, point: QPoint) -> tuple[int, int] | None:
        if self._image.isNull():
            return None
        place = self._place()
        side = place.width() / self._image.width()
        cell = int((point.y() - place.y()) // side), int((point.x() - place.x()) // side)
        return cell if self._holds(cell) else None

    def _holds(self, cell: tuple[int, int]) -> bool:
        return 0 <= cell[0] < self._image.height() and 0 <= cell[1] < self._image.width()

    def _point_at(self, cell: tuple[int, int] | None) -> None:
        if cell == self._cell:
            return
        self._cell = cell
        self.update()
        if cell is None:
            self.left.emit()
        else:
            self.pointed.emit(*cell)
