"""The arithmetic of shapes: the only place with output sizes, parameter counts, costs and receptive fields.

A shape is (height, width, channels) for a volume or (units,) for a row of numbers, as people say it.
"""

from __future__ import annotations

import dataclasses
import math

from cnnviz.errors import SpecError
from cnnviz.spec.layers import AvgPool2D, Conv2D, Dense, Flatten, Layer, MaxPool2D, Padding, Pair, Softmax

Shape = tuple[int, ...]
"""(height, width, channels) or (units,)."""

BYTES_PER_NUMBER = 4
"""The engine computes in float32."""


class ShapeError(SpecError):
    """A layer cannot take its input. `field` names the setting to blame, where there is one."""

    def __init__(self, message: str, field: str | None = None) -> None:
        super().__init__(message)
        self.field = field


@dataclasses.dataclass(frozen=True, slots=True)
class ReceptiveField:
    """The part of the input that one unit can see, in input pixels as (vertical, horizontal).

    Unit (i, j) sees rows `start[0] + i * jump[0]` to `... + size[0] - 1`, and columns likewise. A start below
    zero reaches into the padding.
    """

    size: Pair = (1, 1)
    jump: Pair = (1, 1)
    start: Pair = (0, 0)


def format_shape(shape: Shape) -> str:
    """Return a shape as people write it: `8×8×16`, or `1,536` for a row of numbers."""
    if len(shape) == 1:
        return f"{shape[0]:,}"
    return "×".join(str(side) for side in shape)


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


def resolve_padding(padding: Padding, size: Pair, window: Pair, stride: Pair) -> tuple[int, int, int, int]:
    """Return the padding as numbers (top, bottom, left, right) for an input of (height, width)."""
    if padding == "valid":
        return (0, 0, 0, 0)
    if padding == "same":
        top, bottom = same_padding(size[0], window[0], stride[0])
        left, right = same_padding(size[1], window[1], stride[1])
        return (top, bottom, left, right)
    return padding


def output_shape(layer: Layer, input_shape: Shape) -> Shape:
    """Return what comes out of `layer`.

    Raises
    ------
    ShapeError
        The layer cannot take this input; the message holds the arithmetic that fails.
    """
    match layer:
        case Conv2D():
            height, width = _window_output(
                layer, "kernel_size", layer.kernel_size, layer.padding, _volume(layer, input_shape)
            )
            return (height, width, layer.filters)
        case MaxPool2D() | AvgPool2D():
            shape = _volume(layer, input_shape)
            return (*_window_output(layer, "pool_size", layer.pool_size, "valid", shape), shape[2])
        case Dense():
            _row(layer, input_shape)
            return (layer.units,)
        case Softmax():
            return _row(layer, input_shape)
        case Flatten():
            return (math.prod(input_shape),)
        case _:
            return input_shape


def parameter_shapes(layer: Layer, input_shape: Shape) -> dict[str, tuple[int, ...]]:
    """Return the shape of each parameter array by name, as the engine and files store them.

    Conv2D: `weight` (out, in, kernel height, kernel width) and `bias` (out,). Dense: `weight` (out, in) and
    `bias` (out,). Other kinds have none.
    """
    match layer:
        case Conv2D():
            return {"weight": (layer.filters, input_shape[2], *layer.kernel_size), "bias": (layer.filters,)}
        case Dense():
            return {"weight": (layer.units, input_shape[0]), "bias": (layer.units,)}
        case _:
            return {}


def parameter_count(layer: Layer, input_shape: Shape) -> int:
    """Return how many numbers the layer learns."""
    return sum(math.prod(shape) for shape in parameter_shapes(layer, input_shape).values())


def multiply_adds(layer: Layer, input_shape: Shape) -> int:
    """Return the multiplications (each with its addition) that one image costs in a forward pass.

    Counted for Conv2D and Dense, where nearly all of the work is; 0 for the others.
    """
    match layer:
        case Conv2D():
            height, width, filters = output_shape(layer, input_shape)
            return height * width * filters * input_shape[2] * math.prod(layer.kernel_size)
        case Dense():
            return input_shape[0] * layer.units
        case _:
            return 0


