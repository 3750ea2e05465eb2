"""Three pictures side by side: the image, what a method says of it, and both on top of each other."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QPoint, QRect, QSize, Signal, Slot
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QWidget

from cnnviz.interpret.activations import picture_of
from cnnviz.interpret.attribution.overlay import colored, overlaid
from cnnviz.ui.attribution.pixel_view import PixelView
from cnnviz.ui.attribution.words import of_output, share_text
from cnnviz.ui.format import number
from cnnviz.ui.inspector.words import image_value_text
from cnnviz.ui.plots.whole_pixels import whole_pixel_rect
from cnnviz.ui.theme import SPACE_4, SPACE_12, caption_font, colors_of, strong_font
from cnnviz.ui.widgets.elided_label import ElidedLabel
from cnnviz.ui.widgets.legend import Legend

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray
    from PySide6.QtGui import QResizeEvent

    from cnnviz.interpret.attribution.difference import Difference
    from cnnviz.interpret.attribution.result import Attribution

_OPEN_TIP = "Click a pixel to see the number that counts most there, and its arithmetic"
_SIGNED_SCALE = "this picture; blue speaks for the class, red against it"
_UNSIGNED_SCALE = "this picture; the brighter, the more it counts"
_SHORT_TITLES = {"Integrated gradients": "Int. gradients", "Guided backpropagation": "Guided backprop"}
"""For a title that does not fit above a small picture."""
_LEAST_TITLE_PX, _LEAST_LEGEND_PX = 92, 120


class Triptych(QWidget):
    """Shows an attribution. A pixel that is pointed at in one picture has a frame in all three.

    The pictures are as large as whole pixels allow and stand close together at the left, their titles and the
    legend level with them. In brief, only the two with the attribution are shown, without titles.

    Signals
    -------
    hover_text_changed(str)
        What is under the mouse, in words; empty when it leaves.
    pixel_opened(int, int)
        A pixel of any of the pictures was clicked, or Enter was pressed on it.
    """

    pixel_opened = Signal(int, int)
    hover_text_changed = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._image: NDArray[np.float32] | None = None
        self._units: NDArray[np.float32] | None = None
        self._attribution: Attribution | None = None
        self._difference: Difference | None = None
        self.original = PixelView("Selected image", self)
        self.map = PixelView("What counts", self)
        self.overlay = PixelView("What counts, over the image", self)
        self.legend = Legend(self)
        self._titles = [ElidedLabel(text, self) for text in ("Image", "", "Overlay")]
        self._pixel, self._value = ElidedLabel(parent=self), ElidedLabel(parent=self)
        self._is_brief = False
        self._is_class = True
        self._at_rest = ""
        for title in self._titles:
            title.setFont(strong_font(title))
        for label in (self._pixel, self._value):
            label.setFont(caption_font(label))
            label.setForegroundRole(QPalette.ColorRole.PlaceholderText)
        for view in self.views:
            view.pointed.connect(self._on_pointed)
            view.left.connect(self._on_left)
            view.opened.connect(self.pixel_opened)

    @property
    def views(self) -> tuple[PixelView, PixelView, PixelView]:
        """The three pictures from left to right."""
        return (self.original, self.map, self.overlay)

    @property
    def title(self) -> str:
        """What the picture in the middle is called."""
        return self._attribution.method.title if self._attribution is not None else ""

    @property
    def is_brief(self) -> bool:
        """Whether the image by itself and the titles are left out."""
        return self._is_brief

    def set_brief(self, is_brief: bool) -> None:
        """Leave out the image by itself and the titles, or not."""
        self._is_brief = is_brief
        for widget in (self.original, self._pixel, self._value, *self._titles):
            widget.setHidden(is_brief)
        self._arrange()

    def width_in(self, room: QSize) -> int:
        """Return how much of the room (wide, high) the pictures take."""
        columns = 2 if self._is_brief else 3
        return columns * self._column_width(self._picture_size(room), room) + (columns - 1) * SPACE_12

    def show_attribution(
        self,
        image: NDArray[np.float32],
        attribution: Attribution,
        difference: Difference | None = None,
        units: NDArray[np.float32] | None = None,
        *,
        when: str = "",
        is_class: bool = True,
    ) -> None:
        """Show an image (C, H, W), what a method says of it, and which number counts most at a pixel.

        `units` is the image in [0, 1] as people see it, where the network gets other numbers. `when` is from
        when the weights are; it stands under the image as long as no pixel is pointed at. `is_class` tells
        the score of a class from a number that is learned.
        """
        self._image, self._attribution, self._difference = image, attribution, difference
        self._units, self._at_rest = image if units is None else units, when
        self._is_class = is_class
        for view in self.views:
            view.setToolTip(_OPEN_TIP)
        self._render()
        self._arrange()
        self._describe()

    def minimumSizeHint(self) -> QSize:
        least, columns = self.map.minimumSizeHint(), 2 if self._is_brief else 3
        width = max(columns * least.width() + (columns - 1) * SPACE_12, _LEAST_LEGEND_PX)
        return QSize(width, self._title_height() + least.height() + self._foot_height())

    def sizeHint(self) -> QSize:
        usual, columns = self.map.sizeHint(), 2 if self._is_brief else 3
        width = columns * usual.width() + (columns - 1) * SPACE_12
        return QSize(width, self._title_height() + usual.height() + self._foot_height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._arrange()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() is QEvent.Type.PaletteChange:
            self._render()
        elif event.type() is QEvent.Type.FontChange:
            self._arrange()

    def _title_height(self) -> int:
        return 0 if self._is_brief else self._titles[0].sizeHint().height() + SPACE_4

    def _foot_height(self) -> int:
        lines = 2 * self._pixel.sizeHint().height() if not self._is_brief else 0
        return SPACE_4 + max(self.legend.sizeHint().height(), lines)

    def _picture_size(self, room: QSize) -> QSize:
        """Return the size of each picture in a room (wide, high) for all that is shown."""
        columns = 2 if self._is_brief else 3
        width = (room.width() - (columns - 1) * SPACE_12) // columns
        height = room.height() - self._title_height() - self._foot_height()
        least = self.map.minimumSizeHint()
        space = QRect(0, 0, max(width, least.width()), max(height, least.height()))
        if self._image is None:
            return space.size()
        image = QSize(self._image.shape[2], self._image.shape[1])
        place = whole_pixel_rect(image, space, self.devicePixelRatioF())
        return QSize(math.ceil(place.width()), math.ceil(place.height()))

    def _column_width(self, picture: QSize, room: QSize) -> int:
        """Return the width of a column: that of its picture, or more, so that titles can be read."""
        if self._is_brief:
            return picture.width()
        return max(picture.width(), min(_LEAST_TITLE_PX, (room.width() - 2 * SPACE_12) // 3))

    def _arrange(self) -> None:
        """Give every part its place."""
        room = self.size()
        picture = self._picture_size(room)
        column, top = self._column_width(picture, room) + SPACE_12, self._title_height()
        shown = self.views[1:] if self._is_brief else self.views
        for place, view in enumerate(shown):
            view.setGeometry(QRect(QPoint(place * column, top), picture))
        for place, label in enumerate(self._titles):
            label.setGeometry(place * column, 0, column - SPACE_4, label.sizeHint().height())
        short = _SHORT_TITLES.get(self.title, self.title)
        self._titles[1].setText(self.title if self._titles[1].has_room_for(self.title) else short)
        below, first = top + picture.height() + SPACE_4, shown.index(self.map)
        width = max(column + picture.width(), min(_LEAST_LEGEND_PX, room.width() - first * column))
        self.legend.setGeometry(first * column, below, width, self.legend.sizeHint().height())
        line = self._pixel.sizeHint().height()
        self._pixel.setGeometry(0, below, column - SPACE_4, line)
        self._value.setGeometry(0, below + line, column - SPACE_4, line)
        if self.original.cell is None:
            self._show_when()

    def _show_when(self) -> None:
        """Say from when the weights are, in two lines where one is too short."""
        first, comma, second = self._at_rest.partition(", ")
        if not comma or self._pixel.has_room_for(self._at_rest):
            first, second = self._at_rest, ""
        self._pixel.setText(first)
        self._value.set_forms(second, second.rpartition(" ")[2])

    def _render(self) -> None:
        attribution = self._attribution
        if attribution is None or self._units is None:
            return
        atlas, picture = attribution.atlas(), picture_of(self._units)
        self.original.set_pixels(picture)
        self.map.set_pixels(colored(atlas, dark=colors_of(self).is_dark))
        self.overlay.set_pixels(overlaid(picture, atlas))
        said = _SIGNED_SCALE if attribution.signed else _UNSIGNED_SCALE
        scale = of_output(said, is_class=self._is_class)
        self.legend.set_range(atlas.low, atlas.high, atlas.color_map, scale=scale)

    @Slot(int, int)
    def _on_pointed(self, row: int, column: int) -> None:
        for view in self.views:
            view.mark((row, column))
        self._describe()

    @Slot()
    def _on_left(self) -> None:
        for view in self.views:
            view.mark(None)
        self._describe()

    def _describe(self) -> None:
        """Say what is at the pixel that is pointed at."""
        cell, attribution = self.original.cell, self._attribution
        if cell is None or attribution is None or self._image is None:
            self._show_when()
            self.hover_text_changed.emit("")
            return
        row, column = cell
        pixel = f"row {row}, column {column}"
        value = f"counts {number(float(attribution.map[cell]))}"
        value = f"{image_value_text(self._image, row, column)}, {value}"
        self._pixel.setText(pixel)
        self._value.setText(value)
        said = f"{pixel}, {value}"
        if self._difference is not None:
            most = share_text(self._difference, self._difference.strongest_at(row, column))
            said += f"; counts most there: {most}"
        for view in self.views:
            view.setAccessibleDescription(said)
        self.hover_text_changed.emit(said)
