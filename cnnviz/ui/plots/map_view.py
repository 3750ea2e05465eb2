"""One map, enlarged, with the value of the number under the mouse."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QPoint, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFontMetrics, QImage, QPainter, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from cnnviz.ui.format import number
from cnnviz.ui.plots.atlas_painting import clear_tile_image, picture_image, tile_image
from cnnviz.ui.plots.map_place import own_place, place_over_image, seen_box
from cnnviz.ui.theme import SPACE_4, SPACE_8, caption_font, colors_of

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray
    from PySide6.QtGui import QKeyEvent, QMouseEvent, QPaintEvent

    from cnnviz.interpret.atlas import Atlas
    from cnnviz.spec.receptive import ReceptiveField
    from cnnviz.ui.plots.map_place import MapPlace

_LEAST_PX, _USUAL_PX = 96, 220
_LARGEST_CELL_PX = 40
_STEPS = {
    Qt.Key.Key_Left: (0, -1),
    Qt.Key.Key_Right: (0, 1),
    Qt.Key.Key_Up: (-1, 0),
    Qt.Key.Key_Down: (1, 0),
}


class MapView(QWidget):
    """Shows one tile of an atlas as large as whole device pixels allow.

    The cell under the mouse, or the one reached with the arrow keys, has a frame, and its value stands
    beside it. Over the image the map is laid where it was made from, and the box that the cell sees is drawn.

    Signals
    -------
    hovered(int, int)
        The mouse or the keyboard is at (row, column); for the mouse also while other values come.
    left()
        It is at no cell any more.
    cell_chosen(int, int)
        (row, column) was clicked, or reached by the keyboard and chosen with the enter key.
    """

    hovered = Signal(int, int)
    left = Signal()
    cell_chosen = Signal(int, int)

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._atlas: Atlas | None = None
        self._values: NDArray[np.floating] | None = None
        self._tile = 0
        self._image, self._picture = QImage(), QImage()
        self._field: ReceptiveField | None = None
        self._cell: tuple[int, int] | None = None
        self._is_pointed_at = False
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setAccessibleName(name)

    @property
    def cell(self) -> tuple[int, int] | None:
        """The cell with the frame, (row, column)."""
        return self._cell

    def set_map(self, atlas: Atlas | None, tile: int, values: NDArray[np.floating] | None) -> None:
        """Show tile `tile` of `atlas`, whose numbers are `values` (H, W)."""
        self._atlas, self._tile, self._values = atlas, tile, values
        if self._cell is not None and (values is None or not _inside(self._cell, values.shape)):
            self._set_cell(None)
        self._render()
        self._describe()
        self.update()
        if self._cell is not None and self._is_pointed_at:
            self.hovered.emit(*self._cell)

    @property
    def is_over_image(self) -> bool:
        """Whether the map lies over the image."""
        return self._field is not None

    def set_image(self, picture: NDArray[np.uint8] | None, field: ReceptiveField | None) -> None:
        """Lay the map over an image (H, W, 3) of which its numbers see `field`; None for the map alone."""
        is_over = picture is not None and field is not None
        if not is_over and not self.is_over_image:
            return
        self._field = field if is_over else None
        self._picture = QImage()
        if picture is not None and is_over:
            self._picture = picture_image(picture).convertToFormat(QImage.Format.Format_Grayscale8)
        self._render()
        self.update()

    def value_text(self) -> str:
        """Return what the cell with the frame holds: `row 3, column 5: 0.4182`."""
        if self._cell is None or self._values is None:
            return ""
        row, column = self._cell
        return f"row {row}, column {column}: {number(float(self._values[row, column]))}"

    def sizeHint(self) -> QSize:
        return QSize(_USUAL_PX, _USUAL_PX)

    def minimumSizeHint(self) -> QSize:
        return QSize(_LEAST_PX, _LEAST_PX)

    def paintEvent(self, event: QPaintEvent) -> None:
        place = self.place()
        if place is None:
            return
        painter = QPainter(self)
        try:
            ratio = self.devicePixelRatioF()
            painter.scale(1 / ratio, 1 / ratio)
            self._paint(painter, place, ratio)
        finally:
            painter.end()

    def changeEvent(self, event: QEvent) -> None:
        if event.type() is QEvent.Type.PaletteChange:
            self._render()
            self.update()
        super().changeEvent(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self._is_pointed_at = True
        self._set_cell(self._located(event.position().toPoint()))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        cell = self._located(event.position().toPoint())
        if cell is not None and event.button() is Qt.MouseButton.LeftButton:
            self.cell_chosen.emit(*cell)

    def leaveEvent(self, event: QEvent) -> None:
        self._is_pointed_at = False
        if not self.hasFocus():
            self._set_cell(None)

    def focusOutEvent(self, event: QEvent) -> None:
        self._set_cell(None)
        self.update()

    def focusInEvent(self, event: QEvent) -> None:
        self.update()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self._cell is not None:
            self.cell_chosen.emit(*self._cell)
            return
        step = _STEPS.get(Qt.Key(event.key()))
        if step is None or self._values is None:
            super().keyPressEvent(event)
            return
        cell = (self._cell[0] + step[0], self._cell[1] + step[1]) if self._cell else (0, 0)
        if _inside(cell, self._values.shape):
            self._set_cell(cell)

    def _render(self) -> None:
        render = clear_tile_image if self.is_over_image else tile_image
        atlas = self._atlas
        self._image = render(atlas, self._tile, colors_of(self)) if atlas is not None else QImage()

    def place(self) -> MapPlace | None:
        """Return where the map lies, in device pixels; None where there is none."""
        return self._place_in(self.height())

    def wanted_height(self) -> int:
        """Return how high the map is in the width there is: no higher than usual."""
        place, ratio = self._place_in(_USUAL_PX), self.devicePixelRatioF()
        if place is None:
            return _USUAL_PX
        whole = place.image if self.is_over_image else place.whole
        return math.ceil(whole.height() / ratio) + 1

    def _place_in(self, height: int) -> MapPlace | None:
        if self._atlas is None:
            return None
        grid, ratio = self._atlas.grid, self.devicePixelRatioF()
        shape, room = (grid.tile_height, grid.tile_width), (self.width() * ratio, height * ratio)
        largest = round(_LARGEST_CELL_PX * ratio)
        if self._field is None:
            return own_place(shape, *room, largest)
        return place_over_image(shape, self._picture_shape, self._field, *room, largest)

    @property
    def _picture_shape(self) -> tuple[int, int]:
        return self._picture.height(), self._picture.width()

    def _paint(self, painter: QPainter, place: MapPlace, ratio: float) -> None:
        colors, frame = colors_of(self), place.whole
        if self._field is not None:
            frame = place.image
            painter.drawImage(frame, self._picture)
            painter.setClipRect(frame)
        painter.drawImage(place.whole, self._image)
        painter.setClipping(False)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(colors.accent if self.hasFocus() else colors.hairline, max(1, round(ratio))))
        painter.drawRect(frame.adjusted(0, 0, -1, -1))
        if self._cell is None:
            return
        boxes = [place.cell(*self._cell)]
        if self._field is not None:
            boxes.append(seen_box(place, self._picture_shape, self._field, self._cell))
        for box in boxes:
            for color, width in ((colors.base, 3), (colors.text, 1)):
                painter.setPen(QPen(color, max(1, round(width * ratio))))
                painter.drawRect(box.adjusted(-1, -1, 0, 0))
        self._paint_value(painter, boxes[0], ratio)

    def _paint_value(self, painter: QPainter, cell: QRect, ratio: float) -> None:
        """Write the value beside its cell, on the side where there is room."""
        assert self._cell is not None
        assert self._values is not None
        text = number(float(self._values[self._cell]))
        painter.scale(ratio, ratio)
        colors, metrics = colors_of(self), QFontMetrics(caption_font(self))
        width, height = metrics.horizontalAdvance(text) + 2 * SPACE_8, metrics.height() + SPACE_4
        right, top = cell.right() / ratio + SPACE_4, cell.top() / ratio - SPACE_4
        x = right if right + width < self.width() else max(0.0, cell.left() / ratio - SPACE_4 - width)
        box = QRectF(x, min(max(top, 0.0), self.height() - height), width, height)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(colors.hairline, 1))
        painter.setBrush(colors.raised)
        painter.drawRoundedRect(box, SPACE_4, SPACE_4)
        painter.setFont(caption_font(self))
        painter.setPen(colors.text)
        painter.drawText(box, Qt.AlignmentFlag.AlignCenter, text)

    def _located(self, point: QPoint) -> tuple[int, int] | None:
        place, ratio = self.place(), self.devicePixelRatioF()
        return place.locate(point.x() * ratio, point.y() * ratio) if place is not None else None

    def _set_cell(self, cell: tuple[int, int] | None) -> None:
        if cell == self._cell:
            return
        self._cell = cell
        self._describe()
        self.update()
        if cell is None:
            self.left.emit()
        else:
            self.hovered.emit(*cell)

    def _describe(self) -> None:
        self.setAccessibleDescription(self.value_text())


def _inside(cell: tuple[int, int], shape: tuple[int, ...]) -> bool:
    return 0 <= cell[0] < shape[0] and 0 <= cell[1] < shape[1]
