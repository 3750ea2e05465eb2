"""The doctor on whole runs: healthy ones, and ones made to be ill."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest

from cnnviz.data.catalog import open_dataset
from cnnviz.data.digits import open_digits
from cnnviz.spec.layers import BatchNorm, Dense, Flatten, Sigmoid, Tanh
from cnnviz.spec.losses import MeanSquaredError, MulticlassSVM
from cnnviz.spec.training import SGD, AdaGrad, Adam, AdamW, Momentum, RMSProp, TrainingSpec
from cnnviz.training.doctor import by_rate_test, examine, examine_run, in_order
from cnnviz.training.doctor_tests import BatchTest, RateTest, learn_one_batch, try_rates
from cnnviz.training.findings import Case, Finding, Kind, Severity
from cnnviz.training.gate import Gate
from cnnviz.training.history import empty_history
from tests.helpers.designs import bundled_design
from tests.helpers.runs import linear_design, measured_digits
from tests.helpers.sick_runs import curves, deep_design, design, plain_design, run_of

EPOCHS = 4


def troubles(case):
    return {one.kind: one for one in examine(case) if one.is_trouble}


def case_with(**more):
    return Case(plain_design(), TrainingSpec(), empty_history(), open_digits(), **more)


def rate_result(falls_from=1e-4, lost_from=0.1, suggested=1e-3):
    nothing = np.zeros(0)
    return RateTest(
        plain_design(), TrainingSpec(), "", nothing, nothing, nothing, falls_from, lost_from, suggested
    )


def test_nothing_is_found_in_the_default_run():
    case = run_of(bundled_design(), TrainingSpec(), open_digits())
    assert troubles(case) == {}
    unmeasured = [one.kind for one in examine(case) if one.severity is Severity.UNKNOWN]
    assert unmeasured == [Kind.ONE_BATCH]
    assert len(examine(case)) >= 11


@pytest.mark.parametrize(
    "optimizer", [SGD(), Momentum(), AdaGrad(), RMSProp(), AdamW()], ids=lambda o: o.title
)
def test_nothing_is_found_with_any_optimizer_as_it_is_offered(optimizer):
    case = run_of(bundled_design(), TrainingSpec(optimizer=optimizer, epochs=EPOCHS), open_digits())
    assert troubles(case) == {}


@pytest.mark.mnist
def test_nothing_is_found_in_larger_images_with_two_convolutions(mnist_folder):
    mnist = open_dataset(str(mnist_folder))
    few = dataclasses.replace(
        mnist, splits={part: indices[:1_500] for part, indices in mnist.splits.items()}, name="few"
    )
    training = TrainingSpec(epochs=4, batch_size=64)
    case = run_of(bundled_design("two-conv"), training, few)
    assert set(troubles(case)) <= {Kind.GAP}  # so few images may be learned by heart
    assert [one.kind for one in examine(case) if one.severity is Severity.UNKNOWN] == [Kind.ONE_BATCH]


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_nothing_is_found_with_other_seeds(seed):
    assert troubles(run_of(bundled_design(), TrainingSpec(epochs=EPOCHS, seed=seed), open_digits())) == {}


def test_nothing_is_found_with_a_support_vector_machine():
    spec = design(Flatten(), Dense(units=10))
    training = TrainingSpec(loss=MulticlassSVM(), epochs=EPOCHS)
    assert troubles(run_of(spec, training, open_digits())) == {}


def test_nothing_is_found_where_numbers_are_learned():
    spec = design(Flatten(), Dense(units=16), Tanh(), Dense(units=2))
    training = TrainingSpec(loss=MeanSquaredError(), epochs=40, batch_size=16)
    case = run_of(spec, training, measured_digits())
    assert troubles(case) == {}
    assert Kind.FIRST_LOSS not in {one.kind for one in examine(case)}


def test_a_rate_far_too_high_kills_units():
    found = troubles(
        run_of(bundled_design(), TrainingSpec(optimizer=Adam(learning_rate=0.3), epochs=4), open_digits())
    )
    assert found[Kind.RATE].severity is Severity.PROBLEM
    assert found[Kind.DEAD].severity is Severity.PROBLEM


def test_a_rate_far_too_low_is_told_by_the_updates():
    training = TrainingSpec(optimizer=Adam(learning_rate=1e-6), epochs=4)
    case = run_of(bundled_design(), training, open_digits())
    found = troubles(case)
    assert set(found) == {Kind.UPDATES}
    assert found[Kind.UPDATES].fixes[0].training.optimizer.learning_rate > 1e-5
    assert Kind.RATE not in {one.kind for one in examine(case)}


def test_numbers_that_become_infinite_are_told():
    training = TrainingSpec(optimizer=SGD(learning_rate=100.0), epochs=2)
    found = troubles(run_of(linear_design(), training, open_digits()))
    assert found[Kind.RATE].severity is Severity.PROBLEM
    assert "infinite" in found[Kind.RATE].number


def test_vanishing_gradients_are_told_and_the_fix_helps():
    case = run_of(deep_design(), TrainingSpec(epochs=4), open_digits())
    found = troubles(case)
    assert found[Kind.DEPTH].layer == "dense1"
    cured = run_of(found[Kind.DEPTH].fixes[0].spec, TrainingSpec(epochs=4), open_digits())
    assert Kind.DEPTH not in troubles(cured)
    assert cured.history.epochs.val_accuracy[-1] > 0.6 > case.history.epochs.val_accuracy[-1]


def test_saturation_is_told_and_the_fix_helps():
    wide = {"initializer": "normal", "initial_value": 2.0}
    spec = design(
        Flatten(), Dense(units=64, **wide), Tanh(), Dense(units=64, **wide), Tanh(), Dense(units=10)
    )
    found = [
        one
        for one in examine(run_of(spec, TrainingSpec(epochs=4), open_digits()))
        if one.kind is Kind.SATURATED
    ]
    assert [one.layer for one in found] == ["tanh1", "tanh2"]
    normalised = found[0].fixes[0].spec
    assert sum(isinstance(layer, BatchNorm) for layer in normalised.layers) == 2
    cured = run_of(normalised, TrainingSpec(epochs=4), open_digits())
    assert Kind.SATURATED not in troubles(cured)


def test_first_weights_that_are_too_large_are_told():
    spec = design(Flatten(), Dense(units=10, initializer="normal", initial_value=5.0))
    found = troubles(run_of(spec, TrainingSpec(epochs=1), open_digits()))
    assert found[Kind.FIRST_LOSS].severity is Severity.NOTICE


def test_over_fitting_is_told():
    few = open_digits()
    few = dataclasses.replace(
        few, splits={part: indices[:60] for part, indices in few.splits.items()}, name="few"
    )
    spec = design(Flatten(), Dense(units=256), Sigmoid(), Dense(units=10))
    found = troubles(run_of(spec, TrainingSpec(epochs=60, optimizer=Adam(learning_rate=0.01)), few))
    assert found[Kind.GAP].is_trouble


def test_before_a_run_only_the_images_are_judged():
    found = {one.kind: one.severity for one in examine(case_with())}
    measured = {kind for kind, severity in found.items() if severity is not Severity.UNKNOWN}
    assert measured == {Kind.SCALE, Kind.BALANCE, Kind.SPLIT, Kind.ORDER}
    assert {kind for kind in found if kind not in measured} == {
        *(Kind.RATE, Kind.FIRST_LOSS, Kind.ONE_BATCH, Kind.UPDATES, Kind.GAP)
    }


def test_without_images_the_run_is_judged_all_the_same():
    case = Case(plain_design(), TrainingSpec(), curves([2.0, 1.0, 0.5], gap=0.3))
    assert set(troubles(case)) == {Kind.GAP}


def test_the_overfit_test_is_judged():
    digits = open_digits()
    good = learn_one_batch(plain_design(), TrainingSpec(), digits, Gate(), lambda share: None)
    (found,) = (one for one in examine(case_with(batch_test=good)) if one.kind is Kind.ONE_BATCH)
    assert found.severity is Severity.FINE
    assert "100 % right" in found.number
    bad = BatchTest(plain_design(), TrainingSpec(), "", 20, np.array([2.3, 2.3]), 0.1)
    assert troubles(case_with(batch_test=bad))[Kind.ONE_BATCH].severity is Severity.PROBLEM


@pytest.mark.parametrize(
    ("rate", "severity"),
    [
        (1e-3, Severity.FINE),
        (1e-5, Severity.FINE),
        (1e-6, Severity.NOTICE),
        (0.09, Severity.FINE),
        (0.1, Severity.PROBLEM),
    ],
)
def test_the_rate_is_judged_by_the_range_test(rate, severity):
    case = dataclasses.replace(case_with(), training=TrainingSpec(optimizer=Adam(learning_rate=rate)))
    found = by_rate_test(case, rate_result())
    assert found.severity is severity
    if found.is_trouble:
        assert found.fixes[0].training.optimizer.learning_rate == pytest.approx(1e-3)


def test_a_range_without_a_valley_is_a_problem_with_no_rate_to_offer():
    found = by_rate_test(case_with(), rate_result(falls_from=None, suggested=None))
    assert (found.severity, found.fixes) == (Severity.PROBLEM, ())


def test_the_range_test_says_how_far_a_rate_that_is_too_high_is_lowered():
    settings = TrainingSpec(optimizer=Adam(learning_rate=0.3))
    jumping = Case(plain_design(), settings, curves([50.0, 2.4, 2.4], first=2.3), open_digits())
    assert troubles(jumping)[Kind.RATE].fixes[0].training.optimizer.learning_rate == pytest.approx(0.03)
    tested = dataclasses.replace(jumping, rate_test=rate_result())
    assert troubles(tested)[Kind.RATE].fixes[0].training.optimizer.learning_rate == pytest.approx(1e-3)


def test_the_default_rate_passes_its_range_test():
    digits = open_digits()
    test = try_rates(bundled_design(), TrainingSpec(), digits, Gate(), lambda share: None)
    case = Case(bundled_design(), TrainingSpec(), empty_history(), digits, rate_test=test)
    assert by_rate_test(case, test).severity is Severity.FINE


def test_the_worst_comes_first():
    made = [
        Finding(kind, severity, "", "")
        for kind, severity in (
            (Kind.GAP, Severity.FINE),
            (Kind.ORDER, Severity.PROBLEM),
            (Kind.ONE_BATCH, Severity.UNKNOWN),
            (Kind.RATE, Severity.FINE),
            (Kind.DEAD, Severity.NOTICE),
        )
    ]
    assert [one.kind for one in in_order(tuple(made))] == [
        *(Kind.ORDER, Kind.DEAD, Kind.RATE, Kind.GAP, Kind.ONE_BATCH)
    ]


def test_where_numbers_are_learned_no_threshold_speaks_of_right_answers():
    training = TrainingSpec(loss=MeanSquaredError())
    found = examine_run(Case(linear_design(2), training, empty_history(), None))
    assert {Kind.ONE_BATCH, Kind.GAP} <= {one.kind for one in found}
    assert not [one.threshold for one in found if "answer" in one.threshold or "accurac" in one.threshold]
