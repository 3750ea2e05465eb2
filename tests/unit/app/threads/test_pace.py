"""Paces: wishes in a row are met together, and only so often."""

from __future__ import annotations

import pytest

from cnnviz.app.threads.pace import LONGEST_SECONDS, Pace


class Clock:
    now = 100.0

    def __call__(self):
        return self.now


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def pace(clock):
    return Pace(0.5, clock)


def test_nothing_is_due_that_nobody_wants(pace):
    assert not pace.is_due()


def test_the_first_wish_is_due_at_once_and_the_next_after_its_time(pace, clock):
    pace.want()
    assert pace.is_due()
    assert not pace.is_due()
    pace.want()
    clock.now += 0.4
    assert not pace.is_due()
    clock.now += 0.1
    assert pace.is_due()


def test_hurry_does_not_wait(pace):
    pace.want()
    assert pace.is_due()
    pace.hurry()
    assert pace.is_due()


def test_what_was_done_without_asking_counts(pace, clock):
    pace.want()
    pace.done()
    assert not pace.is_due()
    pace.want()
    assert not pace.is_due()
    clock.now += 0.5
    assert pace.is_due()


def test_what_is_too_dear_waits_but_not_for_ever(clock):
    pace = Pace(0.1, clock)
    pace.want()
    assert pace.is_due(affordable=False)
    pace.want()
    clock.now += 0.15
    assert not pace.is_due(affordable=False)
    assert pace.is_due()
    pace.want()
    clock.now += LONGEST_SECONDS + 0.001
    assert pace.is_due(affordable=False)


def test_what_is_done_seldom_waits_no_less_long_than_that(clock):
    pace = Pace(0.5, clock)
    pace.want()
    assert pace.is_due()
    pace.want()
    clock.now += LONGEST_SECONDS + 0.001
    assert not pace.is_due(affordable=False)


def test_who_asks_a_little_late_keeps_the_pace(clock):
    pace, done = Pace(0.1, clock), 0
    for _ in range(1000):
        clock.now += 0.03
        pace.want()
        done += pace.is_due()
    assert done == pytest.approx(30 / 0.1, abs=2)


def test_a_wish_that_comes_late_brings_the_next_no_sooner(clock):
    pace = Pace(0.1, clock)
    pace.want()
    assert pace.is_due()
    clock.now += 10
    pace.want()
    assert pace.is_due()
    pace.want()
    clock.now += 0.09
    assert not pace.is_due()
