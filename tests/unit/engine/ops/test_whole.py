from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings

from cnnviz.engine.ops.conv import direct_conv2d
from cnnviz.engine.ops.whole import whole_conv2d
from cnnviz.engine.workspace import Workspace
from tests.helpers import naive_ops
from tests.helpers.gradients import relative_error
from tests.unit.engine.ops.test_conv import convolutions


@given(convolutions())
@settings(max_examples=60, deadline=None)
def test_equals_the_loops(case):
    x, weight, bias, stride, padding = case
    y, _ = whole_conv2d(x, weight, bias, stride, padding, Workspace().of("conv"))
    np.testing.assert_allclose(y, naive_ops.conv2d(x, weight, bias, stride, padding), rtol=1e-10, atol=1e-10)


@given(convolutions())
@settings(max_examples=60, deadline=None)
def test_gradients_equal_those_of_the_other_way(case):
    x, weight, bias, stride, padding = case
    y, backward = whole_conv2d(x, weight, bias, stride, padding, Workspace().of("conv"))
    _, other = direct_conv2d(x, weight, bias, stride, padding, Workspace().of("conv"))
    dy = np.random.default_rng(1).standard_normal(y.shape)
    for received, expected in zip(backward(dy.copy(), True), other(dy.copy(), True), strict=True):
        assert relative_error(received, expected) < 1e-10


@pytest.mark.parametrize("with_bias", [True, False])
def test_only_what_is_wanted_comes_back(with_bias):
    x, weight = np.ones((2, 4, 4, 1)), np.ones((3, 2, 3, 3))
    bias = np.ones(3) if with_bias else None
    y, backward = whole_conv2d(x, weight, bias, (1, 1), (0, 0, 0, 0), Workspace().of("conv"))
    dx, dweight, dbias = backward(np.ones_like(y), False)
    assert dx is None
    assert dweight.shape == weight.shape
    assert (dbias is None) == (not with_bias)
