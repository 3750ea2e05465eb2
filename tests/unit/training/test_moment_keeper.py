"""The keeper: which moments a run leaves, that it learns the same with it, and what a bad disk does."""

from __future__ import annotations

import dataclasses
import math

import pytest

from cnnviz.engine.network import network_array_shapes
from cnnviz.spec.training import SGD, VAL_ACCURACY
from cnnviz.training import moment_keeper
from cnnviz.training.control import RunControl, Wish
from cnnviz.training.events import EpochDone, Failed, Finished, MomentSnapshot, Paused, Stopped
from cnnviz.training.moment_keeper import MomentKeeper
from cnnviz.training.moments import Moment, MomentStore, check_fits
from tests.helpers.runs import (
    SETTINGS,
    STEPS_PER_EPOCH,
    events_of,
    finished,
    linear_design,
    noisy_design,
    same_arrays,
    stopped_after,
)

FOUR_EPOCHS = dataclasses.replace(SETTINGS, epochs=4)
MOMENTS = [0, 1, 2, 3, 4, 6, 8, 9, 12]
"""The start, the early steps 1, 2, 4 and 8, and the ends of four epochs of three steps."""


class Kept:
    """A run under a keeper, taken to its end."""

    def __init__(self, store=None, training=FOUR_EPOCHS, *, earlier=None, stop_after=None, **options):
        self.control, self.failures = RunControl(), []
        self.keeper = MomentKeeper(store or MomentStore(), training.best_by, self.failures.append)
        if earlier is not None:
            self.keeper.go_on_from(earlier)
        events = events_of(training, control=self.control, resume_from=earlier, threads=1, **options)
        self.events = []
        for event in self.keeper.kept(events, self.control):
            self.events.append(event)
            if stop_after is not None and getattr(event, "step", None) == stop_after:
                self.control.request_stop()
        assert self.keeper.close()

    @property
    def store(self):
        return self.keeper.store

    @property
    def steps(self):
        return [moment.step for moment in self.store.moments]

    @property
    def result(self):
        return self.events[-1].result


def test_the_start_early_steps_and_ends_of_epochs_are_kept():
    kept = Kept()
    assert kept.steps == MOMENTS
    assert [moment.epoch for moment in kept.store.moments] == [0, 1, 1, 1, 2, 2, 3, 3, 4]
    assert not any(isinstance(event, MomentSnapshot) for event in kept.events)


def test_a_kept_run_learns_the_same_bit_for_bit():
    assert same_arrays(Kept().result.parameters, finished(FOUR_EPOCHS, threads=1).parameters)


def test_the_moments_are_the_weights_of_their_steps():
    store = Kept().store
    for step in (1, 4, 6, 8):
        expected = stopped_after(step, FOUR_EPOCHS, threads=1).parameters
        moment = next(moment for moment in store.moments if moment.step == step)
        assert same_arrays(store.parameters(moment), expected)
        check_fits(store.parameters(moment), noisy_design(), "They")
    last = store.moments[-1]
    assert same_arrays(store.parameters(last), finished(FOUR_EPOCHS, threads=1).parameters)


def test_a_run_that_is_stopped_leaves_where_it_stopped():
    kept = Kept(stop_after=5)
    assert isinstance(kept.events[-1], Stopped)
    assert kept.store.moments[-1] == Moment(5, 2)


@pytest.mark.parametrize("best_by", ["val_accuracy", "val_loss"])
def test_the_best_epoch_is_the_one_of_the_history(best_by):
    kept = Kept(training=dataclasses.replace(FOUR_EPOCHS, best_by=best_by))
    assert kept.store.best == kept.result.best_epoch * STEPS_PER_EPOCH


def test_a_run_that_goes_on_has_the_moments_of_both(tmp_path):
    first = Kept(MomentStore(tmp_path / "moments"), dataclasses.replace(SETTINGS, epochs=2))
    again = MomentStore(tmp_path / "moments")
    kept = Kept(again, FOUR_EPOCHS, earlier=first.result)
    assert kept.steps == MOMENTS
    assert kept.store.best == kept.result.best_epoch * STEPS_PER_EPOCH
    assert same_arrays(kept.result.parameters, finished(FOUR_EPOCHS, threads=1).parameters)


def test_a_run_that_goes_on_from_before_gives_up_what_came_after(tmp_path):
    early = stopped_after(4, FOUR_EPOCHS, threads=1)
    store = MomentStore(tmp_path / "moments")
    Kept(store)
    kept = Kept(store, dataclasses.replace(SETTINGS, epochs=2), earlier=early)
    assert kept.steps == [0, 1, 2, 3, 4, 6]


