"""Pooling: one number for each window, channel by channel. Windows that do not fit wholly are left out."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

import numpy as np

from cnnviz.engine.types import Array, Pair
from cnnviz.spec.shapes import window_output_size

if TYPE_CHECKING:
    from cnnviz.engine.workspace import Memory

PoolBackward = Callable[[Array], Array]


def max_pool2d(x: Array, window: Pair, stride: Pair, memory: Memory) -> tuple[Array, PoolBackward]:
    """Take the largest number of each window of x (C, H, W, N).

    The gradient goes to the first largest number in reading order, as in PyTorch.
    """
    if window == stride == (2, 2):
        return _max_pool_2x2(x, memory)
    y = memory.keep("y", _output_shape(x, window, stride), x.dtype)
    cells = _cells(x, y, window, stride)
    np.copyto(y, next(cells))
    for cell in cells:
        np.maximum(y, cell, out=y)

    def backward(dy: Array) -> Array:
        dx = memory.keep("dx", x.shape, x.dtype)
        dx[:] = 0
        free = np.ones(y.shape, np.bool_)
        chosen = np.empty(y.shape, np.bool_)
        part = memory.scratch("pool part", y.shape, y.dtype)
        for cell, target in zip(_cells(x, y, window, stride), _cells(dx, y, window, stride), strict=True):
            np.equal(cell, y, out=chosen)
            chosen &= free
            free ^= chosen
            target += np.multiply(dy, chosen, out=part)
        return dx

    return y, backward


def _max_pool_2x2(x: Array, memory: Memory) -> tuple[Array, PoolBackward]:
    """Do `max_pool2d` for windows of 2×2 that do not overlap, by pairs: first the rows, then the columns."""
    shape = _output_shape(x, (2, 2), (2, 2))
    upper, lower, y = (memory.keep(name, shape, x.dtype) for name in ("upper", "lower", "y"))
    a, b, c, d = _cells(x, y, (2, 2), (2, 2))
    np.maximum(a, b, out=upper)
    np.maximum(c, d, out=lower)
    np.maximum(upper, lower, out=y)

    def backward(dy: Array) -> Array:
        dx = memory.keep("dx", x.shape, x.dtype)
        dx[:, 2 * shape[1] :] = 0
        dx[:, :, 2 * shape[2] :] = 0
        da, db, dc, dd = _cells(dx, y, (2, 2), (2, 2))
        dupper = np.multiply(dy, upper >= y, out=memory.scratch("pool part", shape, x.dtype))
        np.multiply(dupper, a >= upper, out=da)
        np.subtract(dupper, da, out=db)
        dlower = np.subtract(dy, dupper, out=dy)
        np.multiply(dlower, c >= lower, out=dc)
        np.subtract(dlower, dc, out=dd)
        return dx

    return y, backward


def avg_pool2d(x: Array, window: Pair, stride: Pair, memory: Memory) -> tuple[Array, PoolBackward]:
    """Average each window of x (C, H, W, N)."""
    y = memory.keep("y", _output_shape(x, window, stride), x.dtype)
    share = x.dtype.type(1 / (window[0] * window[1]))
    cells = _cells(x, y, window, stride)
    np.copyto(y, next(cells))
    for cell in cells:
        y += cell
    y *= share
    tiled = window == stride

    def backward(dy: Array) -> Array:
        dx = memory.keep("dx", x.shape, x.dtype)
        dy *= share
        if tiled:
            dx[:, y.shape[1] * window[0] :] = 0
            dx[:, :, y.shape[2] * window[1] :] = 0
            for target in _cells(dx, y, window, stride):
                np.copyto(target, dy)
            return dx
        dx[:] = 0
        for target in _cells(dx, y, window, stride):
            target += dy
        return dx

    return y, backward


def _output_shape(x: Array, window: Pair, stride: Pair) -> tuple[int, int, int, int]:
    channels, height, width, images = x.shape
    rows = window_output_size(height, window[0], stride[0], 0)
    columns = window_output_size(width, window[1], stride[1], 0)
    return (channels, rows, columns, images)


def _cells(x: Array, y: Array, window: Pair, stride: Pair) -> Iterator[Array]:
    """Yield, for each place in the window in reading order, the numbers of x there, shaped as y."""
    _, rows, columns, _ = y.shape
    for ky in range(window[0]):
        for kx in range(window[1]):
            bottom = ky + (rows - 1) * stride[0] + 1
            right = kx + (columns - 1) * stride[1] + 1
            yield x[:, ky : bottom : stride[0], kx : right : stride[1]]
