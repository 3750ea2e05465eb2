"""Convolution as one matrix product over the whole image, for very few images.

Every window is copied out (im2col), KH · KW times the image. With one image that still fits the caches, and
one large product takes the place of many narrow ones; the weights are used as they are stored. With more
images the copies leave the caches, and `conv` and `winograd` are faster.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
from numpy.lib.stride_tricks import as_strided

from cnnviz.engine.ops.padding import add_padding, crop
from cnnviz.engine.ops.whole_winograd import add_whole_winograd
from cnnviz.engine.ops.winograd import KERNEL_WIDTH, PLACES, TILE
from cnnviz.engine.program import Program
from cnnviz.spec.shapes import not_negative, window_output_size

if TYPE_CHECKING:
    from cnnviz.engine.types import Array, Padding, Pair, ParameterBackward
    from cnnviz.engine.workspace import Memory


_LEAST_DEPTH = 8
"""Channels and filters from which Winograd's transforms cost less than the multiplications they save …"""
_LEAST_SAVED = 300
"""… if so many multiplications are saved for each row of a kernel, which has to be transformed. Measured."""


def whole_conv2d(
    x: Array, weight: Array, bias: Array | None, stride: Pair, padding: Padding, memory: Memory
) -> tuple[Array, ParameterBackward]:
    """Do what `conv2d` does."""
    forward, y = memory.prepared(
        "whole forward", (x, weight, bias), lambda: _forward(x, weight, bias, stride, padding, memory)
    )
    forward.run()

    def backward(dy: Array, input_gradient: bool) -> tuple[Array | None, Array, Array | None]:
        filters, size = len(weight), y.shape[1:3]
        flat = dy.reshape(filters, -1)
        program = Program()
        columns = _add_columns(program, x, weight, stride, padding, size, memory)
        program.run()
        dweight = memory.keep("dweight", weight.shape, weight.dtype)
        np.matmul(flat, columns.T, out=dweight.reshape(filters, -1))
        dbias = (
            None if bias is None else np.sum(flat, axis=1, out=memory.keep("dbias", bias.shape, bias.dtype))
        )
        if not input_gradient:
            return None, dweight, dbias
        dcolumns = np.matmul(weight.reshape(filters, -1).T, flat, out=columns)
        windows = dcolumns.reshape(*weight.shape[1:], *size, x.shape[3])
        return _add_windows(windows, x.shape, stride, padding, memory), dweight, dbias

    return y, backward


def _forward(
    x: Array, weight: Array, bias: Array | None, stride: Pair, padding: Padding, memory: Memory
) -> tuple[Program, Array]:
    filters = len(weight)
    size = tuple(
        window_output_size(
            x.shape[1 + axis], weight.shape[2 + axis], stride[axis], sum(padding[2 * axis :][:2])
        )
        for axis in (0, 1)
    )
    program = Program()
    if (
        stride == (1, 1)
        and weight.shape[3] == KERNEL_WIDTH
        and _is_worth_transforming(weight, size, x.shape[3])
    ):
        return program, add_whole_winograd(program, x, weight, bias, padding, memory)
    columns = _add_columns(program, x, weight, stride, padding, size, memory)
    y = memory.keep("y", (filters, *size, x.shape[3]), x.dtype)
    flat = y.reshape(filters, -1)
    program.add(np.matmul, weight.reshape(filters, -1), columns, flat)
    if bias is not None:
        program.add(np.add, flat, bias[:, None], flat)
    return program, y


def _is_worth_transforming(weight: Array, size: tuple[int, ...], images: int) -> bool:
    if weight.shape[3] != KERNEL_WIDTH or min(weight.shape[:2]) < _LEAST_DEPTH:
        return False
    rows, columns = size
    saved = rows * (KERNEL_WIDTH * columns - PLACES * math.ceil(columns / TILE)) * images
    return saved >= _LEAST_SAVED


def _add_columns(
    program: Program,
    x: Array,
    weight: Array,
    stride: Pair,
    padding: Padding,
    size: tuple[int, ...],
    memory: Memory,
) -> Array:
    """Return the numbers under every window, (C · KH · KW, OH · OW · N), in the order of the weights."""
    padded = add_padding(program, x, not_negative(padding), 0, memory)
    channel, row, column, image = padded.strides
    shape = (*weight.shape[1:], *size, x.shape[3])
    strides = (channel, row, column, stride[0] * row, stride[1] * column, image)
    columns = memory.scratch("lowered", shape, x.dtype)
    program.add(np.copyto, columns, as_strided(padded, shape, strides, writeable=False))
    return columns.reshape(len(columns) * weight.shape[2] * weight.shape[3], -1)


def _add_windows(
    windows: Array, shape: tuple[int, ...], stride: Pair, padding: Padding, memory: Memory
) -> Array:
    """Return the sum (C, H, W, N) of windows (C, KH, KW, OH, OW, N) at the places they came from."""
    channels, height, width, images = shape
    top, bottom, left, right = around = not_negative(padding)
    padded = memory.keep(
        "dpadded", (channels, height + top + bottom, width + left + right, images), windows.dtype
    )
    padded[:] = 0
    _, kernel_height, kernel_width, rows, columns, _ = windows.shape
    for ky in range(kernel_height):
        for kx in range(kernel_width):
            below, beyond = ky + (rows - 1) * stride[0] + 1, kx + (columns - 1) * stride[1] + 1
            padded[:, ky : below : stride[0], kx : beyond : stride[1]] += windows[:, ky, kx]
    return crop(padded, around, memory)
