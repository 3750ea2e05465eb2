"""Which buffers the engine's convolutions ask for: the sizes in `engine.ops`, without the numbers."""

from __future__ import annotations

import dataclasses
import enum
import math
from typing import TYPE_CHECKING

from cnnviz.spec.room import NUMBERS_IN_L2, NUMBERS_OF_A_BLOCK, NUMBERS_OF_TERMS, rows_at_once
from cnnviz.spec.shapes import layer_padding, needed_padding, not_negative, pools_with, window_output_size

if TYPE_CHECKING:
    from cnnviz.spec.layers import Conv2D, Layer, Pair
    from cnnviz.spec.room import LayerRoom
    from cnnviz.spec.shapes import Shape

NARROW = 60
"""Up to so many output columns of all images in a row the whole image is lowered at once."""
LEAST_LENGTH = 64
LEAST_DEPTH = 8
LEAST_WORK = 1 << 22
"""From these on a kernel 3 wide goes through Winograd's transforms; see `engine.ops.conv`."""
LEAST_SAVED = 300
"""Multiplications for each row of a kernel from which a whole image goes through them, too."""
SMALL_PRODUCT = 1_000_000
"""Multiplications up to which products are not cut into parts."""
_GAP = 16
_TILE, _PLACES, _KERNEL_WIDTH = 4, 6, 3


@dataclasses.dataclass(frozen=True, slots=True)
class Way:
    """How far a pass goes: forward only, back to the gradients of the weights, or on to that of the input."""

    learns: bool
    passes_on: bool


@dataclasses.dataclass(frozen=True, slots=True)
class _Slide:
    """Filters over `images` images; `padding` is (top, bottom, left, right)."""

    height: int
    width: int
    channels: int
    filters: int
    kernel: Pair
    stride: Pair
    padding: tuple[int, int, int, int]
    has_bias: bool
    images: int

    @property
    def rows(self) -> int:
        """Rows of the output."""
        return window_output_size(self.height, self.kernel[0], self.stride[0], sum(self.padding[:2]))

    @property
    def columns(self) -> int:
        """Columns of the output."""
        return window_output_size(self.width, self.kernel[1], self.stride[1], sum(self.padding[2:]))

    @property
    def inputs(self) -> int:
        """Numbers that come in."""
        return self.channels * self.height * self.width * self.images

    @property
    def padded(self) -> int:
        """Numbers that come in, with those of the padding."""
        top, bottom, left, right = not_negative(self.padding)
        height, width = self.height + top + bottom, self.width + left + right
        return self.channels * height * width * self.images

    @property
    def outputs(self) -> int:
        """Numbers that go out."""
        return self.filters * self.rows * self.columns * self.images

    @property
    def weights(self) -> int:
        """Numbers of the kernels."""
        return self.filters * self.channels * self.kernel[0] * self.kernel[1]


class Method(enum.Enum):
    """How the engine computes a convolution without groups and dilation, by how much there is to do."""

    WHOLE = "whole image"
    """One product over all windows, copied out (im2col)."""
    ROWS = "stacked rows"
    """A product for each row of the output."""
    WINOGRAD = "Winograd"
    """Products of transformed tiles along the rows."""


def convolution_method(layer: Conv2D, before: Shape, images: int) -> Method:
    """Return how so many images of the shape `before` go through a convolution together."""
    return _method(_slide(layer, before, images))


def convolution(
    layer: Conv2D, before: Shape, following: Layer | None, images: int, way: Way, room: LayerRoom
) -> None:
    """Account for a convolution of images of the shape `before`, whose output only `following` sees."""
    slide = _needed_slide(layer, before, following, images)
    if layer.dilation == (1, 1):
        _grouped(slide, layer.groups, way, room)
    else:
        _dilated(slide, layer.dilation, layer.groups, way, room)


