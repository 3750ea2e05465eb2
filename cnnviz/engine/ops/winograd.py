"""Convolution with kernels 3 wide at stride 1 in half of the multiplications.

Winograd's F(4, 3) gives 4 neighbouring outputs of a 1-D convolution with 3 weights from 6 products instead
of 12: y = A [(G w) ∘ (B d)] for 6 inputs d (Lavin & Gray 2016). It is used along the width only. Along the
height rows are stacked as in `lowering`, so for each of the 6 places there is one product over KH · C
entries; what is left are transforms, which are small products too. Results differ from plain convolution by
rounding, in float32 by about 2e-6 of the largest output.
"""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

import numpy as np
from numpy.lib.stride_tricks import as_strided

from cnnviz.engine.ops.lowering import Lowering
from cnnviz.engine.ops.products import add_sum
from cnnviz.engine.program import Program
from cnnviz.spec.shapes import window_output_size

if TYPE_CHECKING:
    from cnnviz.engine.types import Array, Padding, ParameterBackward
    from cnnviz.engine.workspace import Memory

KERNEL_WIDTH = 3
TILE = 4
"""Outputs of one tile."""
PLACES = 6
"""Products of one tile."""

PIECE_TRANSFORM = np.array(
    [
        [4, 0, -5, 0, 1, 0],
        [0, -4, -4, 1, 1, 0],
        [0, 4, -4, -1, 1, 0],
        [0, -2, -1, 2, 1, 0],
        [0, 2, -1, -2, 1, 0],
        [0, 4, 0, -5, 0, 1],
    ]
)
_G = np.array([[6, 0, 0], [-4, -4, -4], [-4, 4, -4], [1, 2, 4], [1, -2, 4], [0, 0, 24]]) / 24
TILE_TRANSFORM = np.array(
    [[1, 1, 1, 1, 1, 0], [0, 1, -1, 2, -2, 0], [0, 1, 1, 4, 4, 0], [0, 1, -1, 8, -8, 1]]
)

_BLOCK_NUMBERS = 1 << 18
"""Numbers of an intermediate result that are computed before they are used up, so that they stay in L2."""
_SMALL_PRODUCT = 1_000_000
"""Multiplications up to which BLAS libraries do a product without packing its matrices first."""


def winograd_conv2d(
    x: Array, weight: Array, bias: Array | None, padding: Padding, memory: Memory
) -> tuple[Array, ParameterBackward]:
    """Do what `conv2d` does, for a kernel 3 wide and stride 1."""
    forward, inputs, y = memory.prepared(
        "winograd forward", (x, weight, bias), lambda: _forward(x, weight, bias, padding, memory)
    )
    forward.run()

    def backward(dy: Array, input_gradient: bool) -> tuple[Array | None, Array, Array | None]:
        program, dweight, dbias = memory.prepared(
            "winograd parameter gradients",
            (inputs, dy, weight, bias),
            lambda: _parameter_gradients(inputs, dy, weight, bias, memory),
        )
        program.run()
        if not input_gradient:
            return None, dweight, dbias
        program, dx = memory.prepared(
            "winograd input gradient",
            (x, dy, weight),
            lambda: _input_gradient(dy, weight, x.shape, padding, memory),
        )
        program.run()
        return dx, dweight, dbias

    return y, backward


