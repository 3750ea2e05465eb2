"""Pooling: one number for each window, channel by channel. Windows that do not fit wholly are left out."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

import numpy as np

from cnnviz.engine.ops.padding import crop, pad
from cnnviz.engine.program import Program
from cnnviz.engine.types import Array, Padding, Pair
from cnnviz.spec.shapes import window_output_size

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from cnnviz.engine.workspace import Memory

_BLOCK_NUMBERS = 1 << 16
"""Outputs that are computed together, so that everything they need stays in L2."""

_NO_PADDING = (0, 0, 0, 0)

PoolBackward = Callable[[Array], Array]


def max_pool2d(
    x: Array, window: Pair, stride: Pair, memory: Memory, padding: Padding = _NO_PADDING
) -> tuple[Array, PoolBackward]:
    """Take the largest number of each window of x (C, H, W, N).

    The gradient goes to the first largest number in reading order, as in PyTorch. Padding is never the
    largest: it counts as minus infinity, and every window must hold a number of x.
    """
    if any(padding):
        padded = pad(x, padding, -np.inf, memory)
        y, back = max_pool2d(padded, window, stride, memory.part("inside"))
        return y, lambda dy: crop(back(dy), padding, memory)
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
        free, chosen = memory.flags("free", y.shape), memory.flags("chosen", y.shape)
        free[:] = True
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

    Going down first keeps runs of W · N numbers together, which is what makes it fast. A few channels at a
    time go through all of it, so that what one operation writes is near when the next one reads it.
    """
    forward, y, winners = memory.prepared("forward", (x,), lambda: _forward_2x2(x, memory))
    forward.run()

    def backward(dy: Array) -> Array:
        program, dx = memory.prepared("backward", (x, dy), lambda: _backward_2x2(x, y, winners, dy, memory))
        program.run()
        return dx

    return y, backward


def _forward_2x2(x: Array, memory: Memory) -> tuple[Program, Array, Array]:
    channels, height, width, images = shape = _output_shape(x, (2, 2), (2, 2))
    winners = memory.keep("winners", (channels, height, 2 * width, images), x.dtype)
    y = memory.keep("y", shape, x.dtype)
    program = Program()
    for block in _blocks(y):
        program.add(np.maximum, *_row_pairs(x[block], y), out=winners[block])
        program.add(np.maximum, *_column_pairs(winners[block]), out=y[block])
    return program, y, winners


def _backward_2x2(x: Array, y: Array, winners: Array, dy: Array, memory: Memory) -> tuple[Program, Array]:
    dx = memory.keep("dx", x.shape, x.dtype)
    program = Program()
    for rest in _rests(dx, 2 * y.shape[1], 2 * y.shape[2]):
        program.add(rest.fill, 0)
    for block in _blocks(y):
        rows, drows = _row_pairs(x[block], y), _row_pairs(dx[block], y)
        _add_route_2x2(program, rows, winners[block], dy[block], drows, memory)
    return program, dx


