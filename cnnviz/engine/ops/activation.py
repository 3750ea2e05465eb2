"""Functions of one number at a time. With `in_place` the output takes the memory of the input."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from cnnviz.engine.types import Array
from cnnviz.engine.workspace import Memory

ActivationBackward = Callable[[Array], Array]
Activation = Callable[[Array, bool, Memory], tuple[Array, ActivationBackward]]


def relu(x: Array, in_place: bool, memory: Memory) -> tuple[Array, ActivationBackward]:
    """Compute max(0, x). The gradient passes where the output is above 0, as in PyTorch."""
    y = _output(x, in_place, memory)
    # A row of zeros, not the number 0: NumPy's maximum has vector code for arrays only.
    np.maximum(x, np.zeros(x.shape[-1], x.dtype), out=y)

    def backward(dy: Array) -> Array:
        return np.multiply(dy, np.greater(y, 0, out=memory.flags("above 0", y.shape)), out=dy)

    return y, backward


def leaky_relu(x: Array, slope: float, in_place: bool, memory: Memory) -> tuple[Array, ActivationBackward]:
    """Compute x where it is above 0, else slope · x. The gradient at 0 is the slope, as in PyTorch."""
    factors = memory.keep("factors", x.shape, x.dtype)
    np.copyto(factors, np.greater(x, 0, out=memory.flags("above 0", x.shape)))
    np.maximum(factors, np.full(x.shape[-1], slope, x.dtype), out=factors)
    y = _output(x, in_place, memory)
    np.multiply(x, factors, out=y)
    return y, lambda dy: np.multiply(dy, factors, out=dy)


def elu(x: Array, alpha: float, in_place: bool, memory: Memory) -> tuple[Array, ActivationBackward]:
    """Compute x where it is above 0, else alpha · (exp(x) - 1), whose slope is alpha · exp(x)."""
    slopes = memory.keep("slopes", x.shape, x.dtype)
    np.minimum(x, np.zeros(x.shape[-1], x.dtype), out=slopes)
    np.exp(slopes, out=slopes)
    below = memory.scratch("below 0", x.shape, x.dtype)
    np.minimum(x, np.zeros(x.shape[-1], x.dtype), out=below)
    np.expm1(below, out=below)
    below *= alpha
    y = _output(x, in_place, memory)
    np.maximum(x, np.zeros(x.shape[-1], x.dtype), out=y)
    positive = np.greater(y, 0, out=memory.flags("above 0", x.shape))
    y += below
    slopes *= alpha
    np.copyto(slopes, x.dtype.type(1), where=positive)
    return y, lambda dy: np.multiply(dy, slopes, out=dy)


def sigmoid(x: Array, in_place: bool, memory: Memory) -> tuple[Array, ActivationBackward]:
    """Compute 1 / (1 + exp(-x)), written with tanh so that no exponential can overflow."""
    y = _output(x, in_place, memory)
    np.multiply(x, 0.5, out=y)
    np.tanh(y, out=y)
    y *= 0.5
    y += 0.5

    def backward(dy: Array) -> Array:
        slope = memory.scratch("slope", y.shape, y.dtype)
        np.subtract(1, y, out=slope)
        slope *= y
        return np.multiply(dy, slope, out=dy)

    return y, backward


def tanh(x: Array, in_place: bool, memory: Memory) -> tuple[Array, ActivationBackward]:
    """Compute the hyperbolic tangent."""
    y = _output(x, in_place, memory)
    np.tanh(x, out=y)

    def backward(dy: Array) -> Array:
        slope = memory.scratch("slope", y.shape, y.dtype)
        np.multiply(y, y, out=slope)
        np.subtract(1, slope, out=slope)
        return np.multiply(dy, slope, out=dy)

    return y, backward


def _output(x: Array, in_place: bool, memory: Memory) -> Array:
    return x if in_place else memory.keep("y", x.shape, x.dtype)
