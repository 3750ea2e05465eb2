"""From the layers of a design to the operations that compute them, in the order in which they are done."""

from __future__ import annotations

import dataclasses
import itertools
from collections.abc import Callable, Collection, Iterator, Sequence
from typing import TYPE_CHECKING

from cnnviz.engine.ops import activation
from cnnviz.engine.ops.conv import conv2d
from cnnviz.engine.ops.conv_kinds import dilated_conv2d, grouped_conv2d
from cnnviz.engine.ops.conv_pool import conv_max_pool2d
from cnnviz.engine.ops.dense import dense
from cnnviz.engine.ops.dropout import dropout
from cnnviz.engine.ops.norm import batch_norm, fixed_norm, local_response_norm
from cnnviz.engine.ops.padding import zero_padding2d
from cnnviz.engine.ops.pool import avg_pool2d, global_avg_pool2d, global_max_pool2d, max_pool2d
from cnnviz.engine.ops.softmax import softmax
from cnnviz.engine.residual import residual
from cnnviz.engine.stages import LayerBackward, LayerGradients, Run, Stage, Surroundings
from cnnviz.engine.types import Array, Padding, Tap
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
    layer_padding,
    needed_padding,
    needs_projection,
    parameter_shapes,
    pools_with,
    projection_stride,
)
from cnnviz.spec.trace import LayerTrace, trace

if TYPE_CHECKING:
    from cnnviz.engine.meeting import Meeting
    from cnnviz.engine.types import ParameterBackward
    from cnnviz.engine.workspace import Memory
    from cnnviz.spec.network import NetworkSpec


Watch = Callable[[Stage], Stage]
"""Makes of a stage one that does the same and lets itself be watched, or goes back by another rule."""


def observed_plan(spec: NetworkSpec, watch: Watch | None = None) -> tuple[Stage, ...]:
    """Return the stages one by one in the design's order, each with an output of its own.

    `watch` is given every stage, those inside blocks included.
    """
    return _stages(_entries(trace(spec).layers, itertools.count()), fast=False, watch=watch)


def fast_plan(spec: NetworkSpec, watch: Watch | None = None) -> tuple[Stage, ...]:
    """Return stages with the same result as `observed_plan` for less work.

    ReLU and max pooling trade places, so that ReLU sees a quarter of the numbers: the largest number of a
    window stays the largest, and where it is negative no gradient flows either way. An activation behind a
    layer that does not need its own output again overwrites that output. Convolutions leave out what pooling
    behind them does not look at, and the two become one stage where their rows can go through both. `watch`
    is given every stage, those inside blocks included; then each layer has one of its own.
    """
    return _stages(_entries(trace(spec).layers, itertools.count()), fast=True, watch=watch)


@dataclasses.dataclass(frozen=True, slots=True)
class _Entry:
    """A layer with its place among all layers, depth first, by which its randomness is drawn.

    `following` is the layer that is the only one to see its output, if that is known.
    """

    layer: Layer
    input_shape: Shape
    output_shape: Shape
    number: int
    inner: tuple[_Entry, ...]
    following: Layer | None = None


def _entries(records: Sequence[LayerTrace], numbers: Iterator[int]) -> tuple[_Entry, ...]:
    return tuple(
        _Entry(
            record.layer,
            record.input_shape,
            record.output_shape,
            next(numbers),
            _entries(record.inner, numbers),
        )
        for record in records
        if record.input_shape is not None and record.output_shape is not None
    )


def _stages(given: Sequence[_Entry], fast: bool, watch: Watch | None = None) -> tuple[Stage, ...]:
    entries, in_place = list(given), frozenset[str]()
    if fast:
        for place in range(len(entries) - 1):
            if isinstance(entries[place].layer, ReLU) and isinstance(entries[place + 1].layer, MaxPool2D):
                entries[place], entries[place + 1] = entries[place + 1], entries[place]
        in_place = frozenset(
            entry.layer.id
            for before, entry in itertools.pairwise(entries)
            if _may_overwrite(entry.layer, before.layer)
        )
        entries[:-1] = [
            dataclasses.replace(entry, following=after.layer) for entry, after in itertools.pairwise(entries)
        ]
    if fast and watch is None:
        return tuple(_joined_stages(entries, in_place))
    stages = (_stage(entry, fast, entry.layer.id in in_place, watch) for entry in entries)
    return tuple(stages if watch is None else map(watch, stages))


