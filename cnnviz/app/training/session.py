"""The training session: one run at a time on its own thread, and the weights and curves it leaves."""

from __future__ import annotations

import enum
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal, Slot

from cnnviz.app.threads.turns import Turns
from cnnviz.app.training.job import Keeping, RunJob, events_of, prolonged
from cnnviz.app.training.memory import Memory
from cnnviz.app.training.run_follower import CLOSE_SECONDS, RunFollower
from cnnviz.app.training.steering import Steering
from cnnviz.app.training.worker import Broken
from cnnviz.errors import FileError, TrainingError
from cnnviz.training.history import empty_history
from cnnviz.training.loop import check_run
from cnnviz.training.runfile import save_run

if TYPE_CHECKING:
    from pathlib import Path

    from cnnviz.app.training.progress import Progress
    from cnnviz.app.training.weights import Arrays
    from cnnviz.app.training.worker import RunEnd
    from cnnviz.data.dataset import Dataset
    from cnnviz.spec.network import NetworkSpec
    from cnnviz.spec.training import TrainingSpec
    from cnnviz.training.history import History
    from cnnviz.training.result import RunResult


class SessionState(enum.Enum):
    """What the session is doing."""

    IDLE = "idle"
    RUNNING = "running"
    PAUSED = "paused"
    STOPPING = "stopping"