def _forward(
    x: Array, weight: Array, bias: Array | None, padding: Padding, memory: Memory
) -> tuple[Program, Array, Array]:
    """Return how to compute y, where the transformed input is kept, and y."""
    _, height, width, images = x.shape
    filters, _, kernel_height, _ = weight.shape
    out_height = window_output_size(height, kernel_height, 1, padding[0] + padding[1])
    out_width = window_output_size(width, KERNEL_WIDTH, 1, padding[2] + padding[3])
    tiles = -(-out_width // TILE)
    program = Program()
    y = memory.keep("y", (filters, out_height, out_width, images), x.dtype)
    pieces = _Pieces(out_height + kernel_height - 1, tiles, PLACES, padding[0], padding[2])
    inputs = memory.keep("inputs", pieces.shape(x), x.dtype)
    pieces.add_transform(program, x, PIECE_TRANSFORM, inputs, memory)
    matrices = add_transformed_weight(program, weight, memory)
    _add_convolution(program, inputs, matrices, y, bias, memory)
    return program, inputs, y


@dataclasses.dataclass(frozen=True, slots=True)
class _Pieces:
    """How an image is cut into overlapping pieces of `length` columns, one every 4, and transformed.

    Row r of the result is row r - top of the image, piece j begins at column 4 j - left; 0 lies outside.
    """

    rows: int
    tiles: int
    length: int
    top: int
    left: int

    def shape(self, x: Array) -> tuple[int, int, int, int]:
        """Return the shape (6, rows, C, tiles · N) of the transformed image."""
        return (PLACES, self.rows, x.shape[0], self.tiles * x.shape[3])

    def add_transform(self, program: Program, x: Array, matrix: Array, result: Array, memory: Memory) -> None:
        """Write `matrix` (6, length) times every piece of x (C, H, W, N) to `result`, shaped `shape(x)`."""
        numbers = self.length * result.shape[2] * result.shape[3]
        step = max(1, _BLOCK_NUMBERS // numbers)
        factors = matrix.astype(x.dtype)
        for start in range(0, self.rows, step):
            rows = min(step, self.rows - start)
            lowering = Lowering(
                rows=rows,
                columns=self.tiles,
                kernel_width=self.length,
                stride=TILE,
                top=self.top - start,
                left=self.left,
                constant=False,
                gap=0,
            )
            lowered = lowering.add_to(program, x, memory).reshape(rows, self.length, -1)
            target = result[:, start : start + rows].reshape(PLACES, rows, -1).transpose(1, 0, 2)
            program.add(np.matmul, factors, lowered, target)


def add_transformed_weight(program: Program, weight: Array, memory: Memory, *, turned: bool = False) -> Array:
    """Let `program` compute G w; return where: (6, F, KH · C), ready for the product with stacked rows.

    `turned`: for filters turned by 180°, from F to C: (6, C, KH · F).
    """
    order = weight[:, :, ::-1, ::-1].transpose(3, 1, 2, 0) if turned else weight.transpose(3, 0, 2, 1)
    ordered = memory.scratch("ordered weight", order.shape, weight.dtype)
    program.add(np.copyto, ordered, order)
    lowered = memory.scratch("lowered weight", (PLACES, *order.shape[1:]), weight.dtype)
    flat = lowered.reshape(PLACES, -1)
    program.add(np.matmul, _G.astype(weight.dtype), ordered.reshape(KERNEL_WIDTH, -1), flat)
    return lowered.reshape(PLACES, order.shape[1], -1)


def _stacks(pieces: Array, kernel_height: int, count: int) -> Array:
    """Return, for each place and output row, the rows under the kernel as a matrix: (6, count, KH · C, L)."""
    _, _, channels, length = pieces.shape
    place, row, line, item = pieces.strides
    shape = (PLACES, count, kernel_height * channels, length)
    return as_strided(pieces, shape, (place, row, line, item), writeable=False)


def _add_convolution(
    program: Program, inputs: Array, weights: Array, y: Array, bias: Array | None, memory: Memory
) -> None:
    """Write to y (F, OH, OW, N) the convolution of transformed inputs and weights, plus the bias."""
    filters, height, _, images = y.shape
    entries, length = weights.shape[2], inputs.shape[3]
    stacks = _stacks(inputs, entries // inputs.shape[2], height)
    step = max(1, _BLOCK_NUMBERS // (PLACES * filters * length))
    shift = np.zeros((), y.dtype) if bias is None else bias[:, None, None]
    factors = TILE_TRANSFORM.astype(y.dtype)
    for start in range(0, height, step):
        rows = min(step, height - start)
        products = memory.scratch("products", (PLACES, rows, filters, length), y.dtype)
        _add_multiplication(program, weights[:, None], stacks[:, start : start + rows], products)
        outputs = memory.scratch("tiles", (TILE, rows * filters * length), y.dtype)
        program.add(np.matmul, factors, products.reshape(PLACES, -1), outputs)
        for place, values in enumerate(outputs.reshape(TILE, rows, filters, -1, images)):
            target = y[:, start : start + rows, place::TILE].transpose(1, 0, 2, 3)
            program.add(np.add, values[:, :, : target.shape[2]], shift, target)


def _add_multiplication(program: Program, left: Array, right: Array, out: Array) -> None:
    """Do stacked products left (…, M, K) right (…, K, L), cut along L into parts that need no packing."""
    parts = _parts(left.shape[-2] * left.shape[-1], right.shape[-1])
    program.add(np.matmul, left[..., None, :, :], _cut(right, parts), _cut(out, parts))


def _parts(work: int, length: int) -> int:
    """Return into how many equal parts to cut `length`, each number of which costs `work` multiplications."""
    parts = 1
    while work * length > _SMALL_PRODUCT * parts and length % (2 * parts) == 0:
        parts *= 2
    return parts


def _cut(matrices: Array, parts: int) -> Array:
    """View stacked matrices (…, K, L) as (…, parts, K, L / parts)."""
    *outer, line, item = matrices.strides
    *sizes, lines, length = matrices.shape
    own = length // parts
    return as_strided(matrices, (*sizes, parts, lines, own), (*outer, own * item, line, item))


def _parameter_gradients(
    inputs: Array, dy: Array, weight: Array, bias: Array | None, memory: Memory
) -> tuple[Program, Array, Array | None]:
    program = Program()
    dweight = _add_weight_gradient(program, inputs, dy, weight, memory)
    if bias is None:
        return program, dweight, None
    dbias = memory.keep("dbias", bias.shape, bias.dtype)
    program.add(np.add.reduce, dy.reshape(len(dy), -1), 1, None, dbias)
    return program, dweight, dbias


def _add_weight_gradient(program: Program, inputs: Array, dy: Array, weight: Array, memory: Memory) -> Array:
    """Return dweight (F, C, KH, 3) from the transformed inputs of the forward pass and dy (F, OH, OW, N)."""
    filters, channels, kernel_height, _ = weight.shape
    height, length, entries = dy.shape[1], inputs.shape[3], kernel_height * channels
    stacks = _stacks(inputs, kernel_height, height)
    total = memory.scratch("sum of products", (PLACES, entries, filters), dy.dtype)
    if total.size <= _BLOCK_NUMBERS:
        add, numbers = _add_small_products, PLACES * filters * (length + entries)
    else:
        add, numbers = _add_large_products, entries * length
    step = max(1, _BLOCK_NUMBERS // numbers)
    for start in range(0, height, step):
        rows = min(step, height - start)
        spread = _add_turned_pieces(program, dy, start, rows, length // dy.shape[3], memory)
        right = spread.reshape(PLACES, rows, length, filters)
        add(program, total, stacks[:, start : start + rows], right, memory, is_first=start == 0)
    dweight = memory.keep("dweight", weight.shape, weight.dtype)
    gathered = memory.scratch("terms", (KERNEL_WIDTH, kernel_height, channels, filters), dy.dtype)
    factors = _G.T.astype(dy.dtype)
    program.add(np.matmul, factors, total.reshape(PLACES, -1), gathered.reshape(KERNEL_WIDTH, -1))
    program.add(np.copyto, dweight, gathered.transpose(3, 2, 1, 0))
    return dweight


def _add_small_products(
    program: Program, total: Array, left: Array, right: Array, memory: Memory, *, is_first: bool
) -> None:
    """Add Σ left[:, r] @ right[:, r] to total (6, M, K): products that need no packing, then their sum."""
    _, rows, length, filters = right.shape
    parts = _parts(left.shape[2] * filters, length)
    terms = memory.scratch("terms", (PLACES, rows, parts, left.shape[2], filters), total.dtype)
    program.add(np.matmul, _cut(left, parts), right.reshape(PLACES, rows, parts, -1, filters), terms)
    flat = terms.reshape(PLACES, -1, *total.shape[1:])
    add_sum(program, flat, 1, total, memory, is_first=is_first)


def _add_large_products(
    program: Program, total: Array, left: Array, right: Array, memory: Memory, *, is_first: bool
) -> None:
    """Do the same where one result fills the caches: rows side by side in one product for each place."""
    _, rows, length, filters = right.shape
    beside = memory.scratch("beside", (left.shape[2], rows, length), total.dtype)
    product = memory.scratch("terms", total.shape[1:], total.dtype)
    for place in range(PLACES):
        program.add(np.copyto, beside, left[place].transpose(1, 0, 2))
        target = total[place] if is_first else product
        program.add(np.matmul, beside.reshape(len(beside), -1), right[place].reshape(-1, filters), target)
        if not is_first:
            program.add(np.add, total[place], product, total[place])


def _add_turned_pieces(
    program: Program, dy: Array, start: int, rows: int, tiles: int, memory: Memory
) -> Array:
    """Return rows of dy (F, OH, OW, N) from `start` on, transformed: (6, rows, tiles · N, F).

    The filters are the last axis, because BLAS takes matrix products with rows that lie as they are used at
    nearly twice the speed.
    """
    filters, length = dy.shape[0], tiles * dy.shape[3]
    lowering = Lowering(
        rows=rows, columns=tiles, kernel_width=TILE, stride=TILE, top=-start, left=0, constant=False
    )
    lowered = lowering.add_to(program, dy, memory).reshape(rows, TILE, filters, length)
    turned = memory.scratch("turned", (rows, TILE, length, filters), dy.dtype)
    program.add(np.copyto, turned, lowered.swapaxes(2, 3))
    spread = memory.scratch("spread", (PLACES, rows, length * filters), dy.dtype)
    factors = TILE_TRANSFORM.T.astype(dy.dtype)
    program.add(np.matmul, factors, turned.reshape(rows, TILE, -1), spread.transpose(1, 0, 2))
    return spread


def _input_gradient(
    dy: Array, weight: Array, shape: tuple[int, ...], padding: Padding, memory: Memory
) -> tuple[Program, Array]:
    """Return how to compute dx, and where: dy, padded to full size, convolved with turned filters."""
    height, width = shape[1] + min(0, padding[1]), shape[2] + min(0, padding[3])
    kernel_height = weight.shape[2]
    program = Program()
    top, left = kernel_height - 1 - padding[0], KERNEL_WIDTH - 1 - padding[2]
    pieces = _Pieces(height + kernel_height - 1, -(-width // TILE), PLACES, top, left)
    outputs = memory.scratch("spread", pieces.shape(dy), dy.dtype)
    pieces.add_transform(program, dy, PIECE_TRANSFORM, outputs, memory)
    dx = memory.keep("dx", shape, dy.dtype)
    for rest in (dx[:, height:], dx[:, :height, width:]):
        program.add(rest.fill, 0)
    matrices = add_transformed_weight(program, weight, memory, turned=True)
    _add_convolution(program, outputs, matrices, dx[:, :height, :width], None, memory)
    return program, dx
