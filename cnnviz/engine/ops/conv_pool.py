"""Convolution and the max pooling of 2×2 behind it, a few rows at a time.

What a convolution with few channels writes is read again by pooling, and its gradient is written by pooling
to be read again by the convolution; both are too large for the caches, and memory takes longer than the
arithmetic. Here some rows go through both while they are in L2. What is kept are the pooled numbers, and
two truth values for each window that tell which of its four numbers was the largest.
"""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

import numpy as np

from cnnviz.engine.ops.conv import (
    add_lowered_weight,
    add_ordered_gradients,
    conv2d,
    direct_input_gradient,
    is_direct,
    lowering_for,
)
from cnnviz.engine.ops.lowering import row_blocks
from cnnviz.engine.ops.pool import max_pool2d
from cnnviz.engine.ops.products import add_sum
from cnnviz.engine.program import Program

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from cnnviz.engine.types import Array, Padding, Pair, ParameterBackward
    from cnnviz.engine.workspace import Memory

_BLOCK_NUMBERS = 1 << 16
"""Outputs of the convolution that go through pooling together, if that is at least one row of windows."""


def conv_max_pool2d(
    x: Array,
    weight: Array,
    bias: Array | None,
    stride: Pair,
    padding: Padding,
    memories: tuple[Memory, Memory],
) -> tuple[Array, ParameterBackward]:
    """Do `conv2d` and then `max_pool2d` with windows of 2×2 side by side, with memory for either.

    The padding is such that the convolution has an even number of rows and columns.
    """
    memory, pool_memory = memories
    if is_direct(x, weight, stride, padding):
        return _by_rows(x, weight, bias, stride, padding, memory)
    scores, back = conv2d(x, weight, bias, stride, padding, memory)
    y, pool_back = max_pool2d(scores, (2, 2), (2, 2), pool_memory)
    return y, lambda dy, input_gradient: back(pool_back(dy), input_gradient)


@dataclasses.dataclass(frozen=True, slots=True)
class _Winners:
    """Which number of each window was the largest: in the upper row, for either column; in the left column.

    Shapes (OH / 2, F, OW, N) and (OH / 2, F, OW / 2, N).
    """

    upper: NDArray[np.bool_]
    left: NDArray[np.bool_]


def _by_rows(
    x: Array, weight: Array, bias: Array | None, stride: Pair, padding: Padding, memory: Memory
) -> tuple[Array, ParameterBackward]:
    forward, y, winners = memory.prepared(
        "pooled forward", (x, weight, bias), lambda: _forward(x, weight, bias, stride, padding, memory)
    )
    forward.run()

    def backward(dy: Array, input_gradient: bool) -> tuple[Array | None, Array, Array | None]:
        program, dweight, dbias = memory.prepared(
            "pooled parameter gradients",
            (x, dy, weight, bias),
            lambda: _parameter_gradients(x, dy, winners, weight, bias, stride, padding, memory),
        )
        program.run()
        if not input_gradient:
            return None, dweight, dbias
        program, dscores = memory.prepared("spread", (y, dy), lambda: _spread(dy, winners, memory))
        program.run()
        return direct_input_gradient(x, dscores, weight, stride, padding, memory), dweight, dbias

    return y, backward