def test_a_run_that_fails_leaves_the_last_good_weights():
    wild = dataclasses.replace(SETTINGS, optimizer=SGD(learning_rate=1e12))
    kept = Kept(training=wild, spec=linear_design())
    assert isinstance(kept.events[-1], Failed)
    assert same_arrays(kept.store.parameters(kept.store.moments[0]), kept.result.parameters)


def test_all_is_on_disk_when_the_run_is_over(tmp_path):
    kept = Kept(MomentStore(tmp_path / "moments"))
    again = MomentStore(tmp_path / "moments")
    assert again.moments == kept.store.moments
    for moment in again.moments:
        assert same_arrays(again.parameters(moment), kept.store.parameters(moment))
    assert kept.failures == []


def test_in_a_long_run_the_run_is_asked_for_fewer_epochs_but_for_the_best():
    kept = Kept(MomentStore(most=10), dataclasses.replace(SETTINGS, epochs=450))
    asked = sum(isinstance(event, EpochDone) for event in kept.events)
    epochs = kept.result.history.epochs
    assert asked == 450
    assert int(epochs.step[kept.result.history.best_epoch]) in kept.steps
    every, keeper = [], MomentKeeper(MomentStore(), VAL_ACCURACY, pytest.fail)
    control = RunControl()
    keeper._best, keeper._newest = (2.0, 0.0), 30_000
    for step in range(30_003, 30_303, 3):
        keeper._follow(EpochDone(step // 3, step, 1.0, 0.5, 1.0, 0.5, 0.1, 1.0), control)
        if control.next_wish() is Wish.MOMENT:
            every.append(step)
            keeper._newest = step
    assert every == [30_102, 30_204]


def test_the_first_moments_are_soon_on_disk(tmp_path, qtbot, monkeypatch):
    monkeypatch.setattr(moment_keeper, "_FIRST_SECONDS", 0.01)
    folder, control = tmp_path / "moments", RunControl()
    keeper = MomentKeeper(MomentStore(folder), VAL_ACCURACY, pytest.fail, every_seconds=1000)
    for event in keeper.kept(events_of(FOUR_EPOCHS, control=control, threads=1), control):
        if getattr(event, "step", None) == 4:
            qtbot.waitUntil(lambda: len(MomentStore(folder).moments) > 0)
            control.request_stop()
    assert keeper.close()


def test_a_pause_brings_them_to_the_disk(tmp_path, qtbot, monkeypatch):
    monkeypatch.setattr(moment_keeper, "_FIRST_SECONDS", 1000)
    folder, control = tmp_path / "moments", RunControl()
    keeper = MomentKeeper(MomentStore(folder), VAL_ACCURACY, pytest.fail, every_seconds=1000)
    for event in keeper.kept(events_of(FOUR_EPOCHS, control=control, threads=1), control):
        if getattr(event, "step", None) == 4 and not isinstance(event, Paused):
            control.pause()
        if isinstance(event, Paused):
            qtbot.waitUntil(lambda: len(MomentStore(folder).moments) == 5)
            control.request_stop()
    assert keeper.close()


def test_a_disk_that_takes_nothing_is_told_once_and_the_run_goes_on(tmp_path):
    (tmp_path / "moments").write_text("a file in the place of the folder")
    kept = Kept(MomentStore(tmp_path / "moments"))
    assert isinstance(kept.events[-1], Finished)
    (failure,) = kept.failures
    assert failure.startswith("Earlier weights of the run are kept only in memory. ")
    assert kept.steps == MOMENTS


def test_an_error_of_the_program_is_told_once_and_the_run_goes_on(tmp_path, monkeypatch, caplog):
    monkeypatch.setattr(MomentStore, "write", lambda store: 1 / 0)
    kept = Kept(MomentStore(tmp_path / "moments"))
    assert isinstance(kept.events[-1], Finished)
    assert kept.failures == ["Earlier weights of the run are kept only in memory: they could not be written."]
    assert "ZeroDivisionError" in caplog.text
    assert kept.steps == MOMENTS


def test_beside_a_run_that_was_deleted_nothing_is_written(tmp_path):
    kept = Kept(MomentStore(tmp_path / "deleted" / "moments"))
    assert kept.failures == []
    assert not (tmp_path / "deleted").exists()


def test_a_network_too_large_for_the_memory_has_no_moments():
    size = sum(4 * math.prod(shape) for shape in network_array_shapes(noisy_design()).values())
    assert Kept(MomentStore(memory_bytes=size - 1)).steps == []