def is_pooled_by_rows(layer: Conv2D, before: Shape, following: Layer | None, images: int) -> bool:
    """Return whether a convolution and the pooling behind it are computed together, some rows at a time."""
    if not pools_with(layer, before, following):
        return False
    return _method(_needed_slide(layer, before, following, images)) is Method.ROWS


def pooled_convolution(
    layer: Conv2D, before: Shape, following: Layer | None, images: int, way: Way, room: LayerRoom
) -> None:
    """Account for a convolution and the pooling behind it where `is_pooled_by_rows`."""
    slide = _needed_slide(layer, before, following, images)
    row = slide.outputs // (slide.rows // 2)
    block = rows_at_once(slide.rows // 2, row, NUMBERS_OF_A_BLOCK) * row
    _direct(slide, way, room)
    room.keep("y", slide.outputs // 4)
    room.flags("upper", slide.outputs // 2, shared=False)
    room.flags("left", slide.outputs // 4, shared=False)
    room.flags("compared", block // 4)
    room.scratch("rows of scores", block)
    room.scratch("rows of winners", block // 2)
    if way.learns:
        room.keep("dweight", slide.weights)
        room.keep("dbias", slide.filters)
    if way.passes_on:
        room.keep("dx", slide.inputs)
        room.keep("dscores", slide.outputs)


def _needed_slide(layer: Conv2D, before: Shape, following: Layer | None, images: int) -> _Slide:
    """Return the convolution without the rows and columns that nobody looks at."""
    return dataclasses.replace(
        _slide(layer, before, images), padding=needed_padding(layer, before, following)
    )


def _slide(layer: Conv2D, before: Shape, images: int) -> _Slide:
    height, width, channels = before
    return _Slide(
        height=height,
        width=width,
        channels=channels,
        filters=layer.filters,
        kernel=layer.kernel_size,
        stride=layer.stride,
        padding=layer_padding(layer, before),
        has_bias=layer.use_bias,
        images=images,
    )


def projection(before: Shape, filters: int, stride: Pair, images: int, way: Way, room: LayerRoom) -> None:
    """Account for the 1×1 convolution past a block."""
    height, width, channels = before
    slide = _Slide(height, width, channels, filters, (1, 1), stride, (0, 0, 0, 0), True, images)
    _plain(slide, way, room)


def _method(slide: _Slide) -> Method:
    length = slide.columns * slide.images
    if length <= NARROW:
        return Method.WHOLE
    is_deep = min(slide.channels, slide.filters) >= LEAST_DEPTH and length >= LEAST_LENGTH
    is_work = slide.inputs * slide.filters >= LEAST_WORK
    fits = slide.stride == (1, 1) and slide.kernel[1] == _KERNEL_WIDTH
    return Method.WINOGRAD if fits and is_deep and is_work else Method.ROWS


def _plain(slide: _Slide, way: Way, room: LayerRoom) -> None:
    room.keep("y", slide.outputs)
    if way.learns:
        room.keep("dweight", slide.weights)
        room.keep("dbias", slide.filters)
    if way.passes_on:
        room.keep("dx", slide.inputs)
    match _method(slide):
        case Method.WHOLE:
            _whole(slide, way, room)
        case Method.WINOGRAD:
            _winograd(slide, way, room)
        case Method.ROWS:
            _direct(slide, way, room)


def _whole(slide: _Slide, way: Way, room: LayerRoom) -> None:
    lowered = slide.weights // slide.filters * slide.rows * slide.columns * slide.images
    is_transformed = _is_transformed_whole(slide)
    if is_transformed:
        _whole_winograd(slide, room)
    if way.learns or not is_transformed:
        room.keep("padded", slide.padded if any(not_negative(slide.padding)) else 0)
        room.scratch("lowered", lowered)
    if way.passes_on:
        room.keep("dpadded", slide.padded)


def _is_transformed_whole(slide: _Slide) -> bool:
    """Return whether Winograd's transforms save work for a whole image; see `engine.ops.whole`."""
    is_deep = min(slide.channels, slide.filters) >= LEAST_DEPTH
    across = _KERNEL_WIDTH * slide.columns - _PLACES * math.ceil(slide.columns / _TILE)
    saved = slide.rows * across * slide.images
    return slide.stride == (1, 1) and slide.kernel[1] == _KERNEL_WIDTH and is_deep and saved >= LEAST_SAVED


def _whole_winograd(slide: _Slide, room: LayerRoom) -> None:
    top, bottom, left, right = not_negative(slide.padding)
    tiles = math.ceil(slide.columns / _TILE)
    beyond = max(right, _TILE * (tiles - 1) + _PLACES - left - slide.width)
    wide = dataclasses.replace(slide, padding=(top, bottom, left, beyond))
    pieces = _PLACES * slide.channels * (slide.height + top + bottom) * tiles * slide.images
    places = slide.rows * tiles * slide.images
    room.keep("padded", wide.padded if any(wide.padding) else 0)
    room.scratch("lowered", pieces)
    room.scratch("spread", pieces)
    room.scratch("stacked", _PLACES * slide.kernel[0] * slide.channels * places)
    room.scratch("products", _PLACES * slide.filters * places)
    room.scratch("tiles", _TILE * slide.filters * places)
    _transformed_weights(slide, room)


def _direct(slide: _Slide, way: Way, room: LayerRoom) -> None:
    kernel_height, kernel_width = slide.kernel
    length = slide.columns * slide.images
    entries = kernel_width * slide.channels + slide.has_bias
    block = kernel_height * entries * slide.filters
    lines = (slide.rows - 1) * slide.stride[0] + kernel_height
    room.scratch("lowered", lines * entries * (length + _GAP))
    room.scratch("lowered weight", block)
    if way.learns:
        at_once = rows_at_once(slide.rows, block, NUMBERS_OF_TERMS)
        room.scratch("sum of products", block)
        room.scratch("terms", at_once * block)
        room.scratch("part of sum", block if at_once < slide.rows else 0)
    if way.passes_on:
        phases = min(slide.stride[0], kernel_height)
        count = -(-slide.height // slide.stride[0])
        met = -(-kernel_height // phases)
        spread = kernel_width * slide.channels * length
        room.scratch("lowered", (count + met - 1) * slide.filters * length)
        room.scratch("spread", rows_at_once(count, spread) * spread)


def _winograd(slide: _Slide, way: Way, room: LayerRoom) -> None:
    tall, tiles = slide.kernel[0], -(-slide.columns // _TILE)
    length = tiles * slide.images
    _transformed_weights(slide, room)
    room.keep("inputs", _PLACES * (slide.rows + tall - 1) * slide.channels * length)
    _transforms(slide.rows + tall - 1, slide.channels, length, room)
    _products(slide.rows, slide.filters, length, room)
    if way.learns:
        _turned(slide, length, room)
    if way.passes_on:
        height, width = slide.height + min(0, slide.padding[1]), slide.width + min(0, slide.padding[3])
        length = -(-width // _TILE) * slide.images
        lines = height + tall - 1
        room.scratch("spread", _PLACES * lines * slide.filters * length)
        _transforms(lines, slide.filters, length, room)
        _products(height, slide.channels, length, room)


def _transformed_weights(slide: _Slide, room: LayerRoom) -> None:
    room.scratch("ordered weight", slide.weights)
    room.scratch("lowered weight", _PLACES * slide.weights // _KERNEL_WIDTH)


def _transforms(lines: int, channels: int, length: int, room: LayerRoom) -> None:
    line = _PLACES * channels * length
    room.scratch("lowered", rows_at_once(lines, line) * line)


def _products(rows: int, filters: int, length: int, room: LayerRoom) -> None:
    row = filters * length
    at_once = rows_at_once(rows, _PLACES * row)
    room.scratch("products", _PLACES * at_once * row)
    room.scratch("tiles", _TILE * at_once * row)


def _turned(slide: _Slide, length: int, room: LayerRoom) -> None:
    """Account for the gradient of transformed weights."""
    filters, entries = slide.filters, slide.kernel[0] * slide.channels
    total = _PLACES * entries * filters
    room.scratch("terms", 3 * entries * filters)
    room.scratch("sum of products", total)
    is_small = total <= NUMBERS_IN_L2
    row = _PLACES * filters * (length + entries) if is_small else entries * length
    at_once = rows_at_once(slide.rows, row)
    room.scratch("lowered", at_once * _TILE * filters * (length + _GAP))
    room.scratch("turned", at_once * _TILE * filters * length)
    room.scratch("spread", _PLACES * at_once * length * filters)
    if is_small:
        room.scratch("terms", at_once * _parts(entries * filters, length) * total)
        room.scratch("part of sum", total if at_once < slide.rows else 0)
    else:
        room.scratch("beside", entries * at_once * length)


def _parts(work: int, length: int) -> int:
    parts = 1
    while work * length > SMALL_PRODUCT * parts and length % (2 * parts) == 0:
        parts *= 2
    return parts


def _grouped(slide: _Slide, groups: int, way: Way, room: LayerRoom) -> None:
    if groups == 1:
        _plain(slide, way, room)
        return
    room.keep("y", slide.outputs)
    if way.learns:
        room.keep("dweight", slide.weights // groups)
        room.keep("dbias", slide.filters)
    if way.passes_on:
        room.keep("dx", slide.inputs)
    if slide.channels == groups:
        _depthwise(slide, way, room)
        return
    own = dataclasses.replace(slide, channels=slide.channels // groups, filters=slide.filters // groups)
    for number in range(groups):
        _plain(own, way, room.part(f"group {number}"))


def _depthwise(slide: _Slide, way: Way, room: LayerRoom) -> None:
    if any(slide.padding):
        room.keep("padded", slide.padded)
    channel = slide.outputs // slide.channels
    room.scratch("depthwise", rows_at_once(slide.channels, channel, NUMBERS_OF_A_BLOCK) * channel)
    if way.passes_on:
        room.keep("dpadded", slide.padded)


def _dilated(slide: _Slide, dilation: Pair, groups: int, way: Way, room: LayerRoom) -> None:
    """Account for one plain convolution for each starting place that the outputs have."""
    height, width = slide.height + sum(slide.padding[:2]), slide.width + sum(slide.padding[2:])
    rows = window_output_size(height, slide.kernel[0], slide.stride[0], 0, dilation[0])
    columns = window_output_size(width, slide.kernel[1], slide.stride[1], 0, dilation[1])
    room.keep("y", slide.filters * rows * columns * slide.images)
    if any(slide.padding):
        room.keep("padded", slide.padded)
    if way.learns:
        room.keep("dweight", slide.weights // groups)
        room.keep("dbias", slide.filters)
    if way.passes_on:
        room.keep("dpadded", slide.padded)
        room.keep("dx", slide.inputs)
    for down, (lines, down_stride) in enumerate(_phases(rows, slide.kernel[0], slide.stride[0], dilation[0])):
        for across, (places, stride) in enumerate(
            _phases(columns, slide.kernel[1], slide.stride[1], dilation[1])
        ):
            own = dataclasses.replace(
                slide, height=lines, width=places, stride=(down_stride, stride), padding=(0, 0, 0, 0)
            )
            _grouped(own, groups, way, room.part(f"from {down}, {across}"))


def _phases(outputs: int, kernel: int, stride: int, dilation: int) -> list[Pair]:
    """Return the length and the stride of the plain convolutions along one axis."""
    common = math.gcd(stride, dilation)
    period, step = dilation // common, stride // common
    counts = [len(range(first, outputs, period)) for first in range(min(period, outputs))]
    return [((count - 1) * step + kernel, step) for count in counts]
