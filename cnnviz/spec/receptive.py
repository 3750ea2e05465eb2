"""Which part of the image a unit can see."""

from __future__ import annotations

import dataclasses

from cnnviz.spec.layers import (
    AvgPool2D,
    Conv2D,
    Dense,
    GlobalAvgPool2D,
    GlobalMaxPool2D,
    Layer,
    MaxPool2D,
    Pair,
    Residual,
    ZeroPadding2D,
)
from cnnviz.spec.shapes import Shape, body_shapes, covered_size, layer_padding


@dataclasses.dataclass(frozen=True, slots=True)
class ReceptiveField:
    """The part of the input that one unit can see, in input pixels as (vertical, horizontal).

    Unit (i, j) sees rows `start[0] + i * jump[0]` to `... + size[0] - 1`, and columns likewise. A start below
    zero reaches into the padding.
    """

    size: Pair = (1, 1)
    jump: Pair = (1, 1)
    start: Pair = (0, 0)


def receptive_field(layer: Layer, before: ReceptiveField, input_shape: Shape, image: Pair) -> ReceptiveField:
    """Return what a unit behind `layer` sees, given what the units before it see.

    `image` is (height, width) of the network's input; a unit of a Dense layer sees all of it.
    """
    match layer:
        case Conv2D() | MaxPool2D() | AvgPool2D():
            top, _, left, _ = layer_padding(layer, input_shape)
            covered = covered_size(layer)
            return _through_window(before, covered, layer.stride, (top, left))
        case ZeroPadding2D():
            return _through_window(before, (1, 1), (1, 1), (layer.top, layer.left))
        case GlobalAvgPool2D() | GlobalMaxPool2D():
            return _through_window(before, (input_shape[0], input_shape[1]), (0, 0), (0, 0))
        case Dense():
            return ReceptiveField(size=image, jump=(0, 0), start=(0, 0))
        case Residual():
            return _through_block(layer, before, input_shape, image)
        case _:
            return before


def _through_window(before: ReceptiveField, window: Pair, stride: Pair, padding: Pair) -> ReceptiveField:
    (size_y, size_x), (jump_y, jump_x), (start_y, start_x) = before.size, before.jump, before.start
    return ReceptiveField(
        size=(size_y + (window[0] - 1) * jump_y, size_x + (window[1] - 1) * jump_x),
        jump=(jump_y * stride[0], jump_x * stride[1]),
        start=(start_y - padding[0] * jump_y, start_x - padding[1] * jump_x),
    )


def _through_block(
    block: Residual, before: ReceptiveField, input_shape: Shape, image: Pair
) -> ReceptiveField:
    """Return the smallest rectangle around what the body sees and what the way past it sees."""
    body = before
    for layer, shape in zip(block.layers, body_shapes(block, input_shape), strict=False):
        body = receptive_field(layer, body, shape, image)
    starts = [min(body.start[axis], before.start[axis]) for axis in (0, 1)]
    ends = [max(field.start[axis] + field.size[axis] for field in (body, before)) for axis in (0, 1)]
    size = (ends[0] - starts[0], ends[1] - starts[1])
    return ReceptiveField(size=size, jump=body.jump, start=(starts[0], starts[1]))
