"""What a convolution has learned: its kernels, ready for painting."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

import numpy as np

from cnnviz.interpret.atlas import Atlas, Grid, Scale, build_atlas, read_only, square_columns
from cnnviz.spec.layers import Conv2D

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from cnnviz.spec.network import NetworkSpec

MAX_FILTERS_SHOWN = 128
MAX_CHANNELS_SHOWN = 64
_RGB_CHANNELS = 3


@dataclasses.dataclass(frozen=True, slots=True, eq=False)
class Composite:
    """Filters over red, green and blue, each as one small colour picture; middle gray is zero.

    `pixels` is uint8 (rows, columns of cells, 4): red, green, blue and opacity, which is 0 in the gaps.
    """

    pixels: NDArray[np.uint8]
    grid: Grid


@dataclasses.dataclass(frozen=True, slots=True, eq=False)
class FilterView:
    """The filters of one convolution, read-only.

    Attributes
    ----------
    layer_id
        Whose filters these are.
    weight
        float32 (F, C, KH, KW).
    bias
        float32 (F,).
    atlas
        One tile for each kernel shown: a row of kernels for every filter or, with one input channel,
        simply the filters. `kernel_of` tells which kernel a tile is.
    filters_shown, channels_shown
        How many of the filters, and of the channels of each, have a tile.
    composite
        The filters in colour where the layer sees a red-green-blue image; otherwise None.
    """

    layer_id: str
    weight: NDArray[np.float32]
    bias: NDArray[np.float32]
    atlas: Atlas
    filters_shown: int
    channels_shown: int
    composite: Composite | None
    signed: bool = True

    def kernel_of(self, tile: int) -> tuple[int, int]:
        """Return (filter, channel) of a tile of the atlas."""
        return divmod(tile, self.channels_shown)


def view_filters(
    spec: NetworkSpec,
    parameters: Mapping[str, NDArray[np.floating]],
    layer_id: str,
    *,
    scale: Scale = Scale.PER_LAYER,
) -> FilterView | None:
    """Return the filters of a convolution, or None for other layers and where there are no weights yet.

    Weights are copied, so the view stays true while `parameters` change.
    """
    weight, bias = parameters.get(f"{layer_id}/weight"), parameters.get(f"{layer_id}/bias")
    if not isinstance(spec.layer(layer_id), Conv2D) or weight is None:
        return None
    if bias is None:
        bias = np.zeros(len(weight))  # a convolution without bias adds nothing
    weight, bias = np.array(weight, np.float32), np.array(bias, np.float32)
    sees_colours = weight.shape[1] == _RGB_CHANNELS and _is_first_convolution(spec, layer_id)
    return make_filter_view(layer_id, weight, bias, scale, sees_colours=sees_colours)


def make_filter_view(
    layer_id: str,
    weight: NDArray[np.float32],
    bias: NDArray[np.float32],
    scale: Scale,
    *,
    sees_colours: bool,
) -> FilterView:
    """Return the view of kernels (F, C, KH, KW); the channels are red, green and blue if `sees_colours`.

    Weights share no scale with other layers: one for the network is one for the layer here.
    """
    scale = Scale.PER_MAP if scale is Scale.PER_MAP else Scale.PER_LAYER
    filters, channels = min(len(weight), MAX_FILTERS_SHOWN), min(weight.shape[1], MAX_CHANNELS_SHOWN)
    atlas = _atlas(weight, range(filters), range(channels), scale, largest_weight(weight))
    composite = _composite(weight[:filters], scale, largest_weight(weight)) if sees_colours else None
    return FilterView(layer_id, read_only(weight), read_only(bias), atlas, filters, channels, composite)


def kernel_page(view: FilterView, filters: Sequence[int], channels: Sequence[int]) -> Atlas:
    """Paint some of the kernels as `view.atlas` does, in this order: a row of kernels for every filter."""
    return _atlas(view.weight, filters, channels, view.atlas.scale, largest_weight(view.weight))


def composite_page(view: FilterView, filters: Sequence[int]) -> Composite:
    """Paint some of the filters over red, green and blue in colour, in this order."""
    shown = view.weight[np.asarray(filters, np.intp)]
    return _composite(shown, view.atlas.scale, largest_weight(view.weight))


def largest_weight(weight: NDArray[np.float32]) -> float:
    """Return the size of the largest finite weight; 0 where there is none."""
    largest = max(float(weight.max(initial=0)), -float(weight.min(initial=0)))
    return largest if np.isfinite(largest) else float(np.abs(weight[np.isfinite(weight)]).max(initial=0))


def view_all_filters(
    spec: NetworkSpec, parameters: Mapping[str, NDArray[np.floating]], *, scale: Scale = Scale.PER_LAYER
) -> tuple[FilterView, ...]:
    """Return the filters of every convolution that has weights, in the order of the design."""
    views = (view_filters(spec, parameters, layer.id, scale=scale) for layer in spec.walk())
    return tuple(view for view in views if view is not None)


def _is_first_convolution(spec: NetworkSpec, layer_id: str) -> bool:
    first = next((layer for layer in spec.walk() if isinstance(layer, Conv2D)), None)
    return first is not None and first.id == layer_id


def _atlas(
    weight: NDArray[np.float32],
    filters: Sequence[int],
    channels: Sequence[int],
    scale: Scale,
    largest: float,
) -> Atlas:
    shown = weight[np.ix_(np.asarray(filters, np.intp), np.asarray(channels, np.intp))]
    count, width = len(filters), len(channels)
    return build_atlas(
        shown.reshape(count * width, *weight.shape[2:]),
        signed=True,
        scale=scale,
        columns=width if weight.shape[1] > 1 else None,
        limits=(-largest, largest),
    )


def _composite(weight: NDArray[np.float32], scale: Scale, largest: float) -> Composite:
    """Paint filters (F, 3, KH, KW): zero is middle gray, the largest weight has full colour."""
    finite = np.nan_to_num(weight, posinf=0, neginf=0)
    limits = np.abs(finite).max(axis=(1, 2, 3), keepdims=True)
    if scale is not Scale.PER_MAP:
        limits = np.full_like(limits, largest)
    levels = 0.5 + np.nan_to_num(weight) / np.where(limits > 0, 2 * limits, np.inf)
    colors = np.rint(np.clip(levels, 0, 1) * 255).astype(np.uint8).transpose(0, 2, 3, 1)
    filters, height, width, _ = colors.shape
    opaque = np.full((filters, height, width, 1), 255, np.uint8)
    grid = Grid(height, width, square_columns(filters), filters, gap=1)
    return Composite(read_only(grid.arrange(np.concatenate([colors, opaque], axis=3))), grid)
