"""What the doctor says of the run on screen, kept up to date, and its experiments on a thread."""

from __future__ import annotations

import dataclasses
import enum
import functools
from typing import TYPE_CHECKING, TypeVar

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from cnnviz.app.threads.gated_work import GatedTask, GatedThreads
from cnnviz.spec.training import TrainingSpec
from cnnviz.training.data_examiner import DataExaminer
from cnnviz.training.doctor import examine_run, in_order
from cnnviz.training.doctor_tests import BatchTest, RateTest, learn_one_batch, try_rates
from cnnviz.training.events import Failed
from cnnviz.training.findings import Case
from cnnviz.training.gate import Gate

if TYPE_CHECKING:
    from collections.abc import Callable

    from cnnviz.app.document import Document
    from cnnviz.app.selection import Selection
    from cnnviz.app.training.session import Session
    from cnnviz.app.training.worker import RunEnd
    from cnnviz.data.dataset import Dataset
    from cnnviz.spec.network import NetworkSpec
    from cnnviz.training.findings import Finding
    from cnnviz.training.history import History

_Test = TypeVar("_Test", BatchTest, RateTest)

_LIVE_MS = 1_000
"""While a run is on, it is examined once in this time."""
_CLOSE_SECONDS = 5.0
_STEP_FIELDS = ("batch_size", "l1", "l2", "clip_value", "clip_norm")


class Experiment(enum.Enum):
    """What the doctor tries out on request."""

    BATCH = "overfit test"
    RATES = "range test"


@dataclasses.dataclass(frozen=True, slots=True, eq=False)
class _Failure:
    """A run that failed, perhaps so early that it left no result."""

    spec: NetworkSpec
    training: TrainingSpec
    history: History
    reason: str


