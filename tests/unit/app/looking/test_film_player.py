"""The film: moment after moment, never past one that is not shown yet, and the person has the last word."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QObject, Signal

from cnnviz.app.looking.film_player import FIRST_SPEED, SPEEDS, FilmPlayer
from cnnviz.training.moments import Moment

MOMENTS = tuple(Moment(step, 1) for step in (0, 1, 2, 4))


class FakeTravel(QObject):
    """A time travel whose weights are there at once, and which notes what was looked at."""

    moment_wanted = Signal()
    moments_changed = Signal()

    def __init__(self):
        super().__init__()
        self.moments, self.wanted, self.is_reading, self.seen = MOMENTS, None, False, []

    def look_at(self, moment):
        self.wanted = moment
        self.seen.append(moment)
        self.moment_wanted.emit()

    def back_to_now(self):
        self.look_at(None)


@pytest.fixture
def travel(qapp):
    return FakeTravel()


class Busy(list):
    """Says whether something is busy, and counts how often it was asked."""

    asked = 0

    def __call__(self):
        self.asked += 1
        return bool(self)


@pytest.fixture
def busy():
    return Busy()


@pytest.fixture
def player(travel, busy):
    player = FilmPlayer(travel, busy)
    player.set_speed(200)
    player.told = []
    player.playing_changed.connect(player.told.append)
    yield player
    player.stop()


def test_it_goes_through_all_moments_and_back_to_now(player, travel, qtbot):
    player.play()
    qtbot.waitUntil(lambda: not player.is_playing)
    assert travel.seen == [*MOMENTS, None]
    assert player.told == [True, False]


def test_it_goes_on_from_the_moment_that_is_looked_at(player, travel, qtbot):
    travel.wanted = MOMENTS[1]
    player.play()
    qtbot.waitUntil(lambda: not player.is_playing)
    assert travel.seen == [*MOMENTS[1:], None]


def test_at_the_last_moment_it_begins_again(player, travel):
    travel.wanted = MOMENTS[-1]
    player.play()
    assert travel.seen == [MOMENTS[0]]


def test_it_waits_for_what_shows_the_moment(player, travel, busy, qtbot):
    busy.append(True)
    player.play()
    qtbot.waitUntil(lambda: busy.asked >= 5)
    assert travel.seen == [MOMENTS[0]]
    busy.clear()
    qtbot.waitUntil(lambda: not player.is_playing)
    assert travel.seen == [*MOMENTS, None]


def test_what_never_gets_ready_does_not_stop_it(player, travel, busy, qtbot, monkeypatch):
    monkeypatch.setattr("cnnviz.app.looking.film_player._LONGEST_WAIT_SECONDS", 0.01)
    busy.append(True)
    player.play()
    qtbot.waitUntil(lambda: not player.is_playing)
    assert travel.seen == [*MOMENTS, None]


def test_it_waits_for_weights_that_are_read(player, travel, qtbot):
    travel.is_reading = True
    player.play()
    with qtbot.waitSignals([player._timer.timeout] * 3):
        pass
    assert travel.seen == [MOMENTS[0]]


def test_a_loop_begins_again(player, travel, qtbot):
    player.loops = True
    player.play()
    qtbot.waitUntil(lambda: travel.seen.count(MOMENTS[0]) == 2)
    assert travel.seen[: len(MOMENTS) + 1] == [*MOMENTS, MOMENTS[0]]
    player.stop()


def test_toggled_it_stops_where_it_is(player, travel):
    player.toggle()
    player.toggle()
    assert not player.is_playing
    assert travel.wanted == MOMENTS[0]


def test_whoever_looks_elsewhere_ends_it(player, travel):
    player.play()
    travel.look_at(MOMENTS[3])
    assert not player.is_playing
    player.play()
    travel.back_to_now()
    assert not player.is_playing


def test_without_moments_there_is_no_film(player, travel):
    player.play()
    travel.moments = ()
    travel.moments_changed.emit()
    assert not player.is_playing
    player.play()
    assert not player.is_playing


def test_new_moments_come_into_a_film_that_plays(player, travel, qtbot):
    player.play()
    travel.moments = (*MOMENTS, Moment(8, 2))
    travel.moments_changed.emit()
    qtbot.waitUntil(lambda: not player.is_playing)
    assert Moment(8, 2) in travel.seen


def test_the_first_speed_is_one_that_is_offered(travel):
    assert FIRST_SPEED in SPEEDS
    assert FilmPlayer(travel, lambda: False).speed == FIRST_SPEED
