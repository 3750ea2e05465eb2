"""BatchNorm and LocalResponseNorm against loops, differences and float64."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cnnviz.engine.meeting import alone, together
from cnnviz.engine.ops.norm import batch_norm, combined, fixed_norm, local_response_norm
from cnnviz.engine.workspace import Workspace
from tests.helpers import naive_ops
from tests.helpers.gradients import numeric_gradient, relative_error

EPSILON = 1e-3


@st.composite
def batches(draw):
    """A volume or a row, away from 0, with weights and biases."""
    sizes = st.integers(1, 4)
    shape = (draw(sizes), draw(sizes), draw(sizes), draw(st.integers(2, 5)))
    if draw(st.booleans()):
        shape = (shape[0], shape[3])
    rng = np.random.default_rng(draw(st.integers(0, 1000)))
    return rng.standard_normal(shape) * 2 + 5, rng.standard_normal(shape[0]), rng.standard_normal(shape[0])


def normalise(x, weight, bias):
    y, backward, _ = alone(batch_norm(x, weight, bias, EPSILON, Workspace().of("norm")))
    return y, lambda dy: alone(backward(dy, True))


def fixed(x, weight, bias):
    mean, variance = np.arange(len(x)) + 4.0, np.arange(len(x)) + 0.5
    y, backward = fixed_norm(x, weight, bias, mean, variance, EPSILON, Workspace().of("norm"))
    return y, lambda dy: backward(dy, True)


@given(batches())
@settings(max_examples=50, deadline=None)
def test_batch_norm_equals_the_loops(case):
    y, _ = normalise(*case)
    np.testing.assert_allclose(y, naive_ops.batch_norm(*case, EPSILON), rtol=1e-9, atol=1e-9)


@pytest.mark.parametrize("operation", [normalise, fixed])
@given(case=batches())
@settings(max_examples=30, deadline=None)
def test_gradients_equal_central_differences(operation, case):
    y, backward = operation(*case)
    upstream = np.random.default_rng(1).standard_normal(y.shape)
    gradients = backward(upstream.copy())

    def loss():
        return np.sum(operation(*case)[0] * upstream)

    for received, array in zip(gradients, case, strict=True):
        numeric = numeric_gradient(loss, array)
        assert relative_error(received, numeric, least=1e-2) < 1e-6


@pytest.mark.parametrize("operation", [normalise, fixed])
@given(case=batches())
@settings(max_examples=20, deadline=None)
def test_float32_equals_float64(operation, case):
    y, backward = operation(*case)
    single = [array.astype(np.float32) for array in case]
    y32, backward32 = operation(*single)
    assert y32.dtype == np.float32
    assert relative_error(y32, y) < 1e-3
    upstream = np.random.default_rng(2).standard_normal(y.shape)
    for narrow, wide in zip(backward32(upstream.astype(np.float32)), backward(upstream.copy()), strict=True):
        assert narrow.dtype == np.float32
        assert relative_error(narrow, wide, least=1.0) < 1e-2


class _Table:
    """A room for shards that are computed by one thread."""

    def meet(self, own):
        return [own[number] for number in sorted(own)]

    def leave(self):
        raise AssertionError("nobody fails here")


@given(batches(), st.integers(1, 4))
@settings(max_examples=40, deadline=None)
def test_shards_together_equal_the_whole_batch(case, first):
    x, weight, bias = case
    first = min(first, x.shape[-1] - 1)
    whole, whole_back = normalise(x, weight, bias)
    upstream = np.random.default_rng(3).standard_normal(x.shape)

    def shard(part):
        own = np.ascontiguousarray(x[..., part])
        y, backward, _ = yield from batch_norm(own, weight, bias, EPSILON, Workspace().of("norm"))
        gradients = yield from backward(np.ascontiguousarray(upstream[..., part]), True)
        return y, gradients

    parts = {0: shard(slice(0, first)), first: shard(slice(first, None))}
    results = list(together(parts, _Table()).values())
    np.testing.assert_allclose(np.concatenate([y for y, _ in results], axis=-1), whole, rtol=1e-9, atol=1e-9)
    dx, dweight, dbias = whole_back(upstream.copy())
    joined = np.concatenate([own[0] for _, own in results], axis=-1)
    np.testing.assert_allclose(joined, dx, rtol=1e-8, atol=1e-8)
    for place, expected in ((1, dweight), (2, dbias)):
        np.testing.assert_allclose(sum(own[place] for _, own in results), expected, rtol=1e-8, atol=1e-8)


def test_statistics_far_from_zero_keep_their_digits():
    x = np.random.default_rng(0).standard_normal((2, 4, 4, 64)).astype(np.float32) + 1000
    _, _, seen = alone(
        batch_norm(x, np.ones(2, np.float32), np.zeros(2, np.float32), 1e-5, Workspace().of("n"))
    )
    exact = x.astype(np.float64).var(axis=(1, 2, 3))
    np.testing.assert_allclose(seen.variance, exact, rtol=1e-4)
    np.testing.assert_allclose(seen.unbiased_variance, exact * 1024 / 1023, rtol=1e-4)


def test_one_number_has_no_spread():
    said = np.array([[1.0], [7.0], [0.0]])
    assert combined([said]).unbiased_variance == 0


@st.composite
def responses(draw):
    sizes = st.integers(1, 4)
    shape = (draw(st.integers(1, 7)), draw(sizes), draw(sizes), 2)
    x = np.random.default_rng(draw(st.integers(0, 1000))).standard_normal(shape)
    return (
        x,
        draw(st.integers(1, 9)),
        draw(st.sampled_from([1e-4, 0.7])),
        draw(st.sampled_from([0.5, 0.75])),
        2.0,
    )


@given(responses())
@settings(max_examples=40, deadline=None)
def test_local_response_norm_equals_the_loops_and_central_differences(case):
    x, *rest = case
    y, backward = local_response_norm(*case, Workspace().of("lrn"))
    np.testing.assert_allclose(y, naive_ops.local_response_norm(*case), rtol=1e-10)
    upstream = np.random.default_rng(1).standard_normal(x.shape)

    def loss():
        return np.sum(local_response_norm(*case, Workspace().of("lrn"))[0] * upstream)

    assert relative_error(backward(upstream.copy()), numeric_gradient(loss, x)) < 1e-6
    y32, _ = local_response_norm(x.astype(np.float32), *rest, Workspace().of("lrn"))
    assert y32.dtype == np.float32
    assert relative_error(y32, y) < 1e-5
