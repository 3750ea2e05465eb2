"""Whatever takes a moment, done on a thread for whoever asked last."""

from __future__ import annotations

import logging
import threading
from typing import Protocol

from PySide6.QtCore import QObject, Signal, Slot

_log = logging.getLogger(__name__)
_CLOSE_SECONDS = 5.0


class Wish(Protocol):
    """Something to be found out; `meet` gives None soon after `cancelled` is set."""

    @property
    def cancelled(self) -> threading.Event:
        """Set where nobody wants the answer any more."""
        ...

    def meet(self) -> object | None:
        """Return the answer. Called on a thread."""
        ...


class LatestWish(QObject):
    """Meets wishes on its own thread, which is started by the first; a later wish replaces an earlier one.

    Signals
    -------
    found(Wish, object)
        The newest wish is met: with what its `meet` has returned.
    """

    found = Signal(object, object)
    _answered = Signal(object, object)

    def __init__(self, name: str, parent: QObject | None = None) -> None:
        """Name the thread."""
        super().__init__(parent)
        self._name = name
        self._changed = threading.Condition()
        self._waiting: Wish | None = None
        self._newest: Wish | None = None
        self._closing = False
        self._thread: threading.Thread | None = None
        self._answered.connect(self._on_answered)

    def request(self, wish: Wish) -> None:
        """Ask for something else; an earlier wish is given up."""
        self.cancel()
        self._newest = wish
        if self._thread is None:
            self._thread = threading.Thread(target=self._work, name=self._name, daemon=True)
            self._thread.start()
        with self._changed:
            self._waiting = wish
            self._changed.notify()

    def cancel(self) -> None:
        """Give up what was asked for."""
        if self._newest is not None:
            self._newest.cancelled.set()
            self._newest = None

    def close(self, seconds: float = _CLOSE_SECONDS) -> bool:
        """End the thread, waiting at most `seconds`, and return whether it has ended."""
        self.cancel()
        with self._changed:
            self._closing = True
            self._changed.notify()
        if self._thread is None:
            return True
        self._thread.join(seconds)
        return not self._thread.is_alive()

    def _work(self) -> None:
        while (wish := self._next_wish()) is not None:
            try:
                answer = wish.meet()
            except Exception:
                _log.exception("%s: a wish could not be met", self._name)
                answer = None
            if answer is not None and not self._closing:
                self._answered.emit(wish, answer)

    def _next_wish(self) -> Wish | None:
        with self._changed:
            while self._waiting is None and not self._closing:
                self._changed.wait()
            wish, self._waiting = self._waiting, None
            return None if self._closing else wish

    @Slot(object, object)
    def _on_answered(self, wish: Wish, answer: object) -> None:
        if wish is self._newest:
            self.found.emit(wish, answer)
