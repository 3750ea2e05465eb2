from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import QObject, Signal

from cnnviz.app.training.progress import Progress
from cnnviz.app.training.session import SessionState
from cnnviz.app.training.steering import Steering
from cnnviz.training.events import EpochDone, StepDone, Vitals
from cnnviz.training.history import HistoryLog

if TYPE_CHECKING:
    from cnnviz.training.history import History


class FakeSession(QObject):
    """What the training panels need of a session, moved by hand."""

    history_changed = Signal()
    progress_changed = Signal(object)
    state_changed = Signal(object)
    weights_changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._log = HistoryLog()
        self.progress = Progress()
        self.state = SessionState.IDLE
        self.steering = Steering()
        self.result: object = None

    @property
    def is_idle(self) -> bool:
        return self.state is SessionState.IDLE

    @property
    def history(self) -> History:
        return self._log.frozen()

    def do_step(self, step: int, loss: float, accuracy: float) -> None:
        self._log.append(StepDone(step, 1, loss, accuracy, 32 * step, 0.01 * step))
        self.history_changed.emit()

    def do_epoch(self, epoch: int, step: int, val_loss: float, val_accuracy: float, *errors: float) -> None:
        self._log.append(EpochDone(epoch, step, 0.5, 0.5, val_loss, val_accuracy, 0.1, 1000.0, *errors))
        self.history_changed.emit()

    def do_vitals(self, vitals: Vitals) -> None:
        self._log.append(vitals)
        self.history_changed.emit()

    def report(self, progress: Progress, state: SessionState) -> None:
        self.progress, self.state = progress, state
        self.progress_changed.emit(progress)
        self.state_changed.emit(state)


@pytest.fixture
def session(qapp: object) -> FakeSession:
    return FakeSession()
