"""Convolution as matrix products over lowered rows, one for each row of the output."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from cnnviz.engine.ops.lowering import Lowering, column_span, row_blocks
from cnnviz.engine.ops.products import add_sum_of_products
from cnnviz.engine.ops.whole import whole_conv2d
from cnnviz.engine.ops.winograd import KERNEL_WIDTH, winograd_conv2d
from cnnviz.engine.program import Program
from cnnviz.spec.shapes import window_output_size

if TYPE_CHECKING:
    from cnnviz.engine.types import Array, Padding, Pair, ParameterBackward
    from cnnviz.engine.workspace import Memory


_LEAST_DEPTH = 8
"""Channels and filters from which Winograd's transforms cost less than the multiplications they save …"""
_LEAST_WORK = 1 << 22
"""… if there are also this many pairs of an input number and a filter …"""
_LEAST_LENGTH = 64
"""… and so many output columns of all images in a row. Measured, like the next."""
_NARROW = 60
"""Up to so many output columns of all images in a row, one product over the whole image is faster."""
_BLOCK_NUMBERS = 1 << 18
"""Numbers of an intermediate product that are computed before they are used up, so that they stay in L2."""


def conv2d(
    x: Array, weight: Array, bias: Array | None, stride: Pair, padding: Padding, memory: Memory
) -> tuple[Array, ParameterBackward]:
    """Slide filters over x: y[f, i, j] = b[f] + Σ w[f, c, a, b] · x[c, i · s + a - top, j · s + b - left].

    x is (C, H, W, N), weight (F, C, KH, KW), bias (F,) or None; the output is (F, OH, OW, N). Negative
    padding at the bottom and on the right leaves out the last rows and columns of x. The closure takes dy
    and whether dx is wanted, and returns (dx or None, dweight, dbias or None).
    """
    if is_direct(x, weight, stride, padding):
        return direct_conv2d(x, weight, bias, stride, padding, memory)
    if _length(x, weight, stride, padding) <= _NARROW:
        return whole_conv2d(x, weight, bias, stride, padding, memory)
    return winograd_conv2d(x, weight, bias, padding, memory)


def is_direct(x: Array, weight: Array, stride: Pair, padding: Padding) -> bool:
    """Return whether `conv2d` takes the way of `direct_conv2d`."""
    length = _length(x, weight, stride, padding)
    fits = stride == (1, 1) and weight.shape[3] == KERNEL_WIDTH
    return length > _NARROW and not (fits and _is_worth_transforming(x, weight, length))


def _length(x: Array, weight: Array, stride: Pair, padding: Padding) -> int:
    """Return the output columns of all images in a row."""
    _, _, width, images = x.shape
    length: int = images * window_output_size(width, weight.shape[3], stride[1], padding[2] + padding[3])
    return length


def _is_worth_transforming(x: Array, weight: Array, length: int) -> bool:
    filters, channels = weight.shape[:2]
    is_deep = min(filters, channels) >= _LEAST_DEPTH
    return is_deep and length >= _LEAST_LENGTH and bool(x.size * filters >= _LEAST_WORK)


def direct_conv2d(
    x: Array, weight: Array, bias: Array | None, stride: Pair, padding: Padding, memory: Memory
) -> tuple[Array, ParameterBackward]:
    """Do `conv2d` by multiplying and adding what its definition says.

    The bias enters the product as the weight of a row of ones, so that neither it nor its gradient needs a
    pass of its own.
    """
    forward, y = memory.prepared(
        "direct forward", (x, weight, bias), lambda: _forward(x, weight, bias, stride, padding, memory)
    )
    forward.run()

    def backward(dy: Array, input_gradient: bool) -> tuple[Array | None, Array, Array | None]:
        program, dweight, dbias = memory.prepared(
            "direct parameter gradients",
            (x, dy, weight, bias),
            lambda: _parameter_gradients(x, dy, weight, bias, stride, padding, memory),
        )
        program.run()
        if not input_gradient:
            return None, dweight, dbias
        return direct_input_gradient(x, dy, weight, stride, padding, memory), dweight, dbias

    return y, backward


