"""Looking back: earlier weights in sight, while the run goes on, until another begins, after a restart."""

from __future__ import annotations

import dataclasses
import functools
import itertools
import types

import pytest

from cnnviz.app.document import Document
from cnnviz.app.looking import time_travel as module
from cnnviz.app.looking.time_travel import NOTHING_KEPT, OTHER_DESIGN, TimeTravel
from cnnviz.app.runs.run_library import RunLibrary
from cnnviz.app.training.session import Session, SessionState
from cnnviz.spec.layers import Dense, ReLU
from cnnviz.training.moments import MomentStore
from tests.helpers.designs import ENDLESS, small_design
from tests.helpers.runs import SETTINGS, few_digits, same_arrays

TIMEOUT_MS = 20_000
STEPS = [0, 1, 2, 3, 4, 6]


class Place:
    """The parts around a time travel, as a window has them, and what was told."""

    def __init__(self, root):
        self.document = Document(small_design())
        self.session = Session(threads=1)
        self.library = RunLibrary(root)
        self.session.show_design(self.document.spec)
        self.document.spec_changed.connect(lambda: self.session.show_design(self.document.spec))
        self.travel = TimeTravel(self.document, self.session, self.library)
        self.session.keeping = self.travel.keeping
        self.failures, self.sights = [], []
        self.travel.failed.connect(self.failures.append)
        self.travel.weights_changed.connect(lambda: self.sights.append(self.travel.weights_step))

    @property
    def steps(self):
        return [moment.step for moment in self.travel.moments]

    def moment(self, step):
        return next(moment for moment in self.travel.moments if moment.step == step)

    def parameters(self):
        return dict(self.travel.parameters_for(self.document.spec))

    def newest(self):
        return dict(self.session.parameters_for(self.document.spec))

    def close(self):
        assert self.session.close()
        assert self.travel.close()
        assert self.library.close()


@pytest.fixture
def make(qtbot, tmp_path):
    made = []

    def start():
        place = Place(tmp_path / "runs")
        made.append(place)
        with qtbot.waitSignal(place.library.changed, timeout=TIMEOUT_MS):
            place.library.load()
        return place

    yield start
    for place in made:
        place.close()


@pytest.fixture
def place(make):
    return make()


def train(qtbot, place, training=SETTINGS):
    with qtbot.waitSignal(place.session.run_ended, timeout=TIMEOUT_MS):
        place.session.start(place.document.spec, training, few_digits())
    return place.session.result


@pytest.fixture
def trained(qtbot, place):
    train(qtbot, place)
    return place


def test_before_a_run_there_is_nothing_to_look_back_at(place):
    assert place.travel.moments == ()
    assert place.travel.obstacle == NOTHING_KEPT
    assert not place.travel.is_past
    assert same_arrays(place.parameters(), place.newest())


def test_after_a_run_every_moment_has_its_own_weights(trained):
    assert trained.steps == STEPS
    assert trained.travel.obstacle == ""
    seen = []
    for moment in trained.travel.moments:
        trained.travel.look_at(moment)
        assert (trained.travel.weights_step, trained.travel.weights_epoch) == (moment.step, moment.epoch)
        seen.append(trained.parameters())
    assert same_arrays(seen[-1], trained.newest())
    assert not any(same_arrays(one, other) for one, other in itertools.pairwise(seen))


def test_back_to_now_brings_the_newest_weights(trained):
    trained.travel.look_at(trained.moment(2))
    assert trained.travel.is_past
    trained.sights.clear()
    trained.travel.back_to_now()
    assert trained.sights == [6]
    assert not trained.travel.is_past
    assert same_arrays(trained.parameters(), trained.newest())
    trained.travel.back_to_now()
    assert trained.sights == [6]


def test_the_best_epoch_is_known(trained):
    assert trained.travel.best_step == 3 * trained.session.result.best_epoch


def test_an_epoch_that_is_told_after_its_weights_are_kept_is_told(trained, qtbot, monkeypatch):
    everything = trained.session.history
    less = everything.until(len(everything.steps), 1)
    monkeypatch.setattr(type(trained.session), "history", property(lambda _: less))
    trained.session.history_changed.emit()
    assert trained.travel.best_step == 3
    monkeypatch.undo()
    with qtbot.waitSignal(trained.travel.moments_changed):
        trained.session.history_changed.emit()
    assert trained.travel.best_step == 3 * trained.session.result.best_epoch


