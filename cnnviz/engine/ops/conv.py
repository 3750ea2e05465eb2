"""Convolution as matrix products over lowered rows, one for each row of the output."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np

from cnnviz.engine.ops.lowering import Lowering, row_blocks
from cnnviz.engine.types import Array, Padding, Pair
from cnnviz.spec.shapes import window_output_size

if TYPE_CHECKING:
    from cnnviz.engine.workspace import Memory

ConvBackward = Callable[[Array, bool], tuple[Array | None, Array, Array]]


def conv2d(
    x: Array, weight: Array, bias: Array, stride: Pair, padding: Padding, memory: Memory
) -> tuple[Array, ConvBackward]:
    """Slide filters over x: y[f, i, j] = b[f] + Σ w[f, c, a, b] · x[c, i · s + a - top, j · s + b - left].

    x is (C, H, W, N), weight (F, C, KH, KW), bias (F,); the output is (F, OH, OW, N). The closure takes dy
    and whether dx is wanted, and returns (dx or None, dweight, dbias).

    The bias enters the product as the weight of a row of ones, so that neither it nor its gradient needs a
    pass of its own.
    """
    _, height, width, images = x.shape
    filters, _, kernel_height, kernel_width = weight.shape
    out_height = window_output_size(height, kernel_height, stride[0], padding[0] + padding[1])
    out_width = window_output_size(width, kernel_width, stride[1], padding[2] + padding[3])
    lowering = Lowering(
        rows=(out_height - 1) * stride[0] + kernel_height,
        columns=out_width,
        kernel_width=kernel_width,
        stride=stride[1],
        top=padding[0],
        left=padding[2],
        constant=True,
    )
    blocks = row_blocks(lowering.apply(x, memory), kernel_height, stride[0], out_height)
    y = memory.keep("y", (filters, out_height, out_width, images), x.dtype)
    np.matmul(_lowered_weight(weight, bias, memory), blocks, out=_rows_first(y))

    def backward(dy: Array, input_gradient: bool) -> tuple[Array | None, Array, Array]:
        blocks = row_blocks(lowering.apply(x, memory), kernel_height, stride[0], out_height)
        dweight, dbias = _parameter_gradients(blocks, dy, weight, memory)
        if not input_gradient:
            return None, dweight, dbias
        if stride == (1, 1):
            return _input_gradient(dy, weight, x.shape, padding, memory), dweight, dbias
        return _strided_input_gradient(dy, weight, x.shape, stride, lowering, memory), dweight, dbias

    return y, backward


def _rows_first(y: Array) -> Array:
    """View (F, OH, OW, N) as a stack of matrices (OH, F, OW · N)."""
    filters, height, width, images = y.shape
    return y.reshape(filters, height, width * images).transpose(1, 0, 2)


def _lowered_weight(weight: Array, bias: Array, memory: Memory) -> Array:
    """Return the weights in the order of a column block, (F, KH · (KW · C + 1)), the bias among them."""
    filters, channels, kernel_height, kernel_width = weight.shape
    entries = kernel_width * channels + 1
    lowered = memory.scratch("lowered weight", (filters, kernel_height, entries), weight.dtype)
    inner = lowered[:, :, :-1].reshape(filters, kernel_height, kernel_width, channels)
    inner[:] = weight.transpose(0, 2, 3, 1)
    lowered[:, 0, -1] = bias
    lowered[:, 1:, -1] = 0
    return lowered.reshape(filters, -1)


def _parameter_gradients(blocks: Array, dy: Array, weight: Array, memory: Memory) -> tuple[Array, Array]:
    filters, channels, kernel_height, kernel_width = weight.shape
    size = (blocks.shape[1], filters)
    total = memory.scratch("weight gradient sum", size, dy.dtype)
    term = memory.scratch("weight gradient term", size, dy.dtype)
    rows = _rows_first(dy).transpose(0, 2, 1)
    np.matmul(blocks[0], rows[0], out=total)
    for block, row in zip(blocks[1:], rows[1:], strict=True):
        np.matmul(block, row, out=term)
        np.add(total, term, out=total)
    dweight = memory.keep("dweight", weight.shape, weight.dtype)
    dbias = memory.keep("dbias", (filters,), weight.dtype)
    entries = total.reshape(kernel_height, -1, filters)
    inner = entries[:, :-1].reshape(kernel_height, kernel_width, channels, filters)
    np.copyto(dweight, inner.transpose(3, 2, 0, 1))
    np.copyto(dbias, entries[0, -1])
    return dweight, dbias


def _input_gradient(
    dy: Array, weight: Array, shape: tuple[int, ...], padding: Padding, memory: Memory
) -> Array:
    """Return dx at stride 1: dy, padded to full size, convolved with the filters turned by 180°."""
    channels, height, width, _ = shape
    filters, _, kernel_height, kernel_width = weight.shape
    lowering = Lowering(
        rows=height + kernel_height - 1,
        columns=width,
        kernel_width=kernel_width,
        stride=1,
        top=kernel_height - 1 - padding[0],
        left=kernel_width - 1 - padding[2],
        constant=False,
    )
    blocks = row_blocks(lowering.apply(dy, memory), kernel_height, 1, height)
    turned = memory.scratch("lowered weight", (channels, kernel_height, kernel_width, filters), weight.dtype)
    np.copyto(turned, weight[:, :, ::-1, ::-1].transpose(1, 2, 3, 0))
    dx = memory.keep("dx", shape, dy.dtype)
    np.matmul(turned.reshape(channels, -1), blocks, out=_rows_first(dx))
    return dx


def _strided_input_gradient(
    dy: Array, weight: Array, shape: tuple[int, ...], stride: Pair, lowering: Lowering, memory: Memory
) -> Array:
    """Return dx at any stride: the gradient of every lowered entry, added up where it came from."""
    channels, _, _, images = shape
    filters, _, kernel_height, kernel_width = weight.shape
    turned = memory.scratch("lowered weight", (kernel_height, kernel_width, channels, filters), weight.dtype)
    np.copyto(turned, weight.transpose(2, 3, 1, 0))
    matrix = turned.reshape(-1, filters)
    entries, columns = kernel_width * channels, lowering.columns * images
    spread = memory.scratch("lowered", (lowering.rows, entries, columns), dy.dtype)
    spread[:] = 0
    block = memory.scratch("block gradient", (kernel_height * entries, columns), dy.dtype)
    for number, row in enumerate(_rows_first(dy)):
        np.matmul(matrix, row, out=block)
        first = number * stride[0]
        spread[first : first + kernel_height] += block.reshape(kernel_height, entries, columns)
    return _gather(spread, shape, stride, lowering, memory)


def _gather(spread: Array, shape: tuple[int, ...], stride: Pair, lowering: Lowering, memory: Memory) -> Array:
    """Add lowered entries (rows, KW · C, OW · N) to the pixels (C, H, W, N) they were copied from."""
    channels, height, width, images = shape
    right = (lowering.columns - 1) * stride[1] + lowering.kernel_width - lowering.left
    last_row = max(height, lowering.rows - lowering.top)
    padded = memory.scratch(
        "padded gradient",
        (channels, lowering.top + last_row, lowering.left + max(width, right), images),
        spread.dtype,
    )
    padded[:] = 0
    parts = spread.reshape(lowering.rows, lowering.kernel_width, channels, lowering.columns, images)
    for kx in range(lowering.kernel_width):
        end = kx + (lowering.columns - 1) * stride[1] + 1
        padded[:, : lowering.rows, kx : end : stride[1]] += parts[:, kx].transpose(1, 0, 2, 3)
    dx = memory.keep("dx", shape, spread.dtype)
    top, left = lowering.top, lowering.left
    np.copyto(dx, padded[:, top : top + height, left : left + width])
    return dx