def _blocks(winners: _Winners) -> list[slice]:
    """Return the rows of windows that are computed together."""
    count = len(winners.upper)
    step = max(1, _BLOCK_NUMBERS // (2 * winners.upper[0].size))
    return [slice(start, min(start + step, count)) for start in range(0, count, step)]


def _forward(
    x: Array, weight: Array, bias: Array | None, stride: Pair, padding: Padding, memory: Memory
) -> tuple[Program, Array, _Winners]:
    filters, images = len(weight), x.shape[3]
    lowering, rows = lowering_for(x, weight, bias, stride, padding)
    pooled = (rows // 2, filters, lowering.columns, images)
    halved = (rows // 2, filters, lowering.columns // 2, images)
    y = memory.keep("y", (filters, rows // 2, lowering.columns // 2, images), x.dtype)
    winners = _Winners(memory.keep_flags("upper", pooled), memory.keep_flags("left", halved))
    program = Program()
    blocks = row_blocks(lowering.add_to(program, x, memory), weight.shape[2], stride[0], rows)
    matrix = add_lowered_weight(program, weight, bias, memory)
    for part in _blocks(winners):
        count = part.stop - part.start
        scores = memory.scratch("rows of scores", (count, 2, *pooled[1:]), x.dtype)
        products = scores.reshape(2 * count, filters, -1)
        program.add(np.matmul, matrix, blocks[2 * part.start : 2 * part.stop], products)
        _add_pooling(program, scores, y[:, part].swapaxes(0, 1), winners, part, memory)
    return program, y, winners


def _add_pooling(
    program: Program, scores: Array, y: Array, winners: _Winners, part: slice, memory: Memory
) -> None:
    """Write the largest numbers of scores (rows, 2, F, OW, N) to y (rows, F, OW / 2, N).

    Of equal numbers the first in reading order wins: of two equal winners of their columns the right one
    only where it alone stands in the upper row.
    """
    upper, left_wins = winners.upper[part], winners.left[part]
    largest = memory.scratch("rows of winners", upper.shape, scores.dtype)
    left, right = largest[:, :, 0::2], largest[:, :, 1::2]
    compared = memory.flags("compared", left.shape)
    program.add(np.maximum, scores[:, 0], scores[:, 1], out=largest)
    program.add(np.greater_equal, scores[:, 0], scores[:, 1], upper)
    program.add(np.maximum, left, right, out=y)
    program.add(np.greater_equal, upper[:, :, 0::2], upper[:, :, 1::2], left_wins)
    program.add(np.greater_equal, left, right, compared)
    program.add(np.logical_and, left_wins, compared, left_wins)
    program.add(np.greater, left, right, compared)
    program.add(np.logical_or, left_wins, compared, left_wins)


def _add_spreading(
    program: Program, dy: Array, winners: _Winners, part: slice, dscores: Array, memory: Memory
) -> None:
    """Write dy (rows, F, OW / 2, N) to the winners' places in dscores (rows, 2, F, OW, N), elsewhere 0."""
    upper, left = winners.upper[part], winners.left[part]
    dlargest = memory.scratch("rows of winners", upper.shape, dy.dtype)
    dleft, dright = dlargest[:, :, 0::2], dlargest[:, :, 1::2]
    program.add(np.multiply, dy, left, dleft)
    program.add(np.subtract, dy, dleft, dright)
    program.add(np.multiply, dlargest, upper, dscores[:, 0])
    program.add(np.subtract, dlargest, dscores[:, 0], dscores[:, 1])


def _spread(dy: Array, winners: _Winners, memory: Memory) -> tuple[Program, Array]:
    """Return how to compute the gradient of the convolution's output (F, OH, OW, N), and where."""
    count, filters, columns, images = winners.upper.shape
    dscores = memory.keep("dscores", (filters, 2 * count, columns, images), dy.dtype)
    apart = dscores.reshape(filters, count, 2, columns, images).transpose(1, 2, 0, 3, 4)
    program = Program()
    for part in _blocks(winners):
        _add_spreading(program, dy[:, part].swapaxes(0, 1), winners, part, apart[part], memory)
    return program, dscores


def _parameter_gradients(
    x: Array,
    dy: Array,
    winners: _Winners,
    weight: Array,
    bias: Array | None,
    stride: Pair,
    padding: Padding,
    memory: Memory,
) -> tuple[Program, Array, Array | None]:
    filters, _channels, kernel_height, _kernel_width = weight.shape
    lowering, rows = lowering_for(x, weight, bias, stride, padding)
    program = Program()
    blocks = row_blocks(lowering.add_to(program, x, memory), kernel_height, stride[0], rows)
    total = memory.scratch("sum of products", (blocks.shape[1], filters), dy.dtype)
    for part in _blocks(winners):
        count = part.stop - part.start
        dscores = memory.scratch("rows of scores", (count, 2, *winners.upper.shape[1:]), dy.dtype)
        _add_spreading(program, dy[:, part].swapaxes(0, 1), winners, part, dscores, memory)
        right = dscores.reshape(2 * count, filters, -1).transpose(0, 2, 1)
        terms = memory.scratch("terms", (2 * count, *total.shape), dy.dtype)
        program.add(np.matmul, blocks[2 * part.start : 2 * part.stop], right, terms)
        add_sum(program, terms, 0, total, memory, is_first=part.start == 0)
    return program, *add_ordered_gradients(program, total, weight, bias, memory)
