"""Whatever takes a moment, done on a thread for whoever asked last."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Protocol

from PySide6.QtCore import QObject, Signal, Slot

from cnnviz.app.threads.newest_thread import NewestThread

if TYPE_CHECKING:
    import threading

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
        self._newest: Wish | None = None
        self._thread = NewestThread(name, self._met, self._answered.emit)
        self._answered.connect(self._on_answered)

    def request(self, wish: Wish) -> None:
        """Ask for something else; an earlier wish is given up."""
        self.cancel()
        self._newest = wish
        self._thread.put(wish)

    def cancel(self) -> None:
        """Give up what was asked for."""
        if self._newest is not None:
            self._newest.cancelled.set()
            self._newest = None

    def close(self, seconds: float = _CLOSE_SECONDS) -> bool:
        """End the thread, waiting at most `seconds`, and return whether it has ended."""
        self.cancel()
        return self._thread.close(seconds)

    def _met(self, wish: Wish) -> object | None:
        try:
            return wish.meet()
        except Exception:
            _log.exception("%s: a wish could not be met", self._name)
            return None

    @Slot(object, object)
    def _on_answered(self, wish: Wish, answer: object) -> None:
        if wish is self._newest:
            self._newest = None  # a wish that is met may hold much that nobody needs any more
            self.found.emit(wish, answer)