class DoctorRunner(QObject):
    """Examines the run under way, the last one, or else the images alone.

    While nobody looks it does nothing. Experiments are made with the design and the settings on screen, from
    first weights; while a run is on they wait, and hold what they have done so far.

    Attributes
    ----------
    asked_training
        Gives the settings on screen.

    Signals
    -------
    examined()
        `findings` are others than before.
    experiment_changed()
        Another experiment is under way or none, it waits or goes on, or `problem` is another.
    """

    examined = Signal()
    experiment_changed = Signal()
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
        self.asked_training: Callable[[], TrainingSpec] = TrainingSpec  # until somebody has some
        self._learning = document.spec
        self._failure: _Failure | None = None
        self._batch_test: BatchTest | None = None
        self._rate_test: RateTest | None = None
        self._data_examiner = DataExaminer()
        self._findings: tuple[Finding, ...] = ()
        self._case: Case | None = None
        self._is_watched, self._is_late = False, True
        self._problem = ""
        self._task: GatedTask | None = None
        self._gated = GatedThreads("cnnviz-doctor", self._answered.emit)
        self._soon = QTimer(self, singleShot=True)
        self._soon.timeout.connect(self._examine)
        self._connect()

    def _connect(self) -> None:
        session, selection = self._session, self._selection
        session.run_prepared.connect(self._on_run_prepared)
        session.run_ended.connect(self._on_run_ended)
        session.state_changed.connect(self._on_state_changed)
        session.history_changed.connect(self.look_again)
        self._document.spec_changed.connect(self.look_again)
        selection.dataset_changed.connect(self._on_dataset_changed)
        self._answered.connect(self._on_answered)

    @property
    def findings(self) -> tuple[Finding, ...]:
        """Everything that was examined, the worst first."""
        return self._findings

    @property
    def case(self) -> Case:
        """What `findings` are about."""
        return self._case or self._present_case()

    @property
    def is_of_design_on_screen(self) -> bool:
        """Whether the findings are about the very layers on screen, so that an edit of them helps."""
        return _same_design(self.case.spec, self._document.spec)

    @property
    def experiment(self) -> Experiment | None:
        """What is tried out now, or waits; None for nothing."""
        return Experiment(self._task.name) if self._task is not None else None

    @property
    def is_waiting(self) -> bool:
        """Whether an experiment waits for the end of a run."""
        return self._task is not None and not self._session.is_idle

    @property
    def progress(self) -> float:
        """The share of the experiment that is done."""
        return self._task.share if self._task is not None else 0.0

    @property
    def problem(self) -> str:
        """Why the last experiment has no result; empty where it has one."""
        return self._problem

    @property
    def training(self) -> TrainingSpec:
        """How the design on screen is to be trained."""
        return self.asked_training()

    @Slot(bool)
    def set_watched(self, is_watched: bool) -> None:
        """Say whether anybody sees the findings."""
        self._is_watched = is_watched
        if is_watched and self._is_late:
            self._soon.start(0)

    def start(self, kind: Experiment) -> None:
        """Try something out, in the place of whatever is tried out now."""
        self._break_off()
        self._problem = ""
        experiment = learn_one_batch if kind is Experiment.BATCH else try_rates
        training = self.training
        work = functools.partial(
            experiment,
            self._document.spec,
            training,
            self._selection.dataset,
            threads=training.threads or self._threads,
        )
        gate = Gate(is_open=self._session.is_idle)
        self._task = GatedTask(kind.value, f"the {kind.value}", work, gate)
        self._gated.begin(self._task)
        self.experiment_changed.emit()

    @Slot()
    def cancel(self) -> None:
        """Break the experiment off."""
        self._break_off()
        self.experiment_changed.emit()

    def close(self, seconds: float = _CLOSE_SECONDS) -> bool:
        """Break everything off, wait at most `seconds`, and return whether all threads have ended."""
        self._soon.stop()
        self._break_off()
        return self._gated.close(seconds)

    def _break_off(self) -> None:
        if self._task is not None:
            self._task.gate.cancel()
            self._task = None

    @Slot(object, object)
    def _on_answered(self, task: GatedTask, answer: BatchTest | RateTest | str) -> None:
        if task is not self._task:
            return  # nobody wants it any more
        self._task = None
        if isinstance(answer, str):
            self._problem = answer
        elif isinstance(answer, BatchTest):
            self._batch_test = answer
        else:
            self._rate_test = answer
        self._examine()
        self.experiment_changed.emit()

    @Slot()
    def _on_run_prepared(self) -> None:
        self._learning, self._failure = self._document.spec, None
        self._gated.set_open(False)

    @Slot()
    def _on_state_changed(self) -> None:
        self._gated.set_open(self._session.is_idle)
        self.look_again()
        if self._task is not None:
            self.experiment_changed.emit()

    @Slot(object)
    def _on_run_ended(self, end: RunEnd) -> None:
        if isinstance(end, Failed) and end.diverged:
            result = end.result
            self._failure = _Failure(result.spec, result.training, self._session.history, end.reason)
        self.look_again()

    @Slot()
    def _on_dataset_changed(self) -> None:
        """Hold what was known of other images no longer: they may be large, and nobody may look for long."""
        self._data_examiner, self._case = DataExaminer(), None
        self.look_again()

    @Slot()
    def look_again(self) -> None:
        """Examine anew soon, as something has changed."""
        self._is_late = True
        if self._is_watched and not self._soon.isActive():
            self._soon.start(0 if self._session.is_idle else _LIVE_MS)

    @Slot()
    def _examine(self) -> None:
        """Examine anew, where anybody looks."""
        if not self._is_watched:
            self._is_late = True
            return
        self._is_late = False
        before = self._findings
        self._case = self._present_case()
        self._findings = in_order((*examine_run(self._case), *self._data_findings()))
        if self._findings != before:
            self.examined.emit()

    def _present_case(self) -> Case:
        """Return the run under way, the last one of the design on screen, or else the design alone."""
        session, result = self._session, self._session.result
        spec, training, failure = self._document.spec, self.training, ""
        dataset: Dataset | None = self._selection.dataset
        if not session.is_idle:
            spec, training = self._learning, session.steering.settings or training
        elif self._failure is not None and self._failure.history is session.history:
            spec, training = self._failure.spec, self._failure.training
            failure = self._failure.reason
        elif result is not None:
            spec, training = result.spec, result.training
            failure = result.failure.reason if result.failure is not None and result.failure.diverged else ""
            if result.data.content_hash != self._selection.dataset.content_hash:
                dataset = None
        return Case(
            spec,
            training,
            session.history,
            dataset,
            failure,
            batch_test=self._fitting(self._batch_test),
            rate_test=self._fitting_rates(),
        )

    def _fitting(self, test: _Test | None) -> _Test | None:
        """Return a test if it was made of the design and images on screen, and with their loss."""
        if test is None or not _same_design(test.spec, self._document.spec):
            return None
        same_data = test.content_hash == self._selection.dataset.content_hash
        return test if same_data and test.training.loss == self.training.loss else None

    def _fitting_rates(self) -> RateTest | None:
        test = self._fitting(self._rate_test)
        return test if test is not None and _same_steps(test.training, self.training) else None

    def _data_findings(self) -> tuple[Finding, ...]:
        """Return what the images on screen say to the design and the settings on screen."""
        dataset = self._selection.dataset
        case = Case(self._document.spec, self.training, self._session.history, dataset)
        return self._data_examiner.findings(case, dataset)


def _same_steps(one: TrainingSpec, other: TrainingSpec) -> bool:
    """Return whether batches move the weights alike with both settings, but for the rate."""
    if any(getattr(one, name) != getattr(other, name) for name in _STEP_FIELDS):
        return False
    mine, others = (dataclasses.replace(each.optimizer, learning_rate=1.0) for each in (one, other))
    return mine == others


def _same_design(one: NetworkSpec, other: NetworkSpec) -> bool:
    return (one.input, one.layers) == (other.input, other.layers)
