"""Answering questions about a network on a thread, without disturbing a run."""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal, Slot

from cnnviz.app.threads.answering import answer_or_reason
from cnnviz.app.threads.priority import step_behind_the_window
from cnnviz.app.training.session import SessionState

if TYPE_CHECKING:
    from cnnviz.app.attribution.attribution_work import Question
    from cnnviz.app.training.session import Session

_RESTS = 9
"""While a run is on, a piece of work is followed by a rest of so many times its time."""
_LONGEST_REST_SECONDS = 0.5
_NEWS_SECONDS = 0.05
"""How far the work is, is told at most once in this time."""
_CLOSE_SECONDS = 5.0


class _Cancelled(Exception):
    """Ends work that nobody wants any more."""


class _Task:
    """A question on its way to an answer."""

    def __init__(self, question: Question) -> None:
        self.question = question
        self.cancelled = threading.Event()


class AttributionRunner(QObject):
    """Answers questions one after the other. A newer question takes the place of one of the same kind.

    Signals
    -------
    answered(Question, object)
        The answer to a question that nobody has taken back.
    failed(Question, str)
        There is none; why, in one sentence.
    progressed(Question, float)
        The share of the work that is done.
    busy_changed()
        A question was asked, answered or taken back.
    """

    answered = Signal(object, object)
    failed = Signal(object, str)
    progressed = Signal(object, float)
    busy_changed = Signal()
    _ended = Signal(object, object)
    _told = Signal(object, float)

    def __init__(self, session: Session, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._changed = threading.Condition()
        self._waiting: list[_Task] = []
        self._wanted: dict[type[Question], _Task] = {}
        self._closing = False
        self._thread: threading.Thread | None = None
        self._ended.connect(self._on_ended)
        self._told.connect(self._on_told)

    def is_busy(self, kind: type[Question]) -> bool:
        """Whether a question of this kind waits for its answer."""
        return kind in self._wanted

    def ask(self, question: Question) -> None:
        """Ask a question, and take back any of the same kind."""
        self._take_back(type(question))
        task = self._wanted[type(question)] = _Task(question)
        if self._thread is None:
            self._thread = threading.Thread(target=self._work, name="cnnviz-attributions", daemon=True)
            self._thread.start()
        with self._changed:
            self._waiting.append(task)
            self._changed.notify()
        self.busy_changed.emit()

    def cancel(self, kind: type[Question]) -> None:
        """Take a question of this kind back, if there is one."""
        if self._take_back(kind):
            self.busy_changed.emit()

    def close(self, seconds: float = _CLOSE_SECONDS) -> bool:
        """Take everything back and end the thread within `seconds`; return whether it has ended."""
        for kind in list(self._wanted):
            self._take_back(kind)
        with self._changed:
            self._closing = True
            self._changed.notify()
        if self._thread is None:
            return True
        self._thread.join(seconds)
        return not self._thread.is_alive()

    def _take_back(self, kind: type[Question]) -> bool:
        task = self._wanted.pop(kind, None)
        if task is not None:
            task.cancelled.set()
        return task is not None

    def _work(self) -> None:
        step_behind_the_window()
        while self._do_next():
            pass

    def _do_next(self) -> bool:
        """Wait for a task and do it; return whether there was one. Nothing of it is kept while waiting."""
        task = self._next_task()
        if task is None:
            return False
        answer = self._answer(task)
        if answer is not None and not self._closing:
            self._ended.emit(task, answer)
        return True

    def _next_task(self) -> _Task | None:
        with self._changed:
            while not self._waiting and not self._closing:
                self._changed.wait()
            return None if self._closing else self._waiting.pop(0)

    def _answer(self, task: _Task) -> object:
        """Return the answer, why there is none, or None where nobody wants it any more."""
        return answer_or_reason(lambda: self._found(task), "It could not be computed")

    def _found(self, task: _Task) -> object:
        began = told = time.perf_counter()

        def tell(done: int, total: int) -> None:
            nonlocal began, told
            now = time.perf_counter()
            if now - told >= _NEWS_SECONDS and not self._closing:
                told = now
                self._told.emit(task, done / max(1, total))
            if self._is_run_on:
                task.cancelled.wait(min(_RESTS * (now - began), _LONGEST_REST_SECONDS))
            began = time.perf_counter()
            if task.cancelled.is_set():
                raise _Cancelled

        try:
            tell(0, 1)
            return task.question.answer(tell)
        except _Cancelled:
            return None

    @property
    def _is_run_on(self) -> bool:
        return self._session.state in (SessionState.RUNNING, SessionState.STOPPING)

    @Slot(object, float)
    def _on_told(self, task: _Task, share: float) -> None:
        if self._wanted.get(type(task.question)) is task:
            self.progressed.emit(task.question, share)

    @Slot(object, object)
    def _on_ended(self, task: _Task, answer: object) -> None:
        if self._wanted.get(type(task.question)) is not task:
            return  # taken back, or asked anew
        del self._wanted[type(task.question)]
        self.busy_changed.emit()
        if isinstance(answer, str):
            self.failed.emit(task.question, answer)
        else:
            self.answered.emit(task.question, answer)
