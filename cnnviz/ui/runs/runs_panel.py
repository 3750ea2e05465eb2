"""The list of runs: open one, name it, delete it, draw its curves beside those on screen."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QModelIndex, Signal, Slot
from PySide6.QtGui import QAction
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHBoxLayout,
    QHeaderView,
    QStackedLayout,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from cnnviz.app.run_about import RunKind
from cnnviz.ui.icons import icon
from cnnviz.ui.runs.runs_model import RUN_COLORS, RunsModel
from cnnviz.ui.theme import SPACE_4, SPACE_8
from cnnviz.ui.training.overlays import Overlay
from cnnviz.ui.widgets.action_button import ActionButton
from cnnviz.ui.widgets.empty_state import EmptyState

if TYPE_CHECKING:
    from cnnviz.app.run_folder import RunEntry
    from cnnviz.app.run_library import RunLibrary
    from cnnviz.training.result import RunResult

_NAME_WIDTH_PX = 220


class RunsPanel(QWidget):
    """Every run that is kept, the newest first.

    Signals
    -------
    open_requested(RunResult)
        A run is to be shown, with its design.
    overlays_changed(tuple[Overlay, ...])
        The curves of these runs are to be drawn beside those on screen.
    """

    open_requested = Signal(object)
    overlays_changed = Signal(object)

    def __init__(self, library: RunLibrary, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._library = library
        self._opening = ""
        self._overlays: dict[str, Overlay] = {}
        self._wanted: set[str] = set()
        self.model = RunsModel(library, self)
        self.table = QTableView(self)
        self.open = self._action("Open", "open", "Show this run, with its design; Undo returns to this one")
        self.rename = self._action("Rename", "", "Give this run another name")
        self.delete = self._action("Delete", "delete", "Take this run off the list")
        self.undelete = self._action("Undo Delete", "undo", "Bring back the run that was deleted last")
        self._lay_out()
        for action, slot in (
            (self.open, self._on_open_triggered),
            (self.rename, self._on_rename_triggered),
            (self.delete, self._on_delete_triggered),
            (self.undelete, self._library.undelete),
        ):
            action.triggered.connect(slot)
        self.table.activated.connect(self._on_activated)
        self.table.selectionModel().selectionChanged.connect(self._update)
        self.model.ticked.connect(self._on_ticked)
        self.model.modelReset.connect(self._update)
        library.changed.connect(self._on_changed)
        library.run_read.connect(self._on_run_read)
        library.failed.connect(self._on_failed)
        self._update()

    @property
    def selected(self) -> RunEntry | None:
        """The run that is chosen; None where there is none."""
        rows = self.table.selectionModel().selectedRows()
        return self.model.entry(rows[0].row()) if rows else None

    def _lay_out(self) -> None:
        self.table.setModel(self.model)
        self.table.setAccessibleName("Runs")
        self.table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.table.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.table.setEditTriggers(QAbstractItemView.EditTrigger.EditKeyPressed)
        self.table.setShowGrid(False)
        self.table.setTabKeyNavigation(False)
        self.table.verticalHeader().hide()
        header = self.table.horizontalHeader()
        header.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        header.setSectionResizeMode(0, QHeaderView.ResizeMode.Interactive)
        header.resizeSection(0, _NAME_WIDTH_PX)
        header.setStretchLastSection(True)
        buttons = QHBoxLayout()
        buttons.setContentsMargins(SPACE_8, SPACE_4, SPACE_8, SPACE_4)
        buttons.setSpacing(SPACE_8)
        for action in (self.open, self.rename, self.delete, self.undelete):
            buttons.addWidget(ActionButton(action, self))
        buttons.addStretch(1)
        page = QWidget(self)
        layout = QVBoxLayout(page)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addLayout(buttons)
        layout.addWidget(self.table, 1)
        self._pages = QStackedLayout(self)
        self._pages.addWidget(page)
        self._pages.addWidget(EmptyState("Every run is kept here, also after a restart.", parent=self))

    def _action(self, text: str, icon_name: str, tip: str) -> QAction:
        action = QAction(text, self)
        action.setToolTip(tip)
        if icon_name:
            action.setIcon(icon(icon_name))
        return action

    @Slot()
    def _update(self) -> None:
        entry = self.selected
        is_whole = entry is not None and entry.facts is not None
        is_over = entry is not None and entry.kind is not RunKind.RUNNING
        self.open.setEnabled(is_whole and is_over)
        self.rename.setEnabled(is_whole)
        self.delete.setEnabled(is_over)
        self.undelete.setEnabled(bool(self._library.deleted))
        is_empty = not self._library.entries and not self._library.deleted
        self._pages.setCurrentIndex(1 if is_empty else 0)

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
        if self.open.isEnabled():
            self._on_open_triggered()

    @Slot()
    def _on_open_triggered(self) -> None:
        if self.selected is not None:
            self._opening = self.selected.id
            self._library.want_run(self._opening)

    @Slot()
    def _on_rename_triggered(self) -> None:
        rows = self.table.selectionModel().selectedRows()
        if rows:
            self.table.edit(rows[0])

    @Slot()
    def _on_delete_triggered(self) -> None:
        if self.selected is not None:
            self._library.delete(self.selected.id)

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
        if run_id == self._opening:
            self._opening = ""
            self.open_requested.emit(result)
        elif run_id in self._wanted and entry is not None:
            self._wanted.discard(run_id)
            color = RUN_COLORS[entry.about.color]
            self._overlays[run_id] = Overlay(entry.about.name, color, result.history)
            self._tell_overlays()

    @Slot(str)
    def _on_failed(self, reason: str) -> None:
        self._opening = ""

    def _tell_overlays(self) -> None:
        self.overlays_changed.emit(tuple(self._overlays.values()))
