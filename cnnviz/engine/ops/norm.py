"""Normalisation: over the batch, and over neighbouring channels."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING

import numpy as np

from cnnviz.engine.meeting import Meeting, Said
from cnnviz.engine.types import Array

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from cnnviz.engine.workspace import Memory

_BLOCK_NUMBERS = 1 << 16
"""Numbers that are taken through all passes together, so that they stay in L2."""

MeetingBackward = Callable[[Array, bool], Meeting[tuple[Array | None, Array, Array]]]
"""Takes dy and whether dx is wanted; returns (dx or None, dweight, dbias) after meeting the other shards."""


@dataclasses.dataclass(frozen=True, slots=True)
class Statistics:
    """Mean and variance (C,) of `count` numbers in each channel, in float64."""

    count: float
    mean: NDArray[np.float64]
    variance: NDArray[np.float64]

    @property
    def unbiased_variance(self) -> NDArray[np.float64]:
        """The variance divided by count - 1; that of a single number is 0."""
        return self.variance * (self.count / max(self.count - 1, 1))


def batch_norm(
    x: Array, weight: Array, bias: Array, epsilon: float, memory: Memory
) -> Meeting[tuple[Array, MeetingBackward, Statistics]]:
    """Compute (x - mean) / sqrt(variance + epsilon) · weight + bias with the statistics of the whole batch.

    x is a shard (C, H, W, N) or (K, N) of it; weight and bias are (C,) or (K,). The shards meet once on
    the way there and once on the way back (Ioffe & Szegedy 2015).
    """
    statistics = combined((yield _own_statistics(x, memory)))
    mean, scale = _of_type(x, statistics.mean), _inverse_deviation(x, statistics.variance, epsilon)
    y = _normalised(x, mean, scale * weight, bias, memory.keep("y", x.shape, x.dtype))

    def backward(dy: Array, input_gradient: bool) -> Meeting[tuple[Array | None, Array, Array]]:
        dx, dweight, dbias = _parameter_gradients(x, dy, mean, scale, memory)
        if not input_gradient:
            return None, dweight, dbias
        said = yield np.stack([dweight, dbias]).astype(np.float64)
        total = np.sum(said, axis=0) / statistics.count
        along, level = _of_type(x, total[0]), _of_type(x, total[1])
        for rows, (normal, gradient) in _blocks(dx, dy):
            normal *= along[rows, None]
            np.subtract(gradient, normal, out=normal)
            normal -= level[rows, None]
            normal *= (scale * weight)[rows, None]
        return dx, dweight, dbias

    return y, backward, statistics


def fixed_norm(
    x: Array, weight: Array, bias: Array, mean: Array, variance: Array, epsilon: float, memory: Memory
) -> tuple[Array, Callable[[Array, bool], tuple[Array | None, Array, Array]]]:
    """Do what `batch_norm` does with given statistics (C,), so that every image stands for itself."""
    scale = _inverse_deviation(x, variance, epsilon)
    y = _normalised(x, mean, scale * weight, bias, memory.keep("y", x.shape, x.dtype))

    def backward(dy: Array, input_gradient: bool) -> tuple[Array | None, Array, Array]:
        dx, dweight, dbias = _parameter_gradients(x, dy, mean, scale, memory)
        if not input_gradient:
            return None, dweight, dbias
        np.multiply(dy.reshape(len(dy), -1), (scale * weight)[:, None], out=dx.reshape(len(dx), -1))
        return dx, dweight, dbias

    return y, backward


def combined(parts: Sequence[Said]) -> Statistics:
    """Return the statistics of everything from those of its parts, (3, C) each: count, mean, Σ (x - mean)².

    Sums of squares around the own mean of each part lose no digits (Chan, Golub & LeVeque 1983).
    """
    table = np.stack(parts)
    counts, means, squares = table[:, 0], table[:, 1], table[:, 2]
    count = counts.sum(axis=0)
    mean = np.sum(counts * means, axis=0) / count
    variance = np.sum(squares + counts * (means - mean) ** 2, axis=0) / count
    return Statistics(float(count[0]), mean, variance)


def local_response_norm(
    x: Array, size: int, alpha: float, beta: float, k: float, memory: Memory
) -> tuple[Array, Callable[[Array], Array]]:
    """Compute y = x · (k + alpha / size · Σ x²) ** -beta over `size` channels of x (C, H, W, N).

    The sum runs from channel c - size // 2 to c + (size - 1) // 2, as in PyTorch (Krizhevsky et al. 2012).
    """
    divisor = memory.keep("divisor", x.shape, x.dtype)
    spare = memory.scratch("squares", x.shape, x.dtype)
    np.multiply(x, x, out=spare)
    _sum_neighbours(spare, size // 2, (size - 1) // 2, divisor)
    divisor *= x.dtype.type(alpha / size)
    divisor += x.dtype.type(k)
    factors = memory.keep("factors", x.shape, x.dtype)
    np.power(divisor, x.dtype.type(-beta), out=factors)
    y = memory.keep("y", x.shape, x.dtype)
    np.multiply(x, factors, out=y)

    def backward(dy: Array) -> Array:
        dx = memory.keep("dx", x.shape, x.dtype)
        spare = memory.scratch("squares", x.shape, x.dtype)
        np.multiply(x, factors, out=spare)
        spare *= dy
        spare /= divisor
        _sum_neighbours(spare, (size - 1) // 2, size // 2, dx)
        dx *= x
        dx *= x.dtype.type(-2 * alpha * beta / size)
        dy *= factors
        dx += dy
        return dx

    return y, backward


def _sum_neighbours(x: Array, before: int, after: int, result: Array) -> None:
    """Write to `result` the sum of each channel of x (C, …) and so many of its neighbours."""
    np.copyto(result, x)
    for distance in range(1, min(before, len(x) - 1) + 1):
        result[distance:] += x[:-distance]
    for distance in range(1, min(after, len(x) - 1) + 1):
        result[:-distance] += x[distance:]


def _own_statistics(x: Array, memory: Memory) -> Said:
    """Return, for each channel, how many numbers a shard has, their mean, and Σ (x - mean)²."""
    said = np.empty((3, len(x)))
    said[0] = math.prod(x.shape[1:])
    for rows, (own,) in _blocks(x):
        said[1, rows] = own.mean(axis=1)
        spare = memory.scratch("normal", own.shape, x.dtype)
        np.subtract(own, _of_type(x, said[1, rows])[:, None], out=spare)
        spare *= spare
        said[2, rows] = spare.sum(axis=1)
    return said


def _normalised(x: Array, mean: Array, factors: Array, bias: Array, y: Array) -> Array:
    for rows, (own, result) in _blocks(x, y):
        np.subtract(own, mean[rows, None], out=result)
        result *= factors[rows, None]
        result += bias[rows, None]
    return y


def _parameter_gradients(
    x: Array, dy: Array, mean: Array, scale: Array, memory: Memory
) -> tuple[Array, Array, Array]:
    """Return the normalised x in the memory of dx, and the gradients of weight and bias."""
    normal = memory.keep("dx", x.shape, x.dtype)
    dweight = memory.keep("dweight", mean.shape, x.dtype)
    dbias = memory.keep("dbias", mean.shape, x.dtype)
    for rows, (own, result, gradient) in _blocks(x, normal, dy):
        np.subtract(own, mean[rows, None], out=result)
        result *= scale[rows, None]
        product = memory.scratch("normal", own.shape, x.dtype)
        np.multiply(result, gradient, out=product)
        np.sum(product, axis=1, out=dweight[rows])
        np.sum(gradient, axis=1, out=dbias[rows])
    return normal, dweight, dbias


def _blocks(*arrays: Array) -> Iterator[tuple[slice, list[Array]]]:
    """Yield a few channels at a time of arrays (C, …) as (rows, L), with the slice that they are."""
    flat = [array.reshape(len(array), -1) for array in arrays]
    step = max(1, _BLOCK_NUMBERS // flat[0].shape[1])
    for start in range(0, len(flat[0]), step):
        rows = slice(start, start + step)
        yield rows, [array[rows] for array in flat]


def _of_type(x: Array, values: NDArray[np.floating]) -> Array:
    return values.astype(x.dtype)


def _inverse_deviation(x: Array, variance: NDArray[np.floating], epsilon: float) -> Array:
    return _of_type(x, 1 / np.sqrt(variance + epsilon))
