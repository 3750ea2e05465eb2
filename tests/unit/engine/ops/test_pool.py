from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cnnviz.engine.ops.padding import zero_padding2d
from cnnviz.engine.ops.pool import avg_pool2d, global_avg_pool2d, global_max_pool2d, max_pool2d
from cnnviz.engine.workspace import Workspace
from tests.helpers import naive_ops
from tests.helpers.gradients import numeric_gradient, relative_error


@st.composite
def pools(draw):
    window = (draw(st.integers(1, 3)), draw(st.integers(1, 3)))
    stride = draw(st.one_of(st.just(window), st.tuples(st.integers(1, 3), st.integers(1, 3))))
    padding = draw(
        st.one_of(
            st.just((0, 0, 0, 0)),
            st.tuples(*(st.integers(0, window[side // 2] - 1) for side in range(4))),
        )
    )
    low = [max(1, window[axis] - padding[2 * axis] - padding[2 * axis + 1]) for axis in (0, 1)]
    shape = (draw(st.integers(1, 3)), draw(st.integers(low[0], 7)), draw(st.integers(low[1], 7)), 2)
    rng = np.random.default_rng(draw(st.integers(0, 1000)))
    if draw(st.booleans()):
        return rng.integers(-2, 3, shape).astype(np.float64), window, stride, padding  # many ties
    return rng.standard_normal(shape), window, stride, padding


@given(pools())
@settings(max_examples=60, deadline=None)
def test_max_pool_equals_the_loops_forward_and_backward(case):
    x, window, stride, padding = case
    y, backward = max_pool2d(x, window, stride, Workspace().of("pool"), padding)
    np.testing.assert_array_equal(y, naive_ops.max_pool2d(x, window, stride, padding))
    dy = np.random.default_rng(1).standard_normal(y.shape)
    expected = naive_ops.max_pool2d_gradient(x, dy, window, stride, padding)
    np.testing.assert_allclose(backward(dy.copy()), expected, rtol=1e-12, atol=1e-12)


@given(pools())
@settings(max_examples=60, deadline=None)
def test_avg_pool_equals_the_loops_and_central_differences(case):
    x, window, stride, padding = case
    y, backward = avg_pool2d(x, window, stride, Workspace().of("pool"), padding)
    np.testing.assert_allclose(y, naive_ops.avg_pool2d(x, window, stride, padding), rtol=1e-12, atol=1e-12)
    dy = np.random.default_rng(1).standard_normal(y.shape)

    def loss():
        return np.sum(avg_pool2d(x, window, stride, Workspace().of("pool"), padding)[0] * dy)

    assert relative_error(backward(dy.copy()), numeric_gradient(loss, x)) < 1e-6


@pytest.mark.parametrize("window", [(2, 2), (3, 3)])
def test_a_tie_goes_to_the_first_number_in_reading_order(window):
    x = np.ones((1, 6, 6, 1), np.float32)
    y, backward = max_pool2d(x, window, window, Workspace().of("pool"))
    dx = backward(np.ones_like(y))
    expected = np.zeros_like(x)
    expected[:, :: window[0], :: window[1]] = 1
    np.testing.assert_array_equal(dx, expected)


@pytest.mark.parametrize("pool", [max_pool2d, avg_pool2d])
def test_a_number_that_is_not_finite_comes_through(pool):
    x = np.zeros((1, 4, 4, 2), np.float32)
    x[0, 3, 3, 1] = np.nan
    y, _ = pool(x, (2, 2), (2, 2), Workspace().of("pool"))
    assert np.isnan(y[0, 1, 1, 1])
    assert np.isfinite(y[..., 0]).all()


@pytest.mark.parametrize(("pool", "reduce"), [(global_avg_pool2d, np.mean), (global_max_pool2d, np.max)])
def test_global_pools_equal_the_loops_and_central_differences(pool, reduce):
    x = np.random.default_rng(0).standard_normal((3, 4, 5, 2))
    y, backward = pool(x, Workspace().of("pool"))
    np.testing.assert_allclose(y, naive_ops.global_pool2d(x, reduce), rtol=1e-12)
    dy = np.random.default_rng(1).standard_normal(y.shape)
    numeric = numeric_gradient(lambda: np.sum(pool(x, Workspace().of("pool"))[0] * dy), x)
    assert relative_error(backward(dy.copy()), numeric) < 1e-6


def test_a_global_tie_goes_to_the_first_number_in_reading_order():
    y, backward = global_max_pool2d(np.ones((2, 3, 3, 1)), Workspace().of("pool"))
    dx = backward(np.ones_like(y))
    assert dx.sum() == 2
    assert (dx[:, 0, 0, 0] == 1).all()


@pytest.mark.parametrize("padding", [(0, 0, 0, 0), (1, 0, 2, 3)])
def test_zero_padding_equals_the_loops_and_gives_the_inner_gradient_back(padding):
    x = np.random.default_rng(0).standard_normal((2, 3, 4, 2))
    y, backward = zero_padding2d(x, padding, Workspace().of("pad"))
    np.testing.assert_array_equal(y, naive_ops.zero_padding2d(x, padding))
    top, _, left, _ = padding
    dy = np.random.default_rng(1).standard_normal(y.shape)
    np.testing.assert_array_equal(backward(dy.copy()), dy[:, top : top + 3, left : left + 4])
