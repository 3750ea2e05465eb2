"""A thread for what takes long and must be done in the order in which it was asked for."""

from __future__ import annotations

import logging
import queue
import threading
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

_CLOSE_SECONDS = 30.0
_log = logging.getLogger(__name__)


class Errands:
    """Does one thing after the other on a thread, which the first of them starts.

    Where one raises, that is logged with its traceback and `broken` is called, in the thread.
    """

    def __init__(self, name: str, broken: Callable[[], object]) -> None:
        self._name, self._broken = name, broken
        self._waiting: queue.SimpleQueue[Callable[[], object] | None] = queue.SimpleQueue()
        self._thread: threading.Thread | None = None

    def put(self, errand: Callable[[], object]) -> None:
        """Have something done after all that was put before."""
        self._waiting.put(errand)
        if self._thread is None:
            self._thread = threading.Thread(target=self._work, name=self._name, daemon=True)
            self._thread.start()

    def flush(self, seconds: float) -> bool:
        """Wait until everything put so far is done, at most `seconds`, and return whether it is."""
        done = threading.Event()
        self.put(done.set)
        return done.wait(seconds)

    def close(self) -> bool:
        """Do what is still to be done and end the thread. Return whether it has ended."""
        if self._thread is None:
            return True
        self._waiting.put(None)
        self._thread.join(_CLOSE_SECONDS)
        return not self._thread.is_alive()

    def _work(self) -> None:
        while (errand := self._waiting.get()) is not None:
            try:
                errand()
            except Exception:
                _log.exception("%s: an errand could not be done", self._name)
                self._broken()
