from __future__ import annotations

import math

import numpy as np

from cnnviz.engine.build import build
from cnnviz.spec.layers import Conv2D, Dense, Flatten, MaxPool2D, ReLU, Tanh
from cnnviz.spec.network import InputSpec, NetworkSpec

SPEC = NetworkSpec(
    name="first weights",
    input=InputSpec(height=8, width=8, channels=3),
    layers=(
        Conv2D(filters=64, kernel_size=(5, 5)),
        MaxPool2D(),
        ReLU(),
        Flatten(),
        Dense(units=100),
        Tanh(),
        Dense(units=10),
    ),
)


def test_a_seed_gives_the_same_weights_in_either_type():
    first, second = build(SPEC, np.random.default_rng(5)), build(SPEC, np.random.default_rng(5))
    wide = build(SPEC, np.random.default_rng(5), np.float64)
    other = build(SPEC, np.random.default_rng(6))
    for name, array in first.parameters.items():
        np.testing.assert_array_equal(array, second.parameters[name])
        np.testing.assert_array_equal(array, wide.parameters[name].astype(np.float32))
    assert not np.array_equal(first.parameters["conv1/weight"], other.parameters["conv1/weight"])


def test_weights_before_relu_are_he_normal_and_others_glorot_uniform():
    parameters = build(SPEC, np.random.default_rng(0)).parameters
    conv = parameters["conv1/weight"]
    assert math.isclose(conv.std(), math.sqrt(2 / 75), rel_tol=0.05)
    assert abs(conv).max() > 3 * conv.std()
    dense = parameters["dense1/weight"]
    limit = math.sqrt(6 / (256 + 100))
    assert math.isclose(abs(dense).max(), limit, rel_tol=0.01)
    assert math.isclose(dense.std(), limit / math.sqrt(3), rel_tol=0.05)
    assert not parameters["conv1/bias"].any()


def test_arrays_lie_in_one_block_that_begins_on_a_cache_line():
    parameters = build(SPEC, np.random.default_rng(0)).parameters
    assert parameters.flat.ctypes.data % 64 == 0
    for array in parameters.values():
        assert array.ctypes.data % 64 == 0
        assert np.shares_memory(array, parameters.flat)
