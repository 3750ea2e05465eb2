"""Writing an image so that a convolution becomes matrix products.

Only the kernel's width is copied out (KW times the image, not KH · KW times). Rows are then the outermost
axis, so the KH lowered rows that one output row needs lie next to each other: seen as a matrix they are the
whole column block of that row, KH · R by OW · N, and neighbouring blocks overlap in memory without a copy.
"""

from __future__ import annotations

import dataclasses
import itertools
from typing import TYPE_CHECKING

import numpy as np
from numpy.lib.stride_tricks import as_strided

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cnnviz.engine.program import Program
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

    def add_to(self, program: Program, x: Array, memory: Memory) -> Array:
        """Let `program` lower x (C, H, W, N); return where: (rows, R, columns · N), in scratch memory."""
        channels, height, width, images = x.shape
        entries, length = self.entries(channels), self.columns * images
        whole = memory.scratch("lowered", (self.rows, entries, length + self.gap), x.dtype)
        lowered = whole[:, :, :length]
        first = min(max(0, self.top), self.rows)
        last = max(first, min(self.rows, height + self.top))
        _add_fill(program, lowered[:first], 0)
        _add_fill(program, lowered[last:], 0)
        if self.constant:
            _add_fill(program, lowered[:, -1], 1)
        apart = lowered[first:last].reshape(last - first, entries, self.columns, images)
        source = x.transpose(1, 0, 2, 3)[first - self.top : last - self.top]
        for offset, count, begin, end in self._groups(width):
            lines = slice(offset * channels, (offset + count) * channels)
            target = apart[:, lines].reshape(len(source), count, channels, self.columns, images)
            _add_fill(program, target[:, :, :, :begin], 0)
            _add_fill(program, target[:, :, :, end:], 0)
            if begin < end and len(source):
                view = self._columns_at(source, begin * self.stride + offset - self.left, count, end - begin)
                program.add(np.copyto, target[:, :, :, begin:end], view)
        return lowered

    def _groups(self, width: int) -> Iterator[tuple[int, int, int, int]]:
        """Yield (first offset, how many, begin, end): neighbours that meet the image at the same columns.

        They are copied together, since each copy costs as much as thousands of numbers.
        """
        spans = (
            column_span(kx - self.left, self.stride, self.columns, width) for kx in range(self.kernel_width)
        )
        offset = 0
        for (begin, end), alike in itertools.groupby(spans):
            count = len(list(alike))
            yield offset, count, begin, end
            offset += count

    def _columns_at(self, source: Array, start: int, count: int, columns: int) -> Array:
        """View rows (H, C, W, N) as (H, count, C, columns, N), offset by offset."""
        rows, channels, _, images = source.shape
        if count == 1:
            stop = start + (columns - 1) * self.stride + 1
            return source[:, None, :, start : stop : self.stride]
        row, line, column, image = source.strides
        return as_strided(
            source[:, :, start:],
            (rows, count, channels, columns, images),
            (row, column, line, self.stride * column, image),
            writeable=False,
        )


def _add_fill(program: Program, target: Array, value: float) -> None:
    if target.size:
        program.add(target.fill, value)


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