def _joined_stages(entries: Sequence[_Entry], in_place: Collection[str]) -> Iterator[Stage]:
    """Yield stages, one for a convolution together with the pooling that it can be computed with."""
    place = 0
    while place < len(entries):
        entry = entries[place]
        if isinstance(entry.layer, Conv2D) and pools_with(entry.layer, entry.input_shape, entry.following):
            yield _pooled_convolution(entry, entries[place + 1].layer.id)
            place += 2
        else:
            yield _stage(entry, True, entry.layer.id in in_place, None)
            place += 1


def _may_overwrite(layer: Layer, before: Layer) -> bool:
    if isinstance(layer, ReLU):
        return isinstance(before, Conv2D | Dense | MaxPool2D | AvgPool2D | BatchNorm | Residual)
    if isinstance(layer, Sigmoid | Tanh | LeakyReLU | ELU):
        return isinstance(before, Conv2D | Dense | AvgPool2D | BatchNorm | Residual)
    return False


def _stage(entry: _Entry, fast: bool, in_place: bool, watch: Watch | None) -> Stage:
    own = tuple(f"{entry.layer.id}/{name}" for name in parameter_shapes(entry.layer, entry.input_shape))
    if not isinstance(entry.layer, Residual):
        return Stage(entry.layer.id, own, _run_of(entry, in_place))
    body = _stages(entry.inner, fast, watch)
    stride = None
    if needs_projection(entry.input_shape, entry.output_shape):
        stride = projection_stride(entry.input_shape, entry.output_shape)
    names = own + tuple(name for stage in body for name in stage.parameter_names)
    return Stage(entry.layer.id, names, residual(entry.layer.id, body, stride))


def _run_of(entry: _Entry, in_place: bool) -> Run:
    layer = entry.layer
    match layer:
        case Conv2D():
            return _convolution(layer, needed_padding(layer, entry.input_shape, entry.following))
        case Dense():
            return _with_weights(layer.id, dense)
        case BatchNorm():
            return _batch_norm(layer)
        case Dropout() | SpatialDropout():
            return _dropout(layer, entry.number)
        case _:
            return _plain(layer.id, _operation(layer, entry.input_shape, in_place))


_Operation = Callable[[Array, "Memory"], tuple[Array, Callable[[Array], Array]]]


def _operation(layer: Layer, input_shape: Shape, in_place: bool) -> _Operation:
    """Return the operation of a layer without parameters, states and randomness."""
    match layer:
        case MaxPool2D() | AvgPool2D():
            pool = max_pool2d if isinstance(layer, MaxPool2D) else avg_pool2d
            padding = layer_padding(layer, input_shape)
            return lambda x, memory: pool(x, layer.pool_size, layer.stride, memory, padding)
        case GlobalAvgPool2D():
            return global_avg_pool2d
        case GlobalMaxPool2D():
            return global_max_pool2d
        case ZeroPadding2D():
            sides = (layer.top, layer.bottom, layer.left, layer.right)
            return lambda x, memory: zero_padding2d(x, sides, memory)
        case LocalResponseNorm():
            return lambda x, memory: local_response_norm(
                x, layer.size, layer.alpha, layer.beta, layer.k, memory
            )
        case Softmax():
            return softmax
        case Flatten():
            return _flatten
        case _:
            return _activation(layer, in_place)


def _activation(layer: Layer, in_place: bool) -> _Operation:
    match layer:
        case LeakyReLU():
            return lambda x, memory: activation.leaky_relu(x, layer.slope, in_place, memory)
        case ELU():
            return lambda x, memory: activation.elu(x, layer.alpha, in_place, memory)
        case Sigmoid():
            return lambda x, memory: activation.sigmoid(x, in_place, memory)
        case Tanh():
            return lambda x, memory: activation.tanh(x, in_place, memory)
        case _:
            return lambda x, memory: activation.relu(x, in_place, memory)


def _plain(layer_id: str, operation: _Operation) -> Run:
    """Wrap an operation that needs nothing but its input."""

    def run(x: Array, around: Surroundings) -> Meeting[tuple[Array, LayerBackward]]:
        yield from ()
        y, back = operation(x, around.workspace.of(layer_id))
        return y, _by_itself(lambda dy, input_gradient: (back(dy) if input_gradient else None, {}))

    return run


def _by_itself(back: Callable[[Array, bool], LayerGradients]) -> LayerBackward:
    """Make a way back, which meets nobody, one that could."""

    def backward(dy: Array, input_gradient: bool, taps: Tap | None) -> Meeting[LayerGradients]:
        yield from ()
        return back(dy, input_gradient)

    return backward


