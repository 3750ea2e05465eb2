"""Things that are wanted often and done only so often."""

from __future__ import annotations

import math
import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

FIRST_LONGEST_SECONDS = 0.18
"""What comes first is drawn at least five times a second, also when asked for only 31 times a second."""
LONGEST_SECONDS = 0.38
"""What else is live is drawn at least two and a half times a second."""


class Pace:
    """Says when something that is wanted may be done: at most once in `seconds`.

    Wishes in between are met together when the time has come. What is not affordable by then waits, but no
    longer than `longest` seconds.
    """

    def __init__(
        self,
        seconds: float,
        clock: Callable[[], float] = time.monotonic,
        *,
        longest: float = LONGEST_SECONDS,
    ) -> None:
        self._seconds, self._longest = seconds, max(seconds, longest)
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
        """Return whether to do it now; the wish counts as met then."""
        wait = self._seconds if affordable else self._longest
        due = self._is_wanted and self._clock() - self._last >= wait
        if due:
            self.done()
        return due
