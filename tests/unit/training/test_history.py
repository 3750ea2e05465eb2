from __future__ import annotations

import threading

import numpy as np
import pytest

from cnnviz.training.events import EpochDone, StepDone
from cnnviz.training.history import HistoryLog, empty_history


def step(number: int) -> StepDone:
    return StepDone(number, 1 + number // 10, 1 / number, 0.5, number * 32, number * 0.1)


def epoch(number: int) -> EpochDone:
    return EpochDone(number, number * 10, 0.4, 0.8, 0.5, 0.7, number * 1.5, 1000.0)


def filled(steps: int, epochs: int = 0) -> HistoryLog:
    log = HistoryLog()
    for number in range(1, steps + 1):
        log.append(step(number))
    for number in range(1, epochs + 1):
        log.append(epoch(number))
    return log


def test_every_field_of_an_event_becomes_a_column():
    history = filled(3, 2).frozen()
    assert history.steps.step.tolist() == [1, 2, 3]
    assert history.steps.loss.tolist() == [1, 1 / 2, 1 / 3]
    assert history.steps.images.tolist() == [32, 64, 96]
    assert history.epochs.val_accuracy.tolist() == [0.7, 0.7]
    assert history.epochs.step.tolist() == [10, 20]


def test_columns_grow_far_beyond_their_first_size():
    history = filled(5000).frozen()
    assert len(history.steps) == 5000
    assert np.array_equal(history.steps.step, np.arange(1, 5001))


def test_a_frozen_history_never_changes():
    log = filled(1000)
    before = log.frozen()
    for number in range(1001, 4001):
        log.append(step(number))
    assert before.steps.step.tolist() == list(range(1, 1001))
    with pytest.raises(ValueError, match="read-only"):
        before.steps.loss[0] = 0


def test_a_log_goes_on_from_an_earlier_history():
    log = HistoryLog(filled(3, 1).frozen())
    log.append(step(4))
    assert log.frozen().steps.step.tolist() == [1, 2, 3, 4]
    assert log.frozen().epochs.epoch.tolist() == [1]


def test_until_cuts_steps_and_epochs():
    history = filled(5, 3).frozen().until(4, 2)
    assert (len(history.steps), len(history.epochs)) == (4, 2)
    assert history.steps.step[-1] == 4


def test_an_empty_history_has_all_columns():
    history = empty_history()
    assert (len(history.steps), len(history.epochs)) == (0, 0)
    assert history.steps.loss.dtype == np.float64


def test_columns_read_while_another_thread_writes_have_one_length():
    log = HistoryLog()
    done = threading.Event()

    def write():
        for number in range(1, 30_000):
            log.append(step(number))
        done.set()

    thread = threading.Thread(target=write)
    thread.start()
    while not done.is_set():
        steps = log.frozen().steps
        assert len(steps.step) == len(steps.loss) == len(steps.seconds)
        assert np.array_equal(steps.step, np.arange(1, len(steps) + 1))
    thread.join()
