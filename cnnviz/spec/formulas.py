"""The arithmetic of a layer written out with its own numbers, for people to follow.

Every result is computed by `cnnviz.spec.shapes`; only the words are made here.
"""

from __future__ import annotations

import dataclasses
import math

from cnnviz.spec.layers import (
    ELU,
    AvgPool2D,
    BatchNorm,
    Conv2D,
    Dense,
    Dropout,
    Flatten,
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
from cnnviz.spec.shapes import (
    Shape,
    ShapeError,
    body_shapes,
    covered_size,
    layer_padding,
    multiply_adds,
    needs_projection,
    output_shape,
    parameter_count,
    window_output_size,
)
from cnnviz.spec.words import counted


@dataclasses.dataclass(frozen=True, slots=True)
class Formula:
    """What is computed, and how: `Height, width` and `(28 − 5 + 2·2)/1 + 1 = 28`."""

    name: str
    text: str


def size_formulas(layer: Layer, input_shape: Shape) -> tuple[Formula, ...]:
    """Return the arithmetic of the output's size; none for kinds that keep it, or cannot take this input."""
    match layer, input_shape:
        case ((Conv2D() | MaxPool2D() | AvgPool2D()), (height, width, _)):
            sides = layer_padding(layer, input_shape)
            return _sides(_window_size(layer, height, 0, sides[:2]), _window_size(layer, width, 1, sides[2:]))
        case ZeroPadding2D(), (height, width, _):
            return _sides(_padded(height, layer.top, layer.bottom), _padded(width, layer.left, layer.right))
        case Flatten(), (_, _, _):
            return (Formula("Numbers", f"{_product(*input_shape)} = {math.prod(input_shape):,}"),)
        case ((GlobalAvgPool2D() | GlobalMaxPool2D()), (_, _, channels)):
            return (Formula("Numbers", f"one for each channel = {channels:,}"),)
        case _:
            return ()


def parameter_formula(layer: Layer, input_shape: Shape) -> str:
    """Return the layer's parameter count as its product, with the layer's own numbers.

    For example `5·5·1·6 + 6 = 156`: the weights of all filters and their biases. For a block it is what its
    layers learn, and its projection where it has one. Empty for kinds that learn nothing, and where the layer
    cannot take this input.
    """
    match layer, input_shape:
        case Conv2D(), (_, _, channels):
            weights = f"{_patch(layer, channels)}·{layer.filters:,}"
            product = f"{weights} + {layer.filters:,}" if layer.use_bias else weights
        case Dense(), (units,):
            product = f"{_product(units, layer.units)} + {layer.units:,}"
        case BatchNorm(), _:
            product = f"2·{input_shape[-1]:,}"
        case Residual(), _:
            return _block_formula(layer, input_shape, with_bias=True)
        case _:
            return ""
    return f"{product} = {parameter_count(layer, input_shape):,}"


def cost_formula(layer: Layer, input_shape: Shape) -> str:
    """Return the multiply-adds of one image as their product, such as `28·28·6·5·5·1 = 117,600`.

    Empty for kinds that are not counted, and where the layer cannot take this input.
    """
    match layer, input_shape:
        case Conv2D(), (_, _, channels):
            try:
                height, width, filters = output_shape(layer, input_shape)
            except ShapeError:
                return ""
            product = f"{_product(height, width, filters)}·{_patch(layer, channels)}"
        case Dense(), (units,):
            product = _product(units, layer.units)
        case Residual(), _:
            return _block_formula(layer, input_shape, with_bias=False)
        case _:
            return ""
    return f"{product} = {multiply_adds(layer, input_shape):,}"


def value_formula(layer: Layer, input_shape: Shape) -> str:
    """Return how each number of the output comes about; empty for kinds that only arrange numbers."""
    match layer:
        case Conv2D() if len(input_shape) == 3:
            bias = " + bias" if layer.use_bias else ""
            return f"the sum of {_patch(layer, input_shape[2])} products{bias}"
        case Dense() if len(input_shape) == 1:
            return f"the sum of {counted(input_shape[0], 'product')} + bias"
        case BatchNorm():
            return f"γ·(x − mean)/√(variance + {layer.epsilon:g}) + β"
        case LocalResponseNorm():
            return f"x/({layer.k:g} + {layer.alpha:g}/{layer.size}·Σx²)^{layer.beta:g}"
        case MaxPool2D():
            return f"the largest of {_counted(*layer.pool_size)}"
        case AvgPool2D():
            return f"the mean of {_counted(*layer.pool_size)}"
        case GlobalMaxPool2D() | GlobalAvgPool2D() if len(input_shape) == 3:
            what = "largest" if isinstance(layer, GlobalMaxPool2D) else "mean"
            return f"the {what} of {_counted(*input_shape[:2])}"
        case Dropout() | SpatialDropout():
            return f"0 or x/(1 − {layer.rate:g}) while training, then x"
        case Residual():
            return _sum_formula(layer, input_shape)
        case _:
            return _activation_formula(layer)


def _activation_formula(layer: Layer) -> str:
    match layer:
        case ReLU():
            return "max(0, x)"
        case LeakyReLU():
            return f"x above 0, else {layer.slope:g}·x"
        case ELU():
            return f"x above 0, else {layer.alpha:g}·(eˣ − 1)"
        case Sigmoid():
            return "1/(1 + e⁻ˣ)"
        case Tanh():
            return "(eˣ − e⁻ˣ)/(eˣ + e⁻ˣ)"
        case Softmax():
            return "eˣ/Σeˣ"
        case _:
            return ""


def _sum_formula(block: Residual, input_shape: Shape) -> str:
    try:
        result = output_shape(block, input_shape)
    except ShapeError:
        return ""
    return "body(x) + projection(x)" if needs_projection(input_shape, result) else "body(x) + x"


def _block_formula(block: Residual, input_shape: Shape, *, with_bias: bool) -> str:
    """Return a sum over a block's body and projection: of parameters, or (without bias) of multiply-adds."""
    try:
        shapes = body_shapes(block, input_shape)
        result = output_shape(block, input_shape)
    except ShapeError:
        return ""
    count = parameter_count if with_bias else multiply_adds
    inside = sum(count(layer, shape) for layer, shape in zip(block.layers, shapes, strict=False))
    if not needs_projection(input_shape, result):
        return f"{inside:,} inside" if inside else ""
    if with_bias:
        projection = f"{_product(input_shape[-1], result[-1])} + {result[-1]:,}"
    else:
        projection = _product(*result, input_shape[-1])
    return f"{inside:,} inside + {projection} = {count(block, input_shape):,}"


def _window_size(
    layer: Conv2D | MaxPool2D | AvgPool2D, size: int, axis: int, padding: tuple[int, ...]
) -> str:
    """Return (W − F + 2P)/S + 1 for one side, with a dilated window written out and rounding shown."""
    window = layer.kernel_size if isinstance(layer, Conv2D) else layer.pool_size
    gap = layer.dilation[axis] if isinstance(layer, Conv2D) else 1
    stride, covered = layer.stride[axis], covered_size(layer)[axis]
    result = window_output_size(size, covered, stride, sum(padding))
    shown = f"{covered}" if gap == 1 else f"(({window[axis]} − 1)·{gap} + 1)"
    quotient = f"({size} − {shown}{_both_sides(*padding)})/{stride}"
    if (size + sum(padding) - covered) % stride:
        quotient = f"⌊{quotient}⌋"
    return f"{quotient} + 1 = {result}".replace("-", "−")


def _padded(size: int, before: int, after: int) -> str:
    return f"{size}{_both_sides(before, after) or ' + 0'} = {size + before + after}"


def _both_sides(before: int, after: int) -> str:
    """Return the padding as an addition: ` + 2·2`, ` + 0 + 1`, or nothing where there is none."""
    if before == after:
        return f" + 2·{before}" if before else ""
    return f" + {before} + {after}"


def _sides(height: str, width: str) -> tuple[Formula, ...]:
    if height == width:
        return (Formula("Height, width", height),)
    return (Formula("Height", height), Formula("Width", width))


def _patch(layer: Conv2D, channels: int) -> str:
    """Return what one filter weighs at a time: height · width · channels of its group."""
    depth = f"{channels:,}" if layer.groups == 1 else f"({channels:,}/{layer.groups:,})"
    return f"{_product(*layer.kernel_size)}·{depth}"


def _product(*numbers: int) -> str:
    return "·".join(f"{number:,}" for number in numbers)


def _counted(height: int, width: int) -> str:
    return f"{_product(height, width)} = {height * width:,}"
