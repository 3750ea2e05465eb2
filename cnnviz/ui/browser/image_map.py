"""A map on which like images lie together: a dot for each, and the image itself under the mouse."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QEvent, QPoint, QPointF, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFontMetricsF, QHelpEvent, QPainter, QPen
from PySide6.QtWidgets import QToolTip, QWidget

from cnnviz.interpret.activations import picture_of
from cnnviz.ui.browser.map_painting import DOT_PX, Dots, paint_dots, paint_names, plates_of
from cnnviz.ui.inspector.kept_pixmap import KeptPixmap
from cnnviz.ui.plots.atlas_painting import picture_image
from cnnviz.ui.plots.whole_pixels import whole_pixel_rect
from cnnviz.ui.theme import (
    FOCUS_RING_PX,
    LOOK_CHANGES,
    RADIUS,
    SPACE_4,
    SPACE_8,
    SPACE_24,
    caption_font,
    colors_of,
    strong_font,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray
    from PySide6.QtGui import QFocusEvent, QKeyEvent, QMouseEvent, QPaintEvent

    from cnnviz.app.data.image_maps import MapOfImages
    from cnnviz.data.dataset import Dataset, Split

_REACH_PX, _PICTURE_PX, _LEAST_PX = 12.0, 84, 120
_SIDES = {
    Qt.Key.Key_Left: (-1, 0),
    Qt.Key.Key_Right: (1, 0),
    Qt.Key.Key_Up: (0, -1),
    Qt.Key.Key_Down: (0, 1),
}
_CHOOSE_KEYS = (Qt.Key.Key_Return, Qt.Key.Key_Enter)
_ROOM = (SPACE_24, SPACE_24, -SPACE_24, -SPACE_24)


class ImageMap(QWidget):
    """Shows where images lie; those of the chosen class stand out, and each class has its name in its middle.

    What does not change under the mouse is painted once.

    An arrow key leads to the nearest image on that side, Enter chooses it.

    Signals
    -------
    image_chosen(int)
        A dot was clicked, or chosen with Enter; with the image's position in its part of the data set.
    """

    image_chosen = Signal(int)

    def __init__(self, words_of: Callable[[int], str], parent: QWidget | None = None) -> None:
        """Show no map yet; `words_of` tells of the image at a position what it is."""
        super().__init__(parent)
        self._words_of = words_of
        self._dataset: Dataset | None = None
        self._map: MapOfImages | None = None
        self._indices: NDArray[np.int64] = np.zeros(0, np.int64)
        self._labels: NDArray[np.int64] = np.zeros(0, np.int64)
        self._why_empty = ""
        self._chosen: int | None = None
        self._marked: int | None = None
        self._pointed: int | None = None
        self._wrong: NDArray[np.bool_] | None = None
        self._still = KeptPixmap()
        self._placed: tuple[QSize, NDArray[np.float64]] | None = None
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName("Map of the images: like images lie together")

    @property
    def count(self) -> int:
        """How many images are on the map."""
        return len(self._labels)

    @property
    def shown(self) -> MapOfImages | None:
        """Where the images lie; None while there is no map."""
        return self._map

    @property
    def pointed(self) -> int | None:
        """Place on the map of the image under the mouse, or reached with the arrow keys."""
        return self._pointed

    def clear(self, why: str) -> None:
        """Show no map, and say why."""
        self._map, self._pointed, self._why_empty = None, None, why
        self._labels, self._wrong = np.zeros(0, np.int64), None
        self._show()

    def show_map(self, dataset: Dataset, split: Split, map_: MapOfImages) -> None:
        """Show where images of a part of a data set lie."""
        self._dataset, self._map, self._pointed, self._wrong = dataset, map_, None, None
        self._placed = None
        self._indices = dataset.indices(split)[map_.positions]
        self._labels = dataset.labels[self._indices]
        self._show()

    def choose(self, label: int | None) -> None:
        """Let the images of a class stand out; None for none of them."""
        self._chosen = label
        self._show()

    def show_wrong(self, wrong: NDArray[np.bool_] | None) -> None:
        """Put crosses in the place of the images on the map (n,) that are wrong; None tells none apart."""
        self._wrong = wrong
        self._show()

    def mark(self, position: int | None) -> None:
        """Put a ring around the image at a position of its part, if it is on the map."""
        self._marked = position
        self._show()

    def point_of(self, place: int) -> QPointF:
        """Return where a dot is."""
        x, y = self._points()[place]
        return QPointF(float(x), float(y))

    def minimumSizeHint(self) -> QSize:
        return QSize(_LEAST_PX, _LEAST_PX)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() in LOOK_CHANGES:
            self._show()

    def name_at(self, point: QPointF) -> str:
        """Return the whole name of the class that is written at a point; empty where none is."""
        if self._map is None or self._dataset is None:
            return ""
        names = self._dataset.class_names
        plates = plates_of(self._dots(), names, strong_font(self))
        # The last one is on top of the others.
        return next((names[one.label] for one in reversed(plates) if one.place.contains(point)), "")

    def event(self, event: QEvent) -> bool:
        if isinstance(event, QHelpEvent) and event.type() is QEvent.Type.ToolTip:
            QToolTip.showText(event.globalPos(), self.name_at(QPointF(event.pos())), self)
            return True
        return super().event(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self._point_at(event.position())

    def leaveEvent(self, event: QEvent) -> None:
        super().leaveEvent(event)
        self._pointed = None
        self.update()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._point_at(event.position())
        if event.button() is Qt.MouseButton.LeftButton:
            self._choose_pointed()
        event.accept()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        event.accept()  # it belongs to the press

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = Qt.Key(event.key())
        if key in _CHOOSE_KEYS:
            self._choose_pointed()
        elif key in _SIDES and self.count:
            self._set_pointed(self._beside(*_SIDES[key]))
        else:
            super().keyPressEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        try:
            colors, ratio = colors_of(self), self.devicePixelRatioF()
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            if self._map is None:
                painter.fillRect(event.rect(), colors.base)
                painter.setPen(colors_of(self).muted)
                words = Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap
                painter.drawText(self.rect().adjusted(*_ROOM), int(words), self._why_empty)
                return
            size = self.size() * ratio
            still = self._still.get((size, ratio), size, ratio, colors.base, self._paint_still)
            painter.drawPixmap(0, 0, still)
            if self._dataset is not None and self._pointed is not None:
                self._paint_card(painter, self._dataset, self._map, self._pointed)
            if self.hasFocus():
                painter.setPen(QPen(colors_of(self).accent, FOCUS_RING_PX))
                painter.setBrush(Qt.BrushStyle.NoBrush)
                painter.drawRect(QRectF(self.rect()).adjusted(1, 1, -1, -1))
        finally:
            painter.end()

    def _show(self) -> None:
        """Paint everything anew, not only what is under the mouse."""
        self._still.forget()
        self.update()

    def _points(self) -> NDArray[np.float64]:
        """Return where all dots are, float64 (n, 2), with one scale for both axes."""
        if self._map is None:
            return np.zeros((0, 2))
        if self._placed is not None and self._placed[0] == self.size():
            return self._placed[1]
        plane = self._map.plane.astype(np.float64) * [1, -1]
        low, high = plane.min(axis=0), plane.max(axis=0)
        room = np.maximum(1, [self.width() - 2 * SPACE_24, self.height() - 2 * SPACE_24])
        extent = np.where(high > low, high - low, 1)
        scale = float((room / extent).min())
        middle = np.array([self.width(), self.height()]) / 2
        points: NDArray[np.float64] = (plane - (low + high) / 2) * scale + middle
        self._placed = self.size(), points
        return points

    def _point_at(self, point: QPointF) -> None:
        """Find the nearest dot within reach."""
        pointed = None
        if self.count:
            distances = np.hypot(*(self._points() - [point.x(), point.y()]).T)
            nearest = int(distances.argmin())
            pointed = nearest if distances[nearest] <= _REACH_PX else None
        self._set_pointed(pointed)

    def _set_pointed(self, pointed: int | None) -> None:
        if pointed != self._pointed:
            self._pointed = pointed
            if pointed is not None and self._map is not None:
                self.setAccessibleDescription(self._words_of(int(self._map.positions[pointed])))
            self.update()

    def _beside(self, x: int, y: int) -> int:
        """Return the nearest dot on a side of the pointed one; itself where there is none.

        Where none is pointed at, it begins with the marked image, or with the one nearest to the middle.
        """
        points = self._points()
        if self._pointed is None:
            marked = self._places_of(self._marked)
            middle = np.array([self.width(), self.height()]) / 2
            return int(marked[0]) if len(marked) else int(np.hypot(*(points - middle).T).argmin())
        away = points - points[self._pointed]
        ahead, aside = away @ [x, y], np.abs(away @ [y, x])
        distances = np.where((ahead > 0) & (aside <= ahead), np.hypot(ahead, aside), np.inf)
        nearest = int(distances.argmin())
        return nearest if np.isfinite(distances[nearest]) else self._pointed

    def _choose_pointed(self) -> None:
        if self._map is not None and self._pointed is not None:
            self.image_chosen.emit(int(self._map.positions[self._pointed]))

    def _places_of(self, position: int | None) -> NDArray[np.int64]:
        """Return the place on the map of an image, if it is there."""
        if self._map is None or position is None:
            return np.zeros(0, np.int64)
        return np.flatnonzero(self._map.positions == position)

    def _dots(self) -> Dots:
        return Dots(self._points(), self._labels, self._chosen, self._wrong)

    def _paint_still(self, painter: QPainter) -> None:
        """Paint what stays while the mouse moves: dots, crosses, names and the ring."""
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        colors = colors_of(self)
        dots = self._dots()
        paint_dots(painter, dots, colors)
        self._paint_marked(painter)
        if self._dataset is not None:
            paint_names(painter, dots, self._dataset.class_names, strong_font(self), colors)

    def _paint_marked(self, painter: QPainter) -> None:
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(colors_of(self).text, FOCUS_RING_PX))
        for place in self._places_of(self._marked).tolist():
            painter.drawEllipse(self.point_of(place), DOT_PX, DOT_PX)

    def _paint_card(self, painter: QPainter, dataset: Dataset, map_: MapOfImages, place: int) -> None:
        """Show the image under the mouse beside its dot, inside of the map."""
        colors, font = colors_of(self), caption_font(self)
        words = self._words_of(int(map_.positions[place]))
        metrics, most = QFontMetricsF(font), self.width() - 4 * SPACE_8
        words = metrics.elidedText(words, Qt.TextElideMode.ElideMiddle, most)
        width = round(max(_PICTURE_PX, metrics.horizontalAdvance(words))) + 2 * SPACE_8
        card = QRect(0, 0, width, _PICTURE_PX + round(metrics.height()) + 2 * SPACE_8 + SPACE_4)
        dot = self.point_of(place).toPoint()
        card.moveTopLeft(dot + QPoint(SPACE_8, SPACE_8))
        if card.right() > self.width():
            card.moveRight(max(dot.x() - SPACE_8, card.width() + SPACE_4))
        if card.bottom() > self.height():
            card.moveBottom(dot.y() - SPACE_8)
        painter.setPen(QPen(colors.border, 1))
        painter.setBrush(colors.raised)
        painter.drawRoundedRect(card, RADIUS, RADIUS)
        image = picture_image(picture_of(dataset.unit_image(int(self._indices[place]))))
        room = QRect(card.left() + SPACE_8, card.top() + SPACE_8, width - 2 * SPACE_8, _PICTURE_PX)
        painter.drawImage(whole_pixel_rect(image.size(), room, self.devicePixelRatioF()), image)
        painter.setFont(font)
        painter.setPen(colors.text)
        below = card.adjusted(0, SPACE_8 + _PICTURE_PX, 0, -SPACE_4)
        painter.drawText(below, Qt.AlignmentFlag.AlignCenter, words)
