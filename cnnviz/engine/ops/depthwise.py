"""Convolution in which each filter sees one channel: shifted and weighted maps are added up.

As matrix products these would have a single row, of which BLAS makes nothing.
"""

from __future__ import annotations

import dataclasses
import math
from typing import TYPE_CHECKING

import numpy as np

from cnnviz.engine.ops.padding import crop, pad
from cnnviz.spec.shapes import window_output_size

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cnnviz.engine.types import Array, Padding, Pair, ParameterBackward
    from cnnviz.engine.workspace import Memory

_BLOCK_NUMBERS = 1 << 16
"""Numbers of the output that are computed together, so that they stay in L2."""


def depthwise_conv2d(
    x: Array, weight: Array, bias: Array | None, stride: Pair, padding: Padding, memory: Memory
) -> tuple[Array, ParameterBackward]:
    """Do `conv2d` where filter f sees channel f // M only.

    x is (C, H, W, N), weight (C · M, 1, KH, KW), bias (C · M,) or None; the output is (C · M, OH, OW, N).
    """
    padded = pad(x, padding, 0, memory)
    rows = window_output_size(padded.shape[1], weight.shape[2], stride[0], 0)
    columns = window_output_size(padded.shape[2], weight.shape[3], stride[1], 0)
    y = memory.keep("y", (len(weight), rows, columns, x.shape[3]), x.dtype)
    y[:] = 0 if bias is None else bias[:, None, None, None]
    slide = _Slide(len(weight) // len(x), stride)
    for block, target in slide.blocks(y):
        product = memory.scratch("depthwise", target.shape, x.dtype)
        for cell in slide.cells(weight, rows, columns):
            factors = slide.folded(weight)[(block, slice(None), *cell.place, None, None, None)]
            target += np.multiply(padded[(block, None, *cell.met)], factors, out=product)

    def backward(dy: Array, input_gradient: bool) -> tuple[Array | None, Array, Array | None]:
        dweight = memory.keep("dweight", weight.shape, weight.dtype)
        for block, gradient in slide.blocks(dy):
            for cell in slide.cells(weight, rows, columns):
                products = np.einsum("cmhwn,chwn->cm", gradient, padded[(block, *cell.met)])
                slide.folded(dweight)[(block, slice(None), *cell.place)] = products
        dbias = None
        if bias is not None:
            dbias = memory.keep("dbias", bias.shape, bias.dtype)
            np.sum(dy.reshape(len(dy), -1), axis=1, out=dbias)
        if not input_gradient:
            return None, dweight, dbias
        dpadded = memory.keep("dpadded", padded.shape, x.dtype)
        slide.spread(dy, weight, dpadded, memory)
        return crop(dpadded, padding, memory), dweight, dbias

    return y, backward


@dataclasses.dataclass(frozen=True, slots=True)
class _Cell:
    """A place (a, b) of the kernel, and the rows and columns of the padded input that it meets."""

    place: Pair
    met: tuple[slice, slice]


@dataclasses.dataclass(frozen=True, slots=True)
class _Slide:
    """How `multiplier` filters of each channel slide over it."""

    multiplier: int
    stride: Pair

    def folded(self, weight: Array) -> Array:
        """View weights (C · M, 1, KH, KW) as (C, M, KH, KW)."""
        return weight.reshape(-1, self.multiplier, *weight.shape[2:])

    def blocks(self, y: Array) -> Iterator[tuple[slice, Array]]:
        """Yield a few channels at a time with their outputs (c, M, OH, OW, N)."""
        folded = y.reshape(-1, self.multiplier, *y.shape[1:])
        step = max(1, _BLOCK_NUMBERS // math.prod(folded.shape[1:]))
        for start in range(0, len(folded), step):
            block = slice(start, start + step)
            yield block, folded[block]

    def cells(self, weight: Array, rows: int, columns: int) -> Iterator[_Cell]:
        """Yield every place of the kernel."""
        for a, b in np.ndindex(weight.shape[2:]):
            yield _Cell((a, b), (_reach(a, rows, self.stride[0]), _reach(b, columns, self.stride[1])))

    def spread(self, dy: Array, weight: Array, dpadded: Array, memory: Memory) -> None:
        """Write to `dpadded` what dy, weighted, gives back to the numbers each window covered."""
        dpadded[:] = 0
        for block, gradient in self.blocks(dy):
            product = memory.scratch("depthwise", gradient.shape, dy.dtype)
            for cell in self.cells(weight, dy.shape[1], dy.shape[2]):
                factors = self.folded(weight)[(block, slice(None), *cell.place, None, None, None)]
                np.multiply(gradient, factors, out=product)
                dpadded[(block, *cell.met)] += product.sum(axis=1) if self.multiplier > 1 else product[:, 0]


def _reach(first: int, count: int, stride: int) -> slice:
    """Return the inputs that cell `first` of a window meets in `count` outputs."""
    return slice(first, first + (count - 1) * stride + 1, stride)
