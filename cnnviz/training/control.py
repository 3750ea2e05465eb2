"""How a run is steered from another thread: stop, pause, one step, a snapshot."""

from __future__ import annotations

import enum
import threading


class Wish(enum.Enum):
    """What the run is to do next, the most urgent first."""

    STOP = "stop"
    SNAPSHOT = "snapshot"
    STEP = "step"
    WAIT = "wait"


class RunControl:
    """Wishes for one run. Every method may be called from any thread, at any time.

    The run asks between two batches, so a wish is met within one batch. A stop is final: a control serves
    one run.
    """

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._stopping = False
        self._paused = False
        self._single_steps = 0
        self._snapshot_wanted = False

    @property
    def stopping(self) -> bool:
        """Whether a stop was requested."""
        with self._changed:
            return self._stopping

    @property
    def paused(self) -> bool:
        """Whether a pause was requested and not lifted."""
        with self._changed:
            return self._paused

    def request_stop(self) -> None:
        """End the run after the batch under way, also where it is paused."""
        with self._changed:
            self._stopping = True
            self._changed.notify_all()

    def pause(self) -> None:
        """Wait after the batch under way."""
        with self._changed:
            self._paused = True
            self._single_steps = 0
            self._changed.notify_all()

    def resume(self) -> None:
        """Go on after a pause."""
        with self._changed:
            self._paused = False
            self._single_steps = 0
            self._changed.notify_all()

    def step(self) -> None:
        """Learn from one more batch, then wait; a running run is paused by it."""
        with self._changed:
            self._paused = True
            self._single_steps += 1
            self._changed.notify_all()

    def request_snapshot(self) -> None:
        """Ask for a copy of the weights; two requests before it is made are met by one copy."""
        with self._changed:
            self._snapshot_wanted = True
            self._changed.notify_all()

    def next_wish(self) -> Wish:
        """Return what to do now, without waiting. For the run: a step or a snapshot is used up by it."""
        with self._changed:
            return self._take()

    def wait_for_wish(self) -> Wish:
        """Return what to do next, asleep until there is something; never `Wish.WAIT`."""
        with self._changed:
            while (wish := self._take()) is Wish.WAIT:
                self._changed.wait()
            return wish

    def _take(self) -> Wish:
        if self._stopping:
            return Wish.STOP
        if self._snapshot_wanted:
            self._snapshot_wanted = False
            return Wish.SNAPSHOT
        if not self._paused:
            return Wish.STEP
        if self._single_steps:
            self._single_steps -= 1
            return Wish.STEP
        return Wish.WAIT
