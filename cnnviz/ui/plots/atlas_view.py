"""A widget that shows many small maps, and tells which number of which map is under the mouse."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QPoint, QRect, QSize, Qt, Signal
from PySide6.QtGui import QImage, QPainter, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from cnnviz.interpret.atlas import Atlas
from cnnviz.interpret.filters import Composite
from cnnviz.ui.plots.atlas_painting import atlas_image, composite_image
from cnnviz.ui.plots.tile_layout import TileLayout, flowing, in_groups
from cnnviz.ui.theme import FOCUS_RING_PX, SPACE_4, colors_of

if TYPE_CHECKING:
    from PySide6.QtGui import QKeyEvent, QMouseEvent, QPaintEvent, QResizeEvent

    from cnnviz.interpret.atlas import Grid

_STEPS = {
    Qt.Key.Key_Left: (0, -1),
    Qt.Key.Key_Right: (0, 1),
    Qt.Key.Key_Up: (-1, 0),
    Qt.Key.Key_Down: (1, 0),
}


class AtlasView(QWidget):
    """Shows an `Atlas` or a `Composite`. Cells are whole device pixels.

    Tiles flow into the width there is. Where `keep_rows` says that the rows of the grid mean something, whole
    rows flow, and are never broken. The height follows from the width.

    Signals
    -------
    hovered(int, int, int)
        The mouse is over (tile, row, column), or still is while another picture has come.
    left()
        The mouse is over no number any more.
    tile_chosen(int)
        A tile was clicked, or reached with the arrow keys.
    cell_chosen(int, int, int)
        (tile, row, column) of the tile that was chosen before was clicked.
    """

    hovered = Signal(int, int, int)
    left = Signal()
    tile_chosen = Signal(int)
    cell_chosen = Signal(int, int, int)

    def __init__(
        self, name: str, *, tile_px: int, keep_rows: bool = False, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._tile_px = tile_px
        self._keep_rows = keep_rows
        self._picture: Atlas | Composite | None = None
        self._image = QImage()
        self._current: int | None = None
        self._hovered: tuple[int, int, int] | None = None
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName(name)
        policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self.setSizePolicy(policy)

    @property
    def current(self) -> int | None:
        """The chosen tile, which has a frame."""
        return self._current

    def set_picture(self, picture: Atlas | Composite | None) -> None:
        """Show other maps. Where their number and size are the same, nothing but the colours moves."""
        before = self._grid
        self._picture = picture
        self._render()
        if self._grid != before:
            if picture is None or (self._current or 0) >= picture.grid.count:
                self._current = None
            self._fit()
            self._leave()
        self.update()
        if self._hovered is not None:
            self.hovered.emit(*self._hovered)  # there is another number at the same place

    def set_tile_px(self, tile_px: int) -> None:
        """Say how large a tile is to be, about, in logical pixels."""
        if tile_px != self._tile_px:
            self._tile_px = tile_px
            self._fit()

    def set_current(self, tile: int | None) -> None:
        """Put the frame around a tile, or around none."""
        if tile != self._current:
            self._current = tile
            self.update()

    def tile_layout(self) -> TileLayout | None:
        """Return where the tiles lie; None while there is nothing to show."""
        if self._grid is None or not self._grid.count:
            return None
        ratio = self.devicePixelRatioF()
        sizes = round(self._tile_px * ratio), round(SPACE_4 * ratio), round(FOCUS_RING_PX * ratio)
        lay_out = in_groups if self._keep_rows else flowing
        return lay_out(self._grid, round(self.width() * ratio), *sizes)

    def sizeHint(self) -> QSize:
        return self.minimumSizeHint()

    def minimumSizeHint(self) -> QSize:
        layout, ratio = self.tile_layout(), self.devicePixelRatioF()
        if layout is None:
            return QSize(0, 0)
        return QSize(math.ceil(layout.least_width / ratio), math.ceil(layout.height / ratio))

    def paintEvent(self, event: QPaintEvent) -> None:
        layout = self.tile_layout()
        if layout is None:
            return
        painter = QPainter(self)
        try:
            ratio = self.devicePixelRatioF()
            painter.scale(1 / ratio, 1 / ratio)
            visible = QRect(event.rect().topLeft() * ratio, event.rect().size() * ratio)
            self._paint(painter, layout, visible.adjusted(-1, -1, 1, 1))
        finally:
            painter.end()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if event.oldSize().width() != event.size().width():
            self._fit()

    def changeEvent(self, event: QEvent) -> None:
        if event.type() is QEvent.Type.PaletteChange:
            self._render()
            self.update()
        super().changeEvent(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        place = self._located(event.position().toPoint())
        if place is not None:
            self._hovered = place
            self.hovered.emit(*place)
        else:
            self._leave()

    def leaveEvent(self, event: QEvent) -> None:
        self._leave()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        place = self._located(event.position().toPoint())
        if place is not None and event.button() is Qt.MouseButton.LeftButton:
            was_chosen = place[0] == self._current
            self._choose(place[0])
            if was_chosen:
                self.cell_chosen.emit(*place)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        layout, step = self.tile_layout(), _STEPS.get(Qt.Key(event.key()))
        if layout is None or step is None:
            super().keyPressEvent(event)
            return
        tile = 0 if self._current is None else self._current + step[0] * layout.columns + step[1]
        if 0 <= tile < layout.grid.count:
            self._choose(tile)

    def focusInEvent(self, event: QEvent) -> None:
        self.update()

    def focusOutEvent(self, event: QEvent) -> None:
        self.update()

    @property
    def _grid(self) -> Grid | None:
        return self._picture.grid if self._picture is not None else None

    def _render(self) -> None:
        picture = self._picture
        match picture:
            case Atlas():
                self._image = atlas_image(picture, colors_of(self))
            case Composite():
                self._image = composite_image(picture)
            case None:
                self._image = QImage()

    def _paint(self, painter: QPainter, layout: TileLayout, visible: QRect) -> None:
        colors = colors_of(self)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(colors.hairline, 1))
        frames = []
        for tile in layout.tiles_in(visible):
            target = layout.rect(tile)
            painter.drawImage(target, self._image, layout.source(tile))
            frames.append(target.adjusted(-1, -1, 0, 0))
        painter.drawRects(frames)
        if self._current is not None and self._current < layout.grid.count:
            width = round(FOCUS_RING_PX * self.devicePixelRatioF())
            painter.setPen(QPen(colors.accent if self.hasFocus() else colors.text, width))
            edge = -(width // 2 + width % 2)
            painter.drawRect(layout.rect(self._current).adjusted(edge, edge, -edge - 1, -edge - 1))

    def _located(self, point: QPoint) -> tuple[int, int, int] | None:
        layout, ratio = self.tile_layout(), self.devicePixelRatioF()
        return layout.locate(int(point.x() * ratio), int(point.y() * ratio)) if layout else None

    def _choose(self, tile: int) -> None:
        self.set_current(tile)
        self.tile_chosen.emit(tile)

    def _leave(self) -> None:
        if self._hovered is not None:
            self._hovered = None
            self.left.emit()

    def _fit(self) -> None:
        """Ask for the height that the tiles need in the width there is."""
        self.setMinimumHeight(self.minimumSizeHint().height())
        self.updateGeometry()
