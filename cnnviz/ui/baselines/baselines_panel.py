"""The comparison with simple classifiers: a table, and beside it what the chosen one looks at."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QModelIndex, Qt, QTimer, Slot
from PySide6.QtGui import QAction, QPalette
from PySide6.QtWidgets import (
    QHBoxLayout,
    QSplitter,
    QStackedLayout,
    QVBoxLayout,
    QWidget,
)

from cnnviz.app.evaluation.baseline_runner import RowState
from cnnviz.ui.baselines.baseline_details import BaselineDetails
from cnnviz.ui.baselines.baselines_model import BaselinesModel
from cnnviz.ui.icons import icon
from cnnviz.ui.ledger.cost_delegate import row_height
from cnnviz.ui.theme import SPACE_4, SPACE_8, SPACE_12, caption_font
from cnnviz.ui.widgets.action_button import ActionButton
from cnnviz.ui.widgets.elided_label import ElidedLabel
from cnnviz.ui.widgets.empty_state import EmptyState
from cnnviz.ui.widgets.plain_table import off_the_edge, plain_table
from cnnviz.ui.widgets.work_bar import WorkBar

if TYPE_CHECKING:
    from cnnviz.app.workbench import Workbench

_EMPTY = (
    "How well the nearest neighbours, linear classifiers and a network without convolutions do on the same "
    "images stands here."
)
_PROGRESS_MS = 100
_TABLE_PX, _DETAILS_PX = 510, 336


class BaselinesPanel(QWidget):
    """Shows a `BaselineRunner`. As long as it is out of sight it does nothing.

    Attributes
    ----------
    run_action, cancel_action, test_action
        Measure the baselines; break that off; measure the test images, too.
    """

    def __init__(self, workbench: Workbench, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._runner, self._session = workbench.baselines, workbench.session
        self._is_in_sight = self._is_late = False
        self.run_action = self._action("play", "Measure Baselines", "Train and measure simple classifiers")
        self.cancel_action = self._action("stop", "Cancel", "Break the measurement off; results are kept")
        self.test_action = self._action(
            "check", "Test Images", "Measure all of them on the test images, too: best once, at the end"
        )
        self.model = BaselinesModel(self._runner.rows, self)
        self.table = plain_table(self.model, "The network and the baselines", row_height, self)
        self.details = BaselineDetails(workbench.selection, workbench.neighbors, self)
        self.note = ElidedLabel(parent=self)
        self.bar = WorkBar("Progress of the baseline under way", self)
        self._ticks = QTimer(self, interval=_PROGRESS_MS)
        self._split = QSplitter(Qt.Orientation.Horizontal, self)
        self._is_split_by_hand = False
        self._lay_out()
        self._connect()
        self._show_rows()

    @Slot(bool)
    def set_in_sight(self, in_sight: bool) -> None:
        """Say whether anybody can see the panel."""
        self._is_in_sight = in_sight
        self._runner.set_watched(in_sight)
        self.details.set_in_sight(in_sight)
        if in_sight and self._is_late:
            self._show_rows()
        self._follow_progress()

    @property
    def commands(self) -> tuple[QAction, ...]:
        """Everything that can be asked for here: for a menu."""
        return (self.run_action, self.test_action, self.cancel_action)

    def _action(self, icon_name: str, text: str, tip: str) -> QAction:
        action = QAction(icon(icon_name), text, self)
        action.setToolTip(tip)
        return action

    def _lay_out(self) -> None:
        split = self._split
        split.addWidget(self.table)
        split.addWidget(self.details)
        split.setChildrenCollapsible(False)
        split.setStretchFactor(0, 3)
        split.setStretchFactor(1, 2)
        split.setSizes([_TABLE_PX, _DETAILS_PX])
        page = QWidget(self)
        layout = QVBoxLayout(page)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addLayout(self._head())
        layout.addLayout(off_the_edge(split), 1)
        self._empty = EmptyState(_EMPTY, self.run_action, self)
        self._refusal = EmptyState("", parent=self)
        self._pages = QStackedLayout(self)
        for widget in (page, self._empty, self._refusal):
            self._pages.addWidget(widget)

    def _head(self) -> QHBoxLayout:
        self.note.setFont(caption_font(self))
        self.note.setForegroundRole(QPalette.ColorRole.PlaceholderText)
        self._run_button = ActionButton(self.run_action, self)
        self._cancel_button = ActionButton(self.cancel_action, self)
        head = QHBoxLayout()
        head.setContentsMargins(SPACE_12, SPACE_4, SPACE_8, SPACE_4)
        head.setSpacing(SPACE_8)
        head.addWidget(self.note, 1)
        head.addWidget(self.bar)
        head.addWidget(ActionButton(self.test_action, self))
        head.addWidget(self._run_button)
        head.addWidget(self._cancel_button)
        return head

    def _connect(self) -> None:
        self.run_action.triggered.connect(self._runner.start)
        self.cancel_action.triggered.connect(self._runner.cancel)
        self.test_action.triggered.connect(self._runner.measure_test)
        self._runner.rows_changed.connect(self._on_rows_changed)
        self._ticks.timeout.connect(self._show_progress)
        self._split.splitterMoved.connect(self._on_split_moved)
        self.table.selectionModel().currentRowChanged.connect(self._on_row_chosen)

    @Slot()
    def _on_rows_changed(self) -> None:
        if self._is_in_sight:
            self._show_rows()
        else:
            self._is_late = True

    def _show_rows(self) -> None:
        self._is_late = False
        runner = self._runner
        with self._session.turns.drawing():
            rows = runner.rows
            self.model.show(rows)
            if not self.table.currentIndex().isValid() and rows:
                self.table.setCurrentIndex(self.model.index(min(1, len(rows) - 1), 0))
            self._show_details()
            self._fit_table()
            has_any = runner.is_busy or any(row.result is not None for row in rows)
            self._refusal.set_sentence(runner.problem)
            self._pages.setCurrentIndex(2 if runner.problem else 0 if has_any else 1)
            self._show_commands()
        self._follow_progress()

    def _fit_table(self) -> None:
        """Give the table what its columns need, until a person has moved what parts it from the details."""
        table, header = self.table, self.table.horizontalHeader()
        widths = (
            max(header.sectionSizeHint(column), table.sizeHintForColumn(column))
            for column in range(header.count())
        )
        needed = sum(widths) + table.width() - table.viewport().width()
        given, rest = self._split.sizes()
        if not self._is_split_by_hand and 0 < given < needed < given + rest:
            self._split.setSizes([needed, given + rest - needed])

    @Slot()
    def _on_split_moved(self) -> None:
        self._is_split_by_hand = True

    def _show_commands(self) -> None:
        runner, rows = self._runner, self.model.rows
        is_complete = all(row.result is not None for row in rows)
        is_tested = all(row.result is not None and row.result.test is not None for row in rows)
        self.run_action.setEnabled(not runner.is_busy and not is_complete)
        self.cancel_action.setEnabled(runner.is_busy)
        self.test_action.setEnabled(not runner.is_busy and not is_tested)
        self._run_button.setVisible(not runner.is_busy and not is_complete)
        self._cancel_button.setVisible(runner.is_busy)

    def _words(self) -> str:
        runner = self._runner
        if runner.is_waiting:
            return "Waits until the run has ended, so that neither slows the other down."
        running = next((row for row in self.model.rows if row.state is RowState.RUNNING), None)
        if running is not None:
            return f"Measuring: {running.title}…"
        return self.details.how or f"On the same split of {runner.dataset.title}"

    def _follow_progress(self) -> None:
        is_measuring = self._runner.is_busy and not self._runner.is_waiting
        self.bar.setVisible(is_measuring)
        if is_measuring and self._is_in_sight:
            self._ticks.start()
        else:
            self._ticks.stop()

    @Slot()
    def _show_progress(self) -> None:
        self.bar.set_share(self._runner.progress)

    @Slot(QModelIndex, QModelIndex)
    def _on_row_chosen(self, current: QModelIndex, previous: QModelIndex) -> None:
        self._show_details()

    def _show_details(self) -> None:
        place = self.table.currentIndex().row()
        rows = self.model.rows
        self.details.show_row(rows[place] if 0 <= place < len(rows) else None)
        self.note.setText(self._words())
