"""What each map before a convolution adds to one map of it: its kernel at every place, channel by channel."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

import numpy as np

from cnnviz.interpret.explain.place import ExplainError, place_of
from cnnviz.spec.layers import Conv2D
from cnnviz.spec.shapes import layer_padding

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from cnnviz.interpret.explain.place import Look
    from cnnviz.interpret.explain.windows import Numbers

MOST_PRODUCTS, MOST_NUMBERS = 2**23, 2**20
"""More products, or larger maps of them, would be felt under the mouse, and while a run is on."""


@dataclasses.dataclass(frozen=True, slots=True, eq=False)
class ChannelMaps:
    """All sums of one filter, before they are added up over the channels.

    Attributes
    ----------
    first_channel
        The first of the channels that the filter sees; others than 0 for groups.
    kernels
        float64 (C, KH, KW).
    maps
        float64 (C, OH, OW): added up over the channels, and with the bias, they are the map of the filter.
    bias
        What is added everywhere; None for a convolution without.
    """

    first_channel: int
    kernels: Numbers
    maps: Numbers
    bias: float | None


def channel_maps(look: Look, layer_id: str, filter_index: int) -> ChannelMaps:
    """Return what each channel adds to the map of a filter, in float64 from the engine's own float32 inputs.

    Raises
    ------
    ExplainError
        The layer is no convolution or could not be computed, or these are too many numbers.
    """
    problem = why_no_maps(look, layer_id)
    if problem:
        raise ExplainError(problem)
    place = place_of(look.spec, layer_id)
    layer, before, (_, *size) = place.layer, look.values(place.source_id), look.values(layer_id).shape
    assert isinstance(layer, Conv2D)
    weight, bias = look.arrays[f"{layer_id}/weight"], look.arrays.get(f"{layer_id}/bias")
    kernels = weight[filter_index].astype(np.float64)
    first = filter_index // (layer.filters // layer.groups) * len(kernels)
    padded = _padded(layer, before, slice(first, first + len(kernels)))
    maps = _slid(padded, kernels, layer, (size[0], size[1]))
    return ChannelMaps(first, kernels, maps, None if bias is None else float(bias[filter_index]))


def why_no_maps(look: Look, layer_id: str) -> str:
    """Return why there are no such maps of a layer, in a sentence; empty where there are."""
    layer = place_of(look.spec, layer_id).layer if layer_id else None
    if not isinstance(layer, Conv2D):
        return "Only a convolution slides a kernel over whole maps."
    _, rows, columns = look.values(layer_id).shape
    weight = look.arrays.get(f"{layer_id}/weight")
    if weight is None:
        return f'The weights "{layer_id}/weight" are not there.'
    products, numbers = (count * rows * columns for count in (weight[0].size, len(weight[0])))
    if products > MOST_PRODUCTS:
        return f"These would be {products:,} products; at most {MOST_PRODUCTS:,} are computed at once."
    if numbers > MOST_NUMBERS:
        return f"These would be maps of {numbers:,} numbers; at most {MOST_NUMBERS:,} are computed at once."
    return ""


def _padded(layer: Conv2D, maps: NDArray[np.float32], seen: slice) -> Numbers:
    """Return the maps that a filter sees, with zeros around them."""
    channels, height, width = maps.shape
    top, bottom, left, right = layer_padding(layer, (height, width, channels))
    return np.pad(maps[seen].astype(np.float64), ((0, 0), (top, bottom), (left, right)))


def _slid(padded: Numbers, kernels: Numbers, layer: Conv2D, size: tuple[int, int]) -> Numbers:
    """Return each channel times its kernel at every place: weight after weight, at all places at once."""
    found = np.zeros((len(kernels), *size))
    (down, right), (row_step, column_step) = layer.stride, layer.dilation
    with np.errstate(all="ignore"):
        for row, column in np.ndindex(kernels.shape[1:]):
            top, left = row * row_step, column * column_step
            rows = slice(top, top + (size[0] - 1) * down + 1, down)
            columns = slice(left, left + (size[1] - 1) * right + 1, right)
            found += padded[:, rows, columns] * kernels[:, row, column, None, None]
    return found
