"""Numbers that are made from a window of maps: convolutions and pooling."""

from __future__ import annotations

import dataclasses
import math
from typing import TYPE_CHECKING

import numpy as np

from cnnviz.interpret.explain.place import Unit
from cnnviz.spec.layers import AvgPool2D, Conv2D, GlobalAvgPool2D, GlobalMaxPool2D, MaxPool2D
from cnnviz.spec.shapes import layer_padding

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from cnnviz.spec.layers import Pair

Numbers = np.ndarray[tuple[int, ...], np.dtype[np.float64]]
"""float64, computed from the engine's float32 numbers."""


@dataclasses.dataclass(frozen=True, slots=True, eq=False)
class Window:
    """The part of maps that a unit is made from.

    Attributes
    ----------
    source_id
        The layer whose maps these are; empty for the image.
    top, left
        Row and column of the first cell, below 0 where it lies in the padding.
    size
        Cells of the window, (rows, columns).
    step
        From one cell to the next: the dilation.
    inside
        bool (rows, columns), False for cells of the padding.
    """

    source_id: str
    top: int
    left: int
    size: Pair
    step: Pair
    inside: NDArray[np.bool_]

    @property
    def count(self) -> int:
        """How many cells lie on the map."""
        return int(self.inside.sum())

    @property
    def covered(self) -> tuple[int, int, int, int]:
        """(top, left, rows, columns) of the rectangle it covers, the padding included."""
        rows, columns = ((size - 1) * step + 1 for size, step in zip(self.size, self.step, strict=True))
        return self.top, self.left, rows, columns

    def cell(self, row: int, column: int) -> tuple[int, int]:
        """Return the (row, column) in the map of a cell of the window."""
        return self.top + row * self.step[0], self.left + column * self.step[1]

    def unit(self, channel: int, row: int, column: int) -> Unit | None:
        """Return the unit in a cell of the window, or None in the padding."""
        if not self.inside[row, column]:
            return None
        return Unit(self.source_id, channel, *self.cell(row, column))

    def taken(self, maps: NDArray[np.float32]) -> Numbers:
        """Return the cells of maps (C, H, W) as float64 (C, rows, columns), 0 in the padding."""
        found = np.zeros((len(maps), *self.size))
        rows, columns = (
            start + np.arange(size) * step
            for start, size, step in zip((self.top, self.left), self.size, self.step, strict=True)
        )
        rows_in, columns_in = self.inside.any(axis=1), self.inside.any(axis=0)
        picked = maps[:, rows[rows_in][:, None], columns[columns_in]]
        found[:, np.flatnonzero(rows_in)[:, None], np.flatnonzero(columns_in)] = picked
        return found


@dataclasses.dataclass(frozen=True, slots=True, eq=False)
class Weighted:
    """A patch of maps times a kernel, summed, plus a bias: a unit of a convolution.

    Attributes
    ----------
    window
        Where the patch lies.
    first_channel
        The first of the channels that the filter sees; others than 0 for groups.
    patch, kernel, products
        float64 (C, KH, KW); the patch is 0 in the padding.
    sums
        float64 (C,), of the products of each channel.
    bias
        What is added; None for a convolution without.
    """

    window: Window
    first_channel: int
    patch: Numbers
    kernel: Numbers
    products: Numbers
    sums: Numbers
    bias: float | None

    @property
    def total(self) -> float:
        """The sum of all products."""
        return float(self.sums.sum())

    @property
    def value(self) -> float:
        """The sum plus the bias."""
        return self.total + (self.bias or 0.0)

    @property
    def strongest(self) -> Unit | None:
        """The input whose product is the largest, whatever its sign; None where all lie in the padding."""
        sizes = np.where(self.window.inside, np.abs(np.nan_to_num(self.products)), -1)
        channel, row, column = (int(place) for place in np.unravel_index(sizes.argmax(), sizes.shape))
        return self.window.unit(self.first_channel + channel, row, column)


@dataclasses.dataclass(frozen=True, slots=True, eq=False)
class Largest:
    """The largest number of a window: a unit of max pooling.

    `cells` is float64 (rows, columns), 0 in the padding, which never wins. `winner` is the first of the
    largest in reading order, which gets the gradient; `ties` counts all of them.
    """

    window: Window
    channel: int
    cells: Numbers
    winner: tuple[int, int]
    ties: int

    @property
    def value(self) -> float:
        """The largest number."""
        return float(self.cells[self.winner])

    @property
    def strongest(self) -> Unit | None:
        """The unit that won."""
        return self.window.unit(self.channel, *self.winner)


@dataclasses.dataclass(frozen=True, slots=True, eq=False)
class Mean:
    """The mean of a window: a unit of average pooling. `cells` is float64; padding is not counted."""

    window: Window
    channel: int
    cells: Numbers

    @property
    def count(self) -> int:
        """How many numbers are averaged."""
        return self.window.count

    @property
    def total(self) -> float:
        """Their sum."""
        return float(self.cells.sum())

    @property
    def value(self) -> float:
        """Their mean."""
        return self.total / self.count

    @property
    def strongest(self) -> Unit | None:
        """The largest of them, whatever its sign."""
        sizes = np.where(self.window.inside, np.abs(np.nan_to_num(self.cells)), -1)
        row, column = (int(place) for place in np.unravel_index(sizes.argmax(), sizes.shape))
        return self.window.unit(self.channel, row, column)


