"""Where work in the background asks whether it may go on: it waits while closed, and ends once cancelled."""

from __future__ import annotations

import threading


class Interrupted(Exception):
    """Ends work that nobody wants any more."""


class Gate:
    """A gate for one piece of work. Every method may be called from any thread, at any time."""

    def __init__(self, *, is_open: bool = True) -> None:
        self._changed = threading.Condition()
        self._is_open = is_open
        self._is_cancelled = False

    @property
    def is_cancelled(self) -> bool:
        """Whether nobody wants the work any more."""
        with self._changed:
            return self._is_cancelled

    def set_open(self, is_open: bool) -> None:
        """Let the work go on, or wait at the next point where it asks."""
        with self._changed:
            self._is_open = is_open
            self._changed.notify_all()

    def cancel(self) -> None:
        """End the work at the next point where it asks; while closed, only once the gate is open again.

        Work takes the threads of the linear algebra library for itself, and gives them back at its end. That
        would disturb a run for which the gate was closed.
        """
        with self._changed:
            self._is_cancelled = True
            self._changed.notify_all()

    def go_through(self) -> None:
        """Wait until the gate is open.

        Raises
        ------
        Interrupted
            The work was cancelled.
        """
        with self._changed:
            while not self._is_open:
                self._changed.wait()
            if self._is_cancelled:
                raise Interrupted
