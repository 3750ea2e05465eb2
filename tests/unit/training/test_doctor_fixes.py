"""What the doctor offers to change."""

from __future__ import annotations

import pytest

from cnnviz.spec.layers import BatchNorm, Conv2D, Dense, Dropout, Flatten, LeakyReLU, ReLU, Residual, Sigmoid
from cnnviz.spec.network import MAX_LAYERS
from cnnviz.spec.training import BEST, SGD, TrainingSpec
from cnnviz.training import doctor_fixes
from tests.helpers.sick_runs import design, plain_design

SETTINGS = TrainingSpec(optimizer=SGD(learning_rate=0.3), epochs=7)


def kinds(fix):
    return [type(layer).__name__ for layer in fix.spec.layers]


@pytest.mark.parametrize(("rate", "taken"), [(0.0312345, 0.031), (1e-30, 1e-8), (1e9, 100.0), (0.1, 0.1)])
def test_a_rate_is_rounded_and_kept_within_its_limits(rate, taken):
    fix = doctor_fixes.with_rate(SETTINGS, rate)
    assert fix.training.optimizer == SGD(learning_rate=taken)
    assert fix.training.epochs == 7
    assert fix.label == f"Rate {taken:g}"
    assert fix.spec is None


def test_what_is_set_already_is_not_offered():
    assert doctor_fixes.clipped(TrainingSpec(clip_norm=5.0)) == ()
    assert doctor_fixes.penalised(TrainingSpec(l2=0.1)) == ()
    assert doctor_fixes.keep_best(TrainingSpec(final_weights=BEST, patience=3)) == ()
    (fix,) = doctor_fixes.keep_best(TrainingSpec(patience=3))
    assert (fix.training.final_weights, fix.training.patience) == (BEST, 3)


def test_dropout_stands_before_the_last_dense_layer_once():
    (fix,) = doctor_fixes.dropped_out(plain_design())
    assert kinds(fix)[-2:] == ["Dropout", "Dense"]
    assert doctor_fixes.dropped_out(fix.spec) == ()
    assert doctor_fixes.dropped_out(design(Conv2D(filters=2), Flatten())) == ()
    inside = design(Residual(layers=(Dropout(),)), Flatten(), Dense(units=10))
    assert doctor_fixes.dropped_out(inside) == ()


def test_normalisation_stands_in_front_of_activations_also_inside_blocks():
    spec = design(
        Residual(layers=(Conv2D(filters=1, padding="same"), Sigmoid())), Sigmoid(), Flatten(), Dense(units=10)
    )
    (fix,) = doctor_fixes.normalised(spec, ["sigmoid1", "sigmoid2"])
    assert kinds(fix) == ["Residual", "BatchNorm", "Sigmoid", "Flatten", "Dense"]
    inside = [type(layer) for layer in fix.spec.layers[0].layers]
    assert inside == [Conv2D, BatchNorm, Sigmoid]
    assert doctor_fixes.normalised(fix.spec, ["sigmoid1", "sigmoid2"]) == ()


def test_kinds_of_activations_are_exchanged_under_their_ids():
    (leaky,) = doctor_fixes.leaky(plain_design(), ["relu1"])
    assert leaky.spec.layer("relu1") == LeakyReLU(id="relu1")
    assert doctor_fixes.leaky(leaky.spec, ["relu1"]) == ()
    (back,) = doctor_fixes.with_relu(leaky.spec, ["relu1"])
    assert back.spec.layer("relu1") == ReLU(id="relu1")


def test_an_edit_that_is_not_possible_is_not_offered():
    assert doctor_fixes.leaky(plain_design(), ["gone1"]) == ()
    broken = design(Dense(units=10), Flatten())  # a dense layer takes no maps
    assert doctor_fixes.normalised_input(broken) == ()
    full = design(*(ReLU() for _ in range(MAX_LAYERS - 2)), Flatten(), Dense(units=10))
    assert doctor_fixes.normalised_input(full) == ()
