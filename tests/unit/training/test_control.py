from __future__ import annotations

import threading

import pytest

from cnnviz.training.control import RunControl, Wish

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