def direct_input_gradient(
    x: Array, dy: Array, weight: Array, stride: Pair, padding: Padding, memory: Memory
) -> Array:
    """Return the gradient of x (C, H, W, N) by that of the output, dy (F, OH, OW, N)."""
    program, dx = memory.prepared(
        "direct input gradient",
        (x, dy, weight),
        lambda: _input_gradient(dy, weight, x.shape, stride, padding, memory),
    )
    program.run()
    return dx


def lowering_for(
    x: Array, weight: Array, bias: Array | None, stride: Pair, padding: Padding
) -> tuple[Lowering, int]:
    """Return how x is lowered for products with the weights, and the number of the output's rows."""
    _, height, width, _ = x.shape
    _, _, kernel_height, kernel_width = weight.shape
    rows = window_output_size(height, kernel_height, stride[0], padding[0] + padding[1])
    lowering = Lowering(
        rows=(rows - 1) * stride[0] + kernel_height,
        columns=window_output_size(width, kernel_width, stride[1], padding[2] + padding[3]),
        kernel_width=kernel_width,
        stride=stride[1],
        top=padding[0],
        left=padding[2],
        constant=bias is not None,
    )
    return lowering, rows


def _forward(
    x: Array, weight: Array, bias: Array | None, stride: Pair, padding: Padding, memory: Memory
) -> tuple[Program, Array]:
    program = Program()
    lowering, out_height = lowering_for(x, weight, bias, stride, padding)
    blocks = row_blocks(lowering.add_to(program, x, memory), weight.shape[2], stride[0], out_height)
    y = memory.keep("y", (len(weight), out_height, lowering.columns, x.shape[3]), x.dtype)
    matrix = add_lowered_weight(program, weight, bias, memory)
    program.add(np.matmul, matrix, blocks, _rows_first(y))
    return program, y


def _rows_first(y: Array) -> Array:
    """View (F, OH, OW, N) as a stack of matrices (OH, F, OW · N)."""
    filters, height, width, images = y.shape
    return y.reshape(filters, height, width * images).transpose(1, 0, 2)


def add_lowered_weight(program: Program, weight: Array, bias: Array | None, memory: Memory) -> Array:
    """Let `program` order the weights as a column block is, the bias among them: (F, KH · (KW · C + 1))."""
    filters, channels, kernel_height, kernel_width = weight.shape
    own = kernel_width * channels
    entries = own + (bias is not None)
    lowered = memory.scratch("lowered weight", (filters, kernel_height, entries), weight.dtype)
    inner = lowered[:, :, :own].reshape(filters, kernel_height, kernel_width, channels)
    program.add(np.copyto, inner, weight.transpose(0, 2, 3, 1))
    if bias is not None:
        program.add(np.copyto, lowered[:, 0, -1], bias)
        program.add(lowered[:, 1:, -1].fill, 0)
    return lowered.reshape(filters, -1)


def _parameter_gradients(
    x: Array, dy: Array, weight: Array, bias: Array | None, stride: Pair, padding: Padding, memory: Memory
) -> tuple[Program, Array, Array | None]:
    program = Program()
    lowering, out_height = lowering_for(x, weight, bias, stride, padding)
    blocks = row_blocks(lowering.add_to(program, x, memory), weight.shape[2], stride[0], out_height)
    total = add_sum_of_products(program, blocks, _rows_first(dy).transpose(0, 2, 1), memory)
    return program, *add_ordered_gradients(program, total, weight, bias, memory)


def add_ordered_gradients(
    program: Program, total: Array, weight: Array, bias: Array | None, memory: Memory
) -> tuple[Array, Array | None]:
    """Let `program` bring `total` (KH · (KW · C + 1), F) into the order of the weights.

    Return where: dweight, and dbias or None.
    """
    filters, channels, kernel_height, kernel_width = weight.shape
    dweight = memory.keep("dweight", weight.shape, weight.dtype)
    entries = total.reshape(kernel_height, -1, filters)
    own = entries[:, : kernel_width * channels].reshape(kernel_height, kernel_width, channels, filters)
    program.add(np.copyto, dweight, own.transpose(3, 2, 0, 1))
    if bias is None:
        return dweight, None
    dbias = memory.keep("dbias", (filters,), weight.dtype)
    program.add(np.copyto, dbias, entries[0, -1])
    return dweight, dbias


