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
