"""Which layers can be written as another kind, what becomes of the design, and why others cannot."""

from __future__ import annotations

import pytest

from cnnviz.errors import SpecError
from cnnviz.spec.convert import conversion, target_title
from cnnviz.spec.layers import (
    BatchNorm,
    Conv2D,
    Dense,
    Dropout,
    Flatten,
    GlobalAvgPool2D,
    MaxPool2D,
    ReLU,
    Residual,
    Softmax,
    type_name,
)
from cnnviz.spec.network import InputSpec, NetworkSpec
from cnnviz.spec.trace import trace

INPUT = InputSpec(height=8, width=6, channels=2)


def design(*layers):
    return NetworkSpec(name="Test", input=INPUT, layers=layers)


def kinds(spec):
    return [type_name(layer) for layer in spec.layers]


def test_a_dense_layer_behind_flatten_becomes_a_kernel_over_the_whole_volume():
    spec = design(MaxPool2D(), Flatten(), Dense(units=5, initializer="he_normal"), ReLU(), Dense(units=3))
    change = conversion(spec, "dense1")
    assert kinds(change.new_spec) == ["MaxPool2D", "Conv2D", "Flatten", "ReLU", "Dense"]
    assert change.new_layer == change.new_spec.layers[1]
    assert change.new_layer == Conv2D(id="conv1", filters=5, kernel_size=(4, 3), initializer="he_normal")
    assert change.input_shape == (4, 3, 2)
    assert trace(change.new_spec).output_shape == (3,)
    assert change.new_spec.layer("dense2") == spec.layer("dense2")


def test_the_next_dense_layer_becomes_a_convolution_of_one_by_one():
    spec = conversion(
        design(Flatten(), Dense(units=5), ReLU(), Dropout(), Dense(units=3), Softmax()), "dense1"
    )
    change = conversion(spec.new_spec, "dense2")
    assert kinds(change.new_spec) == ["Conv2D", "ReLU", "Dropout", "Conv2D", "Flatten", "Softmax"]
    assert change.new_layer.kernel_size == (1, 1)


def test_a_second_flatten_is_not_needed():
    spec = design(Flatten(), Dense(units=5), Flatten(), Dense(units=3))
    assert kinds(conversion(spec, "dense1").new_spec) == ["Conv2D", "Flatten", "Dense"]


def test_a_convolution_becomes_a_matrix_with_flatten_in_front():
    spec = design(Conv2D(filters=4, stride=(2, 2), padding="same"), ReLU(), Flatten(), Dense(units=3))
    change = conversion(spec, "conv1")
    assert kinds(change.new_spec) == ["Flatten", "Dense", "ReLU", "Dense"]
    assert change.new_layer == Dense(id="dense2", units=4 * 3 * 4)
    assert change.new_spec.layers[0] == spec.layer("flatten1")


def test_maps_of_one_number_may_be_normalised_and_averaged():
    spec = design(Conv2D(filters=4, kernel_size=(8, 6)), BatchNorm(), GlobalAvgPool2D(), Dense(units=3))
    assert kinds(conversion(spec, "conv1").new_spec) == ["Flatten", "Dense", "BatchNorm", "Dense"]


def test_there_and_back_is_the_same_design_but_for_ids():
    spec = design(MaxPool2D(), Flatten(), Dense(units=5), ReLU(), Dense(units=3))
    there = conversion(spec, "dense1")
    assert conversion(there.new_spec, there.new_layer.id).new_spec == spec


REFUSED = {
    "another kind": (design(ReLU(), Flatten(), Dense(units=3)), "relu1", "Only Conv2D and Dense"),
    "in a block": (design(Residual(), Flatten(), Dense(units=3)), "conv1", "Inside a block"),
    "with a problem": (design(Dense(units=3)), "dense1", "Solve the problem"),
    "behind a problem": (design(Conv2D(kernel_size=(9, 9)), Conv2D()), "conv2", "Solve the problem"),
    "dense before": (design(Flatten(), Dense(units=3), Dense(units=3)), "dense2", 'Convert "dense1" first'),
    "pool before": (design(GlobalAvgPool2D(), Dense(units=3)), "dense1", "GlobalAvgPool2D before this layer"),
    "norm before": (design(Flatten(), BatchNorm(), Dense(units=3)), "dense1", "BatchNorm before this layer"),
    "row before": (
        design(GlobalAvgPool2D(), Flatten(), Dense(units=3)),
        "dense1",
        "Flatten before this layer gives a row",
    ),
    "many units": (design(Flatten(), Dense(units=5000)), "dense1", "at most 4,096 filters.* 5,000 units"),
    "maps behind": (design(Conv2D(), MaxPool2D(), Flatten()), "conv1", 'MaxPool2D "maxpool1" behind it'),
    "norm behind": (design(Conv2D(), BatchNorm(), Flatten()), "conv1", 'BatchNorm "batchnorm1" behind it'),
    "mean behind": (design(Conv2D(), GlobalAvgPool2D()), "conv1", 'GlobalAvgPool2D "globalavgpool1" behind'),
    "nothing behind": (design(Conv2D(), ReLU()), "conv1", "nothing behind this layer"),
}


@pytest.mark.parametrize(("spec", "layer_id", "reason"), REFUSED.values(), ids=REFUSED)
def test_what_cannot_be_converted_says_why(spec, layer_id, reason):
    with pytest.raises(SpecError, match=reason):
        conversion(spec, layer_id)


@pytest.mark.parametrize(
    ("filters", "reason"),
    [(11, "528 × 38,400 = 20,275,200 weights; at most 20,000,000"), (1366, "at most 65,536 units.* 65,568")],
)
def test_a_matrix_has_a_size_limit(filters, reason):
    spec = design(Conv2D(filters=800, padding="same"), Conv2D(filters=filters, padding="same"), Flatten())
    with pytest.raises(SpecError, match=reason):
        conversion(spec, "conv2")
    assert conversion(spec.replace(Conv2D(id="conv2", filters=10, padding="same")), "conv2")


def test_only_two_kinds_have_a_counterpart():
    assert [target_title(layer) for layer in (Dense(), Conv2D(), ReLU(), None)] == ["Conv2D", "Dense", "", ""]
