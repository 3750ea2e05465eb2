"""The window and the run take turns, instead of wrestling for the interpreter.

While the window draws, it gives the interpreter away and wants it back some thirty times. If a run of many
small steps is hungry for it too, each time may cost a millisecond, and drawing takes a multiple of its own
time. A run that waits between two batches until the window has drawn loses just that time. Measured on a
busy machine: the worst gap of the event loop 98 ms instead of 232 ms, at the same throughput.
"""

from __future__ import annotations

import contextlib
import threading
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

_LONGEST_WAIT_SECONDS = 0.05
"""A run gives way no longer than this, whatever keeps the window busy."""


class Turns:
    """Whose turn it is. The window draws inside `drawing`; the run calls `give_way` between two batches."""

    def __init__(self) -> None:
        self._free = threading.Event()
        self._free.set()

    @contextlib.contextmanager
    def drawing(self) -> Iterator[None]:
        """Keep the run waiting for as long as this lasts."""
        self._free.clear()
        try:
            yield
        finally:
            self._free.set()

    def give_way(self) -> None:
        """Wait until nothing is drawn, but not for long."""
        self._free.wait(_LONGEST_WAIT_SECONDS)
