"""Winograd's F(4, 3) over the whole image at once, for very few images.

The transforms are those of `winograd`. Instead of one narrow product for each output row there is one for
each of the 6 places, whose columns are the pieces of all rows; for that, the rows under the kernel are copied
together, which an image or two still keep in the caches.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.lib.stride_tricks import as_strided

from cnnviz.engine.ops.padding import add_padding
from cnnviz.engine.ops.winograd import (
    KERNEL_WIDTH,
    PIECE_TRANSFORM,
    PLACES,
    TILE,
    TILE_TRANSFORM,
    add_transformed_weight,
)
from cnnviz.spec.shapes import not_negative, window_output_size

if TYPE_CHECKING:
    from cnnviz.engine.program import Program
    from cnnviz.engine.types import Array, Padding
    from cnnviz.engine.workspace import Memory


def add_whole_winograd(
    program: Program, x: Array, weight: Array, bias: Array | None, padding: Padding, memory: Memory
) -> Array:
    """Let `program` compute `conv2d` for a kernel 3 wide and stride 1; return where (F, OH, OW, N)."""
    channels, height, width, images = x.shape
    filters, _, kernel_height, _ = weight.shape
    rows = window_output_size(height, kernel_height, 1, padding[0] + padding[1])
    columns = window_output_size(width, KERNEL_WIDTH, 1, padding[2] + padding[3])
    tiles = -(-columns // TILE)
    pieces = _add_pieces(program, x, padding, tiles, memory)
    place, line, row, item = pieces.strides
    shape = (PLACES, kernel_height, channels, rows, tiles * images)
    stacked = memory.scratch("stacked", shape, x.dtype)
    stacks = as_strided(pieces, shape, (place, row, line, row, item), writeable=False)
    program.add(np.copyto, stacked, stacks)
    matrices = add_transformed_weight(program, weight, memory)
    products = memory.scratch("products", (PLACES, filters, rows * tiles * images), x.dtype)
    program.add(np.matmul, matrices, stacked.reshape(PLACES, kernel_height * channels, -1), products)
    outputs = memory.scratch("tiles", (TILE, filters * rows * tiles * images), x.dtype)
    program.add(np.matmul, TILE_TRANSFORM.astype(x.dtype), products.reshape(PLACES, -1), outputs)
    y = memory.keep("y", (filters, rows, columns, images), x.dtype)
    shift = np.zeros((), y.dtype) if bias is None else bias[:, None, None, None]
    for number, values in enumerate(outputs.reshape(TILE, filters, rows, tiles, images)):
        target = y[:, :, number::TILE]
        program.add(np.add, values[:, :, : target.shape[2]], shift, target)
    return y


def _add_pieces(program: Program, x: Array, padding: Padding, tiles: int, memory: Memory) -> Array:
    """Return the transformed pieces of every row, (6, C, H', tiles · N)."""
    top, bottom, left, right = not_negative(padding)
    beyond = TILE * (tiles - 1) + PLACES - left - x.shape[2]
    padded = add_padding(program, x, (top, bottom, left, max(right, beyond)), 0, memory)
    channel, row, column, image = padded.strides
    shape = (PLACES, x.shape[0], padded.shape[1], tiles, x.shape[3])
    strides = (column, channel, row, TILE * column, image)
    lowered = memory.scratch("lowered", shape, x.dtype)
    program.add(np.copyto, lowered, as_strided(padded, shape, strides, writeable=False))
    pieces = memory.scratch("spread", (*shape[:3], tiles * x.shape[3]), x.dtype)
    factors = PIECE_TRANSFORM.astype(x.dtype)
    program.add(np.matmul, factors, lowered.reshape(PLACES, -1), pieces.reshape(PLACES, -1))
    return pieces
