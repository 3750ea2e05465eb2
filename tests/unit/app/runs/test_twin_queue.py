"""Twins wait in their order, and those that could not begin stay with the reason."""

from __future__ import annotations

from cnnviz.app.runs.twin_plan import TwinPlan
from cnnviz.app.runs.twin_queue import TwinQueue, WaitingTwin
from cnnviz.spec.training import TrainingSpec
from tests.helpers.designs import small_design


def twins(*names: str) -> list[WaitingTwin]:
    return [WaitingTwin("original", TwinPlan(small_design(), TrainingSpec(), name), name) for name in names]


def test_the_queue_gives_twins_in_their_order():
    queue, told = TwinQueue(), []
    queue.changed.connect(lambda: told.append(len(queue.waiting)))
    first, second, third = twins(*"abc")
    for one in (first, second, third):
        queue.add(one)
    queue.remove(second)
    queue.remove(second)
    assert queue.next is first
    queue.remove(first)
    assert queue.next is third
    queue.drop(*queue.waiting)
    queue.drop(*queue.waiting)
    assert queue.next is None
    assert told == [1, 2, 3, 2, 1, 0]


def test_one_that_could_not_begin_keeps_its_place_and_lets_others_pass():
    queue, told = TwinQueue(), []
    first, second = twins(*"ab")
    queue.add(first, second)
    queue.changed.connect(lambda: told.append(dict(queue.reasons)))
    queue.put_off(first, "no images")
    assert queue.waiting == (first, second)
    assert queue.next is second
    queue.forgive(second)
    queue.forgive(first)
    assert queue.next is first
    assert told == [{first: "no images"}, {}]


def test_one_that_did_not_wait_before_does_so_with_its_reason():
    queue = TwinQueue()
    first, second = twins(*"ab")
    queue.add(first)
    queue.put_off(second, "no images")
    queue.put_off(first, "no memory")
    assert (queue.waiting, queue.next) == ((first, second), None)
    queue.remove(first)
    assert queue.reasons == {second: "no images"}
    queue.forgive()
    assert queue.next is second
    queue.put_off(second, "no images")
    queue.drop(*queue.waiting)
    assert queue.reasons == {}


def test_those_that_are_held_have_no_turn_before_somebody_says_so():
    queue, told = TwinQueue(), []
    first, second, third = twins(*"abc")
    queue.add(first, second, are_held=True)
    queue.changed.connect(lambda: told.append(queue.next))
    assert (queue.waiting, queue.held, queue.next) == ((first, second), {first, second}, None)
    queue.add(third)
    assert queue.next is third
    queue.release(second)
    queue.release(second)
    assert (queue.held, queue.next) == ({first}, second)
    queue.forgive()
    assert queue.next is second, "that is another matter"
    queue.release()
    assert (queue.held, queue.next) == (frozenset(), first)
    assert told == [third, second, first]


def test_those_that_were_given_up_come_back_to_where_they_waited():
    queue, told = TwinQueue(), []
    first, second, third, fourth = twins(*"abcd")
    queue.add(first, second, are_held=True)
    queue.add(third, fourth)
    queue.put_off(third, "no images")
    queue.changed.connect(lambda: told.append(len(queue.waiting)))
    dropped = queue.drop(fourth, first, third)
    assert (queue.waiting, queue.held, queue.reasons) == ((second,), {second}, {})
    queue.put_back(dropped)
    assert queue.waiting == (first, second, third, fourth)
    assert queue.held == {first, second}
    assert queue.next is third, "it has another turn"
    dropped = queue.drop(*queue.waiting)
    queue.put_back(queue.drop(fourth))
    queue.put_back(dropped[2:])
    assert queue.waiting == (third, fourth)
    assert told == [1, 4, 0, 2]
