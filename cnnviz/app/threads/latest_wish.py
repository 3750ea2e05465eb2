"""Whatever takes a moment, done on a thread for whoever asked last."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from PySide6.QtCore import QObject, Signal, Slot

from cnnviz.app.threads.answering import answer_or_reason
from cnnviz.app.threads.newest_thread import NewestThread

if TYPE_CHECKING:
    import threading

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
    failed(Wish, str)
        Its `meet` has raised; why, in one sentence.
    """

    found = Signal(object, object)
    failed = Signal(object, str)
    _answered = Signal(object, object)

    def __init__(self, name: str, parent: QObject | None = None) -> None:
        """Name the thread."""
        super().__init__(parent)
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

    @staticmethod
    def _met(wish: Wish) -> tuple[object, str] | None:
        """Return what was found and an empty text, or else why nothing was."""
        met = answer_or_reason(lambda: (wish.meet(),), "It could not be computed")
        if isinstance(met, str):
            return None, met
        return None if met[0] is None else (met[0], "")

    @Slot(object, object)
    def _on_answered(self, wish: Wish, met: tuple[object, str]) -> None:
        if wish is self._newest:
            self._newest = None  # a wish that is met may hold much that nobody needs any more
            answer, reason = met
            if reason:
                self.failed.emit(wish, reason)
            else:
                self.found.emit(wish, answer)
