from __future__ import annotations

import math

import numpy as np
import pytest

from cnnviz.engine.build import build, first_arrays
from cnnviz.engine.initializers import draw_first_weights
from cnnviz.errors import SpecError
from cnnviz.resource_files import resource_path
from cnnviz.spec.initializers import AUTO, INITIALIZER
from cnnviz.spec.io import load
from cnnviz.spec.layers import Dense, Flatten, ReLU
from cnnviz.spec.network import InputSpec, NetworkSpec

SHAPE = (60, 40, 3, 5)
FAN_IN, FAN_OUT = 40 * 15, 60 * 15
VARIANCES = {"he": 2 / FAN_IN, "lecun": 1 / FAN_IN, "glorot": 2 / (FAN_IN + FAN_OUT)}


def drawn(rule, value, rng, shape, dtype=np.float64):
    weight = np.full(shape, np.nan, dtype)
    draw_first_weights(rule, value, rng, weight)
    return weight


@pytest.mark.parametrize("kind", ["normal", "uniform"])
@pytest.mark.parametrize("family", VARIANCES)
def test_families_have_their_variance_and_shape(family, kind):
    weights = drawn(f"{family}_{kind}", 99.0, np.random.default_rng(0), SHAPE)
    deviation = math.sqrt(VARIANCES[family])
    assert weights.shape == SHAPE
    assert weights.std() == pytest.approx(deviation, rel=0.02)
    assert abs(weights.mean()) < 0.02 * deviation
    if kind == "uniform":
        assert abs(weights).max() == pytest.approx(math.sqrt(3) * deviation, rel=0.001)
    else:
        assert abs(weights).max() > 3 * deviation


def test_plain_normal_and_constant_take_the_value():
    rng = np.random.default_rng(0)
    assert drawn("normal", 0.3, rng, SHAPE).std() == pytest.approx(0.3, rel=0.02)
    assert (drawn("constant", 0.25, rng, SHAPE) == 0.25).all()


def design(**settings):
    layers = (Flatten(), Dense(units=30, **settings), ReLU(), Dense(units=4))
    return NetworkSpec(name="starts", input=InputSpec(height=8, width=8, channels=1), layers=layers)


@pytest.mark.parametrize("rule", [word for word, _ in INITIALIZER.choices if word != AUTO])
def test_every_rule_a_layer_can_choose_fills_its_weights(rule):
    parameters = build(design(initializer=rule, initial_value=0.5), np.random.default_rng(1)).parameters
    expected = drawn(rule, 0.5, np.random.default_rng(1), (30, 64))
    np.testing.assert_array_equal(parameters["dense1/weight"], expected.astype(np.float32))
    assert not parameters["dense1/bias"].any()


def test_automatic_is_he_before_relu():
    automatic = build(design(), np.random.default_rng(1)).parameters
    chosen = build(design(initializer="he_normal"), np.random.default_rng(1)).parameters
    for name, array in automatic.items():
        np.testing.assert_array_equal(array, chosen[name])


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("kind", ["normal", "uniform"])
def test_a_seed_gives_the_bits_of_all_numbers_drawn_at_once(kind, dtype):
    shape, rng = (70, 64, 3, 5), np.random.default_rng(7)  # more than are drawn at a time
    deviation = math.sqrt(2 / (64 * 15))
    if kind == "uniform":
        expected = rng.uniform(-math.sqrt(3) * deviation, math.sqrt(3) * deviation, shape)
    else:
        expected = rng.standard_normal(shape) * deviation
    weights = drawn(f"he_{kind}", 0.0, np.random.default_rng(7), shape, dtype)
    np.testing.assert_array_equal(weights, expected.astype(dtype))


@pytest.mark.parametrize("name", ["resnet-small", "two-conv", "vanilla"])
def test_layer_by_layer_first_arrays_are_those_of_the_network(name):
    spec = load(resource_path("networks", f"{name}.json"))
    network, found = build(spec, np.random.default_rng(3)), {}
    for arrays in first_arrays(spec, np.random.default_rng(3)):
        assert found.keys().isdisjoint(arrays)
        found |= arrays
    assert found.keys() == network.arrays.keys()
    for array_name, array in network.arrays.items():
        np.testing.assert_array_equal(found[array_name], array)


def test_only_layers_that_are_asked_for_are_drawn():
    rng, twin = np.random.default_rng(5), np.random.default_rng(5)
    layers = first_arrays(design(), rng)
    assert rng.bit_generator.state == twin.bit_generator.state
    assert next(layers) == {}
    assert set(next(layers)) == {"dense1/weight", "dense1/bias"}
    twin.standard_normal(30 * 64)
    assert rng.bit_generator.state == twin.bit_generator.state


def test_a_design_with_a_problem_is_refused_at_once():
    without_flatten = NetworkSpec(name="none", input=InputSpec(), layers=(Dense(units=4),))
    with pytest.raises(SpecError):
        first_arrays(without_flatten, np.random.default_rng(0))