def test_other_designs_keep_their_own_weights_while_one_looks_back(trained):
    trained.travel.look_at(trained.moment(0))
    other = dataclasses.replace(small_design(), layers=(*small_design().layers, ReLU(id="another")))
    assert same_arrays(
        dict(trained.travel.parameters_for(other)), dict(trained.session.parameters_for(other))
    )


def test_a_changed_design_has_no_moments_until_the_change_is_undone(trained):
    trained.travel.look_at(trained.moment(1))
    trained.document.insert_layer(Dense(units=10), len(trained.document.spec.layers))
    assert trained.travel.moments == ()
    assert trained.travel.obstacle == OTHER_DESIGN
    assert not trained.travel.is_past
    assert same_arrays(trained.parameters(), trained.newest())
    trained.document.undo_stack.undo()
    assert trained.steps == STEPS


def test_another_name_changes_nothing(trained):
    trained.travel.look_at(trained.moment(1))
    trained.document.edit("Rename", dataclasses.replace(trained.document.spec, name="Another"))
    assert trained.travel.is_past
    assert trained.steps == STEPS


def test_after_a_reset_there_is_nothing_left(trained):
    trained.travel.look_at(trained.moment(1))
    trained.session.reset_weights()
    assert trained.travel.moments == ()
    assert not trained.travel.is_past


def test_a_run_goes_on_from_the_newest_weights_and_that_is_told(trained, qtbot):
    expected = trained.newest()
    moment = trained.moment(1)
    trained.travel.look_at(moment)
    left = []
    trained.travel.returned.connect(left.append)
    train(qtbot, trained, dataclasses.replace(SETTINGS, epochs=3))
    assert left == [moment]
    assert not trained.travel.is_past
    assert trained.steps == [*STEPS, 8, 9]
    trained.travel.look_at(trained.moment(6))
    assert same_arrays(trained.parameters(), expected)


def test_moments_come_while_a_run_goes_on_and_looking_back_does_not_stop_it(place, qtbot):
    place.session.start(place.document.spec, ENDLESS, few_digits())
    qtbot.waitUntil(lambda: len(place.travel.moments) > 5, timeout=TIMEOUT_MS)
    moment = place.moment(2)
    place.travel.look_at(moment)
    before, told = place.parameters(), list(place.sights)
    steps = len(place.session.history.steps)
    qtbot.waitUntil(lambda: _newest_step(place) > 100, timeout=TIMEOUT_MS)
    qtbot.waitUntil(lambda: len(place.session.history.steps) > steps + 100, timeout=TIMEOUT_MS)
    assert place.session.state is SessionState.RUNNING
    assert place.travel.moment == moment
    assert same_arrays(place.parameters(), before)
    assert place.sights == told
    place.travel.back_to_now()
    assert place.travel.weights_step == place.session.weights_step > 100


def test_the_moment_looked_at_is_kept_however_long_the_run_goes_on(place, qtbot, monkeypatch):
    monkeypatch.setattr(module, "MomentStore", functools.partial(MomentStore, most=8))
    place.session.start(place.document.spec, ENDLESS, few_digits(), single_epoch=True)
    qtbot.waitUntil(lambda: place.session.state is SessionState.PAUSED, timeout=TIMEOUT_MS)
    assert place.steps == [0, 1, 2, 3]
    place.travel.look_at(place.moment(2))
    place.session.resume()
    qtbot.waitUntil(lambda: place.steps[-1] > 200, timeout=TIMEOUT_MS)
    assert 2 in place.steps
    assert len(place.steps) == 8


def _newest_step(place):
    place.session.want_weights()
    return place.session.weights_step


def test_a_run_of_an_earlier_start_can_be_looked_back_at(trained, make, qtbot):
    expected = {}
    for moment in trained.travel.moments:
        trained.travel.look_at(moment)
        expected[moment] = trained.parameters()
    result = trained.session.result
    trained.close()
    place = make()
    place.document.edit("Bring Back", dataclasses.replace(result.spec))
    place.session.bring_back(result)
    assert place.travel.moments == tuple(expected)
    for moment, arrays in expected.items():
        place.travel.look_at(moment)
        assert place.travel.wanted == moment
        qtbot.waitUntil(lambda moment=moment: place.travel.moment == moment)
        assert same_arrays(place.parameters(), arrays)


