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
from cnnviz.spec.shapes import window_output_size

if TYPE_CHECKING:
    from cnnviz.engine.types import Array, Padding, ParameterBackward
    from cnnviz.engine.workspace import Memory

KERNEL_WIDTH = 3
_TILE = 4
"""Outputs of one tile."""
_PLACES = 6
"""Products of one tile."""

_B = np.array(
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
_A = np.array([[1, 1, 1, 1, 1, 0], [0, 1, -1, 2, -2, 0], [0, 1, 1, 4, 4, 0], [0, 1, -1, 8, -8, 1]])

_BLOCK_NUMBERS = 1 << 18
"""Numbers of an intermediate result that are computed before they are used up, so that they stay in L2."""
_SMALL_PRODUCT = 1_000_000
"""Multiplications up to which BLAS libraries do a product without packing its matrices first."""


def winograd_conv2d(
    x: Array, weight: Array, bias: Array | None, padding: Padding, memory: Memory
) -> tuple[Array, ParameterBackward]:
    """Do what `conv2d` does, for a kernel 3 wide and stride 1."""
    _, height, width, images = x.shape
    filters, _, kernel_height, _ = weight.shape
    out_height = window_output_size(height, kernel_height, 1, padding[0] + padding[1])
    out_width = window_output_size(width, KERNEL_WIDTH, 1, padding[2] + padding[3])
    tiles = -(-out_width // _TILE)
    y = memory.keep("y", (filters, out_height, out_width, images), x.dtype)
    pieces = _Pieces(out_height + kernel_height - 1, tiles, _PLACES, padding[0], padding[2])
    inputs = memory.keep("inputs", pieces.shape(x), x.dtype)
    pieces.transform(x, _B, inputs, memory)
    _convolve(inputs, _transformed(weight), y, bias, memory)

    def backward(dy: Array, input_gradient: bool) -> tuple[Array | None, Array, Array | None]:
        dweight = _weight_gradient(inputs, dy, weight, tiles, memory)
        dbias = None
        if bias is not None:
            dbias = memory.keep("dbias", bias.shape, bias.dtype)
            np.sum(dy.reshape(filters, -1), axis=1, out=dbias)
        if not input_gradient:
            return None, dweight, dbias
        return _input_gradient(dy, weight, x.shape, padding, memory), dweight, dbias

    return y, backward


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
        return (_PLACES, self.rows, x.shape[0], self.tiles * x.shape[3])

    def transform(self, x: Array, matrix: Array, result: Array, memory: Memory) -> None:
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
                stride=_TILE,
                top=self.top - start,
                left=self.left,
                constant=False,
                gap=0,
            )
            lowered = lowering.apply(x, memory).reshape(rows, self.length, -1)
            target = result[:, start : start + rows].reshape(_PLACES, rows, -1).transpose(1, 0, 2)
            np.matmul(factors, lowered, out=target)


def _transformed(weight: Array) -> Array:
    """Return G w as (6, F, KH · C), ready for the product with stacked rows."""
    filters, channels, kernel_height, _ = weight.shape
    factors = _G.astype(weight.dtype)
    spread = np.matmul(weight.reshape(-1, KERNEL_WIDTH), factors.T)
    ordered = spread.reshape(filters, channels, kernel_height, _PLACES).transpose(3, 0, 2, 1)
    return np.ascontiguousarray(ordered).reshape(_PLACES, filters, -1)


def _stacks(pieces: Array, kernel_height: int, count: int) -> Array:
    """Return, for each place and output row, the rows under the kernel as a matrix: (6, count, KH · C, L)."""
    _, _, channels, length = pieces.shape
    place, row, line, item = pieces.strides
    shape = (_PLACES, count, kernel_height * channels, length)
    return as_strided(pieces, shape, (place, row, line, item), writeable=False)


def _convolve(inputs: Array, weights: Array, y: Array, bias: Array | None, memory: Memory) -> None:
    """Write to y (F, OH, OW, N) the convolution of transformed inputs and weights, plus the bias."""
    filters, height, _, images = y.shape
    entries, length = weights.shape[2], inputs.shape[3]
    stacks = _stacks(inputs, entries // inputs.shape[2], height)
    step = max(1, _BLOCK_NUMBERS // (_PLACES * filters * length))
    shift = y.dtype.type(0) if bias is None else bias[:, None, None]
    factors = _A.astype(y.dtype)
    for start in range(0, height, step):
        rows = min(step, height - start)
        products = memory.scratch("products", (_PLACES, rows, filters, length), y.dtype)
        _multiply(weights[:, None], stacks[:, start : start + rows], products)
        outputs = memory.scratch("tiles", (_TILE, rows * filters * length), y.dtype)
        np.matmul(factors, products.reshape(_PLACES, -1), out=outputs)
        for place, values in enumerate(outputs.reshape(_TILE, rows, filters, -1, images)):
            target = y[:, start : start + rows, place::_TILE].transpose(1, 0, 2, 3)
            np.add(values[:, :, : target.shape[2]], shift, out=target)


def _multiply(left: Array, right: Array, out: Array) -> None:
    """Do stacked products left (…, M, K) right (…, K, L), cut along L into parts that need no packing."""
    parts = _parts(left.shape[-2] * left.shape[-1], right.shape[-1])
    np.matmul(left[..., None, :, :], _cut(right, parts), out=_cut(out, parts))


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


def _weight_gradient(inputs: Array, dy: Array, weight: Array, tiles: int, memory: Memory) -> Array:
    """Return dweight (F, C, KH, 3) from the transformed inputs of the forward pass and dy (F, OH, OW, N)."""
    filters, channels, kernel_height, _ = weight.shape
    height, length, entries = dy.shape[1], inputs.shape[3], kernel_height * channels
    stacks = _stacks(inputs, kernel_height, height)
    total = memory.scratch("sum of products", (_PLACES, entries, filters), dy.dtype)
    total[:] = 0
    if total.size <= _BLOCK_NUMBERS:
        add, numbers = _add_small_products, _PLACES * filters * (length + entries)
    else:
        add, numbers = _add_large_products, entries * length
    step = max(1, _BLOCK_NUMBERS // numbers)
    for start in range(0, height, step):
        rows = min(step, height - start)
        spread = _turned_pieces(dy, start, rows, tiles, memory)
        add(total, stacks[:, start : start + rows], spread.reshape(_PLACES, rows, length, filters), memory)
    dweight = memory.keep("dweight", weight.shape, weight.dtype)
    gathered = np.matmul(_G.T.astype(dy.dtype), total.reshape(_PLACES, -1))
    shape = (KERNEL_WIDTH, kernel_height, channels, filters)
    np.copyto(dweight, gathered.reshape(shape).transpose(3, 2, 1, 0))
    return dweight


def _add_small_products(total: Array, left: Array, right: Array, memory: Memory) -> None:
    """Add Σ left[:, r] @ right[:, r] to total (6, M, K): products that need no packing, then their sum."""
    _, rows, length, filters = right.shape
    parts = _parts(left.shape[2] * filters, length)
    terms = memory.scratch("terms", (_PLACES, rows, parts, left.shape[2], filters), total.dtype)
    np.matmul(_cut(left, parts), right.reshape(_PLACES, rows, parts, -1, filters), out=terms)
    total += np.add.reduce(terms.reshape(_PLACES, -1, *total.shape[1:]), axis=1)


def _add_large_products(total: Array, left: Array, right: Array, memory: Memory) -> None:
    """Do the same where one result fills the caches: rows side by side in one product for each place."""
    _, rows, length, filters = right.shape
    beside = memory.scratch("beside", (left.shape[2], rows, length), total.dtype)
    product = memory.scratch("terms", total.shape[1:], total.dtype)
    for place in range(_PLACES):
        np.copyto(beside, left[place].transpose(1, 0, 2))
        total[place] += np.matmul(
            beside.reshape(len(beside), -1), right[place].reshape(-1, filters), out=product
        )


def _turned_pieces(dy: Array, start: int, rows: int, tiles: int, memory: Memory) -> Array:
    """Return rows of dy (F, OH, OW, N) from `start` on, transformed: (6, rows, tiles · N, F).

    The filters are the last axis, because BLAS takes matrix products with rows that lie as they are used at
    nearly twice the speed.
    """
    filters, length = dy.shape[0], tiles * dy.shape[3]
    lowering = Lowering(
        rows=rows, columns=tiles, kernel_width=_TILE, stride=_TILE, top=-start, left=0, constant=False
    )
    lowered = lowering.apply(dy, memory).reshape(rows, _TILE, filters, length)
    turned = memory.scratch("turned", (rows, _TILE, length, filters), dy.dtype)
    np.copyto(turned, lowered.swapaxes(2, 3))
    spread = memory.scratch("spread", (_PLACES, rows, length * filters), dy.dtype)
    np.matmul(_A.T.astype(dy.dtype), turned.reshape(rows, _TILE, -1), out=spread.transpose(1, 0, 2))
    return spread


def _input_gradient(
    dy: Array, weight: Array, shape: tuple[int, ...], padding: Padding, memory: Memory
) -> Array:
    """Return dx: dy, padded to full size, convolved with the filters turned by 180°."""
    _, height, width, _ = shape
    kernel_height = weight.shape[2]
    top, left = kernel_height - 1 - padding[0], KERNEL_WIDTH - 1 - padding[2]
    pieces = _Pieces(height + kernel_height - 1, -(-width // _TILE), _PLACES, top, left)
    outputs = memory.scratch("spread", pieces.shape(dy), dy.dtype)
    pieces.transform(dy, _B, outputs, memory)
    dx = memory.keep("dx", shape, dy.dtype)
    _convolve(outputs, _transformed(weight[:, :, ::-1, ::-1].transpose(1, 0, 2, 3)), dx, None, memory)
    return dx
