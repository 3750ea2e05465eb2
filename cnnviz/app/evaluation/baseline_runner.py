"""Measuring baselines beside the window: one after the other on a thread, and never while a run is on."""

from __future__ import annotations

import dataclasses
import enum
import functools
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from cnnviz.app.evaluation.baseline_plan import baselines_for
from cnnviz.app.threads.gated_work import GatedTask, GatedThreads
from cnnviz.data.dataset import Split
from cnnviz.errors import DataError
from cnnviz.spec.trace import trace
from cnnviz.spec.words import counted
from cnnviz.training.baselines import BaselineResult, measure_network, measure_test, run_baseline
from cnnviz.training.gate import Gate

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from cnnviz.app.document import Document
    from cnnviz.app.selection import Selection
    from cnnviz.app.threads.gated_work import Work
    from cnnviz.app.training.session import Session
    from cnnviz.app.training.weights import Arrays
    from cnnviz.data.dataset import Dataset
    from cnnviz.spec.losses import Loss
    from cnnviz.spec.network import NetworkSpec
    from cnnviz.training.baselines import Baseline

CURRENT = "current"
"""Name of the row of the network on screen."""
_SETTLE_MS = 300
"""The network on screen is measured again when it has not changed for so long."""
_CLOSE_SECONDS = 5.0
_NETWORK, _BASELINE = "the measurement of the network", "this baseline"
_KEPT_RESULTS = 64


class RowState(enum.Enum):
    """How far a row is."""

    UNASKED = "not measured"
    WAITING = "waits"
    TRAINING = "training"
    RUNNING = "under way"
    DONE = "measured"
    FAILED = "not possible"


@dataclasses.dataclass(frozen=True, slots=True, eq=False)
class Row:
    """A classifier of the comparison; `problem` says in words why it has no result."""

    name: str
    title: str
    state: RowState
    result: BaselineResult | None = None
    problem: str = ""


