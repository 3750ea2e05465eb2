"""The exact part of every earlier layer, and of the image, that one number can depend on."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

import numpy as np

from cnnviz.interpret.explain.place import Look, Place, Unit, place_of
from cnnviz.spec.layers import (
    AvgPool2D,
    Conv2D,
    Dense,
    Flatten,
    GlobalAvgPool2D,
    GlobalMaxPool2D,
    LocalResponseNorm,
    MaxPool2D,
    Residual,
    Softmax,
    ZeroPadding2D,
)
from cnnviz.spec.shapes import layer_padding, needs_projection, projection_stride

if TYPE_CHECKING:
    from numpy.typing import NDArray

Mask = np.ndarray[tuple[int, ...], np.dtype[np.bool_]]
Shape = tuple[int, int, int]
"""(C, H, W); a row of numbers is so many maps of one cell."""


@dataclasses.dataclass(frozen=True, slots=True, eq=False)
class Reach:
    """What a number can see of one layer's output: bool masks of channels (C,), rows (H,) and columns (W,).

    Dilation and strides leave rows and columns out, which `box` counts in.
    """

    channels: Mask
    rows: Mask
    columns: Mask

    @property
    def box(self) -> tuple[int, int, int, int]:
        """(top, left, rows, columns) of the smallest rectangle around all of it."""
        (top, bottom), (left, right) = _ends(self.rows), _ends(self.columns)
        return top, left, bottom - top + 1, right - left + 1

    @property
    def is_empty(self) -> bool:
        """Whether nothing is seen: a window that lies in the padding."""
        return not (self.channels.any() and self.rows.any() and self.columns.any())

    def joined(self, other: Reach) -> Reach:
        """Return what either of them sees."""
        pairs = zip(self.masks, other.masks, strict=True)
        return Reach(*(one | two for one, two in pairs))

    def equals(self, other: Reach) -> bool:
        """Return whether both see the same."""
        return all(np.array_equal(one, two) for one, two in zip(self.masks, other.masks, strict=True))

    @property
    def masks(self) -> tuple[Mask, Mask, Mask]:
        """Channels, rows, columns."""
        return self.channels, self.rows, self.columns


def reaches(look: Look, unit: Unit) -> dict[str, Reach]:
    """Return what a number can see of each layer before it, by layer id, and of the image by an empty id.

    Padding is no number, so it leads nowhere. A layer before a block sees both ways through it.

    Raises
    ------
    ExplainError
        There is no such unit, or its layer could not be computed.
    """
    look.value(unit)
    found: dict[str, Reach] = {}
    shape = _shape(look, unit.layer_id)
    places = zip((unit.channel, *unit.cell), shape, strict=True)
    waiting = [(unit.layer_id, Reach(*(_some(place, size) for place, size in places)))]
    while waiting:
        layer_id, reach = waiting.pop()
        known = found.get(layer_id)
        joined = reach if known is None else reach.joined(known)
        if known is not None and known.equals(joined):
            continue
        found[layer_id] = joined
        if layer_id:
            sources = _before(look, place_of(look.spec, layer_id), joined)
            waiting.extend(one for one in sources if not one[1].is_empty)
    if unit.layer_id:
        del found[unit.layer_id]
    return found


def _before(look: Look, place: Place, reach: Reach) -> list[tuple[str, Reach]]:
    """Return what a part of a layer's output is made from."""
    if isinstance(place.layer, Residual):
        return [(place.body_id, reach), (place.source_id, _past(look, place, reach))]
    return [(place.source_id, _one_before(place, reach, _shape(look, place.source_id)))]


def _one_before(place: Place, reach: Reach, shape: Shape) -> Reach:
    layer = place.layer
    channels, height, width = (np.ones(size, bool) for size in shape)
    match layer:
        case Dense() | Softmax():
            return Reach(channels, height, width)
        case GlobalAvgPool2D() | GlobalMaxPool2D():
            return Reach(reach.channels, height, width)
        case Flatten():
            indices = np.unravel_index(np.flatnonzero(reach.channels), shape)
            return Reach(*(_some(places, size) for places, size in zip(indices, shape, strict=True)))
        case ZeroPadding2D():
            rows = reach.rows[layer.top : layer.top + shape[1]]
            return Reach(reach.channels, rows, reach.columns[layer.left : layer.left + shape[2]])
        case LocalResponseNorm():
            return dataclasses.replace(reach, channels=_neighbours(reach.channels, layer.size))
        case Conv2D() | MaxPool2D() | AvgPool2D():
            return _windows(layer, reach, shape)
        case _:
            return reach


def _windows(layer: Conv2D | MaxPool2D | AvgPool2D, reach: Reach, shape: Shape) -> Reach:
    top, _, left, _ = layer_padding(layer, (shape[1], shape[2], shape[0]))
    size, step, channels = (1, 1), (1, 1), reach.channels
    if isinstance(layer, Conv2D):
        size, step = layer.kernel_size, layer.dilation
        groups = channels.reshape(layer.groups, -1).any(axis=1)
        channels = groups.repeat(shape[0] // layer.groups)
    else:
        size = layer.pool_size
    return Reach(
        channels,
        _seen(reach.rows, layer.stride[0], top, size[0], step[0], shape[1]),
        _seen(reach.columns, layer.stride[1], left, size[1], step[1], shape[2]),
    )


def _seen(outputs: Mask, stride: int, padding: int, size: int, step: int, most: int) -> Mask:
    """Return which of `most` inputs along one axis the windows of some outputs cover."""
    first = np.flatnonzero(outputs) * stride - padding
    places = (first[:, None] + np.arange(size) * step).ravel()
    inputs = np.zeros(most, bool)
    inputs[places[(places >= 0) & (places < most)]] = True
    return inputs


def _past(look: Look, place: Place, reach: Reach) -> Reach:
    """Return what the way past a block's body sees."""
    before, after = _shape(look, place.source_id), _shape(look, place.layer.id)
    people = [(shape[1], shape[2], shape[0]) for shape in (before, after)]
    if not needs_projection(people[0], people[1]):
        return reach
    down, right = projection_stride(people[0], people[1])
    return Reach(
        np.ones(before[0], bool),
        _seen(reach.rows, down, 0, 1, 1, before[1]),
        _seen(reach.columns, right, 0, 1, 1, before[2]),
    )


def _neighbours(channels: Mask, size: int) -> Mask:
    return _seen(channels, 1, size // 2, size, 1, len(channels))


def _some(places: int | NDArray[np.intp], size: int) -> Mask:
    mask = np.zeros(size, bool)
    mask[places] = True
    return mask


def _ends(mask: Mask) -> tuple[int, int]:
    places: NDArray[np.int_] = np.flatnonzero(mask)
    return int(places[0]), int(places[-1])


def _shape(look: Look, layer_id: str) -> Shape:
    shape = look.values(layer_id).shape
    return (shape[0], shape[1], shape[2]) if len(shape) == 3 else (shape[0], 1, 1)