def _input_gradient(
    dy: Array, weight: Array, shape: tuple[int, ...], stride: Pair, padding: Padding, memory: Memory
) -> tuple[Program, Array]:
    """Return how to compute dx, and where: each row of dy spread over the rows and columns it came from.

    A row h of x met kernel row a in output row (h + top - a) / s, for the a that leave no remainder. With
    the rows of dy outermost the ones that it met lie next to each other, so that one product gives
    KW · C · OW · N numbers for row h, which are then added at their KW column offsets.
    """
    _, height, _, images = shape
    program = Program()
    dx = memory.keep("dx", shape, dy.dtype)
    program.add(dx.fill, 0)
    for remainder in range(min(stride[0], weight.shape[2])):
        kernel_rows = weight[:, :, remainder :: stride[0]]
        first = (remainder - padding[0]) % stride[0]
        count = len(range(first, height, stride[0]))
        last = (first + padding[0]) // stride[0]
        met = _add_met_rows(program, dy, kernel_rows.shape[2], last, count, memory)
        matrix = _add_spreading_weight(program, kernel_rows, memory)
        rows_at_once = max(1, _BLOCK_NUMBERS // (len(matrix) * met.shape[2]))
        for start in range(0, count, rows_at_once):
            part = met[start : start + rows_at_once]
            spread = memory.scratch("spread", (len(part), len(matrix), met.shape[2]), dy.dtype)
            program.add(np.matmul, matrix, part, spread)
            top = first + start * stride[0]
            target = dx[:, top : top + (len(part) - 1) * stride[0] + 1 : stride[0]]
            columns = spread.reshape(len(part), weight.shape[3], len(dx), -1, images)
            _add_columns(program, columns, target, stride, padding)
    return program, dx


def _add_met_rows(
    program: Program, dy: Array, kernel_rows: int, last: int, count: int, memory: Memory
) -> Array:
    """Return, for each of `count` rows of x, the rows of dy it met as one matrix (kernel_rows · F, OW · N).

    The first row met output rows `last - kernel_rows + 1` to `last`; rows that do not exist are 0.
    """
    filters, height, width, images = dy.shape
    begin = last - kernel_rows + 1
    padded = memory.scratch("lowered", (count + kernel_rows - 1, filters, width * images), dy.dtype)
    low, high = max(0, begin), max(0, min(height, begin + len(padded)))
    program.add(padded[: low - begin].fill, 0)
    program.add(padded[max(0, high - begin) :].fill, 0)
    program.add(np.copyto, padded[low - begin : high - begin], _rows_first(dy)[low:high])
    return row_blocks(padded, kernel_rows, 1, count)


def _add_spreading_weight(program: Program, kernel_rows: Array, memory: Memory) -> Array:
    """Return the weights (KW · C, KH · F), kernel rows from the last to the first."""
    filters, channels, height, width = kernel_rows.shape
    turned = memory.scratch("lowered weight", (width, channels, height, filters), kernel_rows.dtype)
    program.add(np.copyto, turned, kernel_rows[:, :, ::-1].transpose(3, 1, 2, 0))
    return turned.reshape(width * channels, height * filters)


def _add_columns(program: Program, spread: Array, target: Array, stride: Pair, padding: Padding) -> None:
    """Add spread (rows, KW, C, OW, N) to the columns of target (C, rows, W, N) that each offset meets."""
    width = target.shape[2]
    for kx in range(spread.shape[1]):
        begin, end = column_span(kx - padding[2], stride[1], spread.shape[3], width)
        if begin < end:
            left = begin * stride[1] + kx - padding[2]
            right = (end - 1) * stride[1] + kx - padding[2] + 1
            columns = target[:, :, left : right : stride[1]]
            program.add(np.add, columns, spread[:, kx, :, begin:end].transpose(1, 0, 2, 3), columns)
