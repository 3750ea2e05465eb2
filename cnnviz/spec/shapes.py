"""The arithmetic of shapes: the only place with output sizes, parameter counts and costs.

A shape is (height, width, channels) for a volume or (units,) for a row of numbers, as people say it.
"""

from __future__ import annotations

import math
from itertools import starmap

from cnnviz.errors import SpecError
from cnnviz.spec.layers import (
    AvgPool2D,
    BatchNorm,
    Conv2D,
    Dense,
    Flatten,
    GlobalAvgPool2D,
    GlobalMaxPool2D,
    Layer,
    LocalResponseNorm,
    MaxPool2D,
    Padding,
    Pair,
    Residual,
    Softmax,
    SpatialDropout,
    ZeroPadding2D,
)

Shape = tuple[int, ...]
"""(height, width, channels) or (units,)."""

BYTES_PER_NUMBER = 4
"""The engine computes in float32."""


class ShapeError(SpecError):
    """A layer cannot take its input. `field` names the setting to blame, where there is one."""

    def __init__(self, message: str, field: str | None = None) -> None:
        super().__init__(message)
        self.field = field


def format_shape(shape: Shape) -> str:
    """Return a shape as people write it: `8×8×16`, or `1,536` for a row of numbers."""
    if len(shape) == 1:
        return f"{shape[0]:,}"
    return "×".join(str(side) for side in shape)


def format_bytes(count: int) -> str:
    """Return an amount of memory as people write it, such as `1.2 MB`."""
    amount = float(count)
    for unit in ("B", "kB", "MB"):
        if amount < 1000:
            return f"{amount:.0f} {unit}" if unit == "B" else f"{amount:.1f} {unit}"
        amount /= 1000
    return f"{amount:.1f} GB"


def window_output_size(size: int, window: int, stride: int, padding: int, dilation: int = 1) -> int:
    """Return (W - F + 2P) / S + 1, rounded down, with `padding` the sum over both sides.

    `dilation` spreads the window's cells apart, so that it covers `(F - 1) * D + 1`.
    The result is below 1 where the window does not fit.
    """
    covered = (window - 1) * dilation + 1
    return (size + padding - covered) // stride + 1


