"""From the layers of a design to the operations that compute them, in the order in which they are done."""

from __future__ import annotations

import dataclasses
import itertools
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING

from cnnviz.engine.ops import activation
from cnnviz.engine.ops.conv import conv2d
from cnnviz.engine.ops.dense import dense
from cnnviz.engine.ops.dropout import dropout
from cnnviz.engine.ops.pool import avg_pool2d, max_pool2d
from cnnviz.engine.ops.softmax import softmax
from cnnviz.engine.types import Array
from cnnviz.spec.layers import (
    AvgPool2D,
    Conv2D,
    Dense,
    Dropout,
    Flatten,
    Layer,
    MaxPool2D,
    ReLU,
    Sigmoid,
    Softmax,
    Tanh,
)
from cnnviz.spec.shapes import Shape, parameter_shapes, resolve_padding
from cnnviz.spec.trace import trace

if TYPE_CHECKING:
    from cnnviz.engine.noise import Noise
    from cnnviz.engine.workspace import Memory
    from cnnviz.spec.network import NetworkSpec

LayerBackward = Callable[[Array, bool], tuple[Array | None, dict[str, Array]]]
"""Takes dy and whether dx is wanted; returns dx and the gradient of each parameter by its short name."""


@dataclasses.dataclass(frozen=True, slots=True)
class Surroundings:
    """What a layer may need besides its input. `noise` is None where nothing is random."""

    memory: Memory
    noise: Noise | None


Run = Callable[[Array, Mapping[str, Array], Surroundings], tuple[Array, LayerBackward]]
"""Takes x and the layer's parameters by short name; returns y and the way back."""


@dataclasses.dataclass(frozen=True, slots=True)
class Stage:
    """One layer as it is computed."""

    layer_id: str
    parameter_names: tuple[str, ...]
    run: Run


def observed_plan(spec: NetworkSpec) -> tuple[Stage, ...]:
    """Return the stages one by one in the design's order, each with an output of its own."""
    return _stages(_entries(spec), frozenset())


def fast_plan(spec: NetworkSpec) -> tuple[Stage, ...]:
    """Return stages with the same result as `observed_plan` for less work.

    ReLU and max pooling trade places, so that ReLU sees a quarter of the numbers: the largest number of a
    window stays the largest, and where it is negative no gradient flows either way. An activation behind a
    layer that does not need its own output again overwrites that output.
    """
    entries = _entries(spec)
    for place in range(len(entries) - 1):
        if isinstance(entries[place].layer, ReLU) and isinstance(entries[place + 1].layer, MaxPool2D):
            entries[place], entries[place + 1] = entries[place + 1], entries[place]
    in_place = frozenset(
        entry.layer.id
        for before, entry in itertools.pairwise(entries)
        if _may_overwrite(entry.layer, before.layer)
    )
    return _stages(entries, in_place)


@dataclasses.dataclass(frozen=True, slots=True)
class _Entry:
    layer: Layer
    input_shape: Shape
    number: int


def _entries(spec: NetworkSpec) -> list[_Entry]:
    records = trace(spec).layers
    return [
        _Entry(record.layer, record.input_shape, number)
        for number, record in enumerate(records)
        if record.input_shape is not None
    ]


def _may_overwrite(layer: Layer, before: Layer) -> bool:
    if isinstance(layer, ReLU):
        return isinstance(before, Conv2D | Dense | MaxPool2D | AvgPool2D)
    return isinstance(layer, Sigmoid | Tanh) and isinstance(before, Conv2D | Dense | AvgPool2D)


def _stages(entries: Sequence[_Entry], in_place: frozenset[str]) -> tuple[Stage, ...]:
    return tuple(
        Stage(
            entry.layer.id,
            tuple(parameter_shapes(entry.layer, entry.input_shape)),
            _run_of(entry, entry.layer.id in in_place),
        )
        for entry in entries
    )


def _run_of(entry: _Entry, in_place: bool) -> Run:
    layer = entry.layer
    match layer:
        case Conv2D():
            return _convolution(layer, entry.input_shape)
        case Dense():
            return _dense
        case MaxPool2D():
            return _plain(lambda x, memory: max_pool2d(x, layer.pool_size, layer.stride, memory))
        case AvgPool2D():
            return _plain(lambda x, memory: avg_pool2d(x, layer.pool_size, layer.stride, memory))
        case ReLU():
            return _plain(lambda x, memory: activation.relu(x, in_place, memory))
        case Sigmoid():
            return _plain(lambda x, memory: activation.sigmoid(x, in_place, memory))
        case Tanh():
            return _plain(lambda x, memory: activation.tanh(x, in_place, memory))
        case Softmax():
            return _plain(softmax)
        case Flatten():
            return _flatten
        case Dropout():
            return _dropout(layer, entry.number)


def _plain(operation: Callable[[Array, Memory], tuple[Array, Callable[[Array], Array]]]) -> Run:
    """Wrap an operation without parameters."""

    def run(x: Array, parameters: Mapping[str, Array], around: Surroundings) -> tuple[Array, LayerBackward]:
        y, back = operation(x, around.memory)
        return y, lambda dy, input_gradient: (back(dy) if input_gradient else None, {})

    return run


def _convolution(layer: Conv2D, input_shape: Shape) -> Run:
    size = (input_shape[0], input_shape[1])
    padding = resolve_padding(layer.padding, size, layer.kernel_size, layer.stride)

    def run(x: Array, parameters: Mapping[str, Array], around: Surroundings) -> tuple[Array, LayerBackward]:
        y, back = conv2d(x, parameters["weight"], parameters["bias"], layer.stride, padding, around.memory)
        return y, _named(back)

    return run


def _dense(x: Array, parameters: Mapping[str, Array], around: Surroundings) -> tuple[Array, LayerBackward]:
    y, back = dense(x, parameters["weight"], parameters["bias"], around.memory)
    return y, _named(back)


def _named(back: Callable[[Array, bool], tuple[Array | None, Array, Array]]) -> LayerBackward:
    def backward(dy: Array, input_gradient: bool) -> tuple[Array | None, dict[str, Array]]:
        dx, dweight, dbias = back(dy, input_gradient)
        return dx, {"weight": dweight, "bias": dbias}

    return backward


def _flatten(x: Array, parameters: Mapping[str, Array], around: Surroundings) -> tuple[Array, LayerBackward]:
    return x.reshape(-1, x.shape[-1]), lambda dy, input_gradient: (dy.reshape(x.shape), {})


def _dropout(layer: Dropout, number: int) -> Run:
    def run(x: Array, parameters: Mapping[str, Array], around: Surroundings) -> tuple[Array, LayerBackward]:
        if around.noise is None or layer.rate == 0:
            return x, lambda dy, input_gradient: (dy, {})
        kept = around.noise.kept(number, layer.rate, x.shape)
        y, back = dropout(x, kept, layer.rate, around.memory)
        return y, lambda dy, input_gradient: (back(dy), {})

    return run