class BaselineRunner(QObject):
    """Knows the baselines of the data set, and measures them and the network on screen once asked to.

    What is known of a data set is kept, and is there again when the data set is. While a run is on, work
    waits; it holds what it has done so far.

    Signals
    -------
    rows_changed()
        A row has another state or result.
    """

    rows_changed = Signal()
    _answered = Signal(object, object)

    def __init__(
        self,
        document: Document,
        session: Session,
        selection: Selection,
        parent: QObject | None = None,
        *,
        threads: int | None = None,
    ) -> None:
        super().__init__(parent)
        self._document, self._session, self._selection = document, session, selection
        self._threads = threads
        self._kept: dict[tuple[str, Baseline], BaselineResult] = {}
        self._current: BaselineResult | None = None
        self._problems: dict[str, str] = {}
        self._to_test: set[str] = set()
        self._asked: set[str] = set()
        self._is_owing = self._is_watched = False
        self._task: GatedTask | None = None
        self._settle = QTimer(self, singleShot=True, interval=_SETTLE_MS)
        self._settle.timeout.connect(self._measure_current)
        self._answered.connect(self._on_answered)
        self._gated = GatedThreads("cnnviz-baselines", self._answered.emit)
        self._baselines: tuple[Baseline, ...] = ()
        self._adopt_dataset()
        selection.dataset_changed.connect(self._on_dataset_changed)
        session.run_prepared.connect(self._close_gates)
        session.state_changed.connect(self._on_state_changed)
        for changed in (document.spec_changed, document.loss_changed, session.weights_changed):
            changed.connect(self._on_current_changed)

    @property
    def dataset(self) -> Dataset:
        """On whose splits everything is measured."""
        return self._dataset

    @property
    def problem(self) -> str:
        """Why there are no baselines for this data set; empty where there are."""
        return self._problem

    @property
    def is_asked(self) -> bool:
        """Whether the baselines of this data set were asked for."""
        return self._dataset.content_hash in self._asked

    @property
    def is_busy(self) -> bool:
        """Whether anything is still to be measured."""
        return self._is_owing

    @property
    def is_waiting(self) -> bool:
        """Whether work waits for the end of a run."""
        return self._is_owing and not self._session.is_idle

    @property
    def progress(self) -> float:
        """The share of the row under way that is done."""
        return self._task.share if self._task is not None else 0.0

    @property
    def rows(self) -> tuple[Row, ...]:
        """The network on screen, then the baselines."""
        own = self._row(CURRENT, self._document.spec.name, self._current)
        return (own, *(self._row(one.name, one.title, self._known(one)) for one in self._baselines))

    def start(self) -> None:
        """Measure all that is not known yet, on the validation images."""
        if not self._problem:
            self._asked.add(self._dataset.content_hash)
            self._problems.clear()
            self._go_on()

    def measure_test(self) -> None:
        """Measure everything on the test images, too."""
        self._to_test = {row.name for row in self.rows}
        self.start()

    @Slot()
    def cancel(self) -> None:
        """Break off what is under way; what is measured stays."""
        self._break_off()
        self.rows_changed.emit()

    def set_watched(self, is_watched: bool) -> None:
        """Say whether anybody sees the rows: else the network on screen is not measured again."""
        self._is_watched = is_watched
        if is_watched:
            self._settle.start()

    def close(self, seconds: float = _CLOSE_SECONDS) -> bool:
        """Break everything off, wait at most `seconds`, and return whether all threads have ended."""
        self._settle.stop()
        self._break_off()
        return self._gated.close(seconds)

    def _adopt_dataset(self) -> None:
        self._dataset = self._selection.dataset
        self._problem, self._baselines = "", ()
        try:
            self._baselines = baselines_for(self._dataset)
        except DataError as error:
            self._problem = str(error)

    def _row(self, name: str, title: str, result: BaselineResult | None) -> Row:
        if self._task is not None and self._task.name == name:
            return Row(name, title, RowState.RUNNING, result)
        if name in self._problems:
            return Row(name, title, RowState.FAILED, result, self._problems[name])
        if result is not None:
            return Row(name, title, RowState.DONE, result)
        if name == CURRENT and not self._session.is_idle:
            return Row(name, title, RowState.TRAINING)
        return Row(name, title, RowState.WAITING if self._is_owing else RowState.UNASKED)

    def _known(self, baseline: Baseline) -> BaselineResult | None:
        return self._kept.get((self._dataset.content_hash, baseline))

    def _missing(self) -> Iterator[GatedTask]:
        """Yield what is still to be done, the quickest first."""
        gate, dataset = Gate(is_open=self._session.is_idle), self._dataset
        if CURRENT not in self._problems:
            if self._current is None:
                yield GatedTask(CURRENT, _NETWORK, self._current_work(), gate)
            elif CURRENT in self._to_test and self._current.test is None:
                yield GatedTask(CURRENT, _NETWORK, self._test_work(self._current), gate)
        for baseline in self._baselines:
            if baseline.name in self._problems:
                continue
            known = self._known(baseline)
            if known is None:
                make = functools.partial(run_baseline, baseline, dataset, threads=self._threads)
                yield GatedTask(baseline.name, _BASELINE, make, gate)
            elif baseline.name in self._to_test and known.test is None:
                yield GatedTask(baseline.name, _BASELINE, self._test_work(known), gate)

    def _test_work(self, result: BaselineResult) -> Work:
        return functools.partial(measure_test, result, self._dataset, threads=self._threads)

    def _current_work(self) -> Work:
        spec, run = self._document.spec, self._session.result
        epochs = run.state.epoch if run is not None else self._session.weights_epoch
        how = (
            f"As it is on screen, after {counted(epochs, 'epoch')}."
            if self._session.is_trained
            else "Not trained yet."
        )
        return functools.partial(
            _measure_current,
            spec,
            self._session.parameters_for(spec),
            self._document.loss,
            self._dataset,
            None if run is None else run.seconds,
            how,
            self._threads,
        )

    def _go_on(self) -> None:
        """Begin the next piece of work, if there is any, and the run leaves room for it."""
        task = None
        if self._task is None:
            task = next(self._missing(), None) if self.is_asked else None
            self._is_owing = task is not None
        if task is not None and self._session.is_idle:
            self._task = task
            self._gated.begin(task)
        self.rows_changed.emit()

    def _break_off(self) -> None:
        self._is_owing = False
        self._to_test.clear()
        if self._task is not None:
            self._task.gate.cancel()
            self._task = None

    @Slot(object, object)
    def _on_answered(self, task: GatedTask, answer: BaselineResult | str) -> None:
        if task is not self._task:
            return  # nobody wants it any more
        self._task = None
        if isinstance(answer, str):
            self._problems[task.name] = answer
            self._to_test.discard(task.name)
        elif task.name == CURRENT:
            self._current = answer
        else:
            baseline = next(one for one in self._baselines if one.name == task.name)
            self._kept[self._dataset.content_hash, baseline] = answer
            while len(self._kept) > _KEPT_RESULTS:
                del self._kept[next(iter(self._kept))]
        self._go_on()

    @Slot()
    def _on_dataset_changed(self) -> None:
        self._break_off()
        self._problems.clear()
        self._adopt_dataset()
        self._on_current_changed()
        self.rows_changed.emit()

    @Slot()
    def _on_current_changed(self) -> None:
        """Forget what was measured of the network on screen. Its test images are asked for anew."""
        if self._task is not None and self._task.name == CURRENT:
            self._task.gate.cancel()
            self._task = None
        self._current = None
        self._problems.pop(CURRENT, None)
        self._to_test.discard(CURRENT)
        if self._session.is_idle and self._is_watched:
            self.rows_changed.emit()
            self._settle.start()

    @Slot()
    def _measure_current(self) -> None:
        if self._is_watched and (self._is_owing or self._has_any()):
            self._go_on()

    def _has_any(self) -> bool:
        return any(self._known(one) is not None for one in self._baselines)

    @Slot()
    def _close_gates(self) -> None:
        self._gated.set_open(False)

    @Slot(object)
    def _on_state_changed(self, state: object) -> None:
        self._gated.set_open(self._session.is_idle)
        if self._current is None and self._is_watched:
            self.rows_changed.emit()
        if self._is_owing and self._session.is_idle:
            self._go_on()
        elif self._session.is_idle:
            self._settle.start()
        else:
            self.rows_changed.emit()


def _measure_current(
    spec: NetworkSpec,
    weights: Arrays,
    loss: Loss,
    dataset: Dataset,
    training_seconds: float | None,
    how: str,
    threads: int | None,
    gate: Gate,
    report: Callable[[float], None],
) -> BaselineResult:
    indices = dataset.indices(Split.VALIDATION)
    measured = measure_network(spec, weights, loss, dataset, indices, gate, report, threads=threads)
    parameters = trace(spec).parameters
    return BaselineResult(
        CURRENT, spec.name, measured, training_seconds, parameters, how, spec=spec, weights=weights, loss=loss
    )
