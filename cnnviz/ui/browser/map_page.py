"""The page of the map: by what images are alike, how far the map is, and what it shows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QTimer, Signal, Slot
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from cnnviz.app.data.browsing import rests_beside
from cnnviz.app.data.image_maps import LayerOfNetwork, MapOfImages, MapWish
from cnnviz.interpret.layer_rows import layers_with_rows
from cnnviz.ui.browser.image_map import ImageMap
from cnnviz.ui.browser.map_marks import MapMarks
from cnnviz.ui.browser.words import mapped
from cnnviz.ui.browser.work_strip import WorkStrip
from cnnviz.ui.theme import SPACE_8, caption_font

if TYPE_CHECKING:
    from collections.abc import Callable

    from cnnviz.app.workbench import Workbench
    from cnnviz.data.dataset import Dataset, Split

_PIXELS = "their pixels"
_MAKING, _GIVEN_UP = "The map is being made.", "The map was given up."
_OLD = "The network has changed since this map was made."
_AGAIN = "Make It Again"
_LOOK_MS = 100


class MapPage(QWidget):
    """A map of the images of a part by their pixels, or by what a layer of the network makes of them.

    It is made when somebody looks at it. Maps of a layer stay as they are while the network learns on, and
    say so.

    Signals
    -------
    image_chosen(int)
        A dot was clicked; with the image's position in its part of the data set.
    map_shown()
        Another map is here.
    """

    image_chosen = Signal(int)
    map_shown = Signal()

    def __init__(
        self, bench: Workbench, words_of: Callable[[int], str], parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._document, self._weights, self._maps = bench.document, bench.travel, bench.maps
        self._session = bench.session
        self._dataset: Dataset | None = None
        self._split: Split | None = None
        self._wish: MapWish | None = None
        self._is_old = False
        self.by = QComboBox(self)
        self.by.setAccessibleName("By what images are alike")
        self.by.setToolTip("Images that are alike in this lie together")
        self.map = ImageMap(words_of, self)
        self.strip = WorkStrip("How far the map is", self)
        self.marks = MapMarks(self)
        self._about = QLabel(self)
        self._lay_out()
        self._look = QTimer(self, interval=_LOOK_MS)
        self._look.timeout.connect(self._show_work)
        self.by.activated.connect(self._on_by_chosen)
        self.marks.changed.connect(self._show_marks)
        self.map.image_chosen.connect(self.image_chosen)
        self.strip.cancel_requested.connect(self._on_cancel_requested)
        self.strip.again_requested.connect(self.make)
        bench.maps.found.connect(self._on_found)
        bench.document.spec_changed.connect(self._on_network_changed)
        bench.travel.weights_changed.connect(self._on_network_changed)

    @property
    def about(self) -> str:
        """What the map shows; empty where there is none."""
        return self._about.text()

    def set_part(self, dataset: Dataset, split: Split) -> None:
        """Take another part of a data set; its map is made by `make`."""
        self._dataset, self._split = dataset, split
        self.rest()
        self.marks.setVisible(dataset.targets is None)
        self.map.clear("")
        self._about.setText("")

    @property
    def is_made(self) -> bool:
        """Whether the map of the part is here or on its way."""
        return self._wish is not None

    @Slot()
    def make(self) -> None:
        """Make the map of the part."""
        if self._dataset is None or self._split is None:
            return
        self._offer_layers()
        layer = self._layer(self.by.currentData())
        self._wish = MapWish(self._dataset, self._split, layer, rests_beside(self._session))
        self._is_old = False
        self.map.clear(_MAKING)
        self._about.setText("")
        self._maps.request(self._wish)
        self._look.start()
        self._show_work()

    def rest(self) -> None:
        """Make no map: nobody looks."""
        self._maps.cancel()
        self._look.stop()
        self._wish = None
        self.strip.show_words("")

    def _lay_out(self) -> None:
        self._about.setFont(caption_font(self._about))
        self._about.setForegroundRole(QPalette.ColorRole.PlaceholderText)
        self._about.setWordWrap(True)
        by = QLabel("Alike in", self)
        by.setBuddy(self.by)
        top = QHBoxLayout()
        top.setSpacing(SPACE_8)
        top.addWidget(by)
        top.addWidget(self.by)
        top.addWidget(self.marks)
        top.addWidget(self.strip, 1)
        top.addStretch(0)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(SPACE_8)
        layout.addLayout(top)
        layout.addWidget(self.map, 1)
        layout.addWidget(self.marks.legend)
        layout.addWidget(self._about)

    def _offer_layers(self) -> None:
        """Offer the pixels, and every layer of the design that takes these images."""
        spec, dataset = self._document.spec, self._dataset
        fits = dataset is not None and spec.input.shape == dataset.image_shape
        offered = ["", *(layers_with_rows(spec) if fits else ())]
        if offered == [self.by.itemData(place) for place in range(self.by.count())]:
            return
        chosen = self.by.currentData()
        self.by.clear()
        for layer_id in offered:
            self.by.addItem(f"what {layer_id} makes of them" if layer_id else _PIXELS, layer_id)
        self.by.setCurrentIndex(max(0, self.by.findData(chosen)))

    def _layer(self, layer_id: str) -> LayerOfNetwork | None:
        if not layer_id:
            return None
        spec, weights = self._document.spec, self._weights
        return LayerOfNetwork(
            spec, weights.parameters_for(spec), layer_id, weights.weights_step, weights.weights_epoch
        )

    @Slot(int)
    def _on_by_chosen(self) -> None:
        self.make()

    @Slot()
    def _on_cancel_requested(self) -> None:
        self._maps.cancel()
        self._look.stop()
        self.map.clear(_GIVEN_UP)
        self.strip.show_words(_GIVEN_UP, _AGAIN)

    @Slot()
    def _show_work(self) -> None:
        wish = self._wish
        if wish is not None:
            self.strip.show_work(f"{100 * wish.share_done:.0f} %", wish.share_done)

    @Slot(object, object)
    def _on_found(self, wish: MapWish, found: MapOfImages | str) -> None:
        if wish is not self._wish:
            return
        self._look.stop()
        if isinstance(found, str):
            self.map.clear(found)
            self.strip.show_words(found, _AGAIN)
            return
        self.map.show_map(wish.dataset, wish.split, found)
        self._about.setText(mapped(found, wish.layer))
        self._show_marks()
        self._show_age()
        self.map_shown.emit()

    @Slot()
    def _show_marks(self) -> None:
        """Mark the images on the map that the network is wrong about, if that is wanted and known."""
        found, wrong = self.map.shown, self.marks.wrong
        here = wrong[found.positions] if found is not None and wrong is not None else None
        self.map.show_wrong(here)
        self.marks.legend.show_wrong(here)

    @Slot()
    def _on_network_changed(self) -> None:
        wish = self._wish
        if wish is not None and wish.layer is not None and not self._is_old:
            self._is_old = True
            if not self._look.isActive():
                self._show_age()

    def _show_age(self) -> None:
        self.strip.show_words(_OLD if self._is_old else "", _AGAIN)
