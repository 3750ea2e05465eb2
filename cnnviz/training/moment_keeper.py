"""Keeps the moments of a run while it goes on: the run only copies its weights, a thread writes them."""

from __future__ import annotations

import logging
import math
import threading
from typing import TYPE_CHECKING

from cnnviz.errors import FileError
from cnnviz.spec.training import VAL_LOSS
from cnnviz.training.events import (
    EpochDone,
    Failed,
    Finished,
    MomentSnapshot,
    Paused,
    RunStarted,
    StepDone,
    Stopped,
)
from cnnviz.training.moments import MEMORY_BYTES, MOST_MOMENTS, Moment, is_early_step

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from cnnviz.training.control import RunControl
    from cnnviz.training.events import Event
    from cnnviz.training.history import History
    from cnnviz.training.moments import MomentStore
    from cnnviz.training.result import RunResult

_log = logging.getLogger(__name__)

EVERY_SECONDS = 30.0
"""How often the disk gets what is new, unless it is so much that the memory would not hold it."""
_FIRST_SECONDS = 2.0
"""After this the disk gets the first moments, then each time after twice as long."""
CLOSE_SECONDS = 30.0


class MomentKeeper:
    """Asks a run for its moments and keeps them.

    `failed` is called on a thread of its own with a sentence when the disk takes nothing, once.
    """

    def __init__(
        self,
        store: MomentStore,
        best_by: str,
        failed: Callable[[str], object],
        *,
        every_seconds: float = EVERY_SECONDS,
    ) -> None:
        self.store = store
        self._best_by = best_by
        self._failed = failed
        self._every = every_seconds
        self._best = (-math.inf, -math.inf)
        self._has_failed = False
        self._newest = 0
        self._changed = threading.Condition()
        self._hurry = self._closing = False
        self._thread: threading.Thread | None = None

    def go_on_from(self, earlier: RunResult) -> None:
        """Go on with the moments of a run that goes on from `earlier`."""
        self.store.forget_after(earlier.state.step)
        history = earlier.history_until_state()
        for index in range(len(history.epochs)):
            self._note_epoch(int(history.epochs.step[index]), *_figures(history, index))

    def kept(self, events: Iterator[Event], control: RunControl) -> Iterator[Event]:
        """Pass on the events of a run, all but its moments; then write what is new, on the thread."""
        try:
            for event in events:
                if isinstance(event, MomentSnapshot):
                    self._keep(Moment(event.step, event.epoch), event)
                    continue
                self._follow(event, control)
                yield event
        finally:
            with self._changed:
                self._closing = True
                self._changed.notify_all()
            self._start()

    def close(self, seconds: float = CLOSE_SECONDS) -> bool:
        """Wait until all is written, at most `seconds`, and return whether it is."""
        if self._thread is not None:
            self._thread.join(seconds)
        return self._thread is None or not self._thread.is_alive()

    def _follow(self, event: Event, control: RunControl) -> None:
        """Ask for a moment where one is due: the run gives it before its next batch."""
        if isinstance(event, StepDone):
            if is_early_step(event.step):
                control.request_moment()
        elif isinstance(event, EpochDone):
            is_best = self._note_epoch(event.step, event.val_accuracy, event.val_loss)
            # In a long run most epochs would be thinned out at once.
            if is_best or event.step - self._newest >= event.step / MOST_MOMENTS:
                control.request_moment()
        elif isinstance(event, RunStarted):
            if all(moment.step != event.first_step for moment in self.store.moments):
                control.request_moment()
        elif isinstance(event, Paused):
            self._wake()
        elif isinstance(event, Finished | Stopped | Failed):
            self._keep_end(event.result)

    def _keep(self, moment: Moment, snapshot: MomentSnapshot) -> None:
        self._newest = moment.step
        self.store.add(moment, snapshot.parameters)
        if self.store.folder is not None:
            self._start()
            is_much = self.store.total_bytes > MEMORY_BYTES // 2
            if is_much and self.store.unwritten_bytes > MEMORY_BYTES // 2:
                self._wake()

    def _keep_end(self, result: RunResult) -> None:
        state = result.state
        if all(moment.step != state.step for moment in self.store.moments):
            self.store.add(Moment(state.step, state.epoch + (state.images_in_epoch > 0)), result.parameters)

    def _note_epoch(self, step: int, accuracy: float, loss: float) -> bool:
        """Remember the best epoch, as `History.best_epoch` finds it, and return whether it is this one."""
        of_accuracy = 0.0 if math.isnan(accuracy) or self._best_by == VAL_LOSS else accuracy
        figures = (of_accuracy, -loss)
        if not figures > self._best:  # a loss that is no number is never the best
            return False
        self._best = figures
        self.store.set_best(step)
        return True

    def _wake(self) -> None:
        with self._changed:
            self._hurry = True
            self._changed.notify_all()

    def _start(self) -> None:
        if self._thread is None and self.store.folder is not None:
            self._thread = threading.Thread(target=self._work, name="cnnviz-moments", daemon=True)
            self._thread.start()

    def _work(self) -> None:
        is_last, seconds = False, min(_FIRST_SECONDS, self._every)
        while not is_last:
            with self._changed:
                self._changed.wait_for(lambda: self._closing or self._hurry, seconds)
                is_last, self._hurry = self._closing, False
            self._write()
            seconds = min(2 * seconds, self._every)

    def _write(self) -> None:
        folder = self.store.folder
        if folder is None or not folder.parent.is_dir():
            return  # the run was deleted, or there was nothing to keep of it
        try:
            self.store.write()
        except FileError as error:
            self._tell(f"Earlier weights of the run are kept only in memory. {error}")
        except Exception:
            _log.exception("The moments of a run could not be written")
            self._tell("Earlier weights of the run are kept only in memory: they could not be written.")

    def _tell(self, sentence: str) -> None:
        if not self._has_failed:
            self._has_failed = True
            self._failed(sentence)


def _figures(history: History, index: int) -> tuple[float, float]:
    return float(history.epochs.val_accuracy[index]), float(history.epochs.val_loss[index])
