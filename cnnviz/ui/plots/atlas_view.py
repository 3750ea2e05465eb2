"""A widget that shows many small maps, and tells which number of which map is under the mouse."""

from __future__ import annotations

import dataclasses
import math
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QPoint, QRect, QSize, Qt, Signal
from PySide6.QtGui import QFont, QFontInfo, QFontMetrics, QImage, QPainter, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from cnnviz.interpret.atlas import Atlas
from cnnviz.interpret.filters import Composite
from cnnviz.ui.plots.atlas_painting import atlas_cells, composite_cells
from cnnviz.ui.plots.cell_sheet import sheet_image
from cnnviz.ui.plots.tile_layout import TileLayout, flowing, in_groups
from cnnviz.ui.plots.tile_marks import paint_mark, paint_name
from cnnviz.ui.theme import FOCUS_RING_PX, SPACE_4, caption_font, colors_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import numpy as np
    from numpy.typing import NDArray
    from PySide6.QtGui import QKeyEvent, QMouseEvent, QPaintEvent, QResizeEvent

    from cnnviz.interpret.atlas import Grid
    from cnnviz.ui.plots.cell_sheet import Places
    from cnnviz.ui.plots.tile_marks import Mark
    from cnnviz.ui.theme import Colors

_STEPS = {
    Qt.Key.Key_Left: (0, -1),
    Qt.Key.Key_Right: (0, 1),
    Qt.Key.Key_Up: (-1, 0),
    Qt.Key.Key_Down: (1, 0),
}