def test_a_run_that_goes_on_after_a_restart_has_the_moments_of_both(trained, make, qtbot):
    result = trained.session.result
    trained.close()
    place = make()
    place.document.edit("Bring Back", dataclasses.replace(result.spec))
    place.session.bring_back(result)
    train(qtbot, place, dataclasses.replace(SETTINGS, epochs=3))
    assert place.steps == [*STEPS, 8, 9]


def test_of_moments_that_must_be_read_only_the_last_one_wanted_is_shown(trained, make, qtbot):
    result = trained.session.result
    trained.close()
    place = make()
    place.document.edit("Bring Back", dataclasses.replace(result.spec))
    place.session.bring_back(result)
    for step in (0, 4, 1):
        place.travel.look_at(place.moment(step))
    qtbot.waitUntil(lambda: place.travel.is_past)
    assert place.travel.moment == place.moment(1)
    assert not place.travel.is_reading


def test_a_damaged_moment_is_told_and_now_stays_in_sight(trained, make, tmp_path, qtbot):
    result = trained.session.result
    trained.close()
    (file,) = tmp_path.glob("runs/*/moments/step-000000000004-*")
    file.write_bytes(file.read_bytes()[:-8])
    place = make()
    place.document.edit("Bring Back", dataclasses.replace(result.spec))
    place.session.bring_back(result)
    place.travel.look_at(place.moment(4))
    qtbot.waitUntil(lambda: bool(place.failures))
    assert "damaged" in place.failures[0]
    assert place.travel.wanted is None
    assert same_arrays(place.parameters(), place.newest())


def test_a_reader_reads_of_its_run_whatever_is_on_screen_later(trained):
    trained.travel.look_at(trained.moment(2))
    expected, moment, read = trained.parameters(), trained.moment(2), trained.travel.reader()
    trained.session.reset_weights()
    assert same_arrays(read(moment), expected)


def test_where_the_disk_takes_no_run_the_memory_has_its_moments(qtbot, tmp_path):
    (tmp_path / "runs").write_text("a file in the place of the folder")
    place = Place(tmp_path / "runs")
    train(qtbot, place)
    assert place.steps == STEPS
    place.travel.look_at(place.moment(3))
    assert place.travel.weights_step == 3
    place.close()


class SlowKeeper:
    """Ends only in its own time, and notes how long it was waited for."""

    def __init__(self, seconds):
        self.seconds, self.waited = seconds, []

    def close(self, seconds=30.0):
        self.waited.append(seconds)
        return seconds >= self.seconds


def test_every_thread_is_waited_for_and_all_of_them_together_not_longer_than_said(trained, monkeypatch):
    now = [100.0]
    stuck, last = SlowKeeper(99.0), SlowKeeper(0.0)
    wait = stuck.close
    stuck.close = lambda seconds: (now.append(now.pop() + seconds), wait(seconds))[1]
    with monkeypatch.context() as patch:
        patch.setattr(module, "time", types.SimpleNamespace(monotonic=lambda: now[0]))
        patch.setattr(trained.travel, "_keepers", [stuck, last])
        assert not trained.travel.close(7.0)
    assert (stuck.waited, last.waited) == ([7.0], [0.0])


def test_what_is_still_written_of_a_forgotten_run_is_waited_for_too(trained, qtbot, monkeypatch):
    monkeypatch.setattr(module, "_REMEMBERED_RUNS", 1)
    slow, done = SlowKeeper(99.0), SlowKeeper(0.0)
    monkeypatch.setattr(trained.travel, "_keepers", [slow, done])
    trained.session.reset_weights()
    train(qtbot, trained)
    assert len(trained.travel._runs) == 1
    assert slow in trained.travel._keepers
    assert done not in trained.travel._keepers
    assert not trained.travel.close(5.0)
    assert 0.0 < slow.waited[-1] <= 5.0
    slow.seconds = 0.0
