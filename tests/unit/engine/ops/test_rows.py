"""Dense, Softmax, the activations and Dropout."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cnnviz.engine.ops.activation import elu, leaky_relu, relu, sigmoid, tanh
from cnnviz.engine.ops.dense import dense
from cnnviz.engine.ops.dropout import dropout
from cnnviz.engine.ops.softmax import probabilities, softmax
from cnnviz.engine.workspace import Workspace
from tests.helpers import naive_ops
from tests.helpers.gradients import numeric_gradient, relative_error

sizes = st.integers(1, 6)


@given(sizes, sizes, sizes, st.integers(0, 1000))
@settings(max_examples=40, deadline=None)
def test_dense_equals_the_loops_and_central_differences(inputs, units, images, seed):
    rng = np.random.default_rng(seed)
    x, weight = rng.standard_normal((inputs, images)), rng.standard_normal((units, inputs))
    bias = rng.standard_normal(units)
    y, backward = dense(x, weight, bias, Workspace().of("dense"))
    np.testing.assert_allclose(y, naive_ops.dense(x, weight, bias), rtol=1e-10, atol=1e-10)
    upstream = rng.standard_normal(y.shape)
    gradients = backward(upstream.copy(), True)

    def loss():
        return np.sum(dense(x, weight, bias, Workspace().of("dense"))[0] * upstream)

    for received, array in zip(gradients, (x, weight, bias), strict=True):
        assert relative_error(received, numeric_gradient(loss, array)) < 1e-6


def bent(operation, setting):
    """Return an activation with a setting as one without."""
    return lambda x, in_place, memory: operation(x, setting, in_place, memory)


@pytest.mark.parametrize(
    ("operation", "formula"),
    [
        (relu, lambda x: np.where(x > 0, x, 0)),
        (bent(leaky_relu, 0.2), lambda x: np.where(x > 0, x, 0.2 * x)),
        (bent(elu, 1.5), lambda x: np.where(x > 0, x, 1.5 * (np.exp(x) - 1))),
        (sigmoid, lambda x: 1 / (1 + np.exp(-x))),
        (tanh, lambda x: (np.exp(x) - np.exp(-x)) / (np.exp(x) + np.exp(-x))),
    ],
)
@pytest.mark.parametrize("in_place", [False, True])
def test_activations_equal_their_formulas_and_central_differences(operation, formula, in_place):
    x = np.random.default_rng(0).standard_normal((3, 2, 4, 5))
    expected = formula(x)
    given_x = x.copy()
    y, backward = operation(given_x, in_place, Workspace().of("act"))
    np.testing.assert_allclose(y, expected, rtol=1e-12, atol=1e-12)
    assert (y is given_x) == in_place
    upstream = np.random.default_rng(1).standard_normal(x.shape)
    numeric = numeric_gradient(lambda: np.sum(formula(x) * upstream), x)
    assert relative_error(backward(upstream.copy()), numeric) < 1e-6


@pytest.mark.parametrize("operation", [sigmoid, tanh, bent(elu, 1.0), bent(leaky_relu, 0.01)])
def test_saturated_activations_stay_finite(operation):
    x = np.array([[-1e30, -200, 0, 200, 1e30]], np.float32)
    y, backward = operation(x, False, Workspace().of("act"))
    assert np.isfinite(y).all()
    assert np.isfinite(backward(np.ones_like(x))).all()


def test_relu_passes_nothing_at_zero_and_lets_nan_through():
    x = np.array([[-1.0, 0.0, 2.0, np.nan]], np.float32)
    y, backward = relu(x, False, Workspace().of("act"))
    np.testing.assert_array_equal(y, [[0, 0, 2, np.nan]])
    np.testing.assert_array_equal(backward(np.ones_like(x))[0, :3], [0, 0, 1])


def test_softmax_equals_the_loops_and_central_differences():
    x = np.random.default_rng(0).standard_normal((5, 3))
    y, backward = softmax(x, Workspace().of("softmax"))
    np.testing.assert_allclose(y, naive_ops.softmax(x), rtol=1e-12)
    upstream = np.random.default_rng(1).standard_normal(x.shape)
    numeric = numeric_gradient(lambda: np.sum(probabilities(x) * upstream), x)
    assert relative_error(backward(upstream.copy()), numeric) < 1e-6


def test_softmax_of_huge_scores_is_finite():
    result = probabilities(np.array([[1e30, -1e30], [-1e30, 3e38]], np.float32))
    np.testing.assert_array_equal(result, [[1, 0], [0, 1]])


def test_dropout_may_decide_for_whole_maps():
    x = np.ones((2, 2, 2, 1), np.float32)
    y, backward = dropout(x, np.array([True, False]).reshape(2, 1, 1, 1), 0.5, Workspace().of("drop"))
    assert (y[0] == 2).all()
    assert (y[1] == 0).all()
    np.testing.assert_array_equal(backward(np.ones_like(x)), y)


def test_dropout_keeps_and_scales_what_it_is_told_to():
    x = np.ones((2, 3), np.float32)
    kept = np.array([[True, False, True], [False, True, True]])
    y, backward = dropout(x, kept, 0.5, Workspace().of("drop"))
    np.testing.assert_array_equal(y, [[2, 0, 2], [0, 2, 2]])
    np.testing.assert_array_equal(backward(np.full_like(x, 3)), [[6, 0, 6], [0, 6, 6]])