def _convolution(layer: Conv2D, padding: Padding) -> Run:
    stride, dilation, groups = layer.stride, layer.dilation, layer.groups

    def operation(
        x: Array, weight: Array, bias: Array | None, memory: Memory
    ) -> tuple[Array, ParameterBackward]:
        if dilation != (1, 1):
            return dilated_conv2d(x, weight, bias, stride, padding, dilation, groups, memory)
        if groups != 1:
            return grouped_conv2d(x, weight, bias, stride, padding, groups, memory)
        return conv2d(x, weight, bias, stride, padding, memory)

    return _with_weights(layer.id, operation)


def _pooled_convolution(entry: _Entry, pool_id: str) -> Stage:
    assert isinstance(entry.layer, Conv2D)
    layer_id, stride = entry.layer.id, entry.layer.stride
    padding = needed_padding(entry.layer, entry.input_shape, entry.following)
    own = tuple(f"{layer_id}/{name}" for name in parameter_shapes(entry.layer, entry.input_shape))

    def run(x: Array, around: Surroundings) -> Meeting[tuple[Array, LayerBackward]]:
        yield from ()
        weight, bias = around.arrays[f"{layer_id}/weight"], around.arrays.get(f"{layer_id}/bias")
        memories = (around.workspace.of(layer_id), around.workspace.of(pool_id))
        y, back = conv_max_pool2d(x, weight, bias, stride, padding, memories)
        return y, _by_itself(lambda dy, input_gradient: _named(layer_id, *back(dy, input_gradient)))

    return Stage(layer_id, own, run)


def _with_weights(
    layer_id: str, operation: Callable[[Array, Array, Array | None, Memory], tuple[Array, ParameterBackward]]
) -> Run:
    """Wrap an operation with a weight and perhaps a bias."""

    def run(x: Array, around: Surroundings) -> Meeting[tuple[Array, LayerBackward]]:
        yield from ()
        weight, bias = around.arrays[f"{layer_id}/weight"], around.arrays.get(f"{layer_id}/bias")
        y, back = operation(x, weight, bias, around.workspace.of(layer_id))

        def backward(dy: Array, input_gradient: bool) -> LayerGradients:
            return _named(layer_id, *back(dy, input_gradient))

        return y, _by_itself(backward)

    return run


def _named(layer_id: str, dx: Array | None, dweight: Array, dbias: Array | None) -> LayerGradients:
    gradients = {f"{layer_id}/weight": dweight}
    if dbias is not None:
        gradients[f"{layer_id}/bias"] = dbias
    return dx, gradients


def _batch_norm(layer: BatchNorm) -> Run:
    names = [f"{layer.id}/{name}" for name in ("weight", "bias", "running_mean", "running_var")]

    def run(x: Array, around: Surroundings) -> Meeting[tuple[Array, LayerBackward]]:
        memory = around.workspace.of(layer.id)
        weight, bias, mean, variance = (around.arrays[name] for name in names)
        if not around.training:
            y, own_back = fixed_norm(x, weight, bias, mean, variance, layer.epsilon, memory)
            return y, _by_itself(lambda dy, wanted: _named(layer.id, *own_back(dy, wanted)))
        y, back, seen = yield from batch_norm(x, weight, bias, layer.epsilon, memory)
        for name, old, new in ((names[2], mean, seen.mean), (names[3], variance, seen.unbiased_variance)):
            around.new_states[name] = (old + layer.momentum * (new - old)).astype(old.dtype)

        def backward(dy: Array, input_gradient: bool, taps: Tap | None) -> Meeting[LayerGradients]:
            dx, dweight, dbias = yield from back(dy, input_gradient)
            return _named(layer.id, dx, dweight, dbias)

        return y, backward

    return run


def _flatten(x: Array, memory: Memory) -> tuple[Array, Callable[[Array], Array]]:
    rows = memory.prepared("rows", (x,), lambda: x.reshape(-1, x.shape[-1]))
    return rows, lambda dy: memory.prepared("maps", (x, dy), lambda: dy.reshape(x.shape))


def _dropout(layer: Dropout | SpatialDropout, number: int) -> Run:
    def operation(x: Array, around: Surroundings) -> tuple[Array, Callable[[Array], Array]]:
        if around.noise is None or layer.rate == 0:
            return x, lambda dy: dy
        shape = (len(x), 1, 1, x.shape[3]) if isinstance(layer, SpatialDropout) else x.shape
        kept = around.noise.kept(number, layer.rate, shape)
        return dropout(x, kept, layer.rate, around.workspace.of(layer.id))

    def run(x: Array, around: Surroundings) -> Meeting[tuple[Array, LayerBackward]]:
        yield from ()
        y, back = operation(x, around)
        return y, _by_itself(lambda dy, input_gradient: (back(dy), {}))

    return run
