"""What the doctor finds in the vitals of a run."""

from __future__ import annotations

import pytest

from cnnviz.data.digits import open_digits
from cnnviz.spec.layers import BatchNorm, Conv2D, Dense, Flatten, LeakyReLU, ReLU, Sigmoid, Tanh
from cnnviz.spec.training import SGD, TrainingSpec
from cnnviz.training import doctor_layers
from cnnviz.training.findings import Case, Kind, Severity
from tests.helpers.sick_runs import curves, deep_design, design, plain_design, steady, vitals

SETTINGS = TrainingSpec(optimizer=SGD(learning_rate=0.01))
LEARNING, STUCK = [2.0, 1.0, 0.5], [2.0, 2.0, 1.99]


def findings(measured, spec=None, losses=LEARNING):
    case = Case(spec or plain_design(), SETTINGS, curves(losses, vitals=measured), open_digits())
    return list(doctor_layers.examine_layers(case))


def ratios(**layers):
    return steady(**{name: {"update_ratio": ratio} for name, ratio in layers.items()})


def test_too_few_measurements_are_none():
    (found,) = findings(steady(2, conv1={"update_ratio": 1.0}))
    assert (found.kind, found.severity) == (Kind.UPDATES, Severity.UNKNOWN)
    early = tuple(vitals(step, conv1={"update_ratio": 1.0}) for step in (1, 2, 4, 8, 40, 72))
    assert doctor_layers.recent(early) == ()


def test_only_the_newest_count():
    measured = ratios(conv1=1.0) + tuple(
        vitals(1000 + number, conv1={"update_ratio": 1e-3}) for number in range(doctor_layers.RECENT)
    )
    (found,) = findings(measured)
    assert found.severity is Severity.FINE


def test_updates_of_the_right_size_are_fine():
    (found,) = findings(ratios(conv1=1e-3, dense1=2e-2, dense2=1e-4))
    assert (found.severity, found.fixes) == (Severity.FINE, ())
    assert "0.0001 to 0.02" in found.number


def test_one_layer_with_large_updates_is_named():
    (found,) = findings(ratios(conv1=1e-3, dense1=0.05, dense2=1e-3))
    assert (found.layer, found.severity, found.value) == ("dense1", Severity.NOTICE, 0.05)
    (fix,) = found.fixes
    assert fix.training.optimizer.learning_rate == pytest.approx(0.001)
    (worse,) = findings(ratios(conv1=1e-3, dense1=0.5, dense2=1e-3))
    assert worse.severity is Severity.PROBLEM


def test_large_updates_everywhere_are_one_finding():
    (found,) = findings(ratios(conv1=0.2, dense1=0.3, dense2=0.4))
    assert (found.layer, found.severity) == (None, Severity.PROBLEM)


def test_small_updates_are_found_while_nothing_is_learned():
    (found,) = findings(ratios(conv1=1e-6, dense1=1e-6, dense2=1e-6), losses=STUCK)
    assert (found.layer, found.severity) == (None, Severity.PROBLEM)
    (fix,) = found.fixes
    assert fix.training.optimizer.learning_rate == pytest.approx(1.0)


def test_small_updates_at_the_end_of_a_good_run_are_fine():
    (found,) = findings(ratios(conv1=1e-6, dense1=1e-6, dense2=1e-6), losses=LEARNING)
    assert found.severity is Severity.FINE


def test_one_layer_that_hardly_moves_has_no_other_rate():
    (found,) = findings(ratios(conv1=1e-7, dense1=1e-3, dense2=1e-3), losses=STUCK)
    assert (found.layer, found.fixes) == ("conv1", ())


def test_layers_that_do_not_learn_leave_nothing_to_judge():
    (found,) = findings(steady(conv1={"gradient_norm": 1.0}))
    assert found.severity is Severity.UNKNOWN


def test_dead_units_are_found_and_leaky_ones_offered():
    dead = steady(relu1={"dead_share": 0.7}, relu2={"dead_share": 0.2})
    _, found = findings(dead)
    assert (found.kind, found.layer, found.severity) == (Kind.DEAD, "relu1", Severity.NOTICE)
    leaky, lower = found.fixes
    assert leaky.spec.layer("relu1") == LeakyReLU(id="relu1")
    assert leaky.spec.layer("relu2") == ReLU(id="relu2")
    assert lower.training.optimizer.learning_rate == pytest.approx(0.001)
    _, worse = findings(steady(relu1={"dead_share": 0.95}))
    assert worse.severity is Severity.PROBLEM


def test_a_unit_that_speaks_once_is_not_dead():
    shares = (0.9, 0.9, 0.3, 0.9)
    measured = tuple(vitals(100 + n, relu1={"dead_share": share}) for n, share in enumerate(shares))
    _, found = findings(measured)
    assert (found.severity, found.value) == (Severity.FINE, 0.3)


def test_saturated_units_are_found_but_not_at_the_end():
    spec = design(Flatten(), Dense(units=8), Tanh(), Dense(units=1), Sigmoid())
    _, found = findings(steady(tanh1={"saturated_share": 0.8}, sigmoid1={"saturated_share": 1.0}), spec)
    assert (found.kind, found.layer, found.severity) == (Kind.SATURATED, "tanh1", Severity.NOTICE)
    normalised, relu = found.fixes
    assert [type(layer) for layer in normalised.spec.layers] == [
        Flatten,
        Dense,
        BatchNorm,
        Tanh,
        Dense,
        Sigmoid,
    ]
    assert relu.spec.layer("tanh1") == ReLU(id="tanh1")
    _, fine = findings(steady(tanh1={"saturated_share": 0.4}), spec)
    assert fine.severity is Severity.FINE


def norms(first, last):
    named = {f"dense{number}": {"gradient_norm": 0.1} for number in range(2, 9)}
    return steady(dense1={"gradient_norm": first}, **named, dense9={"gradient_norm": last})


def test_vanishing_gradients_are_found():
    _, found = findings(norms(1e-6, 1.0), deep_design())
    assert (found.kind, found.layer, found.severity) == (Kind.DEPTH, "dense1", Severity.PROBLEM)
    relu, normalised = found.fixes
    assert not any(isinstance(layer, Sigmoid) for layer in relu.spec.layers)
    assert sum(isinstance(layer, BatchNorm) for layer in normalised.spec.layers) == 8


def test_exploding_gradients_are_found():
    _, found = findings(norms(1e5, 1.0), deep_design(ReLU))
    assert (found.kind, found.severity) == (Kind.DEPTH, Severity.PROBLEM)
    (fix,) = found.fixes
    assert fix.training.clip_norm == 1.0


def test_even_gradients_are_fine_and_compared_per_parameter():
    _, found = findings(norms(1.0, 1.0), deep_design(ReLU))
    assert found.severity is Severity.FINE
    sizes = (64 * 32 + 32, 32 * 10 + 10)
    assert found.value == pytest.approx((sizes[1] / sizes[0]) ** 0.5)


def test_two_layers_have_no_depth_to_judge():
    spec = design(Conv2D(filters=2), Flatten(), Dense(units=10))
    found = findings(steady(conv1={"gradient_norm": 1e-9}, dense1={"gradient_norm": 1.0}), spec)
    assert [one.kind for one in found] == [Kind.UPDATES]


def test_no_gradient_at_all_is_left_to_the_dead_units():
    assert [one.kind for one in findings(norms(0.0, 1.0), deep_design())] == [Kind.UPDATES]
