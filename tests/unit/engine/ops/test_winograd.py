from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cnnviz.engine.ops import conv, winograd
from cnnviz.engine.ops.conv import conv2d, direct_conv2d
from cnnviz.engine.ops.winograd import winograd_conv2d
from cnnviz.engine.workspace import Workspace
from tests.helpers import naive_ops
from tests.helpers.gradients import numeric_gradient, relative_error

small = st.integers(0, 3)


@st.composite
def convolutions(draw):
    padding = (draw(small), draw(small), draw(small), draw(small))
    kernel_height = draw(st.integers(1, 4))
    height = draw(st.integers(max(1, kernel_height - padding[0] - padding[1]), 9))
    width = draw(st.integers(max(1, 3 - padding[2] - padding[3]), 13))
    rng = np.random.default_rng(draw(st.integers(0, 1000)))
    channels, filters, images = draw(st.integers(1, 3)), draw(st.integers(1, 3)), draw(st.integers(1, 3))
    x = rng.standard_normal((channels, height, width, images))
    weight = rng.standard_normal((filters, channels, kernel_height, 3))
    return x, weight, rng.standard_normal(filters), padding


@given(convolutions())
@settings(max_examples=60, deadline=None)
def test_equals_the_loops(case):
    x, weight, bias, padding = case
    y, _ = winograd_conv2d(x, weight, bias, padding, Workspace().of("conv"))
    np.testing.assert_allclose(y, naive_ops.conv2d(x, weight, bias, (1, 1), padding), rtol=1e-9, atol=1e-9)


@given(convolutions())
@settings(max_examples=20, deadline=None)
def test_gradients_equal_central_differences(case):
    x, weight, bias, padding = case
    y, backward = winograd_conv2d(x, weight, bias, padding, Workspace().of("conv"))
    upstream = np.random.default_rng(1).standard_normal(y.shape)
    gradients = backward(upstream.copy(), True)

    def loss():
        return np.sum(winograd_conv2d(x, weight, bias, padding, Workspace().of("conv"))[0] * upstream)

    for received, array in zip(gradients, (x, weight, bias), strict=True):
        assert relative_error(received, numeric_gradient(loss, array)) < 1e-6


@pytest.mark.parametrize("images", [1, 16, 33])
@pytest.mark.parametrize("small_product", [1_000, 1_000_000])
@pytest.mark.parametrize("block_numbers", [10_000, 40_000])
def test_float32_equals_plain_convolution_to_rounding(images, small_product, block_numbers, monkeypatch):
    """At sizes where rows are computed in blocks, and products are cut or put side by side."""
    monkeypatch.setattr(winograd, "_SMALL_PRODUCT", small_product)
    monkeypatch.setattr(winograd, "_BLOCK_NUMBERS", block_numbers)
    rng = np.random.default_rng(0)
    x = rng.standard_normal((32, 17, 16, images), dtype=np.float32)
    weight = rng.standard_normal((24, 32, 3, 3), dtype=np.float32)
    bias = rng.standard_normal(24, dtype=np.float32)
    padding = (1, 1, 1, 1)
    y, backward = winograd_conv2d(x, weight, bias, padding, Workspace().of("conv"))
    plain, plain_backward = direct_conv2d(x, weight, bias, (1, 1), padding, Workspace().of("conv"))
    assert y.dtype == np.float32
    assert relative_error(y, plain) < 1e-5
    dy = rng.standard_normal(y.shape, dtype=np.float32)
    for received, expected in zip(backward(dy.copy(), True), plain_backward(dy.copy(), True), strict=True):
        assert received.dtype == np.float32
        assert relative_error(received, expected) < 1e-5


def test_a_layer_reuses_its_buffers_without_mixing_results():
    rng = np.random.default_rng(3)
    workspace = Workspace()
    weight, bias = rng.standard_normal((4, 3, 3, 3)), rng.standard_normal(4)
    for images, width in ((5, 6), (2, 9), (5, 6)):
        x = rng.standard_normal((3, 6, width, images))
        dy = rng.standard_normal((4, 6, width, images))
        results = []
        for own in (workspace, Workspace()):
            y, backward = winograd_conv2d(x, weight, bias, (1, 1, 1, 1), own.of("conv"))
            results.append((y.copy(), *backward(dy.copy(), True)))
        for kept, fresh in zip(*results, strict=True):
            np.testing.assert_array_equal(kept, fresh)


@pytest.mark.parametrize(
    ("shape", "filters", "kernel", "stride", "expected"),
    [
        ((32, 16, 16, 32), 32, (3, 3), (1, 1), "winograd"),
        ((32, 16, 16, 32), 32, (3, 3), (2, 1), "direct"),
        ((32, 16, 16, 32), 32, (3, 5), (1, 1), "direct"),
        ((3, 32, 32, 64), 32, (3, 3), (1, 1), "direct"),
        ((32, 16, 16, 5), 32, (3, 3), (1, 1), "direct"),
        ((64, 16, 16, 8), 64, (3, 3), (1, 1), "winograd"),
        ((32, 16, 16, 1), 32, (3, 3), (1, 1), "whole"),
    ],
)
def test_the_faster_way_is_taken(shape, filters, kernel, stride, expected, monkeypatch):
    taken = []
    monkeypatch.setattr(conv, "winograd_conv2d", lambda *_: taken.append("winograd"))
    monkeypatch.setattr(conv, "direct_conv2d", lambda *_: taken.append("direct"))
    monkeypatch.setattr(conv, "whole_conv2d", lambda *_: taken.append("whole"))
    weight = np.zeros((filters, shape[0], *kernel), np.float32)
    arrays = np.zeros(shape, np.float32), weight, np.zeros(filters, np.float32)
    conv2d(*arrays, stride, (0, 0, 0, 0), Workspace().of("conv"))
    assert taken == [expected]
