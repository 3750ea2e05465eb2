"""Reads what a run reports, at a pace that people can follow."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Qt, QTimer, Signal, Slot

from cnnviz.app.threads.pace import Pace
from cnnviz.app.training.worker import RunWorker
from cnnviz.training.events import Paused, Resumed, RunStarted, SettingsChanged, Snapshot

if TYPE_CHECKING:
    from collections.abc import Mapping

    from cnnviz.app.threads.turns import Turns
    from cnnviz.app.training.job import EventMaker
    from cnnviz.app.training.learned import Learned
    from cnnviz.app.training.memory import Memory
    from cnnviz.app.training.worker import RunEnd
    from cnnviz.training.control import RunControl
    from cnnviz.training.history import History

_log = logging.getLogger(__name__)

TICK_MS = 30
"""How often the newest events are looked for while a run is on."""
_ENDING_MS = 4
"""How often its end is looked for once it is to stop: a person waits for it."""
_CURVES_SECONDS = 0.15
"""Curves are drawn anew at most six or seven times a second: they cost a run the most, and move the least."""
_TEXT_SECONDS = 0.5
"""Numbers that people read change twice a second."""
CLOSE_SECONDS = 10.0
"""How long the end of a run is waited for."""
_WEIGHTS_SECONDS = 0.098
"""Weights for pictures are copied at most ten times a second: maps that change so often seem to move."""

_MOVES = frozenset(("step", "epoch", "settings"))
"""News after which there is more to show."""
_SILENT = frozenset(("step", "epoch"))
"""News that nobody is told of before it is time for curves or words."""
_TURNING_POINTS = frozenset(("phase", "end"))
"""News with which the history is asked for at once."""


class RunFollower(QObject):
    """Looks into the mailbox of a run and takes into the memory what it finds there.

    Signals
    -------
    started(RunStarted)
    history_changed()
    progress_changed(Progress)
    weights_changed()
    phase_changed(bool)
        The run waits, or goes on.
    ended(Finished | Stopped | Failed | Broken)
        The run has said its last word; nobody follows it any more.
    """

    started = Signal(object)
    history_changed = Signal()
    progress_changed = Signal(object)
    weights_changed = Signal()
    phase_changed = Signal(bool)
    ended = Signal(object)

    def __init__(self, memory: Memory, turns: Turns, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._worker: RunWorker | None = None
        self._run_number = 0
        self._memory, self._turns = memory, turns
        self._curves, self._text = Pace(_CURVES_SECONDS), Pace(_TEXT_SECONDS)
        self._weights = Pace(_WEIGHTS_SECONDS)
        self._has_moved = False
        self._timer = QTimer(self, interval=TICK_MS, timerType=Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self._look)

    @property
    def control(self) -> RunControl | None:
        """What steers the run under way; None where there is none."""
        return self._worker.control if self._worker is not None else None

    @property
    def of_run(self) -> Learned:
        """What belongs to the run under way, or else to the design on screen."""
        return self._memory.run or self._memory.shown

    def prepare(self, make_events: EventMaker, earlier: History | None, best_by: str) -> RunControl:
        """Make a thread for a run, and return what steers it; `start` begins it."""
        self._run_number += 1
        self._worker = RunWorker(self._run_number, make_events, self._turns, earlier, best_by)
        return self._worker.control

    def start(self) -> None:
        """Begin the run that is prepared, and look at it from now on."""
        assert self._worker is not None
        self._worker.start()
        self._timer.start(TICK_MS)

    def stop(self) -> bool:
        """Let the run end, and look for its end more often from now on. Return whether there is one."""
        if self._worker is None:
            return False
        self._worker.control.request_stop()
        self._timer.setInterval(_ENDING_MS)
        return True

    def wait(self, seconds: float) -> bool:
        """Wait for the end of the run, at most `seconds`. Return whether no run is left."""
        worker = self._worker
        if worker is None:
            return True
        ended = worker.wait(seconds)
        if ended:
            self._look()
        else:
            _log.error("Run %d did not end within %g s", worker.number, seconds)
        return ended

    def want_weights(self) -> None:
        """Ask for newer weights of the run, as soon as the pace allows."""
        self._weights.want()

    def hurry(self) -> None:
        """Show curves and weights as they are now, whenever they were shown last."""
        self._weights.hurry()
        self._curves.hurry()

    def tell_progress(self) -> None:
        """Say how far the run has come."""
        self._text.done()
        self.progress_changed.emit(self.of_run.progress)

    @Slot()
    def _look(self) -> None:
        worker = self._worker
        if worker is None:
            return
        news = worker.mailbox.take()
        if not _MOVES.isdisjoint(news):
            self._note_steps()
        # Most looks find nothing to tell; then the run need not wait.
        is_time_for_curves = "snapshot" not in news and self._curves.is_due(  # never together with new maps
            affordable=self._turns.is_affordable()
        )
        # Words have a turn of their own: with curves or maps it would be the longest there is.
        is_time_for_text = not is_time_for_curves and "snapshot" not in news and self._text.is_due()
        if is_time_for_curves or is_time_for_text or not _SILENT.issuperset(news):
            with self._turns.drawing():
                self._tell(worker, news, curves=is_time_for_curves, text=is_time_for_text)
        if (
            "end" not in news
            and self._has_moved
            and self._weights.is_due(affordable=self._turns.is_affordable(comes_first=True))
        ):
            self._has_moved = False  # a run that waits has no newer weights
            worker.control.request_snapshot()

    def _tell(self, worker: RunWorker, news: Mapping[str, Any], *, curves: bool, text: bool) -> None:
        if "started" in news:
            self._on_started(news["started"])
        if "settings" in news:
            self._take_history(worker, news["settings"])
        if text:
            self._take_history(worker)
            self.tell_progress()
        if "snapshot" in news:
            self._on_snapshot(news["snapshot"])
        if curves:
            self._take_history(worker)
            self.history_changed.emit()
        if not _TURNING_POINTS.isdisjoint(news):
            self._take_history(worker)
        if "phase" in news:
            self._on_phase(news["phase"])
        if "end" in news:
            self._on_end(worker, news["end"])

    def _on_started(self, started: RunStarted) -> None:
        self.of_run.started = started
        self.started.emit(started)
        self.tell_progress()

    def _note_steps(self) -> None:
        """Note that there is more. What it is, is asked for as often as it is shown."""
        self._has_moved = True
        self._curves.want()
        self._text.want()
        self._memory.note_step()

    def _take_history(self, worker: RunWorker, change: SettingsChanged | None = None) -> None:
        self.of_run.advance(worker.history, change)

    def _on_snapshot(self, snapshot: Snapshot) -> None:
        self._memory.learn(snapshot.parameters, snapshot.step, snapshot.epoch)
        self.weights_changed.emit()

    def _on_phase(self, phase: Paused | Resumed) -> None:
        self.phase_changed.emit(isinstance(phase, Paused))

    def _on_end(self, worker: RunWorker, end: RunEnd) -> None:
        self._timer.stop()
        self._curves.done()
        worker.wait(CLOSE_SECONDS)
        self._worker = None
        self.ended.emit(end)