class Session(QObject):
    """Trains designs on a thread of its own and tells what happens at a pace that people can follow.

    Whatever the run reports overwrites a mailbox, which a `RunFollower` reads. So no signal is sent per
    batch, and all signals come in the thread of the session.

    Attributes
    ----------
    turns
        Whoever draws what a run changes does it inside `turns.drawing()`.
    steering
        Single steps and epochs, slow motion and other settings for the run under way.

    Signals
    -------
    state_changed(SessionState)
    run_prepared()
        A run is found possible and begins when all have been told: whoever else computes, ends it first.
    run_started(RunStarted)
    history_changed()
        `history` has grown, or is that of another run; at most ten times a second.
    progress_changed(Progress)
        At most twice a second, and at every change of state.
    weights_changed()
        `parameters_for` has other weights to give: as asked for by `want_weights`, at a pause or the end of a
        run, after a reset and after opening a run file.
    run_ended(Finished | Stopped | Failed | Broken)
        The last word of a run, exactly once.
    closing()
        A run that is on is ended for good: whoever meant to begin another one after it does not.
    """

    state_changed = Signal(object)
    run_prepared = Signal()
    run_started = Signal(object)
    history_changed = Signal()
    progress_changed = Signal(object)
    weights_changed = Signal()
    run_ended = Signal(object)
    closing = Signal()

    def __init__(self, parent: QObject | None = None, *, threads: int | None = None) -> None:
        super().__init__(parent)
        self._threads = threads
        self._state = SessionState.IDLE
        self._seed = 0
        self._memory = Memory()
        self.turns, self.steering = Turns(), Steering()
        self.keeping: Keeping = events_of  # whoever keeps runs puts itself here
        self._follower = RunFollower(self._memory, self.turns, self)
        self._connect_follower()

    def _connect_follower(self) -> None:
        follower = self._follower
        follower.started.connect(self.run_started)
        follower.history_changed.connect(self.history_changed)
        follower.progress_changed.connect(self.progress_changed)
        follower.weights_changed.connect(self.weights_changed)
        follower.phase_changed.connect(self._on_phase_changed)
        follower.ended.connect(self._on_ended)

    @property
    def state(self) -> SessionState:
        """What the session is doing."""
        return self._state

    @property
    def is_idle(self) -> bool:
        """Whether no run is under way."""
        return self._state is SessionState.IDLE

    @property
    def history(self) -> History:
        """The curves of the run under way, or of the last one."""
        return self._follower.of_run.history

    @property
    def progress(self) -> Progress:
        """How far the run under way, or the last one, has come."""
        return self._follower.of_run.progress

    @property
    def result(self) -> RunResult | None:
        """What the last run of the design on screen left, or the file that was opened; None after a reset."""
        return self._memory.shown.result

    @property
    def unsaved(self) -> bool:
        """Whether there are learned weights that no run file holds."""
        return self.unsaved_count > 0

    @property
    def unsaved_count(self) -> int:
        """How many runs no file holds, the one under way included."""
        return self._memory.unsaved_count

    @property
    def unsaved_runs(self) -> tuple[RunResult, ...]:
        """Every run that has ended and is in no file, the oldest first; `result` may be one of them."""
        return self._memory.unsaved_runs

    @property
    def is_trained(self) -> bool:
        """Whether the design on screen has learned anything."""
        return not self._memory.shown.store.is_empty

    @property
    def weights_step(self) -> int:
        """The step after which the weights of `parameters_for` were taken; 0 before training."""
        return self._memory.shown.weights_at[0]

    @property
    def weights_epoch(self) -> int:
        """The epoch, from 1, in which the weights of `parameters_for` were taken; 0 before training."""
        return self._memory.shown.weights_at[1]

    def parameters_for(self, spec: NetworkSpec) -> Arrays:
        """Return the weights of a design, by `<layer id>/<name>`: learned where they fit, else first ones.

        Only the layers before the first problem have some. The arrays are never written again.
        """
        return self._memory.parameters_for(spec, self._seed)

    def fresh_layers(self, spec: NetworkSpec) -> frozenset[str]:
        """Return the ids of the layers that still have first weights although others have learned."""
        return self._memory.fresh_layers(spec)

    def show_design(self, spec: NetworkSpec, *, is_first: bool = False) -> None:
        """Say which design is on screen now, the first that undo knows or not; see `Memory`."""
        if self._memory.show(spec, is_first=is_first):
            self._tell_all()

    def continued(self, spec: NetworkSpec, dataset: Dataset) -> RunResult | None:
        """Return the run that goes on where this design is trained on this data set now."""
        return self._memory.shown.continued_by(spec, dataset)

    def put_weights(self, learned: Arrays, fresh: Arrays) -> None:
        """Give the design on screen weights of its own; `fresh` ones are first weights that are to stay."""
        self._memory.put(learned, fresh)
        self.weights_changed.emit()

    def bring_back(self, result: RunResult) -> None:
        """Give the design on screen, which is that of `result`, the weights and curves of that run.

        Raises
        ------
        TrainingError
            A run is under way.
        """
        self._refuse_while_running("bring another back")
        self._seed = result.training.seed
        self._memory.bring_back(result)
        self._tell_all()

    def set_seed(self, seed: int) -> None:
        """Say from which seed first weights are drawn."""
        if seed != self._seed:
            self._seed = seed
            self._memory.release_first_weights()
            self.weights_changed.emit()

    def reset_weights(self, *, everywhere: bool = True) -> None:
        """Forget what was learned, by earlier designs too if `everywhere`: the seed gives the weights again.

        Raises
        ------
        TrainingError
            A run is under way.
        """
        self._refuse_while_running("reset the weights")
        self._memory.forget(everywhere=everywhere)
        self._tell_all()

    def start(
        self,
        spec: NetworkSpec,
        training: TrainingSpec,
        dataset: Dataset,
        *,
        single_step: bool = False,
        single_epoch: bool = False,
    ) -> None:
        """Train from the weights on screen. Pause after the first batch, or the first epoch, where asked to.

        Where design and data are those of the last run, it is continued exactly, or for as many epochs again.

        Raises
        ------
        TrainingError
            A run is under way, the design cannot be trained on the data set, or there is too little memory.
        """
        self._refuse_while_running("start another run")
        threads = training.threads or self._threads
        check_run(spec, dataset, training, threads)
        self.run_prepared.emit()
        self._seed = training.seed
        earlier = self.continued(spec, dataset)
        training = prolonged(training, earlier) if earlier else training
        job = RunJob(spec, training, dataset, self.parameters_for(spec), earlier, threads)
        history = earlier.history_until_state() if earlier else None
        control = self._follower.prepare(self.keeping(job), history, training.best_by)
        self._memory.begin_run(spec, earlier)
        self.steering.begin(control, training, single_step=single_step, single_epoch=single_epoch)
        self._memory.shown.history = history or empty_history()
        self._follower.start()
        self._set_state(SessionState.RUNNING)
        self.history_changed.emit()

    def pause(self) -> None:
        """Let the run wait after the batch under way; nothing happens where there is none."""
        self.steering.pause()

    def resume(self) -> None:
        """Let a waiting run go on."""
        self.steering.resume()

    def step(self) -> None:
        """Learn from one more batch, then wait."""
        self.steering.step()

    @Slot()
    def stop(self) -> None:
        """End the run at once, giving up the batch under way. The weights and curves are kept."""
        if self._follower.stop():
            self._set_state(SessionState.STOPPING)

    def close(self, seconds: float = CLOSE_SECONDS) -> bool:
        """Stop the run and wait for its end, at most `seconds`. Return whether no run is left."""
        self.closing.emit()
        self.stop()
        return self._follower.wait(seconds)

    def want_weights(self) -> None:
        """Ask for one `weights_changed` with newer weights of the run, as soon as the pace allows."""
        self._follower.want_weights()

    def save_run(self, path: Path, result: RunResult | None = None) -> None:
        """Write a run to a run file: the last one of the design on screen where none is given.

        Raises
        ------
        TrainingError
            A run is under way: its weights change while they would be written.
        FileError
            Nothing was learned yet, or the file cannot be written; the old file is kept.
        """
        self._refuse_while_running("save")
        result = result or self.result
        if result is None:
            raise FileError("There is nothing to save yet: train the network first.")
        save_run(path, result)
        self.note_saved(result)

    def note_saved(self, result: RunResult) -> None:
        """Say that a file holds this run."""
        self._memory.saved(result)

    @Slot(bool)
    def _on_phase_changed(self, paused: bool) -> None:
        if self._state is SessionState.STOPPING:
            return
        self._set_state(SessionState.PAUSED if paused else SessionState.RUNNING)
        if paused:
            self._follower.hurry()
        self._follower.tell_progress()

    @Slot(object)
    def _on_ended(self, end: RunEnd) -> None:
        self.steering.end()
        result = None if isinstance(end, Broken) else end.result
        self._memory.end_run(result if result is not None and result.state.step > 0 else None)
        self._tell_all()
        self._set_state(SessionState.IDLE)
        self.run_ended.emit(end)

    def _tell_all(self) -> None:
        self._follower.tell_progress()
        self.history_changed.emit()
        self.weights_changed.emit()

    def _set_state(self, state: SessionState) -> None:
        if state is not self._state:
            self._state = state
            self.state_changed.emit(state)

    def _refuse_while_running(self, wish: str) -> None:
        if self._follower.control is not None:
            raise TrainingError(f"A run is under way. Stop it first, then {wish}.")
