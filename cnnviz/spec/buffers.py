"""Which buffers the engine asks for on its way through a design, layer by layer."""

from __future__ import annotations

import dataclasses
import math
from typing import TYPE_CHECKING

from cnnviz.spec.conv_buffers import Way, convolution, is_pooled_by_rows, pooled_convolution, projection
from cnnviz.spec.layers import (
    ELU,
    AvgPool2D,
    BatchNorm,
    Conv2D,
    Dense,
    Dropout,
    GlobalAvgPool2D,
    GlobalMaxPool2D,
    Layer,
    LeakyReLU,
    LocalResponseNorm,
    MaxPool2D,
    ReLU,
    Residual,
    Sigmoid,
    Softmax,
    SpatialDropout,
    Tanh,
    ZeroPadding2D,
)
from cnnviz.spec.room import NUMBERS_OF_A_BLOCK, rows_at_once
from cnnviz.spec.shapes import layer_padding, needs_projection, projection_stride

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cnnviz.spec.room import LayerRoom, Room
    from cnnviz.spec.shapes import Shape
    from cnnviz.spec.trace import LayerTrace

Activation = ReLU | LeakyReLU | ELU | Sigmoid | Tanh


@dataclasses.dataclass(frozen=True, slots=True)
class _Step:
    """A layer as it is computed: what comes in and out, whether it overwrites its input, what follows."""

    layer: Layer
    before: Shape
    after: Shape
    inner: tuple[LayerTrace, ...]
    in_place: bool
    following: Layer | None

    @property
    def learns(self) -> bool:
        """Whether anything in it has gradients of its own."""
        if isinstance(self.layer, Residual):
            inside = any(step.learns for step in _steps(self.inner))
            return inside or needs_projection(self.before, self.after)
        return isinstance(self.layer, Conv2D | Dense | BatchNorm)


def account(records: Sequence[LayerTrace], images: int, room: Room, *, training: bool) -> None:
    """Account for one pass of `images` images through the layers, and back again while training."""
    _walk(records, images, room, training=training, input_gradient=False)


def _walk(
    records: Sequence[LayerTrace], images: int, room: Room, *, training: bool, input_gradient: bool
) -> None:
    reached, is_done = input_gradient, False
    for step in _steps(records):
        learns = step.learns
        way = Way(training and (learns or reached), training and reached)
        if not is_done:
            _account(step, images, way, room, training=training)
        is_done = isinstance(step.layer, Conv2D) and is_pooled_by_rows(
            step.layer, step.before, step.following, images
        )
        reached = reached or learns


def _steps(records: Sequence[LayerTrace]) -> list[_Step]:
    """Return the layers in the order of the engine's plan, which puts ReLU behind a pooling."""
    known = [record for record in records if record.output_shape is not None]
    for place in range(len(known) - 1):
        if isinstance(known[place].layer, ReLU) and isinstance(known[place + 1].layer, MaxPool2D):
            known[place], known[place + 1] = known[place + 1], known[place]
    steps: list[_Step] = []
    shape = known[0].input_shape if known else None
    before: LayerTrace | None = None
    followers = [*(record.layer for record in known[1:]), None]
    for record, following in zip(known, followers, strict=False):
        after = shape if isinstance(record.layer, ReLU) else record.output_shape
        assert shape is not None
        assert after is not None
        in_place = before is not None and _may_overwrite(record.layer, before.layer)
        steps.append(_Step(record.layer, shape, after, record.inner, in_place, following))
        shape, before = after, record
    return steps


def _may_overwrite(layer: Layer, before: Layer) -> bool:
    if isinstance(layer, ReLU):
        return isinstance(before, Conv2D | Dense | MaxPool2D | AvgPool2D | BatchNorm | Residual)
    if isinstance(layer, Sigmoid | Tanh | LeakyReLU | ELU):
        return isinstance(before, Conv2D | Dense | AvgPool2D | BatchNorm | Residual)
    return False


def _account(step: _Step, images: int, way: Way, room: Room, *, training: bool) -> None:
    own = room.of(step.layer.id)
    ins, outs = math.prod(step.before) * images, math.prod(step.after) * images
    match step.layer:
        case Conv2D():
            joined = is_pooled_by_rows(step.layer, step.before, step.following, images)
            one_way = pooled_convolution if joined else convolution
            one_way(step.layer, step.before, step.following, images, way, own)
        case Dense():
            _dense(step.before[0], step.after[0], images, way, own)
        case MaxPool2D() | AvgPool2D():
            _pool(step.layer, step.before, step.after, images, way, own)
        case ReLU() | LeakyReLU() | ELU() | Sigmoid() | Tanh():
            _activation(step.layer, outs, step.in_place, way, own)
        case BatchNorm():
            _batch_norm(step.before, images, way, own, training=training)
        case LocalResponseNorm():
            _local_norm(ins, way, own)
        case Dropout() | SpatialDropout():
            _dropout(step.layer, step.before, images, own, training=training)
        case Residual():
            _residual(step, images, way, room, training=training)
        case ZeroPadding2D():
            own.keep("padded", outs)
            own.keep("dx", ins if way.passes_on else 0)
        case GlobalAvgPool2D() | GlobalMaxPool2D() | Softmax():
            own.keep("y", outs)
            own.keep("dx", ins if way.passes_on and not isinstance(step.layer, Softmax) else 0)
        case _:
            pass  # Flatten only looks at the same numbers in another way


