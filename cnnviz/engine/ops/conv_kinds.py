"""Convolutions with dilation or with groups, made of plain ones.

A dilated convolution is a plain one on every D-th row and column, once for each of the starting places that
its outputs have. One with groups is a plain one for each group.
"""

from __future__ import annotations

import dataclasses
import math
from typing import TYPE_CHECKING

import numpy as np

from cnnviz.engine.ops.conv import conv2d
from cnnviz.engine.ops.depthwise import depthwise_conv2d
from cnnviz.engine.ops.padding import crop, pad
from cnnviz.spec.shapes import window_output_size

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cnnviz.engine.types import Array, Padding, Pair, ParameterBackward
    from cnnviz.engine.workspace import Memory

_NO_PADDING = (0, 0, 0, 0)


def grouped_conv2d(
    x: Array, weight: Array, bias: Array | None, stride: Pair, padding: Padding, groups: int, memory: Memory
) -> tuple[Array, ParameterBackward]:
    """Do `conv2d` for each group: filters f · F / G … of group g see channels g · C / G … only.

    x is (C, H, W, N), weight (F, C / G, KH, KW), bias (F,) or None; the output is (F, OH, OW, N).
    """
    if groups == 1:
        return conv2d(x, weight, bias, stride, padding, memory)
    if weight.shape[1] == 1:
        return depthwise_conv2d(x, weight, bias, stride, padding, memory)
    channels, filters = weight.shape[1], len(weight) // groups
    ins = [slice(number * channels, (number + 1) * channels) for number in range(groups)]
    outs = [slice(number * filters, (number + 1) * filters) for number in range(groups)]
    passes = [
        conv2d(
            x[own],
            weight[result],
            None if bias is None else bias[result],
            stride,
            padding,
            memory.part(f"group {number}"),
        )
        for number, (own, result) in enumerate(zip(ins, outs, strict=True))
    ]
    y = memory.keep("y", (len(weight), *passes[0][0].shape[1:]), x.dtype)
    np.concatenate([part for part, _ in passes], out=y)

    def backward(dy: Array, input_gradient: bool) -> tuple[Array | None, Array, Array | None]:
        dweight, dbias = _parameter_arrays(weight, bias, memory)
        dx = memory.keep("dx", x.shape, x.dtype) if input_gradient else None
        for own, result, (_, back) in zip(ins, outs, passes, strict=True):
            part_dx, dweight[result], part_dbias = back(dy[result], input_gradient)
            if dbias is not None and part_dbias is not None:
                dbias[result] = part_dbias
            if dx is not None and part_dx is not None:
                dx[own] = part_dx
        return dx, dweight, dbias

    return y, backward


def dilated_conv2d(
    x: Array,
    weight: Array,
    bias: Array | None,
    stride: Pair,
    padding: Padding,
    dilation: Pair,
    groups: int,
    memory: Memory,
) -> tuple[Array, ParameterBackward]:
    """Do `grouped_conv2d` with the cells of the kernel `dilation` apart.

    Output i reads rows i · S + a · D. Outputs whose i · S leave the same remainder modulo D read the same
    rows, every D-th, so they are a plain convolution of these.
    """
    padded = pad(x, padding, 0, memory)
    rows, columns = (
        window_output_size(padded.shape[axis + 1], weight.shape[axis + 2], stride[axis], 0, dilation[axis])
        for axis in (0, 1)
    )
    y = memory.keep("y", (len(weight), rows, columns, x.shape[3]), x.dtype)
    parts = []
    for down in _phases(rows, weight.shape[2], stride[0], dilation[0]):
        for across in _phases(columns, weight.shape[3], stride[1], dilation[1]):
            source = (slice(None), down.inputs, across.inputs)
            target = (slice(None), down.outputs, across.outputs)
            own = memory.part(f"from {down.inputs.start}, {across.inputs.start}")
            steps = (down.stride, across.stride)
            y[target], back = grouped_conv2d(padded[source], weight, bias, steps, _NO_PADDING, groups, own)
            parts.append((source, target, back))

    def backward(dy: Array, input_gradient: bool) -> tuple[Array | None, Array, Array | None]:
        dweight, dbias = _parameter_arrays(weight, bias, memory)
        dpadded = memory.keep("dpadded", padded.shape, x.dtype) if input_gradient else None
        for total in (dweight, dbias, dpadded):
            if total is not None:
                total[:] = 0
        for source, target, back in parts:
            dx, own_dweight, own_dbias = back(np.ascontiguousarray(dy[target]), input_gradient)
            _add(dweight, own_dweight)
            _add(dbias, own_dbias)
            _add(None if dpadded is None else dpadded[source], dx)
        return None if dpadded is None else crop(dpadded, padding, memory), dweight, dbias

    return y, backward


def _add(total: Array | None, part: Array | None) -> None:
    """Add a part to a sum, where both are wanted."""
    if total is not None and part is not None:
        total += part


@dataclasses.dataclass(frozen=True, slots=True)
class _Phase:
    """Which inputs and outputs belong together along one axis, and the stride among these inputs."""

    inputs: slice
    outputs: slice
    stride: int


def _phases(outputs: int, kernel: int, stride: int, dilation: int) -> Iterator[_Phase]:
    common = math.gcd(stride, dilation)
    period = dilation // common
    for first in range(min(period, outputs)):
        count = len(range(first, outputs, period))
        start, step = first * stride, stride // common
        length = (count - 1) * step + kernel
        inputs = slice(start, start + (length - 1) * dilation + 1, dilation)
        yield _Phase(inputs, slice(first, None, period), step)


def _parameter_arrays(weight: Array, bias: Array | None, memory: Memory) -> tuple[Array, Array | None]:
    dweight = memory.keep("dweight", weight.shape, weight.dtype)
    return dweight, None if bias is None else memory.keep("dbias", bias.shape, bias.dtype)
