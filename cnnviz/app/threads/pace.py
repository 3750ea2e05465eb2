"""Things that are wanted often and done only so often."""

from __future__ import annotations

import math
import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

LONGEST_SECONDS = 0.19
"""What is live is drawn at least five times a second, also when asked for only 33 times a second."""


class Pace:
    """Says when something that is wanted may be done: in the long run at most once in `seconds`.

    Wishes in between are met together when the time has come. Who asks now and then asks a little late; the
    next time comes so much sooner, so that the pace is kept. What is not affordable by then waits, but no
    longer than `LONGEST_SECONDS`.
    """

    def __init__(self, seconds: float, clock: Callable[[], float] = time.monotonic) -> None:
        self._seconds = seconds
        self._clock = clock
        self._last = -math.inf
        self._wanted_at: float | None = None

    def want(self) -> None:
        """Wish for it once more."""
        if self._wanted_at is None:
            self._wanted_at = self._clock()

    def hurry(self) -> None:
        """Wish for it as soon as somebody asks, however short the last time ago."""
        self.want()
        self._last = -math.inf

    def done(self) -> None:
        """Say that it was done without asking, or that nobody wants it any more."""
        self._wanted_at, self._last = None, self._clock()

    def is_due(self, *, affordable: bool = True) -> bool:
        """Return whether to do it now; the wish counts as met then."""
        now, wait = self._clock(), self._seconds if affordable else max(self._seconds, LONGEST_SECONDS)
        if self._wanted_at is None or now - self._last < wait:
            return False
        late = now - max(self._last + wait, self._wanted_at)
        self._wanted_at, self._last = None, now - min(late, self._seconds / 2)
        return True
