"""Pooling: one number for each window, channel by channel. Windows that do not fit wholly are left out."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

import numpy as np

from cnnviz.engine.types import Array, Pair
from cnnviz.spec.shapes import window_output_size

if TYPE_CHECKING:
    from numpy.typing import NDArray

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
    """Do `max_pool2d` for windows of 2×2 that do not overlap: first down the columns, then along the rows.

    Going down first keeps runs of W · N numbers together, which is what makes it fast.
    """
    channels, height, width, images = shape = _output_shape(x, (2, 2), (2, 2))
    tall = (channels, height, 2 * width, images)
    upper, lower = (x[:, row : 2 * height : 2, : 2 * width] for row in (0, 1))
    winners, y = memory.keep("winners", tall, x.dtype), memory.keep("y", shape, x.dtype)
    np.maximum(upper, lower, out=winners)
    left, right = winners[:, :, 0::2], winners[:, :, 1::2]
    np.maximum(left, right, out=y)

    def backward(dy: Array) -> Array:
        from_upper = np.greater_equal(upper, winners)
        from_left = _first_of_pairs(left, right, from_upper)
        dwinners = memory.scratch("pool gradient", tall, x.dtype)
        share = np.multiply(dy, from_left, out=memory.scratch("pool share", shape, x.dtype))
        np.copyto(dwinners[:, :, 0::2], share)
        np.subtract(dy, share, out=dwinners[:, :, 1::2])
        dx = memory.keep("dx", x.shape, x.dtype)
        _clear_rest(dx, 2 * height, 2 * width)
        dupper, dlower = (dx[:, row : 2 * height : 2, : 2 * width] for row in (0, 1))
        np.multiply(dwinners, from_upper, out=dupper)
        np.subtract(dwinners, dupper, out=dlower)
        return dx

    return y, backward


def _first_of_pairs(left: Array, right: Array, from_upper: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Return where the left winner counts: it is larger, or it is as large and comes first in reading order.

    Of two equal winners the right one comes first only where it alone stands in the upper row.
    """
    counts = np.greater_equal(from_upper[:, :, 0::2], from_upper[:, :, 1::2])
    counts &= left >= right
    counts |= left > right
    return counts


def _clear_rest(dx: Array, height: int, width: int) -> None:
    """Set to 0 what lies below `height` and right of `width`, where no window reaches."""
    dx[:, height:] = 0
    dx[:, :, width:] = 0


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
            _clear_rest(dx, y.shape[1] * window[0], y.shape[2] * window[1])
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
