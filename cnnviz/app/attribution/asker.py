"""What everybody has in common who asks questions about the network in sight."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal, Slot

from cnnviz.app.attribution.attribution_work import Snapshot

if TYPE_CHECKING:
    from cnnviz.app.attribution.attribution_runner import AttributionRunner
    from cnnviz.app.attribution.attribution_work import Question
    from cnnviz.app.document import Document
    from cnnviz.app.looking.time_travel import TimeTravel
    from cnnviz.app.selection import Selection
    from cnnviz.app.training.session import Session


@dataclasses.dataclass(frozen=True, slots=True, eq=False)
class Sight:
    """A design, a run and an image in sight; with a `travel`, the weights may be of an earlier moment."""

    document: Document
    session: Session
    selection: Selection
    travel: TimeTravel | None = None

    @property
    def weights(self) -> Session | TimeTravel:
        """Whoever has the weights in sight."""
        return self.travel if self.travel is not None else self.session

    @property
    def is_past(self) -> bool:
        """Whether earlier weights are in sight."""
        return self.travel is not None and self.travel.is_past

    def snapshot(self) -> Snapshot:
        """Return the design on screen with the weights in sight."""
        spec, weights = self.document.spec, self.weights
        return Snapshot(spec, weights.parameters_for(spec), weights.weights_step, weights.weights_epoch)


class Asker(QObject):
    """Asks a runner questions of some kinds, and tells how far the answers are.

    Signals
    -------
    failed(str)
        There can be no answer; why, in one sentence.
    progressed(float)
        The share of the work that is done.
    busy_changed(bool)
        Whether an answer is on its way.
    """

    failed = Signal(str)
    progressed = Signal(float)
    busy_changed = Signal(bool)

    def __init__(
        self, kinds: tuple[type[Question], ...], runner: AttributionRunner, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._kinds, self._runner = kinds, runner
        self._is_busy = False
        runner.progressed.connect(self._on_progressed)
        runner.busy_changed.connect(self._on_runner_busy_changed)

    @property
    def is_busy(self) -> bool:
        """Whether an answer is on its way."""
        return self._is_busy

    @Slot(object, float)
    def _on_progressed(self, question: Question, share: float) -> None:
        if isinstance(question, self._kinds):
            self.progressed.emit(share)

    @Slot()
    def _on_runner_busy_changed(self) -> None:
        is_busy = any(self._runner.is_busy(kind) for kind in self._kinds)
        if is_busy is not self._is_busy:
            self._is_busy = is_busy
            self.busy_changed.emit(is_busy)
