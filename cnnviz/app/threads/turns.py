"""The window and the run take turns, instead of wrestling for the interpreter.

While the window draws, it gives the interpreter away and wants it back some thirty times. If a run of many
small steps is hungry for it too, each time may cost a millisecond, and drawing takes a multiple of its own
time. A run that waits between two layers until the window has drawn loses just that time. Measured on a
busy machine: the worst gap of the event loop 98 ms instead of 232 ms, at the same throughput.

Where drawing is slow, it is done less often, so that looking costs a run little of its speed. What counts is
what the run loses: the time that it waits, or else the work of drawing, which takes a core from it. How long
drawing takes by the clock counts for nothing where the run goes on meanwhile: then the window waits for it.
"""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

_LONGEST_WAIT_SECONDS = 0.05
"""A run gives way no longer than this, whatever keeps the window busy."""
_SHARE = 0.05
"""Drawing may cost this share of the time of a run before what can wait is drawn less often."""
_WAITING = 2.0
"""What a run that waits loses for each second: batches so short want the interpreter back all the time."""
_AHEAD_SECONDS = 0.02
"""So much may be owed when something is drawn that comes first."""
_MOST_DEBT_SECONDS = 0.05
"""One long drawing, such as a change of the window's size, is soon forgotten."""


class Turns:
    """Whose turn it is. The window draws inside `drawing`; the run calls `give_way` before each layer.

    While `is_smooth`, what comes first is drawn as often as it is wanted, whatever that costs the run.
    """

    def __init__(
        self,
        clock: Callable[[], float] = time.monotonic,
        work_clock: Callable[[], float] = time.thread_time,
    ) -> None:
        self._clock, self._work_clock = clock, work_clock
        self._free = threading.Event()
        self._free.set()
        self._depth, self._began = 0, 0.0
        self._waited_since: float | None = None
        self._debt, self._debt_at = 0.0, clock()
        self.is_smooth = False

    def drawing(self) -> Turns:
        """Keep the run waiting while this is entered. For the window's thread only."""
        return self

    def __enter__(self) -> None:
        if not self._depth:
            self._began = self._work_clock()
            self._waited_since = None
            self._free.clear()
        self._depth += 1

    def __exit__(self, *error: object) -> None:
        self._depth -= 1
        if not self._depth:
            self._free.set()
            since, now = self._waited_since, self._clock()
            waited = now - since if since is not None else 0.0
            self._pay(max(self._work_clock() - self._began, _WAITING * waited))

    def is_affordable(self, *, comes_first: bool = False) -> bool:
        """Return whether drawing has kept to its share of the time lately. For the window's thread only.

        What `comes_first` may be drawn a little ahead of its share, so that the rest waits for it.
        """
        self._pay(0.0)
        return (comes_first and self.is_smooth) or self._debt <= (_AHEAD_SECONDS if comes_first else 0.0)

    def give_way(self) -> None:
        """Wait until nothing is drawn, but not for long. For all threads of the run, at the same time."""
        if not self._free.is_set():
            if self._waited_since is None:  # the first to wait: the others cannot go far without it
                self._waited_since = self._clock()
            if not self._free.wait(_LONGEST_WAIT_SECONDS):
                self._free.set()  # it has waited once: its other layers need not wait for the same drawing

    def _pay(self, spent: float) -> None:
        now = self._clock()
        left = max(0.0, self._debt - _SHARE * (now - self._debt_at))
        self._debt, self._debt_at = min(left + spent, _MOST_DEBT_SECONDS), now
