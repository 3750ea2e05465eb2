from __future__ import annotations

import threading

import pytest

from cnnviz.engine import parallel
from cnnviz.spec.training import TrainingSpec
from cnnviz.training.control import RunControl, Wish
from cnnviz.training.events import StepDone
from tests.helpers.runs import events_of, noisy_design

WAIT_SECONDS = 20


def test_a_fresh_control_lets_the_run_go_on():
    control = RunControl()
    assert [control.next_wish() for _ in range(3)] == [Wish.STEP] * 3
    assert not control.paused
    assert not control.stopping


def test_a_pause_waits_until_it_is_lifted():
    control = RunControl()
    control.pause()
    assert control.paused
    assert control.next_wish() is Wish.WAIT
    control.resume()
    assert control.next_wish() is Wish.STEP


def test_each_step_is_used_once_and_pauses_a_running_run():
    control = RunControl()
    control.step()
    control.step()
    assert control.paused
    assert [control.next_wish() for _ in range(3)] == [Wish.STEP, Wish.STEP, Wish.WAIT]


@pytest.mark.parametrize("lift", ["pause", "resume"])
def test_steps_that_were_not_taken_are_forgotten(lift):
    control = RunControl()
    control.step()
    getattr(control, lift)()
    control.pause()
    assert control.next_wish() is Wish.WAIT


def test_two_requests_for_a_snapshot_are_met_by_one():
    control = RunControl()
    control.request_snapshot()
    control.request_snapshot()
    assert [control.next_wish() for _ in range(2)] == [Wish.SNAPSHOT, Wish.STEP]


def test_a_stop_is_final_and_goes_before_everything():
    control = RunControl()
    control.request_snapshot()
    control.step()
    control.request_stop()
    control.resume()
    assert [control.next_wish() for _ in range(2)] == [Wish.STOP, Wish.STOP]
    assert control.stopping


@pytest.mark.parametrize(
    ("method", "wish"),
    [
        ("resume", Wish.STEP),
        ("step", Wish.STEP),
        ("request_stop", Wish.STOP),
        ("request_snapshot", Wish.SNAPSHOT),
    ],
)
def test_every_wish_wakes_a_waiting_run(method, wish):
    control = RunControl()
    control.pause()
    received = []
    thread = threading.Thread(target=lambda: received.append(control.wait_for_wish()))
    thread.start()
    getattr(control, method)()
    thread.join(WAIT_SECONDS)
    assert received == [wish]


def test_a_further_pause_does_not_wake_a_waiting_run():
    control = RunControl()
    control.pause()
    received = []
    thread = threading.Thread(target=lambda: received.append(control.wait_for_wish()))
    thread.start()
    control.pause()
    control.request_stop()
    thread.join(WAIT_SECONDS)
    assert received == [Wish.STOP]


class Clock:
    now = 0.0

    def __call__(self):
        return self.now


def test_slow_motion_leaves_time_between_batches():
    clock = Clock()
    control = RunControl(clock)
    control.set_delay(10.0)
    assert control.next_wish() is Wish.STEP
    assert control._take() is Wish.WAIT
    clock.now = 9.9
    assert control._take() is Wish.WAIT
    clock.now = 10.0
    assert control.next_wish() is Wish.STEP
    assert control._take() is Wish.WAIT
    control.set_delay(0.0)
    assert control.next_wish() is Wish.STEP


def test_in_slow_motion_every_other_wish_is_met_at_once():
    control = RunControl()
    control.set_delay(60.0)
    assert control.next_wish() is Wish.STEP
    for wish, ask in (
        (Wish.SNAPSHOT, control.request_snapshot),
        (Wish.CHANGE, lambda: control.change(TrainingSpec())),
        (Wish.STEP, control.step),
        (Wish.STOP, control.request_stop),
    ):
        timer = threading.Timer(0.02, ask)
        timer.start()
        assert control.next_wish() is wish
        timer.join()
        control.take_settings()
        if wish is Wish.STEP:
            control.resume()


def test_settings_are_taken_once_and_the_newest_count():
    control = RunControl()
    control.change(TrainingSpec(epochs=3))
    control.change(TrainingSpec(epochs=4))
    assert control.next_wish() is Wish.CHANGE
    assert control.take_settings() == TrainingSpec(epochs=4)
    assert control.take_settings() is None
    assert control.next_wish() is Wish.STEP


def test_a_single_epoch_pauses_at_its_end_unless_told_otherwise():
    control = RunControl()
    control.step_epoch()
    assert control.next_wish() is Wish.STEP
    control.epoch_ended()
    assert control.paused
    control.step_epoch()
    control.resume()
    control.epoch_ended()
    assert not control.paused


def test_two_requests_for_a_checkpoint_are_met_by_one_also_while_paused():
    control = RunControl()
    control.pause()
    control.request_checkpoint()
    control.request_checkpoint()
    assert [control.next_wish() for _ in range(2)] == [Wish.CHECKPOINT, Wish.WAIT]


def test_who_asks_for_the_end_gives_way_first():
    seen = []
    control = RunControl(give_way=lambda: seen.append(control.stopping))
    assert not control.asks_for_end()
    control.request_stop()
    assert control.asks_for_end()
    assert seen == [False, True]


@pytest.mark.parametrize("threads", [1, 2])
def test_every_thread_of_a_run_gives_way_before_every_layer(threads, monkeypatch):
    monkeypatch.setattr(parallel, "MIN_LANE_WORK", 1)
    seen = []
    control = RunControl(give_way=lambda: seen.append(threading.current_thread().name))
    for event in events_of(control=control, threads=threads):
        if isinstance(event, StepDone):
            break
    layers = len(noisy_design().layers)
    assert len(set(seen)) == threads
    assert len(seen) >= threads * layers
