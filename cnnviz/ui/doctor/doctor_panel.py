"""The doctor's panel: what was found, from far in a table and from near beside it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QModelIndex, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QAction, QPalette
from PySide6.QtWidgets import (
    QHBoxLayout,
    QSplitter,
    QVBoxLayout,
    QWidget,
)

from cnnviz.app.training.doctor_runner import Experiment
from cnnviz.spec.words import counted
from cnnviz.training.findings import Kind, Severity
from cnnviz.ui.doctor.finding_details import FindingDetails
from cnnviz.ui.doctor.findings_model import FindingsModel
from cnnviz.ui.icons import icon
from cnnviz.ui.ledger.cost_delegate import row_height
from cnnviz.ui.theme import SPACE_4, SPACE_8, SPACE_12, caption_font
from cnnviz.ui.widgets.action_button import ActionButton
from cnnviz.ui.widgets.elided_label import ElidedLabel
from cnnviz.ui.widgets.plain_table import off_the_edge, plain_table
from cnnviz.ui.widgets.work_bar import WorkBar

if TYPE_CHECKING:
    from cnnviz.app.workbench import Workbench
    from cnnviz.training.findings import Finding

_PROGRESS_MS = 100
_TABLE_PX, _DETAILS_PX = 560, 340
_WAITS = "Waits until the run has ended, so that neither slows the other down."


class DoctorPanel(QWidget):
    """Shows a `DoctorRunner`. As long as it is out of sight nothing is examined.

    Attributes
    ----------
    batch_action, rate_action, cancel_action
        Try out one batch, try out rates, break that off.

    Signals
    -------
    layer_selected(str)
        A finding about a layer was chosen.
    fix_requested(Fix)
    """

    layer_selected = Signal(str)
    fix_requested = Signal(object)

    def __init__(self, workbench: Workbench, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._runner, self._session = workbench.doctor, workbench.session
        self._is_in_sight = self._is_picked = self._is_showing = False
        self._awaited: Kind | None = None
        self.batch_action = self._action(
            "play", "Overfit Test", "Try whether this design can learn a few images by heart"
        )
        self.rate_action = self._action(
            "curves", "Range Test", "Try this design with ever higher learning rates, and draw the loss"
        )
        self.cancel_action = self._action("stop", "Cancel", "Break the test off")
        self.model = FindingsModel(self)
        self.table = plain_table(self.model, "What the doctor has examined", row_height, self)
        self.details = FindingDetails(self)
        self.note = ElidedLabel(parent=self)
        self.bar = WorkBar("Progress of the test", self)
        self._ticks = QTimer(self, interval=_PROGRESS_MS)
        self._lay_out()
        self._connect()
        self._show_experiment()

    @Slot(bool)
    def set_in_sight(self, in_sight: bool) -> None:
        """Say whether anybody can see the panel."""
        self._is_in_sight = in_sight
        self._runner.set_watched(in_sight)
        self._show_experiment()

    @property
    def commands(self) -> tuple[QAction, ...]:
        """What can be asked of the doctor, for a menu."""
        return (self.batch_action, self.rate_action, self.cancel_action)

    @property
    def chosen(self) -> Finding | None:
        """The finding that is shown from near."""
        row = self.table.currentIndex().row()
        return self.model.findings[row] if 0 <= row < len(self.model.findings) else None

    def _action(self, icon_name: str, text: str, tip: str) -> QAction:
        action = QAction(icon(icon_name), text, self)
        action.setToolTip(tip)
        return action

    def _lay_out(self) -> None:
        split = QSplitter(Qt.Orientation.Horizontal, self)
        split.addWidget(self.table)
        split.addWidget(self.details)
        split.setChildrenCollapsible(False)
        split.setStretchFactor(0, 1)
        split.setStretchFactor(1, 1)
        split.setSizes([_TABLE_PX, _DETAILS_PX])
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addLayout(self._head())
        layout.addLayout(off_the_edge(split), 1)

    def _head(self) -> QHBoxLayout:
        self.note.setFont(caption_font(self))
        self.note.setForegroundRole(QPalette.ColorRole.PlaceholderText)
        self._cancel_button = ActionButton(self.cancel_action, self)
        head = QHBoxLayout()
        head.setContentsMargins(SPACE_12, SPACE_4, SPACE_8, SPACE_4)
        head.setSpacing(SPACE_8)
        head.addWidget(self.note, 1)
        head.addWidget(self.bar)
        head.addWidget(self._cancel_button)
        head.addWidget(ActionButton(self.batch_action, self))
        head.addWidget(ActionButton(self.rate_action, self))
        return head

    def _connect(self) -> None:
        self.batch_action.triggered.connect(self._on_batch_triggered)
        self.rate_action.triggered.connect(self._on_rates_triggered)
        self.cancel_action.triggered.connect(self._runner.cancel)
        self._runner.examined.connect(self._on_examined)
        self._runner.experiment_changed.connect(self._show_experiment)
        self._session.state_changed.connect(self.show_settings)
        self._ticks.timeout.connect(self._show_progress)
        self.details.fix_requested.connect(self.fix_requested)
        self.table.selectionModel().currentRowChanged.connect(self._on_row_chosen)

    @Slot()
    def _on_examined(self) -> None:
        picked = self.chosen if self._is_picked else None
        with self._session.turns.drawing():
            self._is_showing = True
            self.model.show(self._runner.findings)
            row = self.model.row_of(picked) if picked is not None else None
            self._is_picked = row is not None
            self._choose(row or 0)
            self.note.setText(self._words())

    def _choose(self, row: int) -> None:
        """Show the finding of a row, without anybody having chosen it."""
        self._is_showing = True
        if self.model.findings and self.table.currentIndex().row() != row:
            self.table.setCurrentIndex(self.model.index(row, 0))
        self._is_showing = False
        self._show_details()

    def _words(self) -> str:
        runner = self._runner
        if runner.problem:
            return runner.problem
        if runner.is_waiting:
            return _WAITS
        if runner.experiment is not None:
            return f"Under way: {runner.experiment.value}…"
        return summary(self.model.findings)

    @Slot()
    def show_settings(self) -> None:
        """Show which fixes the settings or the design on screen still lack, and what they do to a run."""
        if self._is_in_sight:
            self._show_details()

    @Slot()
    def _show_experiment(self) -> None:
        runner = self._runner
        is_busy = runner.experiment is not None
        if not is_busy:
            self._show_awaited()
        self.note.setText(self._words())
        for action in (self.batch_action, self.rate_action):
            action.setEnabled(not is_busy)
        self.cancel_action.setEnabled(is_busy)
        self._cancel_button.setVisible(is_busy)
        self.bar.setVisible(is_busy and not runner.is_waiting)
        if is_busy and self._is_in_sight:
            self._ticks.start()
        else:
            self._ticks.stop()
        self._show_progress()
        self._show_details()

    def _show_awaited(self) -> None:
        """Show what a test has found, as somebody has asked for it."""
        kinds = [one.kind for one in self.model.findings]
        if self._awaited in kinds and not self._runner.problem:
            self._choose(kinds.index(self._awaited))
            self._is_picked = True
        self._awaited = None

    @Slot()
    def _show_progress(self) -> None:
        self.bar.set_share(self._runner.progress)

    def _show_details(self) -> None:
        runner = self._runner
        self.details.show_finding(
            self.chosen,
            runner.case,
            can_edit=runner.is_of_design_on_screen,
            now=runner.training,
            is_running=not self._session.is_idle,
        )

    @Slot(QModelIndex, QModelIndex)
    def _on_row_chosen(self, current: QModelIndex, previous: QModelIndex) -> None:
        finding = self.chosen
        if finding is None or self._is_showing:
            return  # not chosen by anybody
        self._show_details()
        self._is_picked = True
        if finding.layer is not None:
            self.layer_selected.emit(finding.layer)

    @Slot()
    def _on_batch_triggered(self) -> None:
        self._awaited = Kind.ONE_BATCH
        self._runner.start(Experiment.BATCH)

    @Slot()
    def _on_rates_triggered(self) -> None:
        self._awaited = Kind.RATE
        self._runner.start(Experiment.RATES)


def summary(findings: tuple[Finding, ...]) -> str:
    """Return what was found in one line, with what was measured and what was not."""
    troubles = sum(one.is_trouble for one in findings)
    unknown = sum(one.severity is Severity.UNKNOWN for one in findings)
    measured = len(findings) - unknown
    if not findings:
        return ""
    found = counted(troubles, "finding") if troubles else "Nothing found"
    missing = f", {unknown} not measured yet" if unknown else ""
    return f"{found} in {counted(measured, 'check')}{missing}"