def activation_bytes(shape: Shape) -> int:
    """Return the memory of one layer's output for one image, in bytes."""
    return math.prod(shape) * BYTES_PER_NUMBER


def receptive_field(layer: Layer, before: ReceptiveField, input_shape: Shape, image: Pair) -> ReceptiveField:
    """Return what a unit behind `layer` sees, given what the units before it see.

    `image` is (height, width) of the network's input; a unit of a Dense layer sees all of it.
    """
    match layer:
        case Conv2D():
            window, padding = layer.kernel_size, layer.padding
        case MaxPool2D() | AvgPool2D():
            window, padding = layer.pool_size, "valid"
        case Dense():
            return ReceptiveField(size=image, jump=(0, 0), start=(0, 0))
        case _:
            return before
    top, _, left, _ = resolve_padding(padding, (input_shape[0], input_shape[1]), window, layer.stride)
    (size_y, size_x), (jump_y, jump_x), (start_y, start_x) = before.size, before.jump, before.start
    return ReceptiveField(
        size=(size_y + (window[0] - 1) * jump_y, size_x + (window[1] - 1) * jump_x),
        jump=(jump_y * layer.stride[0], jump_x * layer.stride[1]),
        start=(start_y - top * jump_y, start_x - left * jump_x),
    )


def output_size_formula(layer: Layer, input_shape: Shape) -> str:
    """Return the arithmetic of the output's height and width with the layer's own numbers.

    For example `height, width = (28 − 5 + 2 + 2) / 1 + 1 = 28`; empty for kinds that keep the size.
    """
    if not isinstance(layer, Conv2D | MaxPool2D | AvgPool2D) or len(input_shape) != 3:
        return ""
    window = layer.kernel_size if isinstance(layer, Conv2D) else layer.pool_size
    padding = layer.padding if isinstance(layer, Conv2D) else "valid"
    sides = resolve_padding(padding, (input_shape[0], input_shape[1]), window, layer.stride)
    height, width = (
        _formula(input_shape[axis], window[axis], layer.stride[axis], sides[2 * axis : 2 * axis + 2])
        for axis in (0, 1)
    )
    return f"height, width = {height}" if height == width else f"height = {height}\nwidth = {width}"


def parameter_formula(layer: Layer, input_shape: Shape) -> str:
    """Return the layer's parameter count as its product, with the layer's own numbers.

    For example `(3·3·16 + 1) × 32 = 4,640`: the weights of one filter and its bias, times the filters. Empty
    for kinds that learn nothing, and where the layer cannot take this input.
    """
    match layer, input_shape:
        case Conv2D(), (_, _, channels):
            inputs, outputs = f"{layer.kernel_size[0]}·{layer.kernel_size[1]}·{channels}", layer.filters
        case Dense(), (units,):
            inputs, outputs = f"{units:,}", layer.units
        case _:
            return ""
    return f"({inputs} + 1) × {outputs:,} = {parameter_count(layer, input_shape):,}"


def _formula(size: int, window: int, stride: int, padding: tuple[int, ...]) -> str:
    result = window_output_size(size, window, stride, sum(padding))
    padded = f" + {padding[0]} + {padding[1]}" if any(padding) else ""
    quotient = f"({size} − {window}{padded}) / {stride}"
    if (size + sum(padding) - window) % stride:
        quotient = f"⌊{quotient}⌋"
    return f"{quotient} + 1 = {result}"


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


def _window_output(
    layer: Conv2D | MaxPool2D | AvgPool2D, field: str, window: Pair, padding: Padding, shape: Shape
) -> Pair:
    sides = resolve_padding(padding, (shape[0], shape[1]), window, layer.stride)
    result = []
    for axis, (name, way) in enumerate((("height", "high"), ("width", "wide"))):
        pad = sides[2 * axis] + sides[2 * axis + 1]
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