def same_padding(size: int, window: int, stride: int, dilation: int = 1) -> Pair:
    """Return the padding (before, after) with which ceil(size / stride) numbers come out.

    An odd surplus goes to the end (bottom, right), as Keras and ONNX's SAME_UPPER do.
    """
    covered = (window - 1) * dilation + 1
    total = max((math.ceil(size / stride) - 1) * stride + covered - size, 0)
    return (total // 2, total - total // 2)


def resolve_padding(
    padding: Padding, size: Pair, window: Pair, stride: Pair, dilation: Pair = (1, 1)
) -> tuple[int, int, int, int]:
    """Return the padding as numbers (top, bottom, left, right) for an input of (height, width)."""
    if padding == "valid":
        return (0, 0, 0, 0)
    if padding == "same":
        top, bottom = same_padding(size[0], window[0], stride[0], dilation[0])
        left, right = same_padding(size[1], window[1], stride[1], dilation[1])
        return (top, bottom, left, right)
    return padding


def layer_padding(layer: Conv2D | MaxPool2D | AvgPool2D, input_shape: Shape) -> tuple[int, int, int, int]:
    """Return the padding of a layer with a window as numbers (top, bottom, left, right)."""
    size = (input_shape[0], input_shape[1])
    return resolve_padding(layer.padding, size, _window(layer), layer.stride, _dilation(layer))


def needed_padding(layer: Conv2D, input_shape: Shape, following: Layer | None) -> tuple[int, int, int, int]:
    """Return the padding with which a convolution computes no more than the layer behind it looks at.

    Pooling leaves out last rows and columns where its windows do not fit; the padding at the bottom and on
    the right is less by these, and may become negative.
    """
    padding = layer_padding(layer, input_shape)
    if layer.dilation != (1, 1) or layer.groups != 1 or not isinstance(following, MaxPool2D | AvgPool2D):
        return padding
    shape = output_shape(layer, input_shape)
    if any(layer_padding(following, shape)):
        return padding
    unused = [
        (size - window) % stride
        for size, window, stride in zip(shape[:2], following.pool_size, following.stride, strict=True)
    ]
    top, bottom, left, right = padding
    return (top, bottom - unused[0] * layer.stride[0], left, right - unused[1] * layer.stride[1])


def pools_with(layer: Conv2D, input_shape: Shape, following: Layer | None) -> bool:
    """Return whether a convolution can be computed together with the pooling that `following` is."""
    if not isinstance(following, MaxPool2D) or layer.dilation != (1, 1) or layer.groups != 1:
        return False
    is_quarter = following.pool_size == following.stride == (2, 2)
    return is_quarter and not any(layer_padding(following, output_shape(layer, input_shape)))


def not_negative(padding: tuple[int, int, int, int]) -> tuple[int, int, int, int]:
    """Return the padding without what takes rows and columns away."""
    top, bottom, left, right = (max(0, side) for side in padding)
    return (top, bottom, left, right)


def covered_size(layer: Conv2D | MaxPool2D | AvgPool2D) -> Pair:
    """Return how many rows and columns a window covers, the ones a dilation leaves out included."""
    window, dilation = _window(layer), _dilation(layer)
    return ((window[0] - 1) * dilation[0] + 1, (window[1] - 1) * dilation[1] + 1)


def output_shape(layer: Layer, input_shape: Shape) -> Shape:
    """Return what comes out of `layer`.

    Raises
    ------
    ShapeError
        The layer cannot take this input; the message holds the arithmetic that fails.
    """
    match layer:
        case Conv2D():
            shape = _volume(layer, input_shape)
            _check_groups(layer, shape[2])
            return (*_window_output(layer, shape), layer.filters)
        case MaxPool2D() | AvgPool2D():
            shape = _volume(layer, input_shape)
            return (*_window_output(layer, shape), shape[2])
        case GlobalAvgPool2D() | GlobalMaxPool2D():
            return (_volume(layer, input_shape)[2],)
        case SpatialDropout() | LocalResponseNorm():
            return _volume(layer, input_shape)
        case ZeroPadding2D():
            height, width, channels = _volume(layer, input_shape)
            return (height + layer.top + layer.bottom, width + layer.left + layer.right, channels)
        case Dense():
            _row(layer, input_shape)
            return (layer.units,)
        case Softmax():
            return _row(layer, input_shape)
        case Flatten():
            return (math.prod(input_shape),)
        case Residual():
            result = body_shapes(layer, input_shape)[-1]
            projection_stride(input_shape, result)
            return result
        case _:
            return input_shape


def body_shapes(block: Residual, input_shape: Shape) -> tuple[Shape, ...]:
    """Return the input of each layer in a block's body, and what comes out of the last.

    Raises
    ------
    ShapeError
        The body is empty, or one of its layers cannot take its input.
    """
    if not block.layers:
        raise ShapeError("A residual block needs at least one layer inside.")
    shapes = [input_shape]
    for layer in block.layers:
        shapes.append(output_shape(layer, shapes[-1]))
    return tuple(shapes)


def projection_stride(before: Shape, after: Shape) -> Pair:
    """Return the stride with which a 1×1 convolution turns the size of `before` into that of `after`.

    It is (1, 1) for rows of numbers.

    Raises
    ------
    ShapeError
        There is none.
    """
    if len(before) != len(after):
        raise ShapeError(
            f"A block cannot add its input {format_shape(before)} to {format_shape(after)}: one is a volume, "
            "the other a row of numbers. Put Flatten or global pooling outside of the block."
        )
    if len(before) == 1:
        return (1, 1)
    return (_side_stride(before, after, 0), _side_stride(before, after, 1))


def _side_stride(before: Shape, after: Shape, axis: int) -> int:
    for stride in range(1, before[axis] + 1):
        if window_output_size(before[axis], 1, stride, 0) == after[axis]:
            return stride
    raise ShapeError(
        f"A block cannot add its input {format_shape(before)} to {format_shape(after)}: no stride turns "
        f'{before[axis]} into {after[axis]}. Use padding "same" inside of the block.'
    )


def needs_projection(input_shape: Shape, result: Shape) -> bool:
    """Return whether a block has to project its input before it can add it to what its body gives."""
    return input_shape != result


def parameter_shapes(layer: Layer, input_shape: Shape) -> dict[str, tuple[int, ...]]:
    """Return the shape of each array that a layer itself learns, by name, as the engine and files store them.

    Conv2D: `weight` (out, in / groups, kernel height, kernel width) and `bias` (out,). Dense: `weight` (out,
    in) and `bias` (out,). BatchNorm: `weight` and `bias` (channels,). Residual: those of its projection,
    where it needs one, as of a Conv2D or Dense; its inner layers have their own. Other kinds have none.
    """
    match layer:
        case Conv2D():
            weight = (layer.filters, input_shape[2] // layer.groups, *layer.kernel_size)
            return {"weight": weight, "bias": (layer.filters,)} if layer.use_bias else {"weight": weight}
        case Dense():
            return {"weight": (layer.units, input_shape[0]), "bias": (layer.units,)}
        case BatchNorm():
            return {"weight": input_shape[-1:], "bias": input_shape[-1:]}
        case Residual():
            result = output_shape(layer, input_shape)
            if not needs_projection(input_shape, result):
                return {}
            kernel = (1, 1) if len(result) == 3 else ()
            return {"weight": (result[-1], input_shape[-1], *kernel), "bias": (result[-1],)}
        case _:
            return {}


def state_shapes(layer: Layer, input_shape: Shape) -> dict[str, tuple[int, ...]]:
    """Return the shape of each array that a layer keeps beside what it learns, by name.

    BatchNorm: `running_mean` and `running_var` (channels,). They are saved with the weights, and change while
    training, but no optimizer moves them.
    """
    if isinstance(layer, BatchNorm):
        return {"running_mean": input_shape[-1:], "running_var": input_shape[-1:]}
    return {}


def parameter_count(layer: Layer, input_shape: Shape) -> int:
    """Return how many numbers the layer learns, those inside a block included."""
    own = sum(math.prod(shape) for shape in parameter_shapes(layer, input_shape).values())
    if not isinstance(layer, Residual):
        return own
    return own + sum(
        starmap(parameter_count, zip(layer.layers, body_shapes(layer, input_shape), strict=False))
    )


def multiply_adds(layer: Layer, input_shape: Shape) -> int:
    """Return the multiplications (each with its addition) that one image costs in a forward pass.

    Counted for Conv2D, Dense and blocks with these, where nearly all of the work is; 0 for the others.
    """
    match layer:
        case Conv2D():
            height, width, filters = output_shape(layer, input_shape)
            inputs = input_shape[2] // layer.groups * math.prod(layer.kernel_size)
            return height * width * filters * inputs
        case Dense():
            return input_shape[0] * layer.units
        case Residual():
            shapes = body_shapes(layer, input_shape)
            body = sum(starmap(multiply_adds, zip(layer.layers, shapes, strict=False)))
            if not needs_projection(input_shape, shapes[-1]):
                return body
            return body + math.prod(shapes[-1]) * input_shape[-1]
        case _:
            return 0


def activation_bytes(shape: Shape) -> int:
    """Return the memory of one layer's output for one image, in bytes."""
    return math.prod(shape) * BYTES_PER_NUMBER


def _volume(layer: Layer, shape: Shape) -> tuple[int, int, int]:
    if len(shape) != 3:
        raise ShapeError(
            f"{layer.title} needs feature maps (height×width×channels), but the layer before it gives a row "
            f"of {format_shape(shape)} numbers. Put {layer.title} before Flatten and Dense."
        )
    return (shape[0], shape[1], shape[2])


def _row(layer: Layer, shape: Shape) -> Shape:
    if len(shape) != 1:
        product = " × ".join(str(side) for side in shape)
        raise ShapeError(
            f"{layer.title} needs a row of numbers, but the layer before it gives a volume of "
            f"{format_shape(shape)}. Put Flatten before it: {product} = {math.prod(shape):,}."
        )
    return shape


def _window(layer: Conv2D | MaxPool2D | AvgPool2D) -> Pair:
    return layer.kernel_size if isinstance(layer, Conv2D) else layer.pool_size


def _dilation(layer: Conv2D | MaxPool2D | AvgPool2D) -> Pair:
    return layer.dilation if isinstance(layer, Conv2D) else (1, 1)


def _check_groups(layer: Conv2D, channels: int) -> None:
    for name, count in (("channels", channels), ("filters", layer.filters)):
        if count % layer.groups:
            raise ShapeError(
                f"{layer.groups} groups need a number of {name} that they divide; {count} / {layer.groups} "
                "leaves a remainder.",
                "groups",
            )


def _window_output(layer: Conv2D | MaxPool2D | AvgPool2D, shape: Shape) -> Pair:
    sides, window = layer_padding(layer, shape), covered_size(layer)
    field = "kernel_size" if isinstance(layer, Conv2D) else "pool_size"
    result = []
    for axis, (name, way) in enumerate((("height", "high"), ("width", "wide"))):
        own = sides[2 * axis : 2 * axis + 2]
        if not isinstance(layer, Conv2D) and max(own) >= window[axis]:
            raise ShapeError(
                f"The padding of a pooling window {window[axis]} {way} must be below {window[axis]} on each "
                f"side, or a window would see padding only; received {max(own)}.",
                "padding",
            )
        pad = sum(own)
        size = window_output_size(shape[axis], window[axis], layer.stride[axis], pad)
        if size < 1:
            padded = f" + {pad} of padding" if pad else ""
            raise ShapeError(
                f"A window {window[axis]} {way} does not fit into a {name} of {shape[axis]}{padded}: "
                f"{shape[axis] + pad} − {window[axis]} = −{window[axis] - shape[axis] - pad} is below 0.",
                field,
            )
        result.append(size)
    return (result[0], result[1])
