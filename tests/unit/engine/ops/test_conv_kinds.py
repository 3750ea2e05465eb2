"""Convolutions with dilation, groups and without bias, against loops, differences and float64."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cnnviz.engine.ops.conv import conv2d
from cnnviz.engine.ops.conv_kinds import dilated_conv2d, grouped_conv2d
from cnnviz.engine.workspace import Workspace
from tests.helpers import naive_ops
from tests.helpers.gradients import numeric_gradient, relative_error

small = st.integers(0, 2)


@st.composite
def convolutions(draw):
    """Sizes, strides and dilations in either direction, a padding for each side, groups of any size."""
    window = (draw(st.integers(1, 3)), draw(st.integers(1, 3)))
    stride = (draw(st.integers(1, 4)), draw(st.integers(1, 4)))
    dilation = (draw(st.integers(1, 4)), draw(st.integers(1, 4)))
    padding = (draw(small), draw(small), draw(small), draw(small))
    covered = [(window[axis] - 1) * dilation[axis] + 1 for axis in (0, 1)]
    height = draw(st.integers(max(1, covered[0] - padding[0] - padding[1]), 10))
    width = draw(st.integers(max(1, covered[1] - padding[2] - padding[3]), 10))
    groups, images = draw(st.integers(1, 3)), draw(st.integers(1, 3))
    channels, filters = draw(st.integers(1, 2)), draw(st.integers(1, 2))
    rng = np.random.default_rng(draw(st.integers(0, 1000)))
    x = rng.standard_normal((channels * groups, height, width, images))
    weight = rng.standard_normal((filters * groups, channels, *window))
    bias = rng.standard_normal(filters * groups) if draw(st.booleans()) else None
    return x, weight, bias, stride, padding, dilation, groups


def compute(x, weight, bias, stride, padding, dilation, groups):
    memory = Workspace().of("conv")
    return dilated_conv2d(x, weight, bias, stride, padding, dilation, groups, memory)


@given(convolutions())
@settings(max_examples=80, deadline=None)
def test_equals_the_loops(case):
    y, _ = compute(*case)
    np.testing.assert_allclose(y, naive_ops.conv2d(*case), rtol=1e-10, atol=1e-10)


@given(convolutions())
@settings(max_examples=30, deadline=None)
def test_gradients_equal_central_differences(case):
    x, weight, bias, *_ = case
    y, backward = compute(*case)
    upstream = np.random.default_rng(1).standard_normal(y.shape)
    dx, dweight, dbias = backward(upstream.copy(), True)

    def loss():
        return np.sum(compute(*case)[0] * upstream)

    assert relative_error(dx, numeric_gradient(loss, x)) < 1e-6
    assert relative_error(dweight, numeric_gradient(loss, weight)) < 1e-6
    if bias is None:
        assert dbias is None
    else:
        assert relative_error(dbias, numeric_gradient(loss, bias)) < 1e-6
    assert compute(*case)[1](upstream.copy(), False)[0] is None


@given(convolutions())
@settings(max_examples=25, deadline=None)
def test_float32_equals_float64(case):
    x, weight, bias, *rest = case
    y, backward = compute(*case)
    upstream = np.random.default_rng(2).standard_normal(y.shape)
    single = [None if array is None else array.astype(np.float32) for array in (x, weight, bias)]
    y32, backward32 = compute(*single, *rest)
    assert y32.dtype == np.float32
    assert relative_error(y32, y) < 1e-5
    for narrow, wide in zip(
        backward32(upstream.astype(np.float32), True), backward(upstream.copy(), True), strict=True
    ):
        if wide is not None:
            assert narrow.dtype == np.float32
            assert relative_error(narrow, wide) < 1e-5


@pytest.mark.parametrize(("channels", "filters", "groups"), [(6, 6, 6), (6, 12, 6), (8, 4, 2), (9, 3, 3)])
def test_groups_equal_convolutions_of_their_own(channels, filters, groups):
    rng = np.random.default_rng(0)
    x = rng.standard_normal((channels, 9, 7, 4))
    weight = rng.standard_normal((filters, channels // groups, 3, 3))
    bias = rng.standard_normal(filters)
    y, _ = grouped_conv2d(x, weight, bias, (1, 2), (1, 1, 1, 1), groups, Workspace().of("conv"))
    for number in range(groups):
        ins = slice(number * channels // groups, (number + 1) * channels // groups)
        outs = slice(number * filters // groups, (number + 1) * filters // groups)
        part, _ = conv2d(x[ins], weight[outs], bias[outs], (1, 2), (1, 1, 1, 1), Workspace().of("conv"))
        np.testing.assert_allclose(y[outs], part, rtol=1e-10, atol=1e-12)


@pytest.mark.parametrize("bias", [None, np.ones(16)])
def test_a_bias_may_be_left_out_where_winograd_computes(bias):
    rng = np.random.default_rng(0)
    x, weight = rng.standard_normal((16, 12, 12, 32)), rng.standard_normal((16, 16, 3, 3))
    y, backward = conv2d(x, weight, bias, (1, 1), (1, 1, 1, 1), Workspace().of("conv"))
    without, _ = conv2d(x, weight, np.zeros(16), (1, 1), (1, 1, 1, 1), Workspace().of("conv"))
    np.testing.assert_allclose(y, without if bias is None else without + 1, atol=1e-9)
    dbias = backward(np.ones_like(y), False)[2]
    assert (dbias is None) == (bias is None)
