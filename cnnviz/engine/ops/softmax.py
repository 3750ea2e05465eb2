"""Scores to probabilities: softmax over a row of them, the logistic function of one."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from cnnviz.engine.floats import quiet

if TYPE_CHECKING:
    from collections.abc import Callable

    from cnnviz.engine.types import Array
    from cnnviz.engine.workspace import Memory


def probabilities(scores: Array) -> Array:
    """Return exp(s) / Σ exp(s) over the units of scores (K, N), shifted so that nothing overflows."""
    with quiet():
        shifted: Array = scores - scores.max(axis=0)
        np.exp(shifted, out=shifted)
        shifted /= shifted.sum(axis=0)
    return shifted


def logistic(scores: Array) -> Array:
    """Return 1 / (1 + exp(-s)) of scores of any shape, written so that nothing overflows."""
    result: Array = np.tanh(scores * 0.5)
    result *= 0.5
    result += 0.5
    return result


def softmax(x: Array, memory: Memory) -> tuple[Array, Callable[[Array], Array]]:
    """Compute the softmax of x (K, N) as a layer of its own."""
    y = memory.keep("y", x.shape, x.dtype)
    np.copyto(y, probabilities(x))

    def backward(dy: Array) -> Array:
        inner = np.einsum("kn,kn->n", dy, y)
        dy -= inner
        dy *= y
        return dy

    return y, backward
