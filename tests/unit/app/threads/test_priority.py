"""Priority: what computes for long lets the window go first, with all threads that it starts."""

from __future__ import annotations

import os
import sys
import threading

import pytest

from cnnviz.app.threads.gated_work import GatedTask, GatedThreads
from cnnviz.app.threads.newest_thread import NewestThread
from cnnviz.app.threads.priority import step_behind_the_window
from cnnviz.app.threads.turns import Turns
from cnnviz.app.training.worker import RunWorker
from cnnviz.training.gate import Gate

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="threads have no priorities of their own")


def _niceness() -> int:
    return os.getpriority(os.PRIO_PROCESS, threading.get_native_id())


def _behind() -> int:
    """Return how nice a thread is that steps behind this one, which may be nice itself."""
    return min(_niceness() + 4, 19)


def _within(work) -> list[int]:
    """Return what `work` appends to the list it is given, in a thread of its own."""
    found: list[int] = []
    thread = threading.Thread(target=work, args=(found,))
    thread.start()
    thread.join()
    return found


def test_a_thread_and_those_it_starts_step_behind_the_window():
    def work(found: list[int]) -> None:
        step_behind_the_window()
        found.append(_niceness())
        found.extend(_within(lambda inner: inner.append(_niceness())))

    before = _niceness()
    assert _within(work) == [_behind()] * 2
    assert _niceness() == before


def test_a_thread_that_is_as_nice_as_can_be_stays_so():
    def work(found: list[int]) -> None:
        os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), 19)
        step_behind_the_window()
        found.append(_niceness())

    assert _within(work) == [19]


def test_where_priorities_are_forbidden_nothing_changes(monkeypatch):
    def refuse(*_: object) -> None:
        raise PermissionError("No priorities here.")

    monkeypatch.setattr("cnnviz.app.threads.priority.os.setpriority", refuse)
    step_behind_the_window()


def test_a_run_steps_behind_the_window():
    found = []

    def make_events(control):
        found.append(_niceness())
        return iter(())

    worker = RunWorker(1, make_events, Turns())
    worker.start()
    assert worker.wait(10.0)
    assert found == [_behind()]


@pytest.mark.parametrize("urgent", [True, False])
def test_only_what_a_person_waits_for_goes_with_the_window(urgent):
    answers, answered = [], threading.Event()
    thread = NewestThread(
        "test-newest",
        lambda wish: _niceness(),
        lambda wish, answer: (answers.append(answer), answered.set()),
        urgent=urgent,
    )
    thread.put("anything")
    assert answered.wait(10.0)
    assert thread.close(10.0)
    assert answers == [_niceness() if urgent else _behind()]


def test_work_that_waits_for_a_run_steps_behind_the_window():
    answers = []
    threads = GatedThreads("test-task", lambda task, answer: answers.append(answer))
    threads.begin(GatedTask("task", "the task", lambda gate, report: _niceness(), Gate()))
    assert threads.close(10.0)
    assert answers == [_behind()]
