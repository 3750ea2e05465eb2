"""The window in which data sets are downloaded, used and removed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Qt, Signal, Slot
from PySide6.QtGui import QGuiApplication, QPalette
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QScrollArea, QVBoxLayout, QWidget

from cnnviz.ui.catalog import words
from cnnviz.ui.catalog.catalog_card import CatalogCard
from cnnviz.ui.catalog.prepared_row import PreparedRow
from cnnviz.ui.icons import icon
from cnnviz.ui.theme import SPACE_8, SPACE_12, SPACE_16, heading_font
from cnnviz.ui.widgets.elided_label import ElidedLabel
from cnnviz.ui.widgets.side_window import SideWindow

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray
    from PySide6.QtGui import QHideEvent, QShowEvent

    from cnnviz.app.data.download_room import DownloadRoom
    from cnnviz.app.data.downloader import Downloader
    from cnnviz.app.data.prepared_pictures import PreparedPictures
    from cnnviz.app.data.sample_finder import SampleFinder
    from cnnviz.app.selection import Selection
    from cnnviz.data.downloading.entry import DownloadEntry

_SIZE, _LEAST_SIZE = QSize(820, 700), QSize(480, 360)
_INTRODUCTION = (
    "Well-known sets of labelled images, from where their makers publish them. Every file is checked. "
    "Files that came here in another way count, too: put them into the folder of their data set."
)


class CatalogWindow(SideWindow):
    """Shows a `Downloader`. Downloads go on while the window is closed.

    Signals
    -------
    dataset_requested(str)
        This data set, which is on this computer, is to be used.
    """

    dataset_requested = Signal(str)

    def __init__(
        self,
        downloader: Downloader,
        room: DownloadRoom,
        finder: SampleFinder,
        selection: Selection,
        pictures: PreparedPictures,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._downloader, self._room = downloader, room
        self._finder, self._selection = finder, selection
        self._wanted, self._is_opening, self._may_use = "", False, True
        self.setObjectName("catalog-window")
        self.setWindowTitle("Get More Data Sets")
        self.cards = {entry.name: CatalogCard(entry, self) for entry in downloader.entries}
        self.heading, self.introduction = QLabel("Data sets to download", self), QLabel(_INTRODUCTION, self)
        self.place = ElidedLabel(parent=self, mode=Qt.TextElideMode.ElideMiddle)
        self.copy_place = QPushButton(icon("copy"), "Copy Path", self)
        self.copy_place.setToolTip("Put the path of the folder on the clipboard")
        self.prepared = PreparedRow(pictures, self)
        self.area = QScrollArea(self)
        self._lay_out()
        self._connect()
        self.setMinimumSize(_LEAST_SIZE)
        self.resize(_SIZE)

    @Slot(bool)
    def set_opening(self, is_opening: bool) -> None:
        """Say whether a data set is being read."""
        self._is_opening = is_opening
        self._show_cards()

    @Slot(bool)
    def set_may_use(self, may_use: bool) -> None:
        """Forbid another data set while a run learns from one."""
        self._may_use = may_use
        self._show_cards()

    @Slot(str)
    def show_opening_failed(self, why: str) -> None:
        """Say why the data set that was to be used cannot be read."""
        if self._wanted:
            self.cards[self._wanted].show_problem(why)
            self._wanted = ""

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._downloader.clear_away()
        self._update_cards()
        self.prepared.update_room()

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self._finder.cancel()

    def _connect(self) -> None:
        downloader = self._downloader
        for card in self.cards.values():
            card.download_requested.connect(self._on_download_requested)
            card.cancel_requested.connect(downloader.cancel)
            card.use_requested.connect(self._on_use_requested)
            card.remove_requested.connect(self._on_remove_requested)
        downloader.progressed.connect(self._on_progressed)
        downloader.removed.connect(self._on_removed)
        downloader.changed.connect(self._update_cards)
        self._room.looked.connect(self._on_looked)
        downloader.failed.connect(self._on_failed)
        downloader.finished.connect(self._on_samples_found)
        self._finder.found.connect(self._on_samples_found)
        self._finder.failed.connect(self._on_failed)
        self._selection.dataset_changed.connect(self._on_dataset_changed)
        self.copy_place.clicked.connect(self._on_copy_place_clicked)

    def _lay_out(self) -> None:
        self.heading.setFont(heading_font(self))
        self.introduction.setWordWrap(True)
        self.place.setForegroundRole(QPalette.ColorRole.PlaceholderText)
        page = QWidget(self)
        rows = QVBoxLayout(page)
        rows.setContentsMargins(SPACE_16, 0, SPACE_16, SPACE_16)
        rows.setSpacing(SPACE_12)
        for card in self.cards.values():
            rows.addWidget(card)
        rows.addStretch()
        self.area.setWidget(page)
        self.area.setWidgetResizable(True)
        self.area.viewport().setBackgroundRole(QPalette.ColorRole.Base)
        page.setBackgroundRole(QPalette.ColorRole.Base)
        self.area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        bottom = QHBoxLayout()
        bottom.setContentsMargins(SPACE_16, 0, SPACE_16, SPACE_12)
        bottom.setSpacing(SPACE_8)
        bottom.addWidget(self.place, 1)
        bottom.addWidget(self.copy_place)
        self.prepared.setContentsMargins(SPACE_16, 0, SPACE_16, SPACE_12)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, SPACE_16, 0, 0)
        layout.setSpacing(SPACE_12)
        for label in (self.heading, self.introduction):
            label.setContentsMargins(SPACE_16, 0, SPACE_16, 0)
            layout.addWidget(label)
        layout.addWidget(self.area, 1)
        layout.addLayout(bottom)
        layout.addWidget(self.prepared)
        self.setBackgroundRole(QPalette.ColorRole.Base)
        self.setAutoFillBackground(True)

    @Slot()
    def _update_cards(self) -> None:
        """Look up what is on this computer; a window that is hidden waits until it is shown."""
        if self.isVisible():
            self._show_cards()
            self._room.look()

    def _show_cards(self) -> None:
        """Show what was on this computer at the last look."""
        for name, card in self.cards.items():
            kept, transfer = self._room.kept(name), self._downloader.transfer(name)
            if self._downloader.is_removing(name):
                card.show_removing()
                continue
            if kept is None and transfer is None:
                card.show_unknown()
                continue
            card.show_state(
                used=kept.used if kept is not None else 0,
                is_complete=kept is not None and kept.is_complete,
                why_not=self._why_not(name),
                transfer=transfer,
            )
        self.place.setText(words.place(self._downloader.cache.folder, self._room.used))

    @Slot()
    def _on_looked(self) -> None:
        """Show what is there now, and have pictures found of what has none yet."""
        if not self.isVisible():
            return
        self._show_cards()
        missing = [card.entry for card in self.cards.values() if not card.samples.count]
        self._finder.request([entry for entry in missing if self._is_at_rest_here(entry)])

    def _is_at_rest_here(self, entry: DownloadEntry) -> bool:
        kept = self._room.kept(entry.name)
        is_busy = self._downloader.is_running(entry.name) or self._downloader.is_removing(entry.name)
        return kept is not None and kept.is_complete and not is_busy

    def _why_not(self, name: str) -> str:
        """Return why a data set cannot be used now; empty where it can."""
        if self._selection.dataset.source == name:
            return "In Use"
        if self._is_opening and self._wanted == name:
            return "Opening…"
        return "" if self._may_use else "Training"

    @Slot()
    def _on_progressed(self) -> None:
        if self.isVisible():
            for name, card in self.cards.items():
                transfer = self._downloader.transfer(name)
                if transfer is not None:
                    card.show_transfer(transfer)

    @Slot(str)
    def _on_download_requested(self, name: str) -> None:
        self._downloader.start(self.cards[name].entry)

    @Slot()
    def _on_dataset_changed(self) -> None:
        self._wanted = ""
        self._show_cards()
        if self.isVisible():
            self.prepared.update_room()  # another folder may have been imported

    @Slot(str)
    def _on_use_requested(self, name: str) -> None:
        self.cards[name].show_problem("")
        self._wanted = name
        self.dataset_requested.emit(name)

    @Slot(str)
    def _on_remove_requested(self, name: str) -> None:
        self.cards[name].show_problem("")
        self._downloader.remove(self.cards[name].entry)

    @Slot(str, str)
    def _on_removed(self, name: str, why: str) -> None:
        card = self.cards[name]
        if why:
            card.show_problem(why)
        else:
            self._room.note_gone(card.entry)

    @Slot(str, str)
    @Slot(str, str, str)
    def _on_failed(self, name: str, why: str, remedy: str = "") -> None:
        self.cards[name].show_problem(why, remedy)

    @Slot(str, object)
    def _on_samples_found(self, name: str, pictures: NDArray[np.uint8]) -> None:
        card = self.cards[name]
        self._room.note_complete(card.entry)
        card.show_problem("")
        card.show_samples(pictures)

    @Slot()
    def _on_copy_place_clicked(self) -> None:
        QGuiApplication.clipboard().setText(str(self._downloader.cache.folder))
