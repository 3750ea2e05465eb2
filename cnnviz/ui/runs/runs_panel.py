"""The list of runs: open, resume and compare them, begin a twin of one, draw their curves beside others."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QItemSelectionModel, QModelIndex, QPoint, Qt, Signal, Slot
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHBoxLayout,
    QHeaderView,
    QMenu,
    QStackedLayout,
    QTableView,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from cnnviz.app.runs.run_about import RunKind
from cnnviz.ui.icons import icon
from cnnviz.ui.runs.name_delegate import NameDelegate
from cnnviz.ui.runs.queue_strip import QueueStrip
from cnnviz.ui.runs.runs_model import COLUMNS, RUN_COLORS, RunsModel
from cnnviz.ui.theme import SPACE_4, SPACE_8, SPACE_12
from cnnviz.ui.training.overlays import Overlay
from cnnviz.ui.widgets.action_button import ActionButton
from cnnviz.ui.widgets.empty_state import EmptyState
from cnnviz.ui.widgets.fitted_columns import FittedColumns
from cnnviz.ui.widgets.plain_table import off_the_edge, wrapped

if TYPE_CHECKING:
    from PySide6.QtGui import QResizeEvent

    from cnnviz.app.runs.run_folder import RunEntry
    from cnnviz.app.runs.run_library import RunLibrary
    from cnnviz.training.result import RunResult

_WIDTHS = ((165, 0.27, 300), (95, 0.16, 210), (75, 0.12, 160))
"""Of name, state and data set: the least pixels, the share of the list's width, and the most pixels."""
_MOST_NEEDED = {1: 0.4, 2: 0.24}
"""Shares of the width that state and data set get where their words need it, or less than `_WIDTHS`."""
_COMPARE = "See what differs between two runs, and what came of it"
_HOW_TO_COMPARE = "Choose two runs, or one that is a twin, to compare them"
_RESUME = "Go on as if there had been no break, bit for bit"
_DONE = "All epochs are done: see how it can go on"


