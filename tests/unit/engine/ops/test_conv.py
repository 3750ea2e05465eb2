from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cnnviz.engine.ops.conv import direct_conv2d
from cnnviz.engine.ops.whole import whole_conv2d
from cnnviz.engine.ops.winograd import winograd_conv2d
from cnnviz.engine.workspace import Workspace
from tests.helpers import naive_ops
from tests.helpers.gradients import numeric_gradient, relative_error

small = st.integers(0, 2)


def _winograd(x, weight, bias, stride, padding, memory):
    return winograd_conv2d(x, weight, bias, padding, memory)


@st.composite
def convolutions(draw):
    """Sizes and strides in either direction, a different padding on each side."""
    window = (draw(st.integers(1, 4)), draw(st.integers(1, 4)))
    stride = (draw(st.integers(1, 3)), draw(st.integers(1, 3)))
    padding = (draw(small), draw(small), draw(small), draw(small))
    height = draw(st.integers(max(1, window[0] - padding[0] - padding[1]), 7))
    width = draw(st.integers(max(1, window[1] - padding[2] - padding[3]), 7))
    rng = np.random.default_rng(draw(st.integers(0, 1000)))
    channels, filters, images = draw(st.integers(1, 3)), draw(st.integers(1, 3)), draw(st.integers(1, 3))
    x = rng.standard_normal((channels, height, width, images))
    weight = rng.standard_normal((filters, channels, *window))
    bias = rng.standard_normal(filters)
    return x, weight, bias, stride, padding


@given(convolutions())
@settings(max_examples=60, deadline=None)
def test_equals_the_loops(case):
    x, weight, bias, stride, padding = case
    y, _ = direct_conv2d(x, weight, bias, stride, padding, Workspace().of("conv"))
    np.testing.assert_allclose(y, naive_ops.conv2d(x, weight, bias, stride, padding), rtol=1e-10, atol=1e-10)


@given(convolutions())
@settings(max_examples=25, deadline=None)
def test_gradients_equal_central_differences(case):
    x, weight, bias, stride, padding = case
    workspace = Workspace()
    y, backward = direct_conv2d(x, weight, bias, stride, padding, workspace.of("conv"))
    upstream = np.random.default_rng(1).standard_normal(y.shape)
    dx, dweight, dbias = backward(upstream.copy(), True)

    def loss():
        return np.sum(direct_conv2d(x, weight, bias, stride, padding, Workspace().of("conv"))[0] * upstream)

    assert relative_error(dx, numeric_gradient(loss, x)) < 1e-6
    assert relative_error(dweight, numeric_gradient(loss, weight)) < 1e-6
    assert relative_error(dbias, numeric_gradient(loss, bias)) < 1e-6


@given(convolutions())
@settings(max_examples=25, deadline=None)
def test_float32_equals_float64(case):
    x, weight, bias, stride, padding = case
    y, backward = direct_conv2d(x, weight, bias, stride, padding, Workspace().of("conv"))
    upstream = np.random.default_rng(2).standard_normal(y.shape)
    single = [array.astype(np.float32) for array in (x, weight, bias)]
    y32, backward32 = direct_conv2d(*single, stride, padding, Workspace().of("conv"))
    assert y32.dtype == np.float32
    assert relative_error(y32, y) < 1e-5
    wide = backward(upstream.copy(), True)
    for narrow, expected in zip(backward32(upstream.astype(np.float32), True), wide, strict=True):
        assert narrow.dtype == np.float32
        assert relative_error(narrow, expected) < 1e-5


def test_the_input_gradient_is_left_out_where_nobody_wants_it():
    x, weight, bias = np.ones((1, 4, 4, 2)), np.ones((2, 1, 3, 3)), np.zeros(2)
    _, backward = direct_conv2d(x, weight, bias, (1, 1), (1, 1, 1, 1), Workspace().of("conv"))
    dx, dweight, _ = backward(np.ones((2, 4, 4, 2)), False)
    assert dx is None
    assert dweight[0, 0, 1, 1] == 32  # the middle of the kernel meets all 16 pixels of both images


def test_a_layer_reuses_its_buffers_without_mixing_results():
    rng = np.random.default_rng(3)
    workspace = Workspace()
    weight, bias = rng.standard_normal((4, 3, 3, 3)), rng.standard_normal(4)
    for images in (5, 2, 5):
        x = rng.standard_normal((3, 6, 6, images))
        dy = rng.standard_normal((4, 6, 6, images))
        results = []
        for own in (workspace, Workspace()):
            y, backward = direct_conv2d(x, weight, bias, (1, 1), (1, 1, 1, 1), own.of("conv"))
            results.append((y.copy(), *backward(dy.copy(), True)))
        for kept, fresh in zip(*results, strict=True):
            np.testing.assert_array_equal(kept, fresh)


@pytest.mark.parametrize("way", [direct_conv2d, whole_conv2d, _winograd])
@pytest.mark.parametrize("images", [1, 20])
@pytest.mark.parametrize("padding", [(0, -1, 0, -1), (2, -1, 1, 0), (0, 1, 1, -2)])
def test_negative_padding_leaves_out_the_last_rows_and_columns(way, images, padding):
    rng = np.random.default_rng(0)
    x, weight, bias = (rng.standard_normal(shape) for shape in ((8, 10, 11, images), (9, 8, 3, 3), (9,)))
    y, backward = way(x, weight, bias, (1, 1), padding, Workspace().of("conv"))
    dy = rng.standard_normal(y.shape)
    rows, columns = 10 + min(0, padding[1]), 11 + min(0, padding[3])
    part = np.ascontiguousarray(x[:, :rows, :columns])
    around = (padding[0], max(0, padding[1]), padding[2], max(0, padding[3]))
    expected_y, expected_backward = direct_conv2d(part, weight, bias, (1, 1), around, Workspace().of("conv"))
    np.testing.assert_allclose(y, expected_y, rtol=1e-9, atol=1e-9)
    dx, *gradients = backward(dy.copy(), True)
    expected_dx, *expected = expected_backward(dy.copy(), True)
    np.testing.assert_allclose(dx[:, :rows, :columns], expected_dx, rtol=1e-9, atol=1e-9)
    assert dx.shape == x.shape
    assert not dx[:, rows:].any()
    assert not dx[:, :, columns:].any()
    for received, wanted in zip(gradients, expected, strict=True):
        np.testing.assert_allclose(received, wanted, rtol=1e-9, atol=1e-9)
