"""Progress: numbers people read, from what a run reported."""

from __future__ import annotations

import pytest

from cnnviz.app.training.progress import Progress, progress_of
from cnnviz.training.events import RunStarted, StepDone
from cnnviz.training.history import HistoryLog, empty_history


def started(first_step=0):
    return RunStarted(first_step=first_step, first_epoch=0, steps_per_epoch=10, epochs=5, threads=1)


def history_of(seconds, *, images=32):
    log = HistoryLog()
    for number, at in enumerate(seconds, start=1):
        epoch = 1 + (number - 1) // 10
        log.append(StepDone(number, epoch, 1.0, 0.5, images * number, at))
    return log.frozen()


def test_before_the_first_step_nothing_is_known():
    assert progress_of(started(), empty_history()) == Progress(steps=50, epochs=5)
    assert Progress().fraction == 0.0


def test_speed_and_time_left_come_from_what_was_done():
    progress = progress_of(started(), history_of([0.5, 1.0, 1.5, 2.0]))
    assert (progress.step, progress.steps, progress.epoch, progress.epochs) == (4, 50, 1, 5)
    assert progress.images_per_second == pytest.approx(64)
    assert progress.seconds == 2.0
    assert progress.seconds_left == pytest.approx(23)
    assert progress.fraction == pytest.approx(0.08)
    assert progress.speed(0) == progress.images_per_second
    assert progress.speed(4.0) == pytest.approx(8), "one step of 32 images each 4 seconds"
    assert progress.speed(0.01) == pytest.approx(64), "not faster than it is computed"


def test_the_speed_is_that_of_the_last_seconds():
    slow_then_fast = [10.0 * number for number in range(1, 5)] + [40 + number for number in range(1, 7)]
    assert progress_of(started(), history_of(slow_then_fast)).images_per_second == pytest.approx(32)


@pytest.mark.parametrize("slept_after", [5, 9, 10], ids=["long ago", "a step ago", "just now"])
def test_a_step_during_which_the_computer_slept_says_nothing_of_the_time_left(slept_after):
    seconds = [0.5 * number + (600.0 if number >= slept_after else 0.0) for number in range(1, 11)]
    progress = progress_of(started(), history_of(seconds))
    assert progress.seconds_left == pytest.approx(20), "40 steps of half a second"
    assert progress.images_per_second == pytest.approx(64)


def test_the_first_step_slept_through_is_left_out_as_soon_as_there_is_another():
    assert progress_of(started(), history_of([600.0])).images_per_second == pytest.approx(32 / 600)
    assert progress_of(started(), history_of([600.0, 600.5])).images_per_second == pytest.approx(64)


def test_steps_that_take_longer_from_now_on_are_believed():
    seconds = [0.01 * number for number in range(1, 11)] + [0.1 + 20.0 * number for number in range(1, 4)]
    assert progress_of(started(), history_of(seconds)).images_per_second == pytest.approx(32 / 20)


def test_the_epoch_is_the_one_under_way():
    assert progress_of(started(), history_of([0.1 * n for n in range(1, 12)])).epoch == 2


def test_a_continued_run_says_nothing_of_its_speed_before_its_own_first_step():
    history = history_of([0.5, 1.0])
    before = progress_of(started(first_step=2), history)
    assert (before.step, before.images_per_second, before.seconds_left) == (2, 0.0, None)
    after = progress_of(started(first_step=1), history)
    assert after.images_per_second == pytest.approx(64)


def test_steps_too_quick_to_be_timed_give_no_speed():
    assert progress_of(started(), history_of([0.0, 0.0])).seconds_left is None


def test_a_run_that_goes_on_with_larger_batches_has_time_left_and_never_less_than_none():
    begun = RunStarted(first_step=27, first_epoch=1, steps_per_epoch=1, epochs=20, threads=1)
    log = HistoryLog()
    for step in range(1, 31):
        log.append(StepDone(step, 1, 1.0, 0.5, 32 * step, float(step)))
    progress = progress_of(begun, log.frozen())
    assert (progress.step, progress.steps) == (30, 46)
    assert progress.seconds_left == pytest.approx(16)
    assert progress.fraction < 1
    late = RunStarted(first_step=0, first_epoch=0, steps_per_epoch=2, epochs=10, threads=1)
    assert progress_of(late, log.frozen()).seconds_left == 0
    assert progress_of(late, log.frozen()).fraction == 1


def test_a_run_told_to_end_sooner_ends_with_the_epoch_under_way():
    begun = RunStarted(first_step=0, first_epoch=0, steps_per_epoch=10, epochs=1, threads=1)
    progress = progress_of(begun, history_of([0.1 * n for n in range(1, 14)]))
    assert (progress.step, progress.steps, progress.epoch, progress.epochs) == (13, 20, 2, 2)
