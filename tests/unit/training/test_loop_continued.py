"""A continued run goes on as if it had never been interrupted."""

from __future__ import annotations

import dataclasses

import pytest

from cnnviz.data.dataset import Split
from cnnviz.engine.build import build
from cnnviz.errors import TrainingError
from cnnviz.spec.training import SGD, Adam, Momentum
from cnnviz.training.events import (
    Finished,
    RunStarted,
)
from cnnviz.training.loop import train
from cnnviz.training.random_state import initial_rng
from tests.helpers.runs import (
    SETTINGS,
    STEPS_PER_EPOCH,
    events_of,
    few_digits,
    finished,
    linear_design,
    noisy_design,
    same_arrays,
    stopped_after,
)


@pytest.mark.parametrize("steps", [1, 2, 3, 4, 5])
@pytest.mark.parametrize("optimizer", [SGD(), Momentum(), Adam()])
def test_a_continued_run_is_bit_for_bit_that_without_interruption(steps, optimizer):
    training = dataclasses.replace(SETTINGS, optimizer=optimizer)
    whole = finished(training)
    continued = finished(training, resume_from=stopped_after(steps, training))
    assert same_arrays(continued.parameters, whole.parameters)
    assert same_arrays(continued.best_parameters, whole.best_parameters)
    assert same_arrays(continued.state.optimizer, whole.state.optimizer)
    for name in ("step", "epoch", "loss", "accuracy", "images"):
        assert getattr(continued.history.steps, name).tolist() == getattr(whole.history.steps, name).tolist()
    for name in ("train_loss", "train_accuracy", "val_loss", "val_accuracy"):
        assert (
            getattr(continued.history.epochs, name).tolist() == getattr(whole.history.epochs, name).tolist()
        )
    names = ("step", "epoch", "images_in_epoch", "loss_sum", "correct", "order", "dropout", "images")
    for name in names:
        assert getattr(continued.state, name) == getattr(whole.state, name), name


def test_one_more_epoch_of_a_finished_run():
    three = dataclasses.replace(SETTINGS, epochs=3)
    assert same_arrays(finished(three, resume_from=finished()).parameters, finished(three).parameters)


def test_a_finished_run_has_nothing_left_to_do():
    assert [type(event) for event in events_of(resume_from=finished())] == [RunStarted, Finished]


def test_a_continued_run_says_where_it_begins():
    started = next(events_of(resume_from=stopped_after(4)))
    assert isinstance(started, RunStarted)
    assert (started.first_step, started.first_epoch, started.steps_per_epoch) == (4, 1, STEPS_PER_EPOCH)


def test_a_continued_run_may_use_another_batch_size_and_optimizer():
    training = dataclasses.replace(SETTINGS, batch_size=20, optimizer=SGD())
    result = finished(training, resume_from=stopped_after(2))
    assert result.history.steps.images.tolist() == [32, 64, 84, 90, 110, 130, 150, 170, 180]


def test_other_images_or_another_design_cannot_be_gone_on_with():
    earlier = stopped_after(1)
    network = build(linear_design(), initial_rng(0))
    with pytest.raises(TrainingError, match="another design"):
        train(network, few_digits(), SETTINGS, resume_from=earlier)
    reversed_splits = dict(few_digits().splits)
    reversed_splits[Split.TRAIN] = reversed_splits[Split.TRAIN][::-1]
    other = dataclasses.replace(few_digits(), name="other", splits=reversed_splits)
    network = build(noisy_design(), initial_rng(0))
    with pytest.raises(TrainingError, match='"few-digits", with another content than "other"'):
        train(network, other, SETTINGS, resume_from=earlier)
