"""What the doctor finds in the curves of a run."""

from __future__ import annotations

import math

import pytest

from cnnviz.data.digits import open_digits
from cnnviz.spec.augmenting import Augmenting
from cnnviz.spec.layers import Dropout
from cnnviz.spec.losses import BinaryCrossEntropy, CrossEntropy, MeanSquaredError, MulticlassSVM
from cnnviz.spec.training import BEST, SGD, TrainingSpec
from cnnviz.training.doctor_curves import chance_loss, first_loss, gained, over_fitting, rate
from cnnviz.training.findings import Case, Severity
from cnnviz.training.history import empty_history
from tests.helpers.sick_runs import curves, plain_design

SETTINGS = TrainingSpec(optimizer=SGD(learning_rate=0.5))


def case_of(history, training=SETTINGS, **more):
    return Case(plain_design(), training, history, open_digits(), **more)


@pytest.mark.parametrize(
    ("loss", "classes", "expected"),
    [
        (CrossEntropy(), 10, math.log(10)),
        (CrossEntropy(label_smoothing=0.1), 2, math.log(2)),
        (CrossEntropy(), 1, None),
        (MulticlassSVM(), 10, 9.0),
        (MulticlassSVM(margin=0.5), 3, 1.0),
        (MulticlassSVM(margin=0), 3, None),
        (BinaryCrossEntropy(), 2, math.log(2)),
        (MeanSquaredError(), 1, None),
    ],
)
def test_the_loss_of_a_network_that_knows_nothing(loss, classes, expected):
    assert chance_loss(loss, classes) == pytest.approx(expected)


@pytest.mark.parametrize(
    ("loss", "severity"),
    [(2.3, Severity.FINE), (4.5, Severity.FINE), (0.01, Severity.FINE), (4.7, Severity.NOTICE)],
)
def test_a_high_first_loss_is_found(loss, severity):
    found = first_loss(case_of(curves([loss])))
    assert found.severity is severity
    assert "2.303" in found.number


def test_an_infinite_first_loss_is_found():
    assert first_loss(case_of(curves([math.inf]))).severity is Severity.NOTICE


def test_the_first_loss_of_a_run_that_has_not_begun_is_not_measured():
    assert first_loss(case_of(empty_history())).severity is Severity.UNKNOWN


def test_no_first_loss_is_expected_of_learned_numbers():
    assert first_loss(case_of(curves([4.0]), TrainingSpec(loss=MeanSquaredError()))) is None


def test_a_gap_of_the_accuracies_is_found_and_helped_against():
    case = case_of(curves([1.0, 0.5, 0.2, 0.1], gap=0.15))
    found = over_fitting(case)
    assert found.severity is Severity.NOTICE
    assert found.value == pytest.approx(0.15)
    vary, drop = found.fixes
    assert vary.training.augmenting == Augmenting(shift=0.1, rotate=10.0)
    kinds = [type(layer) for layer in drop.spec.layers]
    assert kinds[-2] is Dropout
    helped = Case(drop.spec, vary.training, curves([1.0, 0.5, 0.2, 0.1], gap=0.15), open_digits())
    assert over_fitting(helped).fixes[0].training.l2 > 0
    assert over_fitting(case_of(curves([1.0, 0.5, 0.2, 0.1], gap=0.25))).severity is Severity.PROBLEM


def test_a_small_gap_is_fine():
    assert over_fitting(case_of(curves([1.0, 0.5, 0.2, 0.1], gap=0.05))).severity is Severity.FINE


def test_a_rising_validation_loss_is_found():
    losses = [1.0, 0.5, 0.3, 0.2, 0.1, 0.05]
    rising = curves(losses, validation=[1.0, 0.5, 0.6, 0.7, 0.8, 0.9])
    found = over_fitting(case_of(rising))
    assert found.severity is Severity.NOTICE
    assert "least 0.5 in epoch 2" in found.number
    late = curves(losses, validation=[1.0, 0.5, 0.45, 0.4, 0.4, 0.6])
    assert over_fitting(case_of(late)).severity is Severity.FINE
    small = curves(losses, validation=[0.02, 0.01, 0.02, 0.02, 0.02, 0.02])
    assert over_fitting(case_of(small)).severity is Severity.FINE


def test_an_early_end_is_offered_where_nothing_else_is_left():
    spec = plain_design().insert(5, Dropout())
    settled = TrainingSpec(l2=0.01, augmenting=Augmenting(noise=0.1))
    case = Case(spec, settled, curves([1.0, 0.5, 0.2], gap=0.3), open_digits())
    (fix,) = over_fitting(case).fixes
    assert (fix.training.final_weights, fix.training.patience) == (BEST, 5)


def test_over_fitting_needs_three_epochs():
    assert over_fitting(case_of(curves([1.0, 0.5], gap=0.9))).severity is Severity.UNKNOWN


def test_a_loss_that_falls_is_fine():
    found = rate(case_of(curves([2.0, 1.0, 0.5])))
    assert (found.severity, found.fixes) == (Severity.FINE, ())


def test_a_jump_of_the_loss_is_found_and_the_rate_is_lowered():
    found = rate(case_of(curves([30.0, 2.3, 2.3], first=2.4)))
    assert found.severity is Severity.PROBLEM
    assert found.value == 30.0
    (fix,) = found.fixes
    assert fix.training.optimizer == SGD(learning_rate=0.05)


def test_a_jump_that_the_run_has_recovered_from_is_fine():
    assert rate(case_of(curves([30.0, 1.0, 0.1], first=2.4))).severity is Severity.FINE


def test_a_training_loss_that_rises_is_found():
    found = rate(case_of(curves([2.0, 0.5, 1.5])))
    assert found.severity is Severity.PROBLEM
    assert "rose from 0.5 to 1.5 in epoch 3" in found.number


def test_a_run_that_begins_with_learned_weights_may_jump_a_little():
    assert rate(case_of(curves([0.05, 0.4, 0.5]))).severity is Severity.FINE


def test_a_failure_is_what_counts():
    case = case_of(curves([2.0, 1.0]), failure="At step 8 the loss is infinite.")
    found = rate(case)
    assert (found.severity, found.number) == (Severity.PROBLEM, "At step 8 the loss is infinite.")
    lower, clip = found.fixes
    assert lower.training.optimizer.learning_rate == pytest.approx(0.05)
    assert clip.training.clip_norm == 1.0


def test_the_rate_needs_some_steps():
    assert rate(case_of(curves([2.0]))).severity is Severity.UNKNOWN


def test_how_much_was_gained():
    assert gained(curves([2.0, 1.0])) == pytest.approx(0.33, abs=0.01)
    assert gained(curves([2.0])) is None
    assert gained(empty_history()) is None