def _blocks(y: Array) -> list[slice]:
    """Return the channels of y that are computed together."""
    step = max(1, _BLOCK_NUMBERS // math.prod(y.shape[1:]))
    return [slice(start, start + step) for start in range(0, len(y), step)]


def _add_route_2x2(
    program: Program,
    rows: tuple[Array, Array],
    winners: Array,
    dy: Array,
    drows: tuple[Array, Array],
    memory: Memory,
) -> None:
    """Write dy to the place of each window's first largest number, and 0 to the others."""
    from_upper = memory.flags("from upper", winners.shape)
    program.add(np.greater_equal, rows[0], winners, from_upper)
    from_left = _add_first_of_pairs(program, *_column_pairs(winners), from_upper, memory)
    dwinners = memory.scratch("pool gradient", winners.shape, dy.dtype)
    dleft, dright = _column_pairs(dwinners)
    share = memory.scratch("pool part", dy.shape, dy.dtype)
    program.add(np.multiply, dy, from_left, share)
    program.add(np.copyto, dleft, share)
    program.add(np.subtract, dy, share, dright)
    program.add(np.multiply, dwinners, from_upper, drows[0])
    program.add(np.subtract, dwinners, drows[0], drows[1])


def _row_pairs(x: Array, y: Array) -> tuple[Array, Array]:
    """Return the upper and the lower row of each window of x, as far as windows reach."""
    height, width = 2 * y.shape[1], 2 * y.shape[2]
    return x[:, 0:height:2, :width], x[:, 1:height:2, :width]


def _column_pairs(winners: Array) -> tuple[Array, Array]:
    """Return the left and the right column of each window."""
    return winners[:, :, 0::2], winners[:, :, 1::2]


def _add_first_of_pairs(
    program: Program, left: Array, right: Array, from_upper: NDArray[np.bool_], memory: Memory
) -> NDArray[np.bool_]:
    """Return where the left winner counts: it is larger, or it is as large and comes first in reading order.

    Of two equal winners the right one comes first only where it alone stands in the upper row.
    """
    counts, compared = memory.flags("from left", left.shape), memory.flags("compared", left.shape)
    program.add(np.greater_equal, from_upper[:, :, 0::2], from_upper[:, :, 1::2], counts)
    program.add(np.greater_equal, left, right, compared)
    program.add(np.logical_and, counts, compared, counts)
    program.add(np.greater, left, right, compared)
    program.add(np.logical_or, counts, compared, counts)
    return counts


def _rests(dx: Array, height: int, width: int) -> tuple[Array, Array]:
    """Return what lies below `height` and right of `width`, where no window reaches."""
    return dx[:, height:], dx[:, :, width:]


def avg_pool2d(
    x: Array, window: Pair, stride: Pair, memory: Memory, padding: Padding = _NO_PADDING
) -> tuple[Array, PoolBackward]:
    """Average each window of x (C, H, W, N); padding is not counted, so a window at the edge has less."""
    padded = pad(x, padding, 0, memory)
    y = memory.keep("y", _output_shape(padded, window, stride), x.dtype)
    share: Array | np.floating = x.dtype.type(1 / (window[0] * window[1]))
    if any(padding):
        share = _shares(x, y, window, stride, padding)
    cells = _cells(padded, y, window, stride)
    np.copyto(y, next(cells))
    for cell in cells:
        y += cell
    y *= share
    tiled = window == stride

    def backward(dy: Array) -> Array:
        dpadded = memory.keep("dpadded", padded.shape, x.dtype)
        dy *= share
        if tiled:
            for rest in _rests(dpadded, y.shape[1] * window[0], y.shape[2] * window[1]):
                rest.fill(0)
            for target in _cells(dpadded, y, window, stride):
                np.copyto(target, dy)
        else:
            dpadded[:] = 0
            for target in _cells(dpadded, y, window, stride):
                target += dy
        return crop(dpadded, padding, memory)

    return y, backward


def _shares(x: Array, y: Array, window: Pair, stride: Pair, padding: Padding) -> Array:
    """Return 1 / the number of places in each window that lie inside x, as (OH, OW, 1)."""
    counts = []
    for axis in (0, 1):
        starts = np.arange(y.shape[axis + 1]) * stride[axis] - padding[2 * axis]
        ends = np.minimum(starts + window[axis], x.shape[axis + 1])
        counts.append(ends - np.maximum(starts, 0))
    shares: Array = (1 / np.multiply.outer(*counts))[..., None].astype(x.dtype)
    return shares


def global_avg_pool2d(x: Array, memory: Memory) -> tuple[Array, PoolBackward]:
    """Average each map of x (C, H, W, N) to one number; the output is (C, N)."""
    channels, height, width, images = x.shape
    y = memory.keep("y", (channels, images), x.dtype)
    np.sum(x.reshape(channels, height * width, images), axis=1, out=y)
    share = x.dtype.type(1 / (height * width))
    y *= share

    def backward(dy: Array) -> Array:
        dx = memory.keep("dx", x.shape, x.dtype)
        dy *= share
        dx[:] = dy[:, None, None, :]
        return dx

    return y, backward


def global_max_pool2d(x: Array, memory: Memory) -> tuple[Array, PoolBackward]:
    """Take the largest number of each map of x (C, H, W, N); the output is (C, N).

    The gradient goes to the first largest number in reading order, as in PyTorch.
    """
    maps = x.reshape(len(x), -1, x.shape[3])
    places = maps.argmax(axis=1)[:, None]
    y = memory.keep("y", (len(x), x.shape[3]), x.dtype)
    np.copyto(y, np.take_along_axis(maps, places, axis=1)[:, 0])

    def backward(dy: Array) -> Array:
        dx = memory.keep("dx", x.shape, x.dtype)
        dx[:] = 0
        np.put_along_axis(dx.reshape(maps.shape), places, dy[:, None], axis=1)
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
