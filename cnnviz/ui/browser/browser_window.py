"""The window in which all images of a data set are looked at."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QSize, Signal, Slot

from cnnviz.app.data.arrangement import Kept, arranged
from cnnviz.app.data.browsing import MeansWish, rests_beside
from cnnviz.data.dataset import Split
from cnnviz.data.quantities import told
from cnnviz.data.summary import class_counts
from cnnviz.training.class_report import ClassReport
from cnnviz.ui.browser.answer_links import AnswerLinks
from cnnviz.ui.browser.browser_layout import BrowserParts, Page
from cnnviz.ui.browser.words import answer_words, balance, listed, nothing_listed
from cnnviz.ui.inspector.words import numbers_text
from cnnviz.ui.widgets.side_window import SideWindow

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from PySide6.QtGui import QHideEvent, QShowEvent
    from PySide6.QtWidgets import QWidget

    from cnnviz.app.workbench import Workbench

_SIZE = QSize(1040, 700)
_CLICK = "Click an image to select it."


class BrowserWindow(SideWindow):
    """Shows the images of a part of the data set, of one class or all; it begins with the training images.

    An image that is clicked becomes the selected image of the program. Test images are hidden until somebody
    asks for them. While the window is hidden it does nothing.

    Signals
    -------
    class_shown()
        Other images are listed.
    """

    class_shown = Signal()

    def __init__(self, bench: Workbench, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._selection, self._means, self._session = bench.selection, bench.means, bench.session
        self._positions: NDArray[np.int64] = np.zeros(0, np.int64)
        self._is_late = True
        self.setObjectName("browser-window")
        self.parts = BrowserParts(bench, self, words_of=self._words_of, words_at=self._words_at)
        self.answers = AnswerLinks(bench.judge, bench.evaluator, self.parts.strip)
        self.resize(_SIZE)
        self._connect(bench)

    @property
    def split(self) -> Split:
        """The part of the data set that is shown."""
        split: Split = self.parts.splits.currentData()
        return split

    @property
    def positions(self) -> NDArray[np.int64]:
        """The listed images by their places in the part, int64 (n,), in their order."""
        return self._positions

    @property
    def is_hiding(self) -> bool:
        """Whether the images of the part are hidden: test images, until somebody wants to see them."""
        return self.split is Split.TEST and not self._selection.curtain.is_open

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if self._is_late:
            self._show_part()
        self._on_image_changed()
        self.parts.grid.setFocus()

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self._means.cancel()
        self.parts.map_page.rest()
        self.parts.pixel_page.rest()
        self.answers.look_at(None)
        self._is_late = True

    def _connect(self, bench: Workbench) -> None:
        parts = self.parts
        parts.splits.currentIndexChanged.connect(self._on_split_chosen)
        parts.views.currentIndexChanged.connect(self._on_view_chosen)
        parts.curtain.opened.connect(bench.selection.curtain.ask)
        bench.selection.curtain.changed.connect(self._on_curtain_changed)
        parts.classes.class_chosen.connect(self._on_class_chosen)
        parts.bar.changed.connect(self._on_arrangement_changed)
        parts.grid.image_chosen.connect(self._on_image_chosen)
        parts.grid.digit_typed.connect(parts.jump.begin)
        parts.map_page.image_chosen.connect(self._on_position_chosen)
        parts.map_page.map_shown.connect(self._on_image_changed)
        parts.map_page.marks.answers_wanted.connect(self._on_arrangement_changed)
        parts.jump.position_requested.connect(self._on_number_typed)
        self.answers.answers_changed.connect(self._on_answers_changed)
        bench.means.found.connect(self._on_means_found)
        bench.selection.dataset_changed.connect(self._on_dataset_changed)
        bench.selection.image_changed.connect(self._on_image_changed)
        for changed in (bench.session.state_changed, bench.session.weights_changed):
            changed.connect(self._note_seen)

    def _show_part(self) -> None:
        """Show the counts of the part, ask for what the page in sight needs, and list its images."""
        self._is_late = False
        parts, dataset, split = self.parts, self._selection.dataset, self.split
        label, counts = parts.classes.chosen, class_counts(dataset, split)
        self.setWindowTitle(f"{dataset.title} – Images")
        parts.classes.classes.show_classes(dataset.class_names, counts)
        parts.show_balance(balance(dataset.class_names, counts))
        parts.map_page.set_part(dataset, split)
        parts.pixel_page.set_part(dataset, split)
        self.answers.look_at(None if self.is_hiding else split)
        if not self.is_hiding:
            self._means.request(MeansWish(dataset, split, rests_beside(self._session)))
        self._note_seen()
        self._show_page()
        parts.classes.choose(label if label is None or label < dataset.class_count else None)
        self._list_images()

    @Slot()
    def _note_seen(self) -> None:
        """Tell that test images are looked at, beside whatever run is on screen by now."""
        if self.split is Split.TEST and self.isVisible() and not self._is_late:
            self._selection.curtain.note_seen()

    def _show_page(self) -> None:
        """Bring the page that is wanted, and have made what it shows."""
        parts = self.parts
        page = Page.CURTAIN if self.is_hiding else parts.wanted_page
        parts.show_page(page)
        for maker, wanted in ((parts.map_page, Page.MAP), (parts.pixel_page, Page.PIXELS)):
            if page is wanted and not maker.is_made:
                maker.make()

    def _list_images(self) -> None:
        parts, dataset, split = self.parts, self._selection.dataset, self.split
        label = parts.classes.chosen
        name = None if label is None else dataset.class_names[label]
        arrangement = parts.bar.arrangement(label)
        is_needed = arrangement.needs_answers or parts.map_page.marks.wants_answers
        self.answers.need(is_needed and not self.is_hiding)
        report = self.answers.report
        is_known = report is not None or arrangement.kept is Kept.ALL
        if not is_known:
            self._positions = np.zeros(0, np.int64)
        else:
            self._positions = arranged(dataset, split, arrangement, report)
        shown = np.zeros(0, np.int64) if self.is_hiding else dataset.indices(split)[self._positions]
        wrong = None
        if isinstance(report, ClassReport) and not self.is_hiding:
            wrong = report.labels != report.predicted
        is_asking = self.answers.is_asking
        nothing = nothing_listed(split, name, arrangement.kept, is_asking=is_asking, is_known=is_known)
        count = len(self._positions) if is_known else None
        parts.listed.setText(listed(count, split, name, arrangement.kept))
        parts.map_page.map.choose(label)
        parts.pixel_page.choose(label)
        parts.map_page.marks.show_wrong(wrong)
        parts.grid.show_images(dataset, shown, nothing, None if wrong is None else wrong[self._positions])
        self._on_image_changed()
        self.class_shown.emit()

    def _words_of(self, place: int) -> str:
        return self._words_at(int(self._positions[place]))

    def _words_at(self, position: int) -> str:
        """Return what the image at a position of the part is, and what the network says of it."""
        dataset, report = self._selection.dataset, self.answers.report
        indices = dataset.indices(self.split)
        index = int(indices[position])
        if dataset.targets is None:
            name = dataset.class_names[int(dataset.labels[index])]
        else:
            name = numbers_text(dataset.quantities, told(dataset.quantities, dataset.targets[index]))
        said = "" if report is None else f"; {answer_words(report, position)}"
        return f"{name}, {self.split.value} {position + 1:,} of {len(indices):,}{said}"

    @Slot(int)
    def _on_split_chosen(self) -> None:
        if self.isVisible():
            self._show_part()

    @Slot()
    def _on_curtain_changed(self) -> None:
        if self._selection.curtain.is_open and self.isVisible() and not self._is_late:
            self._show_part()

    @Slot(object)
    def _on_class_chosen(self) -> None:
        if not self._is_late:
            self._list_images()

    @Slot()
    def _on_arrangement_changed(self) -> None:
        if not self._is_late:
            self._list_images()

    @Slot()
    def _on_answers_changed(self) -> None:
        if not self._is_late:
            self._list_images()

    @Slot(int)
    def _on_image_chosen(self, place: int) -> None:
        self._on_position_chosen(int(self._positions[place]))

    @Slot(int)
    def _on_position_chosen(self, position: int) -> None:
        self._selection.select(self.split, position)

    @Slot(int)
    def _on_number_typed(self, position: int) -> None:
        self._on_position_chosen(position)
        self.parts.grid.setFocus()

    @Slot(int)
    def _on_view_chosen(self) -> None:
        if not self._is_late:
            self._show_page()
            self._on_image_changed()

    @Slot(object, object)
    def _on_means_found(self, wish: MeansWish, means: NDArray[np.float32]) -> None:
        if wish.dataset is self._selection.dataset and wish.split is self.split:
            self.parts.classes.classes.show_means(means)

    @Slot()
    def _on_dataset_changed(self) -> None:
        self._is_late = True
        parts = self.parts
        parts.classes.choose(None)
        parts.bar.reset(has_classes=self._selection.dataset.targets is None)
        parts.splits.setCurrentIndex(parts.splits.findData(Split.TRAIN))
        if self.isVisible():
            self._show_part()
        else:
            self._forget_part()

    def _forget_part(self) -> None:
        """Hold nothing of a data set that was replaced while nobody looks: it may be large."""
        parts, dataset = self.parts, self._selection.dataset
        for page in (parts.map_page, parts.pixel_page):
            page.set_part(dataset, self.split)
        parts.grid.show_images(dataset, np.zeros(0, np.int64), "")

    @Slot()
    def _on_image_changed(self) -> None:
        """Frame the selected image, if it is listed."""
        if self._is_late or not self.isVisible():
            return
        selection, parts = self._selection, self.parts
        is_here = selection.label is not None and selection.split is self.split and not self.is_hiding
        position = selection.position if is_here else None
        parts.map_page.map.mark(position)
        parts.jump.show_place(position, len(selection.dataset.indices(self.split)))
        found = np.flatnonzero(self._positions == (-1 if position is None else position))
        place = int(found[0]) if len(found) else None
        if place != parts.grid.marked:
            parts.grid.mark(place)
        words = _CLICK
        if position is not None:
            elsewhere = "" if place is not None else ", not among those listed"
            words = f"Selected: {self._words_at(position)}{elsewhere}"
        parts.image.setText("" if self.is_hiding else words)