class RunsPanel(QWidget):
    """Every run that is kept, the newest first.

    Signals
    -------
    open_requested(str), resume_requested(str), twin_requested(str)
        The run of this id is to be shown with its design, is to go on, is to have a twin.
    compare_requested(str, str)
        These two runs are to be shown beside each other.
    overlays_changed(tuple[Overlay, ...])
        The curves of these runs are to be drawn beside those on screen.

    Attributes
    ----------
    menu
        Everything that can be done with the runs that are chosen.
    """

    open_requested = Signal(str)
    resume_requested = Signal(str)
    twin_requested = Signal(str)
    compare_requested = Signal(str, str)
    overlays_changed = Signal(object)

    def __init__(self, library: RunLibrary, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._library = library
        self._overlays: dict[str, Overlay] = {}
        self._wanted: set[str] = set()
        self._chosen: set[str] = set()
        self._is_in_sight = False
        self.model = RunsModel(library, self)
        self.table, self.queue = QTableView(self), QueueStrip(self)
        self.open = self._action("Open", "open", "Show this run, with its design; Undo returns to this one")
        self.resume = self._action("Resume", "play", _RESUME)
        self.twin = self._action("Twin…", "duplicate", "Train another run that differs in one thing")
        self.compare = self._action("Compare", "curves", _COMPARE)
        self.rename = self._action("Rename", "", "Give this run another name")
        self.delete = self._action("Delete", "delete", "Take these runs off the list")
        self.undelete = self._action("Undo Delete", "undo", "Bring back the run that was deleted last")
        self.delete.setShortcut(QKeySequence("Del"))
        self.delete.setShortcutContext(Qt.ShortcutContext.WidgetShortcut)
        self.table.addAction(self.delete)  # its key works while the list has the keyboard
        self.menu = QMenu("&Kept Runs", self)
        self._lay_out()
        self._connect()
        self._update()

    @property
    def selected(self) -> tuple[RunEntry, ...]:
        """The runs that are chosen, the oldest first."""
        rows = sorted((index.row() for index in self.table.selectionModel().selectedRows()), reverse=True)
        return tuple(self.model.entry(row) for row in rows)

    @property
    def pair(self) -> tuple[RunEntry, RunEntry] | None:
        """The two runs that Compare compares: two that are chosen, or a twin and its original."""
        chosen = self.selected
        if len(chosen) == 1:
            original = self._library.entry(chosen[0].about.twin_of)
            chosen = (original, *chosen) if original is not None else ()
        if len(chosen) != 2 or not all(entry.is_whole for entry in chosen):
            return None
        return chosen[0], chosen[1]

    def _lay_out(self) -> None:
        self.table.setModel(self.model)
        self.table.setItemDelegateForColumn(0, NameDelegate(self.table))
        self.table.setAccessibleName("Runs")
        self.table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.table.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.table.setEditTriggers(QAbstractItemView.EditTrigger.EditKeyPressed)
        self.table.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.table.setShowGrid(False)
        self.table.setWordWrap(False)
        self.table.setTextElideMode(Qt.TextElideMode.ElideMiddle)  # the number at the end is what differs
        self.table.setTabKeyNavigation(False)
        self.table.verticalHeader().hide()
        header = self.table.horizontalHeader()
        header.setDefaultSectionSize(header.minimumSectionSize())  # else the last one has a hundred pixels
        header.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        for column in range(len(_WIDTHS)):
            header.setSectionResizeMode(column, QHeaderView.ResizeMode.Interactive)
        header.setHighlightSections(False)
        self._columns = FittedColumns(header, len(_WIDTHS))
        for changed in (self.model.modelReset, self.model.dataChanged):
            changed.connect(self._fit_columns)
        header.setStretchLastSection(True)
        page = QWidget(self)
        layout = QVBoxLayout(page)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addLayout(self._buttons())
        layout.addWidget(self.queue)
        layout.addLayout(off_the_edge(self.table), 1)
        self._pages = QStackedLayout(self)
        self._pages.addWidget(page)
        self._pages.addWidget(EmptyState("Every run is kept here, also after a restart.", parent=self))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit_columns()

    @Slot(bool)
    def set_in_sight(self, in_sight: bool) -> None:
        """Say whether anybody can see the list."""
        self._is_in_sight = in_sight
        self._fit_columns()

    @Slot()
    def _fit_columns(self) -> None:
        """Share out the width, so that the data set is in sight, too, until a person has done it.

        While nobody can see it, nothing is done: measuring the texts takes time from a run under way.
        """
        if self._columns.is_by_hand or not self._is_in_sight:
            return
        room = self.table.viewport().width()
        widths, least = [], []
        for column, (fewest, part, most) in enumerate(_WIDTHS):
            width = min(max(round(part * self.width()), fewest), most)
            if column in _MOST_NEEDED:
                fewest = min(self._needed_by(column), round(_MOST_NEEDED[column] * self.width()))
            widths.append(max(width, fewest))
            least.append(fewest)
        is_tight = sum(least) + self._room_of_rest(is_tight=False) > room
        self.model.wrap_headings(is_tight)
        spare = max(room - self._room_of_rest(is_tight=is_tight) - sum(least), 0)
        given = min(spare / max(sum(widths) - sum(least), 1), 1.0)
        pairs = zip(widths, least, strict=True)
        self._columns.fit([fewest + int(given * (width - fewest)) for width, fewest in pairs])

    def _room_of_rest(self, *, is_tight: bool) -> int:
        """Return how wide the other columns are, which follow their texts; headings have two lines or one."""
        return sum(self._needed_by(column, is_tight=is_tight) for column in range(len(_WIDTHS), len(COLUMNS)))

    def _needed_by(self, column: int, *, is_tight: bool = False) -> int:
        """Return how wide a column has to be for its heading and its texts."""
        header, one = self.table.horizontalHeader(), COLUMNS[column]
        metrics = header.fontMetrics()
        shown = self.model.headerData(column, Qt.Orientation.Horizontal)
        around = header.sectionSizeHint(column) - metrics.size(0, shown).width()
        heading = metrics.size(0, wrapped(one.title) if is_tight else one.title).width() + around
        return max(heading, self.table.sizeHintForColumn(column))

    def _buttons(self) -> QHBoxLayout:
        first = (self.open, self.resume, self.twin, self.compare)
        rest = (self.rename, self.delete, self.undelete)
        self.menu.setToolTipsVisible(True)
        self.menu.addActions(first)
        self.menu.addSeparator()
        self.menu.addActions(rest)
        more = QToolButton(self)
        more.setText("More")
        more.setToolTip("Rename, delete")
        more.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        more_menu = QMenu(more)
        more_menu.addActions(rest)
        more.setMenu(more_menu)
        buttons = QHBoxLayout()
        buttons.setContentsMargins(SPACE_12, SPACE_4, SPACE_8, SPACE_4)
        buttons.setSpacing(SPACE_8)
        for action in first:
            buttons.addWidget(ActionButton(action, self))
        buttons.addWidget(more)
        buttons.addStretch(1)
        return buttons

    def _connect(self) -> None:
        library = self._library
        for action, slot in (
            (self.open, self._on_open_triggered),
            (self.resume, self._on_resume_triggered),
            (self.twin, self._on_twin_triggered),
            (self.compare, self._on_compare_triggered),
            (self.rename, self._on_rename_triggered),
            (self.delete, self._on_delete_triggered),
            (self.undelete, library.undelete),
        ):
            action.triggered.connect(slot)
        self.table.activated.connect(self._on_activated)
        self.table.customContextMenuRequested.connect(self._on_context_menu_requested)
        self.table.selectionModel().selectionChanged.connect(self._update)
        self.model.ticked.connect(self._on_ticked)
        self.model.modelAboutToBeReset.connect(self._on_about_to_reset)
        self.model.modelReset.connect(self._on_reset)
        library.changed.connect(self._on_changed)
        library.run_read.connect(self._on_run_read)
        library.read_failed.connect(self._on_read_failed)

    def _action(self, text: str, icon_name: str, tip: str) -> QAction:
        action = QAction(text, self)
        action.setToolTip(tip)
        if icon_name:
            action.setIcon(icon(icon_name))
        return action

    @Slot()
    def _update(self) -> None:
        chosen = self.selected
        entry = chosen[0] if len(chosen) == 1 else None
        is_whole = entry is not None and entry.is_whole
        self.open.setEnabled(is_whole)
        self.resume.setEnabled(is_whole)
        self.resume.setToolTip(_DONE if entry is not None and entry.is_done else _RESUME)
        self.twin.setEnabled(entry is not None and entry.facts is not None)
        self.compare.setEnabled(self.pair is not None)
        self.compare.setToolTip(_COMPARE if self.pair is not None else _HOW_TO_COMPARE)
        is_ours = entry is not None and entry.id not in self._library.foreign
        self.rename.setEnabled(entry is not None and is_ours and entry.kind is not RunKind.DAMAGED)
        self.delete.setEnabled(any(entry.kind is not RunKind.RUNNING for entry in chosen))
        self.undelete.setEnabled(bool(self._library.deleted))
        is_empty = not self._library.entries and not self._library.deleted
        self._pages.setCurrentIndex(1 if is_empty else 0)

    @Slot()
    def _on_about_to_reset(self) -> None:
        self._chosen = {entry.id for entry in self.selected}

    @Slot()
    def _on_reset(self) -> None:
        """Choose again what was chosen, wherever it stands now."""
        flags = QItemSelectionModel.SelectionFlag
        for row in range(self.model.rowCount()):
            if self.model.entry(row).id in self._chosen:
                index = self.model.index(row, 0)
                self.table.selectionModel().select(index, flags.Select | flags.Rows)
        self._update()

    @Slot()
    def _on_changed(self) -> None:
        names = {entry.id: entry.about.name for entry in self._library.entries}
        kept = {key: overlay for key, overlay in self._overlays.items() if key in names}
        is_other = len(kept) < len(self._overlays)
        for key, overlay in kept.items():
            if overlay.name != names[key]:
                kept[key], is_other = overlay.renamed(names[key]), True
        self._overlays = kept
        if is_other:
            self._tell_overlays()
        self._update()

    @Slot(QModelIndex)
    def _on_activated(self, index: QModelIndex) -> None:
        self.open.trigger()

    @Slot(QPoint)
    def _on_context_menu_requested(self, place: QPoint) -> None:
        self.menu.popup(self.table.viewport().mapToGlobal(place))

    @Slot()
    def _on_open_triggered(self) -> None:
        self.open_requested.emit(self.selected[0].id)

    @Slot()
    def _on_resume_triggered(self) -> None:
        self.resume_requested.emit(self.selected[0].id)

    @Slot()
    def _on_twin_triggered(self) -> None:
        self.twin_requested.emit(self.selected[0].id)

    @Slot()
    def _on_compare_triggered(self) -> None:
        pair = self.pair
        if pair is not None:
            self.compare_requested.emit(pair[0].id, pair[1].id)

    @Slot()
    def _on_rename_triggered(self) -> None:
        rows = self.table.selectionModel().selectedRows()
        if rows:
            self.table.edit(rows[0])

    @Slot()
    def _on_delete_triggered(self) -> None:
        for entry in self.selected:
            self._library.delete(entry.id)

    @Slot(str, bool)
    def _on_ticked(self, run_id: str, is_on: bool) -> None:
        if is_on:
            self._wanted.add(run_id)
            self._library.want_run(run_id)
            return
        self._wanted.discard(run_id)
        if self._overlays.pop(run_id, None) is not None:
            self._tell_overlays()

    @Slot(str, object)
    def _on_run_read(self, run_id: str, result: RunResult) -> None:
        entry = self._library.entry(run_id)
        if run_id in self._wanted and entry is not None:
            self._wanted.discard(run_id)
            color = RUN_COLORS[entry.about.color]
            self._overlays[run_id] = Overlay(entry.about.name, color, result.history)
            self._tell_overlays()

    @Slot(str)
    def _on_read_failed(self, run_id: str) -> None:
        if run_id in self._wanted:
            self._wanted.discard(run_id)
            self.model.untick(run_id)

    def _tell_overlays(self) -> None:
        self.overlays_changed.emit(tuple(self._overlays.values()))
