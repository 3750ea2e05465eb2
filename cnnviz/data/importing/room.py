"""Memory that several threads share while they decode pictures, however large these are."""

from __future__ import annotations

import threading

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

    def share(self) -> Share:
        """Return what one thread claims room with."""
        return Share(self)

    def take(self, needed: int) -> None:
        """Wait until so many bytes are free, or all of them, and take them."""
        with self._changed:
            self._changed.wait_for(lambda: not self._used or self._used + needed <= self._room)
            self._used += needed

    def give_back(self, taken: int) -> None:
        """Let others have what was taken."""
        with self._changed:
            self._used -= taken
            self._changed.notify_all()


class Share:
    """What one thread has claimed of a room for the picture that it decodes. Small ones are free."""

    __slots__ = ("_claimed", "_room")

    def __init__(self, room: DecodingRoom) -> None:
        self._room = room
        self._claimed = 0

    def claim(self, needed: int) -> None:
        """Wait for so many bytes; once for each picture, or two threads might wait for each other."""
        if needed > SMALL_BYTES:
            self._room.take(needed)
            self._claimed += needed

    def give_back(self) -> None:
        """Let others have what was claimed, if anything was."""
        if self._claimed:
            self._room.give_back(self._claimed)
            self._claimed = 0