Pooling = MaxPool2D | AvgPool2D | GlobalMaxPool2D | GlobalAvgPool2D


def weigh(
    layer: Conv2D,
    unit: Unit,
    source_id: str,
    maps: NDArray[np.float32],
    weight: NDArray[np.floating],
    bias: NDArray[np.floating] | None,
) -> Weighted:
    """Take a unit of a convolution of maps (C, H, W) apart; weight is (F, C / groups, KH, KW), bias (F,)."""
    window = window_of(layer, unit, source_id, maps)
    channels = weight.shape[1]
    first = unit.channel // (layer.filters // layer.groups) * channels
    return weigh_window(window, first, maps[first : first + channels], unit.channel, weight, bias)


def weigh_window(
    window: Window,
    first: int,
    maps: NDArray[np.float32],
    filter_index: int,
    weight: NDArray[np.floating],
    bias: NDArray[np.floating] | None,
) -> Weighted:
    """Multiply the cells of a window of the maps that a filter sees by its kernels."""
    patch, kernel = window.taken(maps), weight[filter_index].astype(np.float64)
    with np.errstate(all="ignore"):
        products = patch * kernel
        sums = products.sum(axis=(1, 2))
    return Weighted(
        window, first, patch, kernel, products, sums, None if bias is None else float(bias[filter_index])
    )


def pool(layer: Pooling, unit: Unit, source_id: str, maps: NDArray[np.float32]) -> Largest | Mean:
    """Take a unit of pooling over maps (C, H, W) apart."""
    window = window_of(layer, unit, source_id, maps)
    cells = window.taken(maps[unit.channel : unit.channel + 1])[0]
    if isinstance(layer, AvgPool2D | GlobalAvgPool2D):
        return Mean(window, unit.channel, cells)
    ranked = np.where(window.inside, cells, -np.inf)
    winner = int(ranked.argmax())
    ties = int((window.inside & (ranked == ranked.flat[winner])).sum())
    row, column = divmod(winner, window.size[1])
    return Largest(window, unit.channel, cells, (row, column), max(1, ties))


def window_of(layer: Conv2D | Pooling, unit: Unit, source_id: str, maps: NDArray[np.float32]) -> Window:
    """Return what a unit sees of maps (C, H, W)."""
    _, height, width = maps.shape
    if isinstance(layer, GlobalMaxPool2D | GlobalAvgPool2D):
        return _window(source_id, (0, 0), (height, width), (1, 1), (height, width))
    top, _, left, _ = layer_padding(layer, (height, width, len(maps)))
    size = layer.kernel_size if isinstance(layer, Conv2D) else layer.pool_size
    step = layer.dilation if isinstance(layer, Conv2D) else (1, 1)
    corner = (unit.row * layer.stride[0] - top, unit.column * layer.stride[1] - left)
    return _window(source_id, corner, size, step, (height, width))


def projected_window(unit: Unit, stride: Pair, source_id: str, maps: NDArray[np.float32]) -> Window:
    """Return what a unit sees of maps (C, H, W) through a projection of 1×1."""
    corner = (unit.row * stride[0], unit.column * stride[1])
    return _window(source_id, corner, (1, 1), (1, 1), (maps.shape[1], maps.shape[2]))


def unit_over(
    layer: Conv2D | Pooling, cell: Pair, maps_shape: tuple[int, int, int], output: Pair
) -> tuple[int, int]:
    """Return the (row, column) of the unit whose window lies most nearly around a cell of the input.

    `maps_shape` is (C, H, W) of the input, `output` (rows, columns) of the layer's own maps.
    """
    if isinstance(layer, GlobalMaxPool2D | GlobalAvgPool2D):
        return 0, 0
    channels, height, width = maps_shape
    top, _, left, _ = layer_padding(layer, (height, width, channels))
    size = layer.kernel_size if isinstance(layer, Conv2D) else layer.pool_size
    step = layer.dilation if isinstance(layer, Conv2D) else (1, 1)
    found = [
        math.floor((place + padding - (cells - 1) * apart / 2) / stride + 0.5)
        for place, padding, cells, apart, stride in zip(
            cell, (top, left), size, step, layer.stride, strict=True
        )
    ]
    row, column = (min(max(place, 0), most - 1) for place, most in zip(found, output, strict=True))
    return row, column


def _window(source_id: str, corner: Pair, size: Pair, step: Pair, shape: Pair) -> Window:
    rows, columns = (
        _on_map(start + np.arange(count) * apart, most)
        for start, count, apart, most in zip(corner, size, step, shape, strict=True)
    )
    return Window(source_id, corner[0], corner[1], size, step, rows[:, None] & columns)


def _on_map(places: NDArray[np.int_], most: int) -> NDArray[np.bool_]:
    inside: NDArray[np.bool_] = (places >= 0) & (places < most)
    return inside
