"""Things that are wanted often and done only so often."""

from __future__ import annotations

import math
import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

LONGEST_SECONDS = 0.18
"""What is live is drawn at least five times a second, also when asked for only 37 times a second."""


class Pace:
    """Says when something that is wanted may be done: at most once in `seconds`.

    Wishes in between are met together when the time has come.
    """

    def __init__(self, seconds: float, clock: Callable[[], float] = time.monotonic) -> None:
        self._seconds = seconds
        self._clock = clock
        self._last = -math.inf
        self._is_wanted = False

    def want(self) -> None:
        """Wish for it once more."""
        self._is_wanted = True

    def hurry(self) -> None:
        """Wish for it as soon as somebody asks, however short the last time ago."""
        self._is_wanted, self._last = True, -math.inf

    def done(self) -> None:
        """Say that it was done without asking, or that nobody wants it any more."""
        self._is_wanted, self._last = False, self._clock()

    def is_due(self, *, affordable: bool = True) -> bool:
        """Return whether to do it now; the wish counts as met then.

        What is not affordable now waits, but no longer than `LONGEST_SECONDS`.
        """
        wait = self._seconds if affordable else max(self._seconds, LONGEST_SECONDS)
        due = self._is_wanted and self._clock() - self._last >= wait
        if due:
            self.done()
        return due
