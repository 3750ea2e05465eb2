"""How bright the pixels of a data set are: a histogram for each colour, of all classes and of one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal, Slot
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QLabel, QVBoxLayout, QWidget

from cnnviz.app.data.browsing import PixelsWish, rests_beside
from cnnviz.ui.browser.pixel_plot import PixelPlot
from cnnviz.ui.browser.words import COLORS, GRAY, pixel_headings
from cnnviz.ui.theme import SPACE_4, SPACE_8, caption_font, strong_font
from cnnviz.ui.widgets.elided_label import ElidedLabel

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from cnnviz.app.workbench import Workbench
    from cnnviz.data.dataset import Dataset, Split

_HOW = (
    "Mean and deviation are those of brightness from 0 to 1. Heights are square roots of shares, so that "
    "rare brightness can be seen. Outlined: all classes together."
)
_COUNTING = "The pixels are being counted."


class PixelPage(QWidget):
    """One histogram for each colour, with mean and standard deviation.

    Signals
    -------
    counted()
        The histograms are here.
    """

    counted = Signal()

    def __init__(self, bench: Workbench, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._pixels, self._session = bench.pixels, bench.session
        self._dataset: Dataset | None = None
        self._split: Split | None = None
        self._wish: PixelsWish | None = None
        self._counts: NDArray[np.int64] | None = None
        self._label: int | None = None
        self._headings = [ElidedLabel(parent=self) for _ in COLORS]  # names of classes may be long
        self.plots = [PixelPlot(self) for _ in COLORS]
        self._about = QLabel(_COUNTING, self)
        self._about.setForegroundRole(QPalette.ColorRole.PlaceholderText)
        self._about.setFont(caption_font(self._about))
        self._about.setWordWrap(True)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(SPACE_8, 0, SPACE_8, 0)
        layout.setSpacing(SPACE_4)
        for heading, plot in zip(self._headings, self.plots, strict=True):
            heading.setFont(strong_font(heading))
            layout.addWidget(heading)
            layout.addWidget(plot, 1)
            layout.addSpacing(SPACE_4)
        layout.addWidget(self._about)
        bench.pixels.found.connect(self._on_found)
        self._show()

    @property
    def headings(self) -> list[str]:
        """What stands above each histogram."""
        return [heading.text() for heading in self._headings if not heading.isHidden()]

    @property
    def counts(self) -> NDArray[np.int64] | None:
        """How often each level occurs, int64 (classes, colours, levels); None until they are counted."""
        return self._counts

    def set_part(self, dataset: Dataset, split: Split) -> None:
        """Take another part of a data set; its pixels are counted by `make`."""
        self._counts = None
        self.rest()
        self._dataset, self._split = dataset, split
        self._show()

    @property
    def is_made(self) -> bool:
        """Whether the pixels of the part are counted or being counted."""
        return self._wish is not None

    def make(self) -> None:
        """Count the pixels of the part."""
        if self._dataset is not None and self._split is not None:
            self._wish = PixelsWish(self._dataset, self._split, rests_beside(self._session))
            self._pixels.request(self._wish)

    def rest(self) -> None:
        """Count nothing: nobody looks."""
        self._pixels.cancel()
        if self._counts is None:
            self._wish = None

    def choose(self, label: int | None) -> None:
        """Show the pixels of a class before those of all; None for all alone."""
        self._label = label
        self._show()

    def _show(self) -> None:
        counts, dataset = self._counts, self._dataset
        channels = 0 if counts is None else counts.shape[1]
        headings = () if counts is None or dataset is None else pixel_headings(dataset, counts, self._label)
        for place, (heading, plot) in enumerate(zip(self._headings, self.plots, strict=True)):
            heading.setVisible(place < channels)
            plot.setVisible(place < channels)
            if counts is None or dataset is None or place >= channels:
                continue
            name = COLORS[place] if channels > 1 else GRAY
            whole = counts[:, place].sum(axis=0)
            part = whole if self._label is None else counts[self._label, place]
            of_class = "" if self._label is None else f" of {dataset.class_names[self._label]}"
            heading.setText(headings[place])
            plot.show_counts(f"{name}{of_class}", part, whole, place if channels > 1 else None)
        self._about.setText(_COUNTING if counts is None else _HOW)

    @Slot(object, object)
    def _on_found(self, wish: PixelsWish, counts: NDArray[np.int64]) -> None:
        if wish is self._wish:
            self._counts = counts
            self._show()
            self.counted.emit()
