"""Writing an image so that a convolution becomes matrix products.

Only the kernel's width is copied out (KW times the image, not KH · KW times). Rows are then the outermost
axis, so the KH lowered rows that one output row needs lie next to each other: seen as a matrix they are the
whole column block of that row, KH · R by OW · N, and neighbouring blocks overlap in memory without a copy.
"""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

from numpy.lib.stride_tricks import as_strided

if TYPE_CHECKING:
    from cnnviz.engine.types import Array
    from cnnviz.engine.workspace import Memory

GAP = 16
"""Numbers left unused behind each lowered row: row lengths that are powers of two would share cache sets."""


@dataclasses.dataclass(frozen=True, slots=True)
class Lowering:
    """Which numbers of an image stand where in its lowered form.

    Lowered row r, entry (kx, c), column (ow, n) is image channel c, row r - top, column
    ow · stride + kx - left, image n; zero outside of the image. Offsets may be negative (cropping).
    `constant` adds one more entry to each row, filled with 1, by which a product can add a bias.
    """

    rows: int
    columns: int
    kernel_width: int
    stride: int
    top: int
    left: int
    constant: bool
    gap: int = GAP

    def entries(self, channels: int) -> int:
        """Return R, the entries of one lowered row."""
        return self.kernel_width * channels + self.constant

    def apply(self, x: Array, memory: Memory) -> Array:
        """Return the lowered form (rows, R, columns · N) of x (C, H, W, N), in scratch memory."""
        channels, height, width, images = x.shape
        entries, length = self.entries(channels), self.columns * images
        whole = memory.scratch("lowered", (self.rows, entries, length + self.gap), x.dtype)
        lowered = whole[:, :, :length]
        first = min(max(0, self.top), self.rows)
        last = max(first, min(self.rows, height + self.top))
        lowered[:first] = 0
        lowered[last:] = 0
        if self.constant:
            lowered[:, -1] = 1
        source = x.transpose(1, 0, 2, 3)[first - self.top : last - self.top]
        for kx in range(self.kernel_width):
            target = whole[first:last, kx * channels : (kx + 1) * channels, :length]
            self._copy_columns(source, target, kx - self.left, width, images)
        return lowered

    def _copy_columns(self, source: Array, target: Array, offset: int, width: int, images: int) -> None:
        """Fill `target` (rows, C, columns · N) from the image's columns that begin at `offset`."""
        begin, end = column_span(offset, self.stride, self.columns, width)
        target[:, :, : begin * images] = 0
        target[:, :, end * images :] = 0
        start = begin * self.stride + offset
        stop = (end - 1) * self.stride + offset + 1
        if end == begin:
            return
        shape = (*target.shape[:2], end - begin, images)
        inner = target[:, :, begin * images : end * images]
        strides = (*inner.strides[:2], images * inner.itemsize, inner.itemsize)
        as_strided(inner, shape, strides)[:] = source[:, :, start : stop : self.stride]


def column_span(offset: int, stride: int, columns: int, width: int) -> tuple[int, int]:
    """Return the output columns (begin, end) whose input column j · stride + offset lies in 0 … width - 1."""
    begin = min(max(0, -(offset // stride)), columns)
    return begin, max(begin, min(columns, (width - 1 - offset) // stride + 1))


def row_blocks(lowered: Array, kernel_height: int, stride: int, count: int) -> Array:
    """Return the overlapping column blocks (count, KH · R, columns · N) of a lowered image."""
    _, entries, length = lowered.shape
    step, line, item = lowered.strides
    return as_strided(
        lowered, (count, kernel_height * entries, length), (stride * step, line, item), writeable=False
    )