def _dense(units_in: int, units: int, images: int, way: Way, own: LayerRoom) -> None:
    own.keep("y", units * images)
    if way.learns:
        own.keep("dweight", units_in * units)
        own.keep("dbias", units)
    if way.passes_on:
        own.keep("dx", units_in * images)


def _pool(
    layer: MaxPool2D | AvgPool2D, before: Shape, after: Shape, images: int, way: Way, own: LayerRoom
) -> None:
    height, width, channels = before
    padding = layer_padding(layer, before)
    padded = (height + padding[0] + padding[1]) * (width + padding[2] + padding[3]) * channels * images
    outs = math.prod(after) * images
    own.keep("y", outs)
    if any(padding):
        own.keep("padded", padded)
        own.keep("dx", math.prod(before) * images if way.passes_on else 0)
    if way.passes_on:
        own.keep("dpadded", padded)
    if isinstance(layer, AvgPool2D):
        return
    if layer.pool_size == layer.stride == (2, 2):
        _pairs(after, images, way, own)
    elif way.passes_on:
        own.flags("free", outs)
        own.flags("chosen", outs)
        own.scratch("pool part", outs)


def _pairs(after: Shape, images: int, way: Way, own: LayerRoom) -> None:
    """Account for windows of 2×2 beside each other, a few channels at a time on the way back."""
    rows, columns, channels = after
    channel = rows * columns * images
    own.keep("winners", 2 * channel * channels)
    if way.passes_on:
        block = rows_at_once(channels, channel, NUMBERS_OF_A_BLOCK) * channel
        own.flags("from upper", 2 * block)
        own.flags("from left", block)
        own.flags("compared", block)
        own.scratch("pool gradient", 2 * block)
        own.scratch("pool part", block)


def _activation(layer: Activation, outs: int, in_place: bool, way: Way, own: LayerRoom) -> None:
    own.keep("y", 0 if in_place else outs)
    match layer:
        case ReLU():
            own.flags("above 0", outs if way.passes_on else 0)
        case LeakyReLU() | ELU():
            own.keep("slopes", outs)
            own.scratch("below 0", outs if isinstance(layer, ELU) else 0)
            own.flags("above 0", outs)
        case Sigmoid() | Tanh():
            own.scratch("slope", outs if way.passes_on else 0)


def _batch_norm(before: Shape, images: int, way: Way, own: LayerRoom, *, training: bool) -> None:
    numbers = math.prod(before) * images
    own.keep("y", numbers)
    if training:
        row = numbers // before[-1]
        own.scratch("normal", rows_at_once(before[-1], row, NUMBERS_OF_A_BLOCK) * row)
    if way.learns:
        own.keep("dx", numbers)
        own.keep("dweight", before[-1])
        own.keep("dbias", before[-1])


def _local_norm(numbers: int, way: Way, own: LayerRoom) -> None:
    for name in ("y", "divisor", "factors"):
        own.keep(name, numbers)
    own.scratch("squares", numbers)
    own.keep("dx", numbers if way.passes_on else 0)


def _dropout(
    layer: Dropout | SpatialDropout, before: Shape, images: int, own: LayerRoom, *, training: bool
) -> None:
    if not training or layer.rate == 0:
        return
    numbers = math.prod(before) * images
    own.keep("y", numbers)
    own.keep("factors", before[-1] * images if isinstance(layer, SpatialDropout) else numbers)


def _residual(step: _Step, images: int, way: Way, room: Room, *, training: bool) -> None:
    own = room.of(step.layer.id)
    ins, outs = math.prod(step.before) * images, math.prod(step.after) * images
    own.keep("y", outs)
    if not needs_projection(step.before, step.after):
        own.keep("dx", ins if way.passes_on else 0)
    elif len(step.before) == 1:
        _dense(step.before[0], step.after[0], images, way, own.part("projection"))
    else:
        stride = projection_stride(step.before, step.after)
        projection(step.before, step.after[2], stride, images, way, own.part("projection"))
    _walk(step.inner, images, room, training=training, input_gradient=way.passes_on)
