"""Turns: a run waits while the window draws, but never for long."""

from __future__ import annotations

import threading
import time

import pytest

from cnnviz.app.threads.turns import _SHARE as SHARE
from cnnviz.app.threads.turns import _WAITING as WAITING
from cnnviz.app.threads.turns import Turns


def test_nobody_waits_while_nothing_is_drawn():
    turns = Turns()
    began = time.perf_counter()
    for _ in range(100):
        turns.give_way()
    assert time.perf_counter() - began < 1.0


def test_a_run_goes_on_when_the_drawing_is_done(monkeypatch):
    monkeypatch.setattr("cnnviz.app.threads.turns._LONGEST_WAIT_SECONDS", 30.0)
    turns = Turns()
    went_on = threading.Event()
    runner = threading.Thread(target=lambda: (turns.give_way(), went_on.set()))
    with turns.drawing():
        runner.start()
        assert not went_on.wait(0.02)
    assert went_on.wait(10)
    runner.join()


def test_a_window_that_never_ends_drawing_holds_up_no_run():
    turns = Turns()
    began = time.perf_counter()
    with turns.drawing():
        turns.give_way()
    assert time.perf_counter() - began < 10.0


def test_a_run_waits_once_for_a_drawing_however_many_layers_it_has(monkeypatch):
    monkeypatch.setattr("cnnviz.app.threads.turns._LONGEST_WAIT_SECONDS", 0.2)
    turns = Turns()
    for _ in range(2):
        began = time.perf_counter()
        with turns.drawing():
            for _ in range(100):
                turns.give_way()
        assert 0.1 < time.perf_counter() - began < 10.0


def test_an_error_while_drawing_lets_the_run_go_on(monkeypatch):
    monkeypatch.setattr("cnnviz.app.threads.turns._LONGEST_WAIT_SECONDS", 30.0)
    turns = Turns()
    with pytest.raises(RuntimeError, match="roof"), turns.drawing():
        raise RuntimeError("The roof fell in.")
    began = time.perf_counter()
    turns.give_way()
    assert time.perf_counter() - began < 10.0


def until_waited_for(turns: Turns) -> None:
    while turns._waited_since is None:
        time.sleep(0)


class Clock:
    now = 0.0

    def __call__(self):
        return self.now


def test_drawing_is_affordable_again_when_it_has_kept_to_its_share():
    clock = Clock()
    turns = Turns(clock, clock)
    assert turns.is_affordable()
    with turns.drawing():
        clock.now += 0.01
    assert not turns.is_affordable()
    clock.now += 0.01 / SHARE - 0.001
    assert not turns.is_affordable()
    clock.now += 0.002
    assert turns.is_affordable()


def test_one_long_drawing_is_soon_forgotten():
    clock = Clock()
    turns = Turns(clock, clock)
    with turns.drawing():
        clock.now += 10.0
    clock.now += 0.05 / SHARE + 0.01
    assert turns.is_affordable()


def test_drawing_within_drawing_is_counted_once_and_ends_with_the_outer_one(monkeypatch):
    monkeypatch.setattr("cnnviz.app.threads.turns._LONGEST_WAIT_SECONDS", 0.0)
    clock = Clock()
    turns = Turns(clock, clock)
    with turns.drawing():
        with turns.drawing():
            clock.now += 0.01
        assert not turns._free.is_set()
        clock.now += 0.01
    assert turns._free.is_set()
    clock.now += 0.02 / SHARE + 0.001
    assert turns.is_affordable()


def test_what_comes_first_is_always_drawn_where_the_person_wants_it_smooth():
    clock = Clock()
    turns = Turns(clock, clock)
    turns.is_smooth = True
    with turns.drawing():
        clock.now += 10.0
    assert turns.is_affordable(comes_first=True)
    assert not turns.is_affordable()


def test_what_comes_first_may_be_drawn_a_little_ahead_of_its_share():
    clock = Clock()
    turns = Turns(clock, clock)
    with turns.drawing():
        clock.now += 0.01
    assert turns.is_affordable(comes_first=True)
    assert not turns.is_affordable()
    with turns.drawing():
        clock.now += 0.03
    assert not turns.is_affordable(comes_first=True)
    clock.now += 0.021 / SHARE
    assert turns.is_affordable(comes_first=True)


def test_a_window_that_waits_while_the_run_goes_on_has_cost_it_only_the_work():
    clock, work = Clock(), Clock()
    turns = Turns(clock, work)
    with turns.drawing():
        clock.now += 0.04
        work.now += 0.001
    clock.now += 0.0011 / SHARE
    assert turns.is_affordable()


def test_a_run_that_waits_loses_the_time_and_some_more(monkeypatch):
    monkeypatch.setattr("cnnviz.app.threads.turns._LONGEST_WAIT_SECONDS", 30.0)
    clock, work = Clock(), Clock()
    turns = Turns(clock, work)
    runner = threading.Thread(target=turns.give_way)
    with turns.drawing():
        runner.start()
        until_waited_for(turns)
        clock.now += 0.02
        work.now += 0.001
    runner.join()
    clock.now += (WAITING * 0.02 - 0.001) / SHARE
    assert not turns.is_affordable()
    clock.now += 0.002 / SHARE
    assert turns.is_affordable()


def test_a_run_that_comes_late_has_lost_only_the_time_from_then_on(monkeypatch):
    monkeypatch.setattr("cnnviz.app.threads.turns._LONGEST_WAIT_SECONDS", 30.0)
    clock, work = Clock(), Clock()
    turns = Turns(clock, work)
    runner = threading.Thread(target=turns.give_way)
    with turns.drawing():
        clock.now += 0.02  # it is within a long layer
        work.now += 0.001
        runner.start()
        until_waited_for(turns)
        clock.now += 0.004
    runner.join()
    clock.now += WAITING * 0.004 / SHARE - 0.001
    assert not turns.is_affordable()
    clock.now += 0.002
    assert turns.is_affordable()
