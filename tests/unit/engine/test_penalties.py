from __future__ import annotations

import math

import numpy as np
import pytest

from cnnviz.engine.parameters import ParameterSet
from cnnviz.engine.penalties import add_penalties, clip_by_norm, clip_by_value, global_norm, penalty
from tests.helpers.gradients import numeric_gradient, relative_error

SHAPES = {"conv1/weight": (2, 1, 2, 2), "conv1/bias": (2,), "dense1/weight": (3, 2)}


def some_set(seed, dtype=np.float64):
    arrays = ParameterSet(SHAPES, dtype)
    for array in arrays.values():
        array[:] = np.random.default_rng(seed).standard_normal(array.shape)
    return arrays


@pytest.mark.parametrize(("l1", "l2"), [(0.3, 0.0), (0.0, 0.7), (0.2, 0.1)])
def test_gradients_of_penalties_equal_central_differences(l1, l2):
    parameters, gradients = some_set(0), ParameterSet(SHAPES, np.float64)
    add_penalties(gradients, parameters, l1, l2)
    for name, array in parameters.items():
        numeric = numeric_gradient(lambda: penalty(parameters, l1, l2), array)
        assert relative_error(gradients[name], numeric) < 1e-6


def test_biases_cost_nothing():
    parameters, gradients = some_set(0), some_set(1)
    before = gradients["conv1/bias"].copy()
    add_penalties(gradients, parameters, 1.0, 1.0)
    np.testing.assert_array_equal(gradients["conv1/bias"], before)
    parameters["conv1/bias"][:] = 1e6
    assert penalty(parameters, 1.0, 1.0) < 100


def test_a_weight_of_0_is_not_moved_by_l1():
    parameters, gradients = ParameterSet(SHAPES, np.float32), ParameterSet(SHAPES, np.float32)
    add_penalties(gradients, parameters, 1.0, 0.0)
    assert not gradients.flat.any()


def test_the_global_norm_is_that_of_all_numbers_and_does_not_overflow():
    assert global_norm([np.array([3.0]), np.array([[4.0]])]) == 5
    assert global_norm([np.full(4, 1e30, np.float32)]) == pytest.approx(2e30)


@pytest.mark.torch
@pytest.mark.parametrize("limit", [0.1, 2.0, 1000.0])
def test_clipping_equals_that_of_torch(limit):
    torch = pytest.importorskip("torch")
    by_norm, by_value = some_set(0, np.float32), some_set(0, np.float32)
    tensors = [torch.zeros(shape) for shape in SHAPES.values()]
    for tensor, array in zip(tensors, by_norm.values(), strict=True):
        tensor.grad = torch.from_numpy(array.copy())
    torch.nn.utils.clip_grad_norm_(tensors, limit)
    clip_by_norm(by_norm.values(), limit)
    for tensor, array in zip(tensors, by_norm.values(), strict=True):
        np.testing.assert_allclose(array, tensor.grad.numpy(), rtol=1e-6)
    for tensor, array in zip(tensors, by_value.values(), strict=True):
        tensor.grad = torch.from_numpy(array.copy())
    torch.nn.utils.clip_grad_value_(tensors, limit)
    clip_by_value(by_value.values(), limit)
    for tensor, array in zip(tensors, by_value.values(), strict=True):
        np.testing.assert_array_equal(array, tensor.grad.numpy())


def test_a_clipped_norm_is_the_limit():
    gradients = some_set(0)
    clip_by_norm(gradients.values(), 0.25)
    assert math.isclose(global_norm(gradients.values()), 0.25, rel_tol=1e-5)
