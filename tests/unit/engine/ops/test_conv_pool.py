from __future__ import annotations

import numpy as np
import pytest

from cnnviz.engine.ops import conv_pool
from cnnviz.engine.ops.conv import conv2d, is_direct
from cnnviz.engine.ops.conv_pool import conv_max_pool2d
from cnnviz.engine.ops.pool import max_pool2d
from cnnviz.engine.workspace import Workspace


def memories(workspace):
    return workspace.of("conv"), workspace.of("pool")


def one_after_the_other(x, weight, bias, stride, padding, dy):
    workspace = Workspace()
    scores, back = conv2d(x, weight, bias, stride, padding, workspace.of("conv"))
    y, pool_back = max_pool2d(scores, (2, 2), (2, 2), workspace.of("pool"))
    return y, back(pool_back(dy.copy()), True)


def problem(images, dtype=np.float64, *, ties=False, has_bias=True):
    """Return x, weight, bias and dy for a kernel 3 wide, padding 1 and 12 rows and columns."""
    rng = np.random.default_rng(0)
    x, weight = rng.standard_normal((2, 12, 12, images)), rng.standard_normal((5, 2, 3, 3))
    if ties:
        x, weight = rng.integers(-1, 2, x.shape), rng.integers(-1, 2, weight.shape)
    bias, dy = rng.standard_normal(5), rng.standard_normal((5, 6, 6, images))
    x, weight, bias, dy = (array.astype(dtype) for array in (x, weight, bias, dy))
    return x, weight, bias if has_bias else None, dy


@pytest.mark.parametrize("ties", [False, True])
@pytest.mark.parametrize("has_bias", [False, True])
@pytest.mark.parametrize("block_numbers", [1, 3_000, 1 << 16])
@pytest.mark.parametrize("images", [2, 9])
def test_equals_both_one_after_the_other(images, block_numbers, has_bias, ties, monkeypatch):
    """For two images by way of both operations, for nine by rows."""
    monkeypatch.setattr(conv_pool, "_BLOCK_NUMBERS", block_numbers)
    x, weight, bias, dy = problem(images, ties=ties, has_bias=has_bias)
    assert is_direct(x, weight, (1, 1), (1, 1, 1, 1)) == (images == 9)
    y, backward = conv_max_pool2d(x, weight, bias, (1, 1), (1, 1, 1, 1), memories(Workspace()))
    expected_y, (dx, *expected) = one_after_the_other(x, weight, bias, (1, 1), (1, 1, 1, 1), dy)
    np.testing.assert_allclose(y, expected_y, rtol=1e-12, atol=1e-12)
    received = backward(dy.copy(), True)
    np.testing.assert_allclose(received[0], dx, rtol=1e-12, atol=1e-12)
    for first, again, wanted in zip(received[1:], backward(dy.copy(), False)[1:], expected, strict=True):
        if wanted is None:
            assert first is again is None
        else:
            np.testing.assert_allclose(first, wanted, rtol=1e-12, atol=1e-12)
            np.testing.assert_allclose(again, wanted, rtol=1e-12, atol=1e-12)


def test_a_layer_reuses_its_buffers_without_mixing_results():
    workspace = Workspace()
    for images in (9, 20, 9):
        x, weight, bias, dy = problem(images, np.float32)
        y, backward = conv_max_pool2d(x, weight, bias, (1, 1), (1, 1, 1, 1), memories(workspace))
        expected_y, (dx, dweight, dbias) = one_after_the_other(x, weight, bias, (1, 1), (1, 1, 1, 1), dy)
        np.testing.assert_allclose(y, expected_y, rtol=1e-5, atol=1e-5)
        for received, wanted in zip(backward(dy.copy(), True), (dx, dweight, dbias), strict=True):
            assert received.dtype == np.float32
            np.testing.assert_allclose(received, wanted, rtol=1e-4, atol=1e-4)


def test_strides_and_taller_kernels_go_by_rows_too():
    rng = np.random.default_rng(1)
    x, weight, bias = (rng.standard_normal(shape) for shape in ((3, 24, 21, 16), (4, 3, 5, 4), (4,)))
    padding = (1, 0, 0, 1)
    y, backward = conv_max_pool2d(x, weight, bias, (2, 2), padding, memories(Workspace()))
    assert y.shape == (4, 5, 5, 16)
    dy = rng.standard_normal(y.shape)
    expected_y, expected = one_after_the_other(x, weight, bias, (2, 2), padding, dy)
    np.testing.assert_allclose(y, expected_y, rtol=1e-12, atol=1e-12)
    for received, wanted in zip(backward(dy.copy(), True), expected, strict=True):
        np.testing.assert_allclose(received, wanted, rtol=1e-12, atol=1e-12)
