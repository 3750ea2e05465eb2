"""How a run is steered from another thread: stop, pause, one step or epoch, slowly, with other settings."""

from __future__ import annotations

import enum
import threading
import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from cnnviz.spec.training import TrainingSpec


class Wish(enum.Enum):
    """What the run is to do next, the most urgent first."""

    STOP = "stop"
    SNAPSHOT = "snapshot"
    MOMENT = "moment"
    CHECKPOINT = "checkpoint"
    CHANGE = "change"
    STEP = "step"
    WAIT = "wait"


class RunControl:
    """Wishes for one run. Every method may be called from any thread, at any time.

    The run asks between two batches, so a wish is met within one batch, and a stop sooner. A stop is final:
    a control serves one run. `give_way` is called by each thread of the run before each layer, and waits for
    as long as somebody else goes first.
    """

    def __init__(
        self, clock: Callable[[], float] = time.monotonic, *, give_way: Callable[[], None] = lambda: None
    ) -> None:
        self._clock = clock
        self._give_way = give_way
        self._changed = threading.Condition()
        self._stopping = False
        self._paused = False
        self._single_steps = 0
        self._snapshot_wanted = self._moment_wanted = self._checkpoint_wanted = False
        self._pauses_after_epoch = False
        self._delay, self._due = 0.0, 0.0
        self._settings: TrainingSpec | None = None

    @property
    def stopping(self) -> bool:
        """Whether a stop was requested."""
        return self._stopping  # without the lock: it is asked often

    def asks_for_end(self) -> bool:
        """Give way, then return whether a stop was requested. For all threads of the run."""
        self._give_way()
        return self.stopping

    @property
    def paused(self) -> bool:
        """Whether a pause was requested and not lifted."""
        with self._changed:
            return self._paused

    def request_stop(self) -> None:
        """End the run, also where it is paused; the batch under way is given up before its next layer."""
        with self._changed:
            self._stopping = True
            self._changed.notify_all()

    def pause(self) -> None:
        """Wait after the batch under way."""
        with self._changed:
            self._paused, self._pauses_after_epoch = True, False
            self._single_steps = 0
            self._changed.notify_all()

    def resume(self) -> None:
        """Go on after a pause."""
        with self._changed:
            self._paused = self._pauses_after_epoch = False
            self._single_steps = 0
            self._changed.notify_all()

    def step(self) -> None:
        """Learn from one more batch, then wait; a running run is paused by it."""
        with self._changed:
            self._paused, self._pauses_after_epoch = True, False
            self._single_steps += 1
            self._changed.notify_all()

    def step_epoch(self) -> None:
        """Go on to the end of the epoch under way, its validation included, then wait."""
        with self._changed:
            self._paused, self._single_steps, self._pauses_after_epoch = False, 0, True
            self._changed.notify_all()

    def epoch_ended(self) -> None:
        """Say that an epoch is done. For the run."""
        with self._changed:
            if self._pauses_after_epoch:
                self._paused, self._pauses_after_epoch = True, False

    def set_delay(self, seconds: float) -> None:
        """Leave at least so much time from batch to batch; 0 for none. Every other wish is met meanwhile."""
        with self._changed:
            self._delay = seconds
            self._due = min(self._due, self._clock() + seconds)
            self._changed.notify_all()

    def change(self, settings: TrainingSpec) -> None:
        """Go on with other settings from the next batch on."""
        with self._changed:
            self._settings = settings
            self._changed.notify_all()

    def take_settings(self) -> TrainingSpec | None:
        """Return the settings of the newest `change` once. For the run."""
        with self._changed:
            settings, self._settings = self._settings, None
            return settings

    def request_snapshot(self) -> None:
        """Ask for a copy of the weights; two requests before it is made are met by one copy."""
        with self._changed:
            self._snapshot_wanted = True
            self._changed.notify_all()

    def request_moment(self) -> None:
        """Ask for a `MomentSnapshot` of the weights as they are before the next batch."""
        with self._changed:
            self._moment_wanted = True
            self._changed.notify_all()

    def request_checkpoint(self) -> None:
        """Ask for a `Checkpoint`; two requests before it is made are met by one."""
        with self._changed:
            self._checkpoint_wanted = True
            self._changed.notify_all()

    def next_wish(self) -> Wish:
        """Return what to do now. For the run: a step or a snapshot is used up by it.

        It waits for nothing but the time of the next batch where there is a delay between batches.
        """
        with self._changed:
            while (wish := self._take()) is Wish.WAIT and not self._paused:
                self._changed.wait(max(self._due - self._clock(), 0.0))
            return wish

    def wait_for_wish(self) -> Wish:
        """Return what to do next, asleep until there is something; never `Wish.WAIT`."""
        with self._changed:
            while (wish := self._take()) is Wish.WAIT:
                self._changed.wait(None if self._paused else max(self._due - self._clock(), 0.0))
            return wish

    def _take(self) -> Wish:
        if self._stopping:
            return Wish.STOP
        if self._snapshot_wanted:
            self._snapshot_wanted = False
            return Wish.SNAPSHOT
        if self._moment_wanted:
            self._moment_wanted = False
            return Wish.MOMENT
        if self._checkpoint_wanted:
            self._checkpoint_wanted = False
            return Wish.CHECKPOINT
        if self._settings is not None:
            return Wish.CHANGE
        if not self._paused:
            return self._step_when_due()
        if self._single_steps:
            self._single_steps -= 1
            return Wish.STEP
        return Wish.WAIT

    def _step_when_due(self) -> Wish:
        if not self._delay:
            return Wish.STEP
        now = self._clock()
        if now < self._due:
            return Wish.WAIT
        self._due = now + self._delay
        return Wish.STEP
