"""The window in which all images of a data set are looked at."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QSize, Qt, Signal, Slot
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QComboBox, QFrame, QHBoxLayout, QLabel, QStackedLayout, QVBoxLayout, QWidget

from cnnviz.app.browsing import MapWish, MeansWish
from cnnviz.data.dataset import Split
from cnnviz.data.summary import class_counts, positions_of_class
from cnnviz.ui.browser.class_list import ClassList
from cnnviz.ui.browser.image_grid import ImageGrid
from cnnviz.ui.browser.image_map import ImageMap
from cnnviz.ui.browser.words import TEST_NOTE, balance, listed, mapped
from cnnviz.ui.theme import SPACE_8, SPACE_12, caption_font
from cnnviz.ui.widgets.elided_label import ElidedLabel

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from PySide6.QtGui import QHideEvent, QShowEvent

    from cnnviz.app.browsing import MapOfImages
    from cnnviz.app.latest_wish import LatestWish
    from cnnviz.app.selection import Selection

_SIZE = QSize(980, 680)


class BrowserWindow(QWidget):
    """Shows the images of a part of the data set, of one class or all; it begins with the training images.

    An image that is clicked becomes the selected image of the program. While the window is hidden it does
    nothing.

    Signals
    -------
    class_shown()
        The images of another class or part are listed.
    """

    class_shown = Signal()

    def __init__(
        self, selection: Selection, means: LatestWish, maps: LatestWish, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent, Qt.WindowType.Window)
        self._selection, self._means, self._maps = selection, means, maps
        self._positions: NDArray[np.int64] = np.zeros(0, np.int64)
        self._is_late = True
        self.setObjectName("browser-window")
        self.splits = self._split_choice()
        self.classes = ClassList(self)
        self.grid = ImageGrid(selection.dataset, self._words_of, self)
        self.map = ImageMap(self._words_at, self)
        self.views = self._view_choice()
        self._pages = QStackedLayout()
        self._listed, self._image = ElidedLabel(parent=self), ElidedLabel(parent=self)
        self._balance, self._note = QLabel(self), QLabel(TEST_NOTE, self)
        self._about_map = QLabel(self)
        self._lay_out()
        self.resize(_SIZE)
        self.splits.currentIndexChanged.connect(self._on_split_chosen)
        self.classes.class_chosen.connect(self._on_class_chosen)
        self.grid.image_chosen.connect(self._on_image_chosen)
        self.map.image_chosen.connect(self._on_dot_chosen)
        self.views.currentIndexChanged.connect(self._on_view_chosen)
        means.found.connect(self._on_means_found)
        maps.found.connect(self._on_map_found)
        selection.dataset_changed.connect(self._on_dataset_changed)
        selection.image_changed.connect(self._on_image_changed)

    @property
    def split(self) -> Split:
        """The part of the data set that is shown."""
        split: Split = self.splits.currentData()
        return split

    @property
    def positions(self) -> NDArray[np.int64]:
        """The listed images by their places in the part, int64 (n,)."""
        return self._positions

    @property
    def listed_text(self) -> str:
        """What is listed: `1,438 train images`."""
        return self._listed.text()

    @property
    def balance_text(self) -> str:
        """How evenly the images are spread over the classes."""
        return self._balance.text()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if self._is_late:
            self._show_dataset()
        self._on_image_changed()
        self.grid.setFocus()

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self._means.cancel()
        self._maps.cancel()
        self._is_late = True

    def _split_choice(self) -> QComboBox:
        choice = QComboBox(self)
        for split in Split:
            choice.addItem(split.value, split)
        choice.setAccessibleName("Part of the data set")
        choice.setToolTip("Which part of the data set is shown: only training images are learned from.")
        return choice

    def _view_choice(self) -> QComboBox:
        choice = QComboBox(self)
        choice.addItems(("as a grid", "as a map"))
        choice.setAccessibleName("View")
        choice.setToolTip("All images in a grid, or on a map on which like images lie together")
        return choice

    def _lay_out(self) -> None:
        for label in (self._balance, self._note, self._about_map, self._image):
            label.setFont(caption_font(label))
            label.setForegroundRole(QPalette.ColorRole.PlaceholderText)
        for label in (self._balance, self._note, self._about_map):
            label.setTextFormat(Qt.TextFormat.PlainText)
            label.setWordWrap(True)
        top = QHBoxLayout()
        top.setSpacing(SPACE_12)
        top.addWidget(self.splits)
        top.addWidget(self._listed, 1)
        top.addWidget(self.views)
        left = QVBoxLayout()
        left.setSpacing(SPACE_8)
        left.addWidget(self.classes, 1)
        left.addWidget(self._balance)
        middle = QHBoxLayout()
        middle.setSpacing(SPACE_12)
        middle.addLayout(left)
        middle.addWidget(_divider(self))
        for page in (self.grid, self.map):
            self._pages.addWidget(page)
        middle.addLayout(self._pages, 1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(SPACE_12, SPACE_12, SPACE_12, SPACE_12)
        layout.setSpacing(SPACE_8)
        layout.addLayout(top)
        layout.addWidget(self._note)
        layout.addWidget(self._about_map)
        layout.addLayout(middle, 1)
        layout.addWidget(self._image)
        self._balance.setFixedWidth(self.classes.width())
        self.setBackgroundRole(QPalette.ColorRole.Base)
        self.setAutoFillBackground(True)

    def _show_dataset(self) -> None:
        """Show the counts of the part, ask for its mean images, and list its images."""
        self._is_late = False
        dataset, split, label = self._selection.dataset, self.split, self.classes.chosen
        counts = class_counts(dataset, split)
        self.setWindowTitle(f"{dataset.title} – images")
        self.classes.classes.show_classes(dataset.class_names, counts)
        self._balance.setText(balance(dataset.class_names, counts))
        self._note.setVisible(split is Split.TEST)
        self._means.request(MeansWish(dataset, split))
        self._ask_for_map()
        self.classes.choose(label if label is None or label < dataset.class_count else None)
        self._list_images()

    @property
    def _is_map(self) -> bool:
        return self.views.currentIndex() == 1

    def _ask_for_map(self) -> None:
        """Have the map made, where it is in sight."""
        self.map.clear()
        self._about_map.setVisible(False)
        if self._is_map:
            self._maps.request(MapWish(self._selection.dataset, self.split))

    def _list_images(self) -> None:
        dataset, split, label = self._selection.dataset, self.split, self.classes.chosen
        name = None if label is None else dataset.class_names[label]
        self._positions = positions_of_class(dataset, split, label)
        indices = dataset.indices(split)[self._positions]
        self._listed.setText(listed(len(indices), split, name))
        self.map.choose(label)
        self.grid.show_images(dataset, indices, f"There is no {split.value} image of {name}.")
        self._on_image_changed()
        self.class_shown.emit()

    def _words_of(self, place: int) -> str:
        return self._words_at(int(self._positions[place]))

    def _words_at(self, position: int) -> str:
        dataset = self._selection.dataset
        indices = dataset.indices(self.split)
        name = dataset.class_names[int(dataset.labels[indices[position]])]
        return f"{name}, {self.split.value} {position + 1:,} of {len(indices):,}"

    @Slot(int)
    def _on_split_chosen(self) -> None:
        if self.isVisible():
            self._show_dataset()

    @Slot(object)
    def _on_class_chosen(self) -> None:
        if not self._is_late:
            self._list_images()

    @Slot(int)
    def _on_image_chosen(self, place: int) -> None:
        self._selection.select(self.split, int(self._positions[place]))

    @Slot(int)
    def _on_dot_chosen(self, position: int) -> None:
        self._selection.select(self.split, position)

    @Slot(int)
    def _on_view_chosen(self, index: int) -> None:
        self._pages.setCurrentIndex(index)
        if not self._is_late and not self.map.count:
            self._ask_for_map()
        self._about_map.setVisible(self._is_map and self.map.count > 0)
        self._on_image_changed()

    @Slot(object, object)
    def _on_map_found(self, wish: MapWish, found: MapOfImages) -> None:
        if wish.dataset is self._selection.dataset and wish.split is self.split:
            self.map.show_map(wish.dataset, wish.split, found)
            self._about_map.setText(mapped(len(found.positions), found.shares))
            self._about_map.setVisible(self._is_map)

    @Slot(object, object)
    def _on_means_found(self, wish: MeansWish, means: NDArray[np.float32]) -> None:
        if wish.dataset is self._selection.dataset and wish.split is self.split:
            self.classes.classes.show_means(means)

    @Slot()
    def _on_dataset_changed(self) -> None:
        self._is_late = True
        self.classes.choose(None)
        self.splits.setCurrentIndex(self.splits.findData(Split.TRAIN))
        if self.isVisible():
            self._show_dataset()

    @Slot()
    def _on_image_changed(self) -> None:
        """Frame the selected image, if it is listed."""
        if self._is_late or not self.isVisible():
            return
        selection, place = self._selection, None
        is_here = selection.label is not None and selection.split is self.split
        self.map.mark(selection.position if is_here else None)
        if is_here:
            found = np.searchsorted(self._positions, selection.position)
            is_listed = found < len(self._positions) and self._positions[found] == selection.position
            place = int(found) if is_listed else None
        if place != self.grid.marked:
            self.grid.mark(place)
        self._image.setText(
            f"Selected: {self._words_of(place)}" if place is not None else "Click an image to select it."
        )


def _divider(parent: QWidget) -> QFrame:
    line = QFrame(parent)
    line.setFrameShape(QFrame.Shape.VLine)
    line.setForegroundRole(QPalette.ColorRole.Mid)
    return line
