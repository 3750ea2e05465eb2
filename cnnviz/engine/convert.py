"""The arrays of a layer that is written as another kind and computes the same."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from cnnviz.spec.layers import Conv2D, Dense
from cnnviz.spec.shapes import layer_padding

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from cnnviz.engine.types import Array
    from cnnviz.spec.convert import Conversion
    from cnnviz.spec.shapes import Shape

    _Places = NDArray[np.integer]


def converted_arrays(change: Conversion, arrays: Mapping[str, Array]) -> dict[str, Array]:
    """Return `<layer id>/weight` and `/bias` of the new layer of `change`; `arrays` has those of the old one.

    A row that Flatten writes goes through the channels first, then rows, then columns, as kernels do. So the
    weights of a Dense layer (units, C·H·W) become those of a Conv2D (units, C, H, W) by another shape alone:
    they are views of the old ones.
    """
    old, new = change.layer, change.new_layer
    weight = arrays[f"{old.id}/weight"]
    if isinstance(old, Dense):
        height, width, channels = change.input_shape
        bias = arrays[f"{old.id}/bias"]
        weight = weight.reshape(old.units, channels, height, width)
    else:
        height, width, filters = change.output_shape
        held = arrays[f"{old.id}/bias"] if old.use_bias else np.zeros(filters, weight.dtype)
        bias = np.repeat(held, height * width)
        weight = convolution_matrix(old, weight, change.input_shape, change.output_shape)
    return {f"{new.id}/weight": weight, f"{new.id}/bias": bias}


def convolution_matrix(layer: Conv2D, weight: Array, input_shape: Shape, output_shape: Shape) -> Array:
    """Return the matrix (F·OH·OW, C·H·W) that does to a flattened volume what a convolution does to it.

    `weight` is (F, C / groups, KH, KW). Padding needs no place in it: what is multiplied by zero is left out.
    """
    (height, width, channels), (rows, columns, filters) = input_shape, output_shape
    matrix = np.zeros((filters, rows, columns, channels, height, width), weight.dtype)
    top, _, left, _ = layer_padding(layer, input_shape)
    for kernel_row in range(layer.kernel_size[0]):
        out_rows, in_rows = _pairs(rows, height, layer.stride[0], kernel_row * layer.dilation[0] - top)
        for kernel_column in range(layer.kernel_size[1]):
            offset = kernel_column * layer.dilation[1] - left
            out_columns, in_columns = _pairs(columns, width, layer.stride[1], offset)
            for group in range(layer.groups):
                of_filters, of_channels = (
                    _share(filters, layer.groups, group),
                    _share(channels, layer.groups, group),
                )
                place = (
                    of_filters,
                    out_rows[:, None],
                    out_columns,
                    of_channels,
                    in_rows[:, None],
                    in_columns,
                )
                matrix[place] = weight[of_filters, :, kernel_row, kernel_column]
    return matrix.reshape(filters * rows * columns, channels * height * width)


def _pairs(outputs: int, size: int, stride: int, offset: int) -> tuple[_Places, _Places]:
    """Return the outputs along one axis that meet an input there, and those inputs."""
    out = np.arange(outputs)
    reached = out * stride + offset
    inside = (reached >= 0) & (reached < size)
    return out[inside], reached[inside]


def _share(count: int, groups: int, group: int) -> slice:
    size = count // groups
    return slice(group * size, (group + 1) * size)
