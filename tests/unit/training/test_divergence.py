from __future__ import annotations

import dataclasses

import numpy as np
import pytest

from cnnviz.engine.build import build
from cnnviz.engine.parallel import Executor
from cnnviz.spec.training import SGD, TrainingSpec
from cnnviz.training.control import RunControl
from cnnviz.training.events import Failed, StepDone
from cnnviz.training.loop import train
from cnnviz.training.random_state import initial_rng
from tests.helpers.runs import (
    SETTINGS,
    STEPS_PER_EPOCH,
    events_of,
    failure,
    few_digits,
    finished,
    linear_design,
    noisy_design,
    same_arrays,
)

DIVERGING = TrainingSpec(optimizer=SGD(learning_rate=100.0), batch_size=32, epochs=3)


def test_an_infinite_loss_names_step_and_layer_and_keeps_the_weights_from_before_the_epoch():
    failed = failure(DIVERGING, spec=linear_design())
    first = build(linear_design(), initial_rng(DIVERGING.seed))
    assert failed.layer_id in [layer.id for layer in first.spec.layers]
    assert f"step {failed.step} " in failed.reason
    assert f'"{failed.layer_id}"' in failed.reason
    assert same_arrays(failed.result.parameters, first.parameters)
    assert failed.result.state.step == 0
    assert len(failed.result.history.steps) == failed.step - 1


def test_a_run_that_failed_can_go_on_with_a_lower_rate():
    failed = failure(DIVERGING, spec=linear_design())
    gentle = dataclasses.replace(DIVERGING, optimizer=SGD(learning_rate=0.001), epochs=1)
    result = finished(gentle, spec=linear_design(), resume_from=failed.result)
    assert result.history.steps.step.tolist() == [1, 2, 3]


def test_a_failure_in_a_later_epoch_keeps_the_weights_of_the_epoch_before():
    good = finished(dataclasses.replace(SETTINGS, epochs=1), spec=linear_design())
    wild = dataclasses.replace(DIVERGING, epochs=50)
    failed = failure(wild, spec=linear_design(), resume_from=good)
    kept = failed.result
    assert kept.state.epoch >= 1
    assert len(kept.history.steps) == failed.step - 1
    assert kept.state.images_in_epoch == 0
    assert len(kept.history_until_state().steps) == kept.state.step
    assert all(np.isfinite(array).all() for array in kept.parameters.values())


def test_the_loss_of_a_batch_is_checked_before_the_weights_move(monkeypatch):
    learn = Executor.step
    network = build(noisy_design(), initial_rng(0))
    seen = []

    def infinite(self, x, y, rng, glance=None):
        seen.append(network.snapshot())
        return dataclasses.replace(learn(self, x, y, rng), loss=float("nan"))

    monkeypatch.setattr(Executor, "step", infinite)
    *_, failed = train(network, few_digits(), SETTINGS)
    assert isinstance(failed, Failed)
    assert failed.layer_id is None, "every output was finite"
    assert same_arrays(network.parameters, seen[0])


def test_a_gradient_that_is_not_finite_names_its_layer(monkeypatch):
    learn = Executor.step

    def spoiled(self, x, y, rng, glance=None):
        outcome = learn(self, x, y, rng)
        outcome.gradients["conv1/bias"][0] = np.inf
        return outcome

    monkeypatch.setattr(Executor, "step", spoiled)
    *_, failed = events_of()
    assert isinstance(failed, Failed)
    assert failed.layer_id == "conv1"
    assert 'the gradient of "conv1/bias"' in failed.reason


def test_a_validation_loss_that_is_not_finite_ends_the_run(monkeypatch):
    measure = Executor.evaluate

    def spoiled(self, *args):
        return dataclasses.replace(measure(self, *args), loss=float("inf"))

    monkeypatch.setattr(Executor, "evaluate", spoiled)
    *_, failed = events_of()
    assert isinstance(failed, Failed)
    assert failed.step == STEPS_PER_EPOCH
    assert "validation loss" in failed.reason


def poisoned(network, step):
    """Train, make a weight infinite behind the run's back after `step` steps, and return the events."""
    control = RunControl()
    for event in train(network, few_digits(), SETTINGS, threads=1, control=control):
        if isinstance(event, StepDone) and event.step == step:
            network.parameters["conv1/bias"][0] = -np.inf  # ReLU makes a zero of it: no loss tells
            if step < STEPS_PER_EPOCH:
                control.request_stop()
        yield event


@pytest.mark.parametrize("step", [1, STEPS_PER_EPOCH])
def test_weights_that_are_not_finite_are_never_kept(step):
    network = build(noisy_design(), initial_rng(0))
    first = network.snapshot()
    *_, failed = poisoned(network, step)
    assert isinstance(failed, Failed)
    assert (failed.step, failed.layer_id) == (step, "conv1")
    assert '"conv1/bias"' in failed.reason
    assert same_arrays(failed.result.parameters, first)
    assert same_arrays(network.parameters, first)
