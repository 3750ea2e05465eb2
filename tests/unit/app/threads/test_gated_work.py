"""Tasks on threads: they wait at their gates and for each other, and nobody hears of what is cancelled."""

from __future__ import annotations

import threading

import pytest

from cnnviz.app.threads.gated_work import GatedTask, GatedThreads
from cnnviz.errors import DataError
from cnnviz.training.gate import Gate

PATIENCE_SECONDS = 10.0


def _task(work, *, is_open=True):
    return GatedTask("count", "the count", work, Gate(is_open=is_open))


def _go_through(gate, report):
    gate.go_through()
    report(0.5)
    return "done"


class Answers:
    """What was answered, in order."""

    def __init__(self):
        self.all = []
        self.came = threading.Semaphore(0)

    def __call__(self, task, answer):
        self.all.append((task, answer))
        self.came.release()


@pytest.fixture
def answers():
    return Answers()


@pytest.fixture
def threads(answers):
    threads = GatedThreads("test-gated", answers)
    yield threads
    assert threads.close(PATIENCE_SECONDS)


def test_a_task_is_answered_and_says_how_much_is_done(threads, answers):
    task = _task(_go_through)
    threads.begin(task)
    assert answers.came.acquire(timeout=PATIENCE_SECONDS)
    assert answers.all == [(task, "done")]
    assert task.share == 0.5


def test_a_task_waits_while_its_gate_is_closed_and_the_next_waits_for_it(threads, answers):
    first, second = _task(_go_through, is_open=False), _task(_go_through)
    threads.begin(first)
    threads.begin(second)
    assert answers.all == []
    threads.set_open(True)
    for _ in range(2):
        assert answers.came.acquire(timeout=PATIENCE_SECONDS)
    assert [task for task, _ in answers.all] == [first, second]


def test_what_was_cancelled_is_not_answered_and_closing_waits_for_its_end(answers):
    threads = GatedThreads("test-gated", answers)
    task = _task(_go_through, is_open=False)
    threads.begin(task)
    task.gate.cancel()
    assert threads.close(PATIENCE_SECONDS)
    assert answers.all == []


def test_closing_does_not_wait_for_longer_than_told(answers):
    threads, gate = GatedThreads("test-gated", answers), threading.Event()
    threads.begin(_task(lambda *_: gate.wait()))
    assert not threads.close(0.0)
    gate.set()
    assert threads.close(PATIENCE_SECONDS)


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (DataError("No images."), "No images."),
        (MemoryError(), "There is not enough memory for the count."),
        (RuntimeError("odd"), "The count failed: odd."),
        (RuntimeError(), "The count failed: RuntimeError."),
    ],
)
def test_why_there_is_no_result_is_the_answer(error, words):
    def fail(gate, report):
        raise error

    assert _task(fail).answer() == words
