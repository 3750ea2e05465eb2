"""Memory that several threads share while they decode pictures, however large these are."""

from __future__ import annotations

import contextlib
import threading
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

ROOM_BYTES = 640 << 20
"""As much as one picture of the largest allowed size needs, but for the most wasteful of formats."""

SMALL_BYTES = 4 << 20
"""What needs no more than this is not counted: all threads together need little for such pictures."""


class DecodingRoom:
    """Lets a thread wait until what others have claimed leaves room for what it needs.

    A claim that is larger than all of it waits until nobody else has one; so each is met at last.
    """

    def __init__(self, room_bytes: int) -> None:
        self._room = room_bytes
        self._used = 0
        self._changed = threading.Condition()

    @property
    def used(self) -> int:
        """How many bytes are claimed now."""
        return self._used

    @contextlib.contextmanager
    def shared(self) -> Iterator[Callable[[int], None]]:
        """Yield what a thread claims bytes with, once for each picture; they are given back at the end."""
        claimed = 0

        def claim(needed: int) -> None:
            nonlocal claimed
            if needed > SMALL_BYTES:
                self._take(needed)
                claimed += needed

        try:
            yield claim
        finally:
            if claimed:
                self._give_back(claimed)

    def _take(self, needed: int) -> None:
        with self._changed:
            self._changed.wait_for(lambda: not self._used or self._used + needed <= self._room)
            self._used += needed

    def _give_back(self, claimed: int) -> None:
        with self._changed:
            self._used -= claimed
            self._changed.notify_all()
