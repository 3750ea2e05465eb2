"""The pictures of a film: the network, or one layer, at a moment, with a caption."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QPoint, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QFont, QImage, QPainter, QPalette, QRegion
from PySide6.QtWidgets import QLabel, QVBoxLayout, QWidget

from cnnviz.ui.export.paper import put_on_paper
from cnnviz.ui.inspector.answers import selected_answers
from cnnviz.ui.inspector.filters_section import FiltersSection
from cnnviz.ui.inspector.layer_sections import MapsSection
from cnnviz.ui.inspector.network_canvas import NetworkCanvas
from cnnviz.ui.theme import LIGHT, SPACE_8, SPACE_12, caption_font, colors_of, heading_font, strong_font

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from cnnviz.app.looking.inspection import Inspection
    from cnnviz.app.selection import Selection
    from cnnviz.spec.losses import Loss

_LEAST_SIZE, _LARGEST_SIZE = QSize(480, 240), QSize(1280, 800)
_LAYER_WIDTH_PX = 420
_CAPTION_PX = 34
_SETTLING = 3
"""Rows of pictures know how many they are when they know their width, and then need another height."""
_NO_LAYER = " "
"""No layer has such an id, so that no column is marked; an empty one would be the input."""
_PROGRESS_PX = 3


class FilmFrames(QWidget):
    """Paints pictures of one size, on white paper in any theme, while it is never shown itself.

    `name` is that of the design; `show_moment` puts the numbers of a moment into the widgets in here.
    """

    def __init__(self, name: str, show_moment: Callable[[Inspection], object], parent: QWidget) -> None:
        super().__init__(parent)
        self.hide()
        self._name, self._show_moment = name, show_moment
        self.setBackgroundRole(QPalette.ColorRole.Base)
        self.setAutoFillBackground(True)

    @property
    def picture_size(self) -> QSize:
        """The size of the pictures in pixels."""
        size = self.size() + QSize(0, _CAPTION_PX)
        return size * self.devicePixelRatioF()

    def picture(self, inspection: Inspection, caption: str, share: float) -> NDArray[np.uint8]:
        """Return a picture, uint8 (H, W, 3), with a caption and a line that says how far the film is."""
        self._show_moment(inspection)
        put_on_paper(self, LIGHT)  # also what the moment has brought
        image = QImage(self.picture_size, QImage.Format.Format_RGB888)
        image.setDevicePixelRatio(self.devicePixelRatioF())
        painter = QPainter(image)
        try:
            painter.fillRect(QRect(QPoint(0, 0), self.size() + QSize(0, _CAPTION_PX)), colors_of(self).base)
            self.render(painter, QPoint(0, 0), QRegion(), QWidget.RenderFlag.DrawChildren)
            self._paint_caption(painter, caption, share)
        finally:
            painter.end()
        return _pixels(image)

    def _paint_caption(self, painter: QPainter, caption: str, share: float) -> None:
        colors = colors_of(self)
        place = QRectF(SPACE_12, self.height(), self.width() - 2 * SPACE_12, _CAPTION_PX - _PROGRESS_PX)
        middle = Qt.AlignmentFlag.AlignVCenter
        painter.setFont(_of_equal_figures(strong_font(self)))
        painter.setPen(colors.text)
        painter.drawText(place, middle | Qt.AlignmentFlag.AlignLeft, caption)
        room = place.width() - painter.fontMetrics().horizontalAdvance(caption) - SPACE_12
        painter.setFont(caption_font(self))
        painter.setPen(colors.muted)
        name = painter.fontMetrics().elidedText(self._name, Qt.TextElideMode.ElideRight, round(room))
        painter.drawText(place, middle | Qt.AlignmentFlag.AlignRight, name)
        line = QRectF(0, place.bottom(), self.width(), _PROGRESS_PX)
        painter.fillRect(line, colors.hairline)
        line.setWidth(line.width() * share)
        painter.fillRect(line, colors.accent)


def network_frames(name: str, selection: Selection, loss: Loss, size: QSize, parent: QWidget) -> FilmFrames:
    """Return what paints the columns of the network, in nearly the `size` they have on screen."""
    canvas = NetworkCanvas()

    def show_moment(inspection: Inspection) -> None:
        view = inspection.image_view
        canvas.set_view(view, selection.dataset.class_names, selected_answers(view, loss, selection))

    frames = FilmFrames(name, show_moment, parent)
    frames.resize(size.expandedTo(_LEAST_SIZE).boundedTo(_LARGEST_SIZE))
    canvas.set_selected(_NO_LAYER)
    canvas.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    canvas.setParent(frames)
    canvas.resize(frames.size())
    return frames


def layer_frames(name: str, layer_id: str, first: Inspection, parent: QWidget) -> FilmFrames:
    """Return what paints the filters and feature maps of a layer, in the size that it needs in `first`."""
    filters, maps = FiltersSection(), MapsSection()

    def show_moment(inspection: Inspection) -> None:
        filters.show_filters(inspection.filters_of(layer_id))
        maps.show_layer(inspection.image_view.layer(layer_id), 0)

    frames = FilmFrames(name, show_moment, parent)
    heading = QLabel(layer_id or "Input", frames)
    heading.setFont(heading_font(heading))
    layout = QVBoxLayout(frames)
    layout.setContentsMargins(SPACE_12, SPACE_12, SPACE_12, SPACE_8)
    for widget in (heading, filters, maps):
        layout.addWidget(widget)
    layout.addStretch(1)
    frames.resize(_LAYER_WIDTH_PX, _LARGEST_SIZE.height())
    show_moment(first)
    for _ in range(_SETTLING):
        frames.grab()  # a widget that was never shown gets its sizes only when it is painted
        layout.activate()
    bottom = max(widget.geometry().bottom() for widget in (filters, maps) if not widget.isHidden())
    frames.resize(_LAYER_WIDTH_PX, min(bottom + SPACE_12, _LARGEST_SIZE.height()))
    return frames


def _of_equal_figures(font: QFont) -> QFont:
    font.setFeature(QFont.Tag("tnum"), 1)
    return font


def _pixels(image: QImage) -> NDArray[np.uint8]:
    """Return a copy of the pixels of an RGB888 image, without what fills up its lines."""
    height, width = image.height(), image.width()
    lines = np.frombuffer(image.constBits(), np.uint8).reshape(height, image.bytesPerLine())
    return lines[:, : 3 * width].reshape(height, width, 3).copy()
