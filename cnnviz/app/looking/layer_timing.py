"""Measuring how long each layer takes, beside the window and never beside a run."""

from __future__ import annotations

import dataclasses
import logging
import threading
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal, Slot

from cnnviz.app.threads.answering import answer_or_reason
from cnnviz.errors import TrainingError
from cnnviz.training.layer_times import LayerTimes, MeasurementCancelled, measure_layers

if TYPE_CHECKING:
    from collections.abc import Callable

    from cnnviz.app.training.session import Session
    from cnnviz.app.training.weights import Arrays
    from cnnviz.data.dataset import Dataset
    from cnnviz.spec.network import NetworkSpec
    from cnnviz.spec.training import TrainingSpec

_log = logging.getLogger(__name__)

_CANCEL_SECONDS = 2.0
"""A measurement ends with the layer under way, which is much sooner."""


@dataclasses.dataclass(frozen=True, slots=True, eq=False)
class _Job:
    """What is to be measured, and a flag that ends it."""

    spec: NetworkSpec
    parameters: Arrays
    dataset: Dataset
    training: TrainingSpec
    cancelled: threading.Event = dataclasses.field(default_factory=threading.Event)

    def result(self) -> LayerTimes | str | None:
        """Return the times, why there are none, or None where nobody wants them any more."""
        return answer_or_reason(
            self._times, "The times could not be measured", "this design with this batch size"
        )

    def _times(self) -> LayerTimes | None:
        is_cancelled = self.cancelled.is_set
        try:
            return measure_layers(
                self.spec, self.parameters, self.dataset, self.training, is_cancelled=is_cancelled
            )
        except MeasurementCancelled:
            return None


class LayerTiming(QObject):
    """Times the layers of a design on a thread, with the session's weights; the latest wish replaces others.

    A run that begins ends the measurement first, so that neither disturbs the other.

    Signals
    -------
    measured(LayerTimes)
    failed(str)
        There are no times; why, in one sentence.
    busy_changed(bool)
    """

    measured = Signal(object)
    failed = Signal(str)
    busy_changed = Signal(bool)
    _answered = Signal(object, object)

    def __init__(self, session: Session, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._job: _Job | None = None
        self._thread: threading.Thread | None = None
        self._times: LayerTimes | None = None
        self._answered.connect(self._on_answered)
        session.run_prepared.connect(self.cancel)

    @property
    def times(self) -> LayerTimes | None:
        """The newest times; None before the first."""
        return self._times

    @property
    def is_busy(self) -> bool:
        """Whether layers are being timed."""
        return self._job is not None

    def measure(self, spec: NetworkSpec, training: TrainingSpec, dataset: Dataset) -> None:
        """Begin to time the layers of a design as training with these settings would compute them.

        Raises
        ------
        TrainingError
            A run is under way.
        """
        if not self._session.is_idle:
            raise TrainingError("The layers cannot be timed while a run is under way. Stop it first.")
        was_busy, before = self.is_busy, self._thread
        if self._job is not None:
            self._job.cancelled.set()
        self._job = _Job(spec, self._session.parameters_for(spec), dataset, training)
        self._thread = threading.Thread(
            target=_work, args=(self._job, before, self._answered.emit), name="cnnviz-timing", daemon=True
        )
        self._thread.start()
        if not was_busy:
            self.busy_changed.emit(True)

    @Slot()
    def cancel(self) -> None:
        """Break the measurement off, and wait until it has ended; nothing happens where there is none."""
        self._end(_CANCEL_SECONDS)

    def close(self, seconds: float = _CANCEL_SECONDS) -> bool:
        """Break the measurement off, waiting at most `seconds`, and return whether it has ended."""
        self._end(seconds)
        return self._thread is None

    def _end(self, seconds: float) -> None:
        if self._job is not None:
            self._job.cancelled.set()
            self._job = None
            self.busy_changed.emit(False)
        if self._thread is not None:
            self._thread.join(seconds)
            if self._thread.is_alive():
                _log.warning("The measurement of the layers did not end within %g s", seconds)
            else:
                self._thread = None

    @Slot(object, object)
    def _on_answered(self, job: _Job, answer: LayerTimes | str) -> None:
        if job is not self._job:
            return  # cancelled meanwhile
        self._job = None
        if isinstance(answer, LayerTimes):
            self._times = answer
            self.measured.emit(answer)
        else:
            self.failed.emit(answer)
        self.busy_changed.emit(False)


def _work(
    job: _Job, before: threading.Thread | None, answer: Callable[[_Job, LayerTimes | str], None]
) -> None:
    """Measure, once the measurement before this one has ended."""
    if before is not None:
        before.join()
    result = None if job.cancelled.is_set() else job.result()
    if result is not None and not job.cancelled.is_set():
        answer(job, result)
