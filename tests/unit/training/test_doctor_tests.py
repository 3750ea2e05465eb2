"""One batch by heart, and a range of learning rates."""

from __future__ import annotations

import dataclasses
import itertools
import math

import numpy as np
import pytest

from cnnviz.data.dataset import Split
from cnnviz.data.digits import open_digits
from cnnviz.errors import TrainingError
from cnnviz.spec.layers import Dense, Dropout, Flatten, ReLU, Softmax
from cnnviz.spec.losses import CrossEntropy, MeanSquaredError, MulticlassSVM
from cnnviz.spec.training import SGD, Adam, TrainingSpec
from cnnviz.training import doctor_tests
from cnnviz.training.doctor import _one_batch
from cnnviz.training.doctor_tests import BatchTest, learn_one_batch, try_rates
from cnnviz.training.findings import Case
from cnnviz.training.gate import Gate, Interrupted
from cnnviz.training.history import empty_history
from tests.helpers.designs import bundled_design
from tests.helpers.runs import few_digits, finished, measured_digits
from tests.helpers.sick_runs import deep_design, design, plain_design

SETTINGS = TrainingSpec(seed=3)


def ignore(share):
    """Take no notice of the progress."""


def batch_test(spec, training=SETTINGS, dataset=None):
    return learn_one_batch(spec, training, dataset or few_digits(), Gate(), ignore, threads=2)


def case_of(test):
    return Case(test.spec, test.training, empty_history(), batch_test=test)


def rate_test(spec, training=SETTINGS):
    return try_rates(spec, training, open_digits(), Gate(), ignore, threads=2)


def test_a_healthy_design_learns_a_batch_by_heart():
    test = batch_test(plain_design())
    assert test.is_learned
    assert (test.images, test.accuracy) == (doctor_tests.BATCH_IMAGES, 1.0)
    assert len(test.losses) < doctor_tests.MOST_STEPS
    assert test.losses[-1] <= doctor_tests.LEARNED_LOSS * test.losses[0]


def test_dropout_penalties_and_the_rate_of_the_settings_play_no_part():
    spec = plain_design().insert(5, Dropout(rate=0.9))
    test = batch_test(spec, TrainingSpec(seed=3, l2=10.0, optimizer=SGD(learning_rate=1e-8)))
    assert test.is_learned
    assert test.spec is spec
    assert np.array_equal(test.losses, batch_test(plain_design()).losses)


def test_frozen_layers_learn_in_the_test():
    assert batch_test(plain_design(), TrainingSpec(seed=3, frozen=("conv1", "dense1"))).is_learned


def test_a_design_that_lets_no_gradient_through_does_not_learn():
    test = batch_test(deep_design())
    assert not test.is_learned
    assert len(test.losses) == doctor_tests.MOST_STEPS
    assert test.losses[-1] > 0.5 * test.losses[0]


def test_a_bottleneck_is_too_narrow():
    assert not batch_test(design(Flatten(), Dense(units=1), ReLU(), Dense(units=10), Softmax())).is_learned


def test_numbers_are_learned_by_heart_too():
    spec = design(Flatten(), Dense(units=32), ReLU(), Dense(units=2))
    test = batch_test(spec, TrainingSpec(loss=MeanSquaredError()), measured_digits())
    assert test.is_learned
    assert math.isnan(test.accuracy)


def test_smoothed_labels_are_learned_by_heart_down_to_their_entropy():
    training = dataclasses.replace(SETTINGS, loss=CrossEntropy(label_smoothing=0.2))
    test = batch_test(plain_design(), training)
    assert test.floor == pytest.approx(-(0.82 * math.log(0.82) + 9 * 0.02 * math.log(0.02)))
    assert test.is_learned
    assert len(test.losses) < doctor_tests.MOST_STEPS
    assert test.floor < test.losses[-1]
    assert "that label smoothing leaves" in _one_batch(case_of(test)).threshold


@pytest.mark.parametrize("loss", [CrossEntropy(), MulticlassSVM(), MeanSquaredError()])
def test_other_losses_can_fall_to_nothing(loss):
    test = BatchTest(plain_design(), TrainingSpec(loss=loss), "", 20, np.array([2.0, 0.201]), 1.0)
    assert test.floor == 0
    assert not test.is_learned
    assert dataclasses.replace(test, losses=np.array([2.0, 0.199])).is_learned
    assert "smoothing" not in _one_batch(case_of(test)).threshold


def test_the_batch_has_images_of_every_class():
    digits = few_digits()
    chosen = doctor_tests._some_of_each(digits, 0)
    assert np.bincount(digits.labels[chosen]).tolist() == [2] * 10
    assert set(chosen) <= set(digits.indices(Split.TRAIN).tolist())


