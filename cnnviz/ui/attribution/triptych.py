"""Three pictures side by side: the image, what a method says of it, and both on top of each other."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, Signal, Slot
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QGridLayout, QVBoxLayout, QWidget

from cnnviz.interpret.activations import picture_of
from cnnviz.interpret.attribution.overlay import colored, overlaid
from cnnviz.ui.attribution.pixel_view import PixelView
from cnnviz.ui.attribution.words import share_text
from cnnviz.ui.format import number
from cnnviz.ui.inspector.words import image_value_text
from cnnviz.ui.theme import SPACE_4, SPACE_8, caption_font, colors_of, strong_font
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


class Triptych(QWidget):
    """Shows an attribution. A pixel that is pointed at in one picture has a frame in all three.

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
        self._lay_out()
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
        return self._titles[1].text()

    def show_attribution(
        self,
        image: NDArray[np.float32],
        attribution: Attribution,
        difference: Difference | None = None,
        units: NDArray[np.float32] | None = None,
    ) -> None:
        """Show an image (C, H, W), what a method says of it, and which number counts most at a pixel.

        `units` is the image in [0, 1] as people see it, where the network gets other numbers.
        """
        self._image, self._attribution, self._difference = image, attribution, difference
        self._units = image if units is None else units
        self._limit_heights()
        self._titles[1].setText(attribution.method.title)
        for view in self.views:
            view.setToolTip(_OPEN_TIP)
        self._render()
        self._describe()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Give the pictures no more height than they can use, so that the legend stays close to them."""
        super().resizeEvent(event)
        self._limit_heights()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() is QEvent.Type.PaletteChange:
            self._render()

    def _lay_out(self) -> None:
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(SPACE_8)
        grid.setVerticalSpacing(SPACE_4)
        for column, (title, view) in enumerate(zip(self._titles, self.views, strict=True)):
            title.setFont(strong_font(title))
            grid.addWidget(title, 0, column)
            grid.addWidget(view, 1, column)
            grid.setColumnStretch(column, 1)
        grid.setRowStretch(1, 1000)
        grid.setRowStretch(3, 1)
        pointed = QVBoxLayout()
        pointed.setSpacing(0)
        for label in (self._pixel, self._value):
            label.setFont(caption_font(label))
            label.setForegroundRole(QPalette.ColorRole.PlaceholderText)
            pointed.addWidget(label)
        grid.addLayout(pointed, 2, 0)
        grid.addWidget(self.legend, 2, 1, 1, 2)  # the colours of both pictures above it

    def _limit_heights(self) -> None:
        if self._image is None:
            return
        _, height, width = self._image.shape
        room = (self.width() - (len(self.views) - 1) * SPACE_8) // len(self.views)
        for view in self.views:
            view.setMaximumHeight(max(view.minimumSizeHint().height(), room * height // width))

    def _render(self) -> None:
        attribution = self._attribution
        if attribution is None or self._units is None:
            return
        atlas, picture = attribution.atlas(), picture_of(self._units)
        self.original.set_pixels(picture)
        self.map.set_pixels(colored(atlas, dark=colors_of(self).is_dark))
        self.overlay.set_pixels(overlaid(picture, atlas))
        scale = _SIGNED_SCALE if attribution.signed else _UNSIGNED_SCALE
        self.legend.set_range(atlas.low, atlas.high, signed=attribution.signed, scale=scale)

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
            self._pixel.setText("")
            self._value.setText("")
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
            said += f"; most by {share_text(self._difference, self._difference.strongest_at(row, column))}"
        for view in self.views:
            view.setAccessibleDescription(said)
        self.hover_text_changed.emit(said)
