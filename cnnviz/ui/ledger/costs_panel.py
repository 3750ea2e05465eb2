"""What the design costs, layer by layer, with the training settings as they are, and what was measured."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QAction, QActionGroup, QPalette
from PySide6.QtWidgets import QHBoxLayout, QMenu, QStackedLayout, QToolButton, QVBoxLayout, QWidget

from cnnviz.data.dataset import Split
from cnnviz.engine.parallel import default_threads
from cnnviz.errors import CnnvizError
from cnnviz.spec.ledger import ledger
from cnnviz.spec.words import counted
from cnnviz.training.events import Finished, Stopped
from cnnviz.ui.icons import icon
from cnnviz.ui.ledger.columns import COLUMNS, Costs, Kind
from cnnviz.ui.ledger.ledger_model import LedgerModel
from cnnviz.ui.ledger.ledger_view import LedgerView
from cnnviz.ui.ledger.totals_row import TotalsRow
from cnnviz.ui.theme import SPACE_4, SPACE_8, SPACE_12, caption_font
from cnnviz.ui.widgets.action_button import ActionButton
from cnnviz.ui.widgets.elided_label import ElidedLabel
from cnnviz.ui.widgets.empty_state import EmptyState
from cnnviz.ui.widgets.plain_table import off_the_edge

if TYPE_CHECKING:
    from cnnviz.app.training.worker import RunEnd
    from cnnviz.app.workbench import Workbench
    from cnnviz.spec.training import TrainingSpec
    from cnnviz.training.layer_times import LayerTimes

_NOT_MEASURED = "The times of each layer are measured after a run, or with the button."
_MEASURING = "Measuring: some steps of training, with a clock on each layer…"


class CostsPanel(QWidget):
    """The cost table of a document. As long as it is out of sight it computes nothing.

    After a run the layers are timed as soon as the panel is in sight.

    Signals
    -------
    layer_selected(str)
        A person has chosen another layer here.
    """

    layer_selected = Signal(str)

    def __init__(
        self, workbench: Workbench, training: TrainingSpec, measure: QAction, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._document, self._selection = workbench.document, workbench.selection
        self._session, self._timing = workbench.session, workbench.timing
        self._training = training
        self._chosen = ""
        self._failure = ""
        self._is_in_sight = self._is_late = self._is_owing_times = False
        self.model = LedgerModel(self._costs(), self)
        self.table = LedgerView(self.model, self)
        self.totals = TotalsRow(self.table, self.model.costs, self)
        self._note = ElidedLabel(parent=self)
        self._empty = EmptyState(
            "What each layer costs stands here. Add a layer to the network.", parent=self
        )
        self._lay_out(measure)
        self._connect()
        self._show_costs()

    @property
    def note(self) -> str:
        """What is said about the times."""
        return self._note.text()

    @Slot(str)
    def select_layer(self, layer_id: str) -> None:
        """Choose a layer from outside; an unknown id chooses none."""
        self._chosen = layer_id
        if self._is_in_sight:
            self.table.select_layer(layer_id)

    @Slot(object)
    def set_training(self, training: TrainingSpec) -> None:
        """Show the costs with other settings of training."""
        if training != self._training:
            self._training = training
            self._on_costs_changed()

    @Slot(bool)
    def set_in_sight(self, in_sight: bool) -> None:
        """Say whether anybody can see the panel."""
        self._is_in_sight = in_sight
        if not in_sight:
            return
        if self._is_late:
            self._show_costs()
        self.table.select_layer(self._chosen)
        self._pay_times()

    @Slot()
    def measure(self) -> None:
        """Time the layers of the design with the weights on screen."""
        self._is_owing_times, self._failure = False, ""
        try:
            self._timing.measure(self._document.spec, self._training, self._selection.dataset)
        except CnnvizError as error:
            self._on_failed(str(error))

    def _lay_out(self, measure: QAction) -> None:
        page = QWidget(self)
        layout = QVBoxLayout(page)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addLayout(self._head(measure))
        layout.addLayout(off_the_edge(self.table, self.totals), 1)
        self._pages = QStackedLayout(self)
        self._pages.addWidget(page)
        self._pages.addWidget(self._empty)

    def _head(self, measure: QAction) -> QHBoxLayout:
        self._note.setFont(caption_font(self))
        self._note.setForegroundRole(QPalette.ColorRole.PlaceholderText)
        head = QHBoxLayout()
        head.setContentsMargins(SPACE_12, SPACE_4, SPACE_8, SPACE_4)
        head.setSpacing(SPACE_8)
        head.addWidget(self._note, 1)
        self.sort_button = self._tool("sort", "Sort", "Sort the layers by a column")
        self.sort_button.setMenu(self._sort_menu())
        self.sort_button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.copy_button = self._tool(
            "duplicate", "Copy", "Copy the table for a spreadsheet (Ctrl+C in the table)"
        )
        self.copy_button.clicked.connect(self.table.copy_table)
        head.addWidget(self.sort_button)
        head.addWidget(self.copy_button)
        head.addWidget(ActionButton(measure, self))
        return head

    def _tool(self, icon_name: str, text: str, tip: str) -> QToolButton:
        button = QToolButton(self)
        button.setIcon(icon(icon_name))
        button.setText(text)
        button.setToolTip(tip)
        button.setAccessibleName(tip)
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        return button

    def _sort_menu(self) -> QMenu:
        """Return a menu that sorts, for those who use the keyboard: headings take the mouse only."""
        menu = QMenu(self)
        group = QActionGroup(menu)
        for place, column in enumerate(COLUMNS):
            action = menu.addAction("Order of the Design" if column.kind is Kind.NAME else column.title)
            action.setCheckable(True)
            action.setData(place)
            group.addAction(action)
        menu.triggered.connect(self._on_sort_triggered)
        menu.aboutToShow.connect(self._on_sort_menu_about_to_show)
        return menu

    def _connect(self) -> None:
        self.table.layer_chosen.connect(self._on_layer_chosen)
        self._document.spec_changed.connect(self._on_costs_changed)
        self._selection.dataset_changed.connect(self._on_costs_changed)
        self._session.run_ended.connect(self._on_run_ended)
        self._timing.measured.connect(self._on_costs_changed)
        self._timing.failed.connect(self._on_failed)
        self._timing.busy_changed.connect(self._on_busy_changed)

    def _costs(self) -> Costs:
        training, times = self._training, self._timing.times
        now = ledger(self._document.trace, training.batch_size, default_threads(), training.optimizer)
        return Costs(now, times, is_stale=times is not None and not self._is_current(times))

    def _is_current(self, times: LayerTimes) -> bool:
        learned = len(self._selection.dataset.indices(Split.TRAIN))
        return times.is_of(self._document.spec, min(self._training.batch_size, learned))

    def _show_costs(self) -> None:
        self._is_late = False
        costs = self._costs()
        self.model.show(costs)
        self.totals.show_costs(costs)
        self.table.select_layer(self._chosen)
        self._pages.setCurrentIndex(0 if costs.ledger.rows else 1)
        self._note.setText(self._words(costs))

    def _words(self, costs: Costs) -> str:
        if self._timing.is_busy:
            return _MEASURING
        if self._failure:
            return self._failure
        times = costs.times
        if times is None:
            return _NOT_MEASURED
        if costs.is_stale:
            return "The times are from before the last change. Measure again to see them as they are now."
        forward, backward, other, step = (
            costs.milliseconds(seconds)
            for seconds in (
                times.forward_seconds,
                times.backward_seconds,
                times.other_seconds,
                times.step_seconds,
            )
        )
        threads = counted(times.threads, "thread")
        return (
            f"{counted(times.images, 'image')} on {threads}: a step takes {step} ms, forward {forward}, "
            f"backward {backward}, loss, optimizer and the rest {other}"
        )

    @Slot()
    def _on_costs_changed(self) -> None:
        if self._is_in_sight:
            self._show_costs()
        else:
            self._is_late = True

    @Slot(object)
    def _on_run_ended(self, end: RunEnd) -> None:
        if isinstance(end, Finished | Stopped) and end.result.state.step > 0:
            self._is_owing_times = True
            self._pay_times()

    def _pay_times(self) -> None:
        """Measure after a run, once somebody can see it."""
        if self._is_owing_times and self._is_in_sight and not self._document.problems:
            self.measure()

    @Slot(bool)
    def _on_busy_changed(self, busy: bool) -> None:
        self._note.setText(self._words(self.model.costs))

    @Slot(str)
    def _on_failed(self, reason: str) -> None:
        self._failure = reason
        self._note.setText(self._words(self.model.costs))

    @Slot(str)
    def _on_layer_chosen(self, layer_id: str) -> None:
        self._chosen = layer_id
        self.layer_selected.emit(layer_id)

    @Slot(QAction)
    def _on_sort_triggered(self, action: QAction) -> None:
        """Sort by a column; choosing the same one again turns the order round."""
        self.table.sort_by(action.data())

    @Slot()
    def _on_sort_menu_about_to_show(self) -> None:
        section = self.table.horizontalHeader().sortIndicatorSection()
        self.sort_button.menu().actions()[section].setChecked(True)
