from __future__ import annotations

import math

import numpy as np
import pytest

from cnnviz.engine.build import build
from cnnviz.engine.initializers import first_weights
from cnnviz.spec.initializers import AUTO, INITIALIZER
from cnnviz.spec.layers import Dense, Flatten, ReLU
from cnnviz.spec.network import InputSpec, NetworkSpec

SHAPE = (60, 40, 3, 5)
FAN_IN, FAN_OUT = 40 * 15, 60 * 15
VARIANCES = {"he": 2 / FAN_IN, "lecun": 1 / FAN_IN, "glorot": 2 / (FAN_IN + FAN_OUT)}


@pytest.mark.parametrize("kind", ["normal", "uniform"])
@pytest.mark.parametrize("family", VARIANCES)
def test_families_have_their_variance_and_shape(family, kind):
    weights = first_weights(f"{family}_{kind}", 99.0, np.random.default_rng(0), SHAPE)
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
    assert first_weights("normal", 0.3, rng, SHAPE).std() == pytest.approx(0.3, rel=0.02)
    assert (first_weights("constant", 0.25, rng, SHAPE) == 0.25).all()


def design(**settings):
    layers = (Flatten(), Dense(units=30, **settings), ReLU(), Dense(units=4))
    return NetworkSpec(name="starts", input=InputSpec(height=8, width=8, channels=1), layers=layers)


@pytest.mark.parametrize("rule", [word for word, _ in INITIALIZER.choices if word != AUTO])
def test_every_rule_a_layer_can_choose_fills_its_weights(rule):
    parameters = build(design(initializer=rule, initial_value=0.5), np.random.default_rng(1)).parameters
    expected = first_weights(rule, 0.5, np.random.default_rng(1), (30, 64))
    np.testing.assert_array_equal(parameters["dense1/weight"], expected.astype(np.float32))
    assert not parameters["dense1/bias"].any()


def test_automatic_is_he_before_relu():
    automatic = build(design(), np.random.default_rng(1)).parameters
    chosen = build(design(initializer="he_normal"), np.random.default_rng(1)).parameters
    for name, array in automatic.items():
        np.testing.assert_array_equal(array, chosen[name])
