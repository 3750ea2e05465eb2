"""Work on threads that waits while a run is on."""

from __future__ import annotations

import dataclasses
import threading
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from cnnviz.app.threads.answering import answer_or_reason
from cnnviz.app.threads.priority import step_behind_the_window
from cnnviz.training.gate import Gate, Interrupted

if TYPE_CHECKING:
    from collections.abc import Iterator


Work = Callable[[Gate, Callable[[float], None]], Any]
"""Does something, asks the gate whether it may go on, and reports the share that is done."""


@dataclasses.dataclass(slots=True, eq=False)
class GatedTask:
    """One piece of work; `share` is how much of it is done, `subject` names it within a sentence."""

    name: str
    subject: str
    work: Work
    gate: Gate
    share: float = 0.0

    def set_share(self, share: float) -> None:
        """Say how much of it is done."""
        self.share = share

    def answer(self) -> Any:
        """Return the result, why there is none as a text, or None where nobody wants it any more."""
        failure = f"{self.subject[0].upper()}{self.subject[1:]} failed"
        return answer_or_reason(self._result, failure, self.subject)

    def _result(self) -> Any:
        try:
            return self.work(self.gate, self.set_share)
        except Interrupted:
            return None


class GatedThreads:
    """Begins tasks, each on a thread of its own, which waits for those before it.

    `answer` is called on that thread with a task and what it gives, unless nobody wants that any more.
    """

    def __init__(self, name: str, answer: Callable[[GatedTask, Any], None]) -> None:
        self._name, self._answer = name, answer
        self._alive: list[tuple[GatedTask, threading.Thread]] = []

    def begin(self, task: GatedTask) -> None:
        """Do a task once those before it have ended."""
        self._alive = [(one, thread) for one, thread in self._alive if thread.is_alive()]
        before = [thread for _, thread in self._alive]
        thread = threading.Thread(target=self._work, args=(task, before), name=self._name, daemon=True)
        self._alive.append((task, thread))
        thread.start()

    def set_open(self, is_open: bool) -> None:
        """Let every task go on, or wait."""
        for gate in self._gates():
            gate.set_open(is_open)

    def close(self, seconds: float) -> bool:
        """Wait for the end of tasks that were cancelled, at most `seconds`. Return whether all have ended."""
        self.set_open(True)
        until = time.monotonic() + seconds
        for _, thread in self._alive:
            thread.join(max(0.0, until - time.monotonic()))
        return not any(thread.is_alive() for _, thread in self._alive)

    def _gates(self) -> Iterator[Gate]:
        return (task.gate for task, _ in self._alive)

    def _work(self, task: GatedTask, before: list[threading.Thread]) -> None:
        for thread in before:
            thread.join()
        step_behind_the_window()
        result = task.answer()
        if result is not None and not task.gate.is_cancelled:
            self._answer(task, result)
