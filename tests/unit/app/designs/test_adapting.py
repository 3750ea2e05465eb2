"""A design is made to fit a data set by its ends only."""

from __future__ import annotations

from cnnviz.app.designs.adapting import adapted
from cnnviz.spec.layers import Conv2D, ReLU, Softmax
from cnnviz.spec.losses import MeanSquaredError
from cnnviz.spec.validate import DataShape, check
from tests.helpers.designs import bundled_design, small_design

COLOURS = DataShape(height=32, width=24, channels=3, classes=7)


def test_input_and_last_dense_follow_the_data():
    spec = bundled_design("lenet5")
    fitted = adapted(spec, COLOURS)
    assert check(fitted, COLOURS) == ()
    assert fitted.input.shape == (32, 24, 3)
    changed = [old.id for old, new in zip(spec.layers, fitted.layers, strict=True) if old != new]
    assert len(changed) == 1
    assert fitted.layer(changed[0]).units == 7


def test_layers_behind_the_last_dense_stay():
    spec = small_design().insert(5, Softmax())
    assert adapted(spec, COLOURS).layers[-1] == spec.layers[-1]
    assert adapted(spec, COLOURS).layer("dense1").units == 7


def test_numbers_to_learn_take_the_place_of_probabilities():
    angle = DataShape(height=32, width=32, channels=3, classes=1, targets=2)
    fitted = adapted(bundled_design("two-conv-rgb"), angle, MeanSquaredError())
    assert check(fitted, angle, MeanSquaredError()) == ()
    assert fitted.layers[-1].units == 2


def test_without_a_dense_only_the_input_changes():
    spec = small_design().remove("dense1").remove("flatten1").insert(0, Conv2D()).insert(0, ReLU())
    assert adapted(spec, COLOURS).layers == spec.layers


def test_a_design_that_fits_stays_as_it_is():
    spec = small_design()
    assert adapted(spec, DataShape(height=8, width=8, channels=1, classes=10)) == spec
