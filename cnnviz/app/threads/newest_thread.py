"""A thread for whatever is wanted last."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Generic, TypeVar

from cnnviz.app.threads.priority import step_behind_the_window

if TYPE_CHECKING:
    from collections.abc import Callable

_Wish = TypeVar("_Wish")
_Answer = TypeVar("_Answer")


class NewestThread(Generic[_Wish, _Answer]):
    """Meets one wish after the other; one that still waits when another comes is forgotten.

    The thread is started by the first wish. There `meet` is called, which raises nothing, and `answer` with
    the wish and what `meet` has returned, unless that is None or the thread is to end. One that is not
    `urgent`, because it computes for long, lets the window go first.
    """

    def __init__(
        self,
        name: str,
        meet: Callable[[_Wish], _Answer | None],
        answer: Callable[[_Wish, _Answer], None],
        *,
        urgent: bool = True,
    ) -> None:
        self._name, self._meet, self._answer, self._is_urgent = name, meet, answer, urgent
        self._changed = threading.Condition()
        self._waiting: _Wish | None = None
        self._is_closing = False
        self._thread: threading.Thread | None = None

    @property
    def is_closing(self) -> bool:
        """Whether the thread is to end, or has ended."""
        return self._is_closing

    def put(self, wish: _Wish) -> None:
        """Have a wish met next."""
        if self._thread is None:
            self._thread = threading.Thread(target=self._work, name=self._name, daemon=True)
            self._thread.start()
        with self._changed:
            self._waiting = wish
            self._changed.notify()

    def forget(self) -> None:
        """Drop a wish that waits."""
        with self._changed:
            self._waiting = None

    def close(self, seconds: float) -> bool:
        """End the thread, waiting at most `seconds`, and return whether it has ended."""
        with self._changed:
            self._is_closing = True
            self._changed.notify()
        if self._thread is None:
            return True
        self._thread.join(seconds)
        return not self._thread.is_alive()

    def _work(self) -> None:
        if not self._is_urgent:
            step_behind_the_window()
        while self._meet_next():
            pass

    def _meet_next(self) -> bool:
        """Wait for a wish and meet it; return whether there was one. Nothing of it is kept while waiting."""
        wish = self._next_wish()
        if wish is None:
            return False
        answer = self._meet(wish)
        if answer is not None and not self._is_closing:
            self._answer(wish, answer)
        return True

    def _next_wish(self) -> _Wish | None:
        with self._changed:
            while self._waiting is None and not self._is_closing:
                self._changed.wait()
            wish, self._waiting = self._waiting, None
            return None if self._is_closing else wish
