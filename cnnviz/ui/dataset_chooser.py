"""The list of data sets in the tool bar: those that are known, those used lately, and the way to more."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QStandardItemModel
from PySide6.QtWidgets import QComboBox, QWidget

from cnnviz.app.data.recent_data import entry_of
from cnnviz.data.catalog import known_datasets
from cnnviz.ui.preparing.words import marked, steps_text
from cnnviz.ui.recent_words import said, tip
from cnnviz.ui.widgets.elided_combo import ElidedCombo

if TYPE_CHECKING:
    from PySide6.QtGui import QWheelEvent

    from cnnviz.app.data.recent_data import RecentDatasets
    from cnnviz.app.selection import Selection

_TIP = "The images to train on and to look at. Images of your own: File > Open Data Set"
_MORE, _SHAPES, _FORGET = "Get More Data Sets…", "Shapes with Other Settings…", "Remove Those Not Found"
_LINES_AT_ONCE = 30
_LEAST_CHARACTERS, _NARROW_CHARACTERS, _WIDE_CHARACTERS = 20, 32, 44
_ENTRY_ROLE = Qt.ItemDataRole.UserRole + 1


class DatasetChooser(ElidedCombo):
    """Shows the data set in use and offers the known ones, and those that were used lately.

    Signals
    -------
    dataset_requested(str)
        A known data set was chosen; with its name.
    recent_requested(RecentData)
        One that was used lately was chosen.
    catalog_requested()
        More data sets are wanted than are on this computer.
    shapes_requested()
        Shapes are wanted with settings of one's own.
    """

    dataset_requested = Signal(str)
    recent_requested = Signal(object)
    catalog_requested = Signal()
    shapes_requested = Signal()

    def __init__(self, selection: Selection, recent: RecentDatasets, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._selection, self._recent = selection, recent
        self._is_stale = self._is_narrow = False
        self.setAccessibleName("Data set")
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
        self.setMaxVisibleItems(_LINES_AT_ONCE)
        self.set_narrow(is_narrow=False)
        self.activated.connect(self._on_activated)
        recent.changed.connect(self._on_recent_changed)
        selection.dataset_changed.connect(self.offer_datasets)
        self.offer_datasets()

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Open nothing: a wheel that is turned over the tool bar means no other data set."""
        event.ignore()

    def showPopup(self) -> None:
        """Open the list; what is missing there is looked for anew."""
        if self._is_stale:
            self.offer_datasets()
        self._recent.look()
        super().showPopup()

    def set_narrow(self, is_narrow: bool) -> None:
        """Take no more room than the name in use needs, within limits; the list has all of each."""
        self._is_narrow = is_narrow
        unit = self.fontMetrics().averageCharWidth()
        most = _WIDE_CHARACTERS * unit
        if is_narrow:
            around = self.width() - self.room_for_text
            needed = self.fontMetrics().horizontalAdvance(self.currentText()) + around + 1
            most = min(max(_LEAST_CHARACTERS * unit, needed), _NARROW_CHARACTERS * unit)
        self.setMaximumWidth(most)
        self.fit_list()

    @Slot()
    def offer_datasets(self) -> None:
        """List the data sets that are on this computer now, and the way to more."""
        self._is_stale = False
        dataset = self._selection.dataset
        self.clear()
        for info in known_datasets():
            if info.on_disk:
                self.addItem(info.title, info.name)
        self._add_recent()
        if self._place_in_use() < 0:  # nothing opens it again, but it is in use
            self.addItem(dataset.title, dataset.name)
        in_use = self._place_in_use()
        self.setItemText(in_use, marked(dataset.title, dataset))
        self.insertSeparator(self.count())
        self.addItem(_SHAPES)
        self.addItem(_MORE)
        self.setCurrentIndex(in_use)
        self.set_narrow(self._is_narrow)
        self.setToolTip("\n\n".join(filter(None, (_TIP, steps_text(dataset)))))

    def _add_recent(self) -> None:
        """Add those that were used lately, and the one in use where it was taken off them."""
        in_use = entry_of(self._selection.dataset)
        entries = self._recent.entries
        if in_use is not None and in_use not in entries:
            entries = (in_use, *entries)
        if entries:
            self.insertSeparator(self.count())
        for entry in entries:
            self.addItem("", entry.source)
            self.setItemData(self.count() - 1, entry, _ENTRY_ROLE)
        if self._recent.missing:
            self.addItem(_FORGET)
        self._show_missing()

    def _show_missing(self) -> None:
        """Grey out what cannot be opened, and say why."""
        in_use = self._place_in_use()
        model = self.model()
        assert isinstance(model, QStandardItemModel)
        for place in range(self.count()):
            entry = self.itemData(place, _ENTRY_ROLE)
            if entry is not None and place != in_use:
                why = self._recent.why_missing(entry)
                self.setItemText(place, said(entry, self.fontMetrics(), why))
                self.setItemData(place, tip(entry, why), Qt.ItemDataRole.ToolTipRole)
                model.item(place).setEnabled(not why)

    def _place_in_use(self) -> int:
        """Return the place of the data set in use; -1 where it is not listed."""
        in_use = entry_of(self._selection.dataset)
        if in_use is None:
            return self.findData(self._selection.dataset.name)
        places = range(self.count())
        return next((place for place in places if self.itemData(place, _ENTRY_ROLE) == in_use), -1)

    @Slot(int)
    def _on_activated(self, place: int) -> None:
        if place == self._place_in_use():
            return
        name, text, entry = self.itemData(place), self.itemText(place), self.itemData(place, _ENTRY_ROLE)
        self.offer_datasets()  # until it is there, what is shown stays what is in use
        if text == _FORGET:
            self._recent.remove_missing()
        elif text == _SHAPES:
            self.shapes_requested.emit()
        elif entry is not None:
            self.recent_requested.emit(entry)
        elif name is None:
            self.catalog_requested.emit()
        else:
            self.dataset_requested.emit(name)

    @Slot()
    def _on_recent_changed(self) -> None:
        if self.view().isVisible():
            self._is_stale = True
            self._show_missing()  # the list stays as it is under the mouse
        else:
            self.offer_datasets()
