"""A layer in which every unit weighs all inputs."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from cnnviz.engine.types import Array, ParameterBackward
    from cnnviz.engine.workspace import Memory


def dense(x: Array, weight: Array, bias: Array | None, memory: Memory) -> tuple[Array, ParameterBackward]:
    """Compute y = W x + b for x (in, N), weight (out, in) and bias (out,) or None; the output is (out, N).

    The closure takes dy and whether dx is wanted, and returns (dx or None, dweight, dbias or None).
    """
    y = memory.keep("y", (weight.shape[0], x.shape[1]), x.dtype)
    np.matmul(weight, x, out=y)
    if bias is not None:
        y += bias[:, None]

    def backward(dy: Array, input_gradient: bool) -> tuple[Array | None, Array, Array | None]:
        dweight = memory.keep("dweight", weight.shape, weight.dtype)
        np.matmul(dy, x.T, out=dweight)
        dbias = None
        if bias is not None:
            dbias = memory.keep("dbias", bias.shape, bias.dtype)
            np.sum(dy, axis=1, out=dbias)
        if not input_gradient:
            return None, dweight, dbias
        dx = memory.keep("dx", x.shape, x.dtype)
        np.matmul(weight.T, dy, out=dx)
        return dx, dweight, dbias

    return y, backward