def test_the_range_of_rates_has_a_valley():
    test = rate_test(bundled_design())
    assert np.all(np.diff(test.rates) > 0)
    assert len(test.rates) == len(test.losses) == len(test.smooth)
    assert 1e-5 < test.falls_from < 1e-2
    assert test.lost_from is not None
    assert test.falls_from < test.rates[int(test.smooth.argmin())] < test.lost_from
    assert test.suggested == pytest.approx(test.rates[int(test.smooth.argmin())] / 10)
    assert 1e-3 < test.suggested < 1e-2  # about what everybody takes for Adam


def test_the_rate_of_the_settings_plays_no_part_in_the_range():
    one, other = (
        rate_test(plain_design(), TrainingSpec(optimizer=Adam(learning_rate=rate))) for rate in (1e-5, 1.0)
    )
    assert np.array_equal(one.losses, other.losses)


def test_plain_descent_needs_higher_rates_than_adam():
    plain = rate_test(bundled_design(), TrainingSpec(optimizer=SGD()))
    assert plain.suggested > 3 * rate_test(bundled_design()).suggested


@pytest.mark.parametrize("limit", [{"clip_norm": 0.01}, {"clip_value": 1e-4}, {"l1": 0.1}, {"l2": 1.0}])
def test_rates_are_tried_with_the_limits_and_penalties_of_a_run(limit):
    settings = dataclasses.replace(SETTINGS, optimizer=SGD(learning_rate=0.05), epochs=2, **limit)
    run = finished(settings, spec=plain_design(), threads=1)
    batches, rates = doctor_tests._endless_batches(few_digits(), settings), [0.05] * len(run.history.steps)
    tried = doctor_tests._steps(
        plain_design(), settings, few_digits(), batches.__next__, iter(rates), Gate(), threads=1
    )
    assert [loss for loss, _ in tried] == run.history.steps.loss.tolist()
    bare = finished(
        dataclasses.replace(SETTINGS, optimizer=settings.optimizer), spec=plain_design(), threads=1
    )
    assert run.history.steps.loss[-1] != bare.history.steps.loss[-1]


def test_the_limits_of_the_settings_play_no_part_in_the_overfit_test():
    limited = TrainingSpec(seed=3, clip_value=1e-6, clip_norm=1e-6, l1=1.0)
    assert np.array_equal(batch_test(plain_design(), limited).losses, batch_test(plain_design()).losses)


def test_where_nothing_is_learned_no_rate_is_suggested():
    test = doctor_tests._rate_test(
        plain_design(), SETTINGS, "", np.geomspace(1e-6, 1e-2, 5), [2.3] * 5, [2.3, 2.31, 2.3, 2.3, 2.29]
    )
    assert (test.falls_from, test.lost_from, test.suggested) == (None, None, None)


def test_an_infinite_loss_is_the_end_of_what_was_gained():
    test = doctor_tests._rate_test(
        plain_design(), SETTINGS, "", np.geomspace(1e-4, 1, 5), [2.0] * 5, [2.0, 1.8, 1.5, 1.7, math.nan]
    )
    assert test.lost_from == pytest.approx(1)
    assert test.falls_from == pytest.approx(1e-3)
    assert test.suggested == pytest.approx(1e-3)


@pytest.mark.parametrize("experiment", [learn_one_batch, try_rates])
def test_progress_is_told_and_work_that_nobody_wants_ends(experiment):
    gate, shares = Gate(), []

    def report(share):
        shares.append(share)
        if len(shares) == 3:
            gate.cancel()

    with pytest.raises(Interrupted):
        experiment(plain_design(), SETTINGS, few_digits(), gate, report, threads=2)
    assert len(shares) == 3
    assert all(0 < one < other <= 1 for one, other in itertools.pairwise(shares))


@pytest.mark.parametrize("experiment", [learn_one_batch, try_rates])
def test_a_design_that_does_not_fit_is_refused(experiment):
    with pytest.raises(TrainingError, match="10"):
        experiment(design(Flatten(), Dense(units=3)), SETTINGS, few_digits(), Gate(), ignore)


@pytest.mark.parametrize("experiment", [learn_one_batch, try_rates])
def test_the_same_seed_gives_the_same_again(experiment):
    one, other = (
        experiment(plain_design(), SETTINGS, few_digits(), Gate(), ignore, threads=1) for _ in range(2)
    )
    assert np.array_equal(one.losses, other.losses)
    third = experiment(
        plain_design(), dataclasses.replace(SETTINGS, seed=4), few_digits(), Gate(), ignore, threads=1
    )
    assert not np.array_equal(one.losses[:3], third.losses[:3])
