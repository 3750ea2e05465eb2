"""A grid of any number of images; what a frame costs depends on what is in sight only."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QPoint, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QHelpEvent, QPainter, QPen
from PySide6.QtWidgets import QAbstractScrollArea, QFrame, QScrollBar, QToolTip, QWidget

from cnnviz.ui.browser.image_strips import ImageStrips, Tile, tile_for
from cnnviz.ui.theme import FOCUS_RING_PX, LOOK_CHANGES, SPACE_8, SPACE_24, colors_of

if TYPE_CHECKING:
    from collections.abc import Callable

    import numpy as np
    from numpy.typing import NDArray
    from PySide6.QtGui import QKeyEvent, QMouseEvent, QPaintEvent, QResizeEvent

    from cnnviz.data.dataset import Dataset

_LEAST_PX = 120
_CHOOSE_KEYS = (Qt.Key.Key_Return, Qt.Key.Key_Enter)


class QuietScrollBar(QScrollBar):
    """Keeps its place, so that nothing moves when it is needed, and shows no handle where nothing scrolls."""

    def paintEvent(self, event: QPaintEvent) -> None:
        if self.minimum() < self.maximum():
            super().paintEvent(event)


class ImageGrid(QAbstractScrollArea):
    """Shows a list of images of a data set, as many side by side as there is room for.

    Signals
    -------
    image_chosen(int)
        An image was clicked, reached with the arrow keys, or chosen with Enter; with its place in the list.
    digit_typed(str)
        Somebody begins to type the number of an image.
    """

    image_chosen = Signal(int)
    digit_typed = Signal(str)

    def __init__(
        self, dataset: Dataset, words_of: Callable[[int], str], parent: QWidget | None = None
    ) -> None:
        """Show no image yet; `words_of` tells of the image at a place of the list what it is."""
        super().__init__(parent)
        self._strips = ImageStrips(dataset)
        self._words_of = words_of
        self._marked: int | None = None
        self._nothing = ""
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollBar(QuietScrollBar(self))
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOn)
        self.setAccessibleName("Images of the data set")

    @property
    def count(self) -> int:
        """How many images are listed."""
        return len(self._strips.indices)

    @property
    def marked(self) -> int | None:
        """Place in the list of the image with the frame around it."""
        return self._marked

    @property
    def columns(self) -> int:
        """How many images stand side by side."""
        room = (self.viewport().width() - 2 * SPACE_8) * self.devicePixelRatioF()
        return max(1, int(room + self._tile.gap * self._tile.scale) // self._tile.pitch[0])

    @property
    def rows(self) -> int:
        """How many rows there are."""
        return -(-self.count // self.columns)

    def show_images(
        self,
        dataset: Dataset,
        indices: NDArray[np.int64],
        nothing: str,
        wrong: NDArray[np.bool_] | None = None,
    ) -> None:
        """List the images `indices` (n,) from the first on; where there are none, say `nothing`.

        Those that are `wrong` (n,) have a bar below; None where that is not known.
        """
        self._strips.set_images(dataset, indices, wrong)
        self._nothing = nothing
        self._marked = None
        self._fit_scroll_bar()
        self.verticalScrollBar().setValue(0)
        self.viewport().update()

    def mark(self, place: int | None) -> None:
        """Put a frame around the image at a place of the list, and bring it into sight. No signal is sent."""
        self._marked = place
        if place is not None:
            self._bring_into_sight(place)
            self.setAccessibleDescription(self._words_of(place))
        self.viewport().update()

    def rect_of(self, place: int) -> QRect:
        """Return where in the viewport an image is."""
        row, column = divmod(place, self.columns)
        ratio, (across, down) = self.devicePixelRatioF(), self._tile.pitch
        left, top = self._origin()
        width, height = self._tile.width * self._tile.scale, self._tile.height * self._tile.scale
        return QRectF(
            (left + column * across) / ratio, (top + row * down) / ratio, width / ratio, height / ratio
        ).toAlignedRect()

    def place_at(self, point: QPoint) -> int | None:
        """Return the place in the list of the image at a point of the viewport; None beside all images."""
        ratio, (across, down) = self.devicePixelRatioF(), self._tile.pitch
        left, top = self._origin()
        column, row = int((point.x() * ratio - left) // across), int((point.y() * ratio - top) // down)
        place = row * self.columns + column
        is_in = 0 <= column < self.columns and 0 <= place < self.count
        return place if is_in and self.rect_of(place).contains(point) else None

    def minimumSizeHint(self) -> QSize:
        return QSize(_LEAST_PX, _LEAST_PX)

    def viewportEvent(self, event: QEvent) -> bool:
        if event.type() is QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            place = self.place_at(event.pos())
            words = "" if place is None else self._words_of(place)
            QToolTip.showText(event.globalPos(), words, self.viewport())
            return True
        return super().viewportEvent(event)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() in LOOK_CHANGES:
            self.viewport().update()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit_scroll_bar()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        place = self.place_at(event.position().toPoint())
        if event.button() is Qt.MouseButton.LeftButton and place is not None:
            self._choose(place)
        event.accept()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        event.accept()  # it belongs to the press

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key, marked = Qt.Key(event.key()), self._marked
        if event.text().isdecimal():
            self.digit_typed.emit(event.text())
            return
        if key in _CHOOSE_KEYS and marked is not None:
            self._choose(marked)
            return
        target = self._target_of(key)
        if target is None or not self.count:
            super().keyPressEvent(event)
            return
        target = 0 if marked is None else min(max(target, 0), self.count - 1)
        if target != marked:
            self._choose(target)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self.viewport())
        try:
            colors = colors_of(self)
            painter.fillRect(event.rect(), colors.base)
            if self.count:
                self._paint_images(painter)
            else:
                painter.setPen(colors.muted)
                room = self.viewport().rect().adjusted(SPACE_24, SPACE_24, -SPACE_24, -SPACE_24)
                words = Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap
                painter.drawText(room, int(words), self._nothing)
        finally:
            painter.end()

    def _paint_images(self, painter: QPainter) -> None:
        colors, ratio, tile = colors_of(self), self.devicePixelRatioF(), self._tile
        self._strips.set_look(tile, self.columns, colors.base, colors.problem)
        painter.save()
        painter.scale(1 / ratio, 1 / ratio)  # whole device pixels, so that images stay sharp
        left, top = self._origin()
        down, height = tile.pitch[1], self.viewport().height() * ratio
        first, last = max(0, -top // down), min(self.rows - 1, int((height - top) // down))
        for row in range(first, last + 1):
            strip = self._strips.strip(row)
            size = strip.size() * tile.scale
            painter.drawImage(QRect(QPoint(left, top + row * down), size), strip)
        painter.restore()
        if self._marked is not None:
            painter.setPen(QPen(colors.accent, FOCUS_RING_PX))
            painter.drawRect(self.rect_of(self._marked).adjusted(-2, -2, 1, 1))

    def _target_of(self, key: Qt.Key) -> int | None:
        """Return where a key leads from the marked image; None for a key that leads nowhere."""
        page = self.columns * max(1, self.viewport().height() // self._row_height)
        steps = {
            Qt.Key.Key_Left: -1,
            Qt.Key.Key_Right: 1,
            Qt.Key.Key_Up: -self.columns,
            Qt.Key.Key_Down: self.columns,
            Qt.Key.Key_PageUp: -page,
            Qt.Key.Key_PageDown: page,
            Qt.Key.Key_Home: -self.count,
            Qt.Key.Key_End: self.count,
        }
        return (self._marked or 0) + steps[key] if key in steps else None

    def _choose(self, place: int) -> None:
        self.mark(place)
        self.image_chosen.emit(place)

    @property
    def _tile(self) -> Tile:
        return tile_for(*self._strips.dataset.image_shape[:2], self.devicePixelRatioF())

    @property
    def _row_height(self) -> int:
        return max(1, round(self._tile.pitch[1] / self.devicePixelRatioF()))

    def _origin(self) -> tuple[int, int]:
        """Return where the first image is, in device pixels of the viewport."""
        ratio = self.devicePixelRatioF()
        return round(SPACE_8 * ratio), round((SPACE_8 - self.verticalScrollBar().value()) * ratio)

    def _fit_scroll_bar(self) -> None:
        bar, height = self.verticalScrollBar(), self.viewport().height()
        content = round(self.rows * self._tile.pitch[1] / self.devicePixelRatioF()) + SPACE_8
        bar.setRange(0, max(0, content - height))
        bar.setPageStep(height)
        bar.setSingleStep(max(1, self._row_height // 2))

    def _bring_into_sight(self, place: int) -> None:
        rect, bar = self.rect_of(place), self.verticalScrollBar()
        if rect.top() < SPACE_8:
            bar.setValue(bar.value() + rect.top() - SPACE_8)
        elif rect.bottom() > self.viewport().height() - SPACE_8:
            bar.setValue(bar.value() + rect.bottom() - self.viewport().height() + SPACE_8)
