"""The runs of the library as a table."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt, Signal, Slot

from cnnviz.app.runs.run_about import RunKind
from cnnviz.training.run_comparison import BEST_ACCURACY, BEST_LOSS, BEST_MEANINGS
from cnnviz.ui.format import duration, number, share
from cnnviz.ui.runs.comparison_table import swatch
from cnnviz.ui.runs.words import began, data_words, looks_words, short_state, state_details
from cnnviz.ui.widgets.plain_table import wrapped

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtCore import QObject

    from cnnviz.app.runs.run_folder import RunEntry
    from cnnviz.app.runs.run_library import RunLibrary

RUN_COLORS = ("#9147FF", "#D9265C", "#1C9C76", "#898B9F", "#DF6749", "#D025BF", "#627A29", "#8477F8")
"""Told apart by colour-blind eyes from each other and from training and validation, in both themes."""

STATE = "State"
_SWATCH_PX = 16
_ELSEWHERE = "in another window"
_ELSEWHERE_TIP = (
    "Another window of the program trains it; the figures are those of its newest checkpoint. It can be "
    "looked at, and changed once that window lets go of it"
)
_TIME = "Time spent computing the steps of training, without validation, pauses and slow motion"
_Index = QModelIndex | QPersistentModelIndex
_Role = Qt.ItemDataRole
_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter


@dataclasses.dataclass(frozen=True, slots=True)
class _Column:
    title: str
    tip: str
    text: Callable[[RunEntry], str]
    is_number: bool = True
    details: Callable[[RunEntry], str] | None = None


def _or_dash(value: float | None, written: Callable[[float], str]) -> str:
    return "–" if value is None else written(value)


def _of_facts(entry: RunEntry, text: str) -> str:
    return text if entry.facts is not None else "–"


COLUMNS = (
    _Column("Run", "Tick a run to draw its curves beside those on screen", lambda e: e.about.name, False),
    _Column(STATE, "What has become of it", short_state, False, state_details),
    _Column("Data set", "What it learned from, and how its images were prepared", data_words, False),
    _Column(
        BEST_ACCURACY,
        BEST_MEANINGS[BEST_ACCURACY],
        lambda e: _or_dash(e.best_accuracy, share),
    ),
    _Column(BEST_LOSS, BEST_MEANINGS[BEST_LOSS], lambda e: _or_dash(e.best_loss, number)),
    _Column("Epochs", "Whole epochs done", lambda e: _of_facts(e, f"{e.epochs:,}")),
    _Column("Time", _TIME, lambda e: _of_facts(e, duration(e.seconds))),
    _Column("Parameters", "Numbers that are learned", lambda e: _of_facts(e, f"{e.parameters:,}")),
    _Column(
        "Test",
        "How often somebody has looked at the test set with it",
        lambda e: f"{len(e.test_uses):,}" if e.test_uses else "–",
        details=looks_words,
    ),
    _Column(
        "Began",
        "",
        lambda e: began(e.about.began_at),
        False,
        details=lambda e: f"{e.about.began_at.astimezone():%Y-%m-%d %H:%M:%S}",
    ),
)


class RunsModel(QAbstractTableModel):
    """One row for each run, the newest first. The name can be edited, and ticked for its curves.

    Signals
    -------
    ticked(str, bool)
        The curves of a run, by its id, are wanted or no longer wanted.
    """

    ticked = Signal(str, bool)

    def __init__(self, library: RunLibrary, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._library = library
        self._entries = library.entries
        self._ticked: frozenset[str] = frozenset()
        self._is_wrapped = False
        self._live_id, self._live_words, self._live_details = "", dict[str, str](), ""
        self._swatches = [swatch(color, _SWATCH_PX) for color in RUN_COLORS]
        library.changed.connect(self._on_changed)

    def entry(self, row: int) -> RunEntry:
        """Return the run of a row."""
        return self._entries[row]

    def rowCount(self, parent: _Index = QModelIndex()) -> int:  # noqa: B008 - as Qt declares it
        return 0 if parent.isValid() else len(self._entries)

    def columnCount(self, parent: _Index = QModelIndex()) -> int:  # noqa: B008 - as Qt declares it
        return 0 if parent.isValid() else len(COLUMNS)

    def wrap_headings(self, is_wrapped: bool) -> None:
        """Give headings two lines, for narrower columns, or one."""
        if is_wrapped is not self._is_wrapped:
            self._is_wrapped = is_wrapped
            self.headerDataChanged.emit(Qt.Orientation.Horizontal, 0, len(COLUMNS) - 1)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = _Role.DisplayRole) -> Any:
        if orientation is Qt.Orientation.Horizontal:
            if role == _Role.DisplayRole:
                title = COLUMNS[section].title
                return wrapped(title) if self._is_wrapped and COLUMNS[section].is_number else title
            if role == _Role.ToolTipRole:
                return COLUMNS[section].tip
            if role == _Role.TextAlignmentRole:
                return _RIGHT if COLUMNS[section].is_number else _LEFT
        return None

    def data(self, index: _Index, role: int = _Role.DisplayRole) -> Any:
        entry, column = self._entries[index.row()], COLUMNS[index.column()]
        if role in (_Role.DisplayRole, _Role.EditRole):
            return self._live_text(entry, column) or column.text(entry)
        if role == _Role.TextAlignmentRole and column.is_number:
            return _RIGHT
        if role == _Role.ToolTipRole:
            if column.title == STATE and entry.kind is RunKind.RUNNING:
                if self._is_live(entry):
                    return self._live_details
                return _ELSEWHERE_TIP if entry.id in self._library.foreign else column.text(entry)
            return column.details(entry) if column.details is not None else column.text(entry)
        if index.column() == 0 and role == _Role.DecorationRole:
            return self._swatches[entry.about.color]
        if index.column() == 0 and role == _Role.CheckStateRole and entry.facts is not None:
            return Qt.CheckState.Checked if entry.id in self._ticked else Qt.CheckState.Unchecked
        return None

    def setData(self, index: _Index, value: Any, role: int = _Role.EditRole) -> bool:
        entry = self._entries[index.row()]
        if role == _Role.CheckStateRole:
            is_on = Qt.CheckState(value) is Qt.CheckState.Checked
            self._ticked = self._ticked | {entry.id} if is_on else self._ticked - {entry.id}
            self.dataChanged.emit(index, index)
            self.ticked.emit(entry.id, is_on)
            return True
        self._library.rename(entry.id, str(value))
        return True

    def show_live(self, run_id: str, words: dict[str, str], details: str = "") -> None:
        """Say how far the run under way is, by the titles of columns, and in full where its state is."""
        self._live_id, self._live_words, self._live_details = run_id, words, details
        row = next((row for row, entry in enumerate(self._entries) if entry.id == run_id), None)
        if row is not None:
            self.dataChanged.emit(self.index(row, 1), self.index(row, len(COLUMNS) - 1))

    def _live_text(self, entry: RunEntry, column: _Column) -> str:
        """Return what is known of a run under way, here or elsewhere; empty where there is nothing."""
        if self._is_live(entry):
            return self._live_words.get(column.title, "")
        is_state = column.title == STATE and entry.kind is RunKind.RUNNING
        return _ELSEWHERE if is_state and entry.id in self._library.foreign else ""

    def _is_live(self, entry: RunEntry) -> bool:
        return entry.id == self._live_id and entry.kind is RunKind.RUNNING

    def untick(self, run_id: str) -> None:
        """Say of a run that its curves are not wanted, or cannot be had."""
        if run_id in self._ticked:
            row = [entry.id for entry in self._entries].index(run_id)
            self.setData(self.index(row, 0), Qt.CheckState.Unchecked.value, _Role.CheckStateRole)

    def flags(self, index: _Index) -> Qt.ItemFlag:
        flags, entry = super().flags(index), self._entries[index.row()]
        if index.column() == 0 and entry.facts is not None:
            flags |= Qt.ItemFlag.ItemIsUserCheckable
            if entry.id not in self._library.foreign:
                flags |= Qt.ItemFlag.ItemIsEditable
        return flags

    @Slot()
    def _on_changed(self) -> None:
        entries = self._library.entries
        same = [entry.id for entry in entries] == [entry.id for entry in self._entries]
        if same:
            self._entries = entries
            if entries:
                self.dataChanged.emit(self.index(0, 0), self.index(len(entries) - 1, len(COLUMNS) - 1))
            return
        self.beginResetModel()
        self._entries = entries
        self._ticked &= {entry.id for entry in entries}
        self.endResetModel()
