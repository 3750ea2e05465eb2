import threading

import pytest

from cnnviz.app.threads.newest_thread import NewestThread

SECONDS = 10.0


class Kitchen:
    """Meets wishes one at a time, each when it is let."""

    def __init__(self) -> None:
        self.begun, self.let = threading.Semaphore(0), threading.Semaphore(0)
        self.answered = threading.Semaphore(0)
        self.met: list[str] = []
        self.answers: list[tuple[str, str]] = []
        self.thread = NewestThread("test", self.meet, self.answer)

    def meet(self, wish: str) -> str | None:
        self.begun.release()
        assert self.let.acquire(timeout=SECONDS)
        self.met.append(wish)
        return None if wish == "nothing" else wish.upper()

    def answer(self, wish: str, answer: str) -> None:
        self.answers.append((wish, answer))
        self.answered.release()


@pytest.fixture
def kitchen():
    kitchen = Kitchen()
    yield kitchen
    for _ in range(9):
        kitchen.let.release()
    assert kitchen.thread.close(SECONDS)


def test_each_wish_is_met_and_answered(kitchen):
    for wish in ("one", "two"):
        kitchen.thread.put(wish)
        kitchen.let.release()
        assert kitchen.answered.acquire(timeout=SECONDS)
    assert kitchen.answers == [("one", "ONE"), ("two", "TWO")]


def test_of_the_wishes_that_wait_only_the_newest_is_met(kitchen):
    kitchen.thread.put("first")
    assert kitchen.begun.acquire(timeout=SECONDS)
    for wish in ("second", "third", "fourth"):
        kitchen.thread.put(wish)
    for _ in range(2):
        kitchen.let.release()
        assert kitchen.answered.acquire(timeout=SECONDS)
    assert kitchen.met == ["first", "fourth"]


def test_a_wish_that_is_forgotten_is_not_met(kitchen):
    kitchen.thread.put("first")
    assert kitchen.begun.acquire(timeout=SECONDS)
    kitchen.thread.put("second")
    kitchen.thread.forget()
    kitchen.let.release()
    assert kitchen.answered.acquire(timeout=SECONDS)
    kitchen.thread.put("third")
    kitchen.let.release()
    assert kitchen.answered.acquire(timeout=SECONDS)
    assert kitchen.met == ["first", "third"]


def test_none_is_no_answer(kitchen):
    for wish in ("nothing", "one"):
        kitchen.thread.put(wish)
        assert kitchen.begun.acquire(timeout=SECONDS)
        kitchen.let.release()
    assert kitchen.answered.acquire(timeout=SECONDS)
    assert kitchen.answers == [("one", "ONE")]


def test_while_it_ends_nothing_is_told_or_begun(kitchen):
    kitchen.thread.put("first")
    assert kitchen.begun.acquire(timeout=SECONDS)
    kitchen.thread.put("second")
    assert not kitchen.thread.close(0.0)
    assert kitchen.thread.is_closing
    kitchen.let.release()
    assert kitchen.thread.close(SECONDS)
    assert kitchen.met == ["first"]
    assert kitchen.answers == []


def test_without_a_wish_there_is_no_thread():
    before = threading.active_count()
    thread = NewestThread("test", str.upper, print)
    assert threading.active_count() == before
    assert thread.close(SECONDS)