class AtlasView(QWidget):
    """Shows an `Atlas` or a `Composite`. Cells are whole device pixels.

    Tiles flow into the width there is. Where `keep_rows` says that the rows of the grid mean something, whole
    rows flow, and are never broken. The height follows from the width. Tiles may stand in another order than
    in the picture, and some of them may not be shown; they keep their numbers.

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
        self._cells: NDArray[np.uint32] | None = None
        self._sheet: tuple[object, int, Places] | None = None
        self._image: QImage | None = None
        self._layout: tuple[object, TileLayout] | None = None
        self._order: tuple[int, ...] | None = None
        self._shown: tuple[int, ...] = ()
        self._places: dict[int, int] = {}
        self._marks: Mapping[int, Mark] = {}
        self._names: tuple[str, ...] = ()
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

    @property
    def order(self) -> tuple[int, ...]:
        """The tiles that are shown, one after the other."""
        return self._shown

    @property
    def marks(self) -> Mapping[int, Mark]:
        """What is said of single tiles."""
        return self._marks

    def set_picture(self, picture: Atlas | Composite | None, order: Sequence[int] | None = None) -> None:
        """Show other maps: all as they are, or those in `order`.

        Where their number, size and order are the same, nothing but the colours moves.
        """
        before = self._grid, self._order
        self._picture = picture
        self._order = tuple(order) if order is not None and picture is not None else None
        self._render()
        if (self._grid, self._order) != before:
            self._shown = (
                tuple(range(picture.grid.count if picture else 0)) if order is None else self._order or ()
            )
            self._places = {tile: place for place, tile in enumerate(self._shown)}
            if picture is None or (self._current or 0) >= picture.grid.count:
                self._current = None
            self._fit()
            self._leave()
        self.update()
        if self._hovered is not None:
            self.hovered.emit(*self._hovered)  # there is another number at the same place

    @property
    def names(self) -> tuple[str, ...]:
        """What is written under the tiles."""
        return self._names

    def set_marks(self, marks: Mapping[int, Mark]) -> None:
        """Say something of single tiles, by their numbers."""
        if marks != self._marks:
            self._marks = marks
            self._describe()
            self.update()

    def set_names(self, names: Sequence[str]) -> None:
        """Write a name under each tile, by their numbers; no names where there are none."""
        if tuple(names) != self._names:
            self._names, self._layout = tuple(names), None
            self._fit()
            self.update()

    def set_tile_px(self, tile_px: int) -> None:
        """Say how large a tile is to be, about, in logical pixels."""
        if tile_px != self._tile_px:
            self._tile_px = tile_px
            self._fit()

    def set_current(self, tile: int | None) -> None:
        """Put the frame around a tile, or around none."""
        if tile != self._current:
            self._current = tile
            self._describe()
            self.update()

    def tile_layout(self) -> TileLayout | None:
        """Return where the tiles lie, counted as they are shown; None while there is nothing to show."""
        if self._grid is None or not self._grid.count or self._order == ():
            return None
        key = self._grid, len(self._shown), self.width(), self.devicePixelRatioF(), self._tile_px
        if self._layout is None or self._layout[0] != key:
            self._layout = key, self._laid_out(self._grid)
        return self._layout[1]

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
        elif event.type() is QEvent.Type.FontChange:
            self._layout = None
            self._fit()
        super().changeEvent(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        place = self._located(event.position().toPoint())
        self.setToolTip(self._marks[place[0]].words if place is not None and place[0] in self._marks else "")
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
        current = self._place_of(self._current)
        place = 0 if current is None else current + step[0] * layout.columns + step[1]
        if 0 <= place < layout.grid.count:
            self._choose(self._shown[place])

    def focusInEvent(self, event: QEvent) -> None:
        self.update()

    def focusOutEvent(self, event: QEvent) -> None:
        self.update()

    @property
    def _grid(self) -> Grid | None:
        return self._picture.grid if self._picture is not None else None

    def _laid_out(self, grid: Grid) -> TileLayout:
        shown = dataclasses.replace(grid, count=len(self._shown))
        ratio = self.devicePixelRatioF()
        sizes = round(self._tile_px * ratio), round(SPACE_4 * ratio), round(FOCUS_RING_PX * ratio)
        if self._keep_rows:
            return in_groups(shown, round(self.width() * ratio), *sizes)
        below = QFontMetrics(self._name_font(ratio)).height() if self._names else 0
        return flowing(shown, round(self.width() * ratio), *sizes, below)

    def _name_font(self, ratio: float) -> QFont:
        font = caption_font(self)
        font.setPixelSize(max(1, round(QFontInfo(font).pixelSize() * ratio)))
        return font

    def _render(self) -> None:
        """Give every cell its colour."""
        colors, picture = colors_of(self), self._picture
        paper, frame = colors.base.rgb(), colors.hairline.rgb()
        match picture:
            case Atlas():
                self._cells = atlas_cells(picture, colors, paper=paper, frame=frame)
            case Composite():
                self._cells = composite_cells(picture, paper=paper, frame=frame)
            case None:
                self._cells = None
        self._image = None

    def _paint(self, painter: QPainter, layout: TileLayout, visible: QRect) -> None:
        colors, ratio = colors_of(self), self.devicePixelRatioF()
        top, image = self._picture_of(layout, visible)
        painter.drawImage(0, top, image)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        if self._names:
            self._paint_names(painter, layout, visible, colors)
        current = self._place_of(self._current)
        if current is not None:
            width = round(FOCUS_RING_PX * ratio)
            painter.setPen(QPen(colors.accent if self.hasFocus() else colors.text, width))
            edge = -(width // 2 + width % 2)
            painter.drawRect(layout.rect(current).adjusted(edge, edge, -edge - 1, -edge - 1))
        room = QRect(0, 0, round(self.width() * ratio), round(self.height() * ratio))
        for tile, mark in self._marks.items():
            place = self._place_of(tile) if mark.sign else None
            if mark.sign and place is not None and layout.rect(place).intersects(visible):
                paint_mark(painter, mark.sign, layout.rect(place), room, self.font(), colors, ratio)

    def _paint_names(self, painter: QPainter, layout: TileLayout, visible: QRect, colors: Colors) -> None:
        font = self._name_font(self.devicePixelRatioF())
        for place, tile in enumerate(self._shown):
            rect = layout.rect(place)
            if tile < len(self._names) and visible.intersects(rect.adjusted(0, 0, 0, layout.below)):
                paint_name(painter, self._names[tile], rect, layout.below, font, colors)

    def _picture_of(self, layout: TileLayout, visible: QRect) -> tuple[int, QImage]:
        """Return a picture of the rows of pixels that are in sight, at least, and where it begins."""
        assert self._cells is not None
        seen = self.visibleRegion().boundingRect()
        ratio = self.devicePixelRatioF()
        first = max(0, min(visible.top(), math.floor(seen.top() * ratio)))
        stop = max(visible.bottom() + 1, math.ceil((seen.bottom() + 1) * ratio))
        key, known = (self._grid, layout, self._order), self._sheet
        is_there = known is not None and known[0] == key and known[1] <= max(visible.top(), 0)
        if (
            known is None
            or not is_there
            or min(visible.bottom(), layout.height - 1) >= known[1] + len(known[2])
        ):
            assert self._grid is not None
            stop = max(first, min(stop, layout.height))
            known = key, first, layout.gathering(self._shown, first, stop, self._grid)
            self._sheet, self._image = known, None
        if self._image is None:
            self._image = sheet_image(self._cells, known[2], clear=False)
        return known[1], self._image

    def _located(self, point: QPoint) -> tuple[int, int, int] | None:
        layout, ratio = self.tile_layout(), self.devicePixelRatioF()
        found = layout.locate(int(point.x() * ratio), int(point.y() * ratio)) if layout else None
        return None if found is None else (self._shown[found[0]], *found[1:])

    def _place_of(self, tile: int | None) -> int | None:
        """Return where a tile stands among those that are shown; None where it is not."""
        return self._places.get(tile) if tile is not None else None

    def _describe(self) -> None:
        mark = self._marks.get(self._current) if self._current is not None else None
        self.setAccessibleDescription(mark.words if mark is not None else "")

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
