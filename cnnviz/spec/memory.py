"""How much memory training a design needs, from the shapes of its layers.

The formulas follow what the engine keeps: for each lane the outputs and gradients of one shard of images, the
lowered or transformed input of a convolution, and its share of the weight gradients; beside them the weights,
what the optimizer keeps, and the copies of good weights that a run holds. They count what is largest, so that
the estimate lies a little above what a run really takes (`benchmarks.memory` measures both).
"""

from __future__ import annotations

import dataclasses
import math
from typing import TYPE_CHECKING

from cnnviz.spec.layers import (
    ELU,
    AvgPool2D,
    BatchNorm,
    Conv2D,
    Dense,
    Dropout,
    Flatten,
    LeakyReLU,
    LocalResponseNorm,
    MaxPool2D,
    ReLU,
    Residual,
    Sigmoid,
    Softmax,
    SpatialDropout,
    Tanh,
)
from cnnviz.spec.shapes import BYTES_PER_NUMBER
from cnnviz.spec.trace import trace
from cnnviz.spec.training import SGD, Adam, AdamW

if TYPE_CHECKING:
    from collections.abc import Mapping

    from cnnviz.spec.network import NetworkSpec
    from cnnviz.spec.trace import LayerTrace, NetworkTrace
    from cnnviz.spec.training import Optimizer

EVALUATION_BATCH = 256
"""Images evaluated at a time, at least as many as in a batch of training that fits the same memory."""
MAX_SHARD_IMAGES = 64
"""Images a lane computes at a time."""
_FIXED_BYTES = 4_500_000
"""What a run needs whatever the design."""
_BLOCK_NUMBERS = 600_000
"""Most numbers of intermediate products that one lane holds; a small design needs fewer."""
_WINOGRAD = 1.5
"""Transformed numbers for each number of an image: 6 places for 4 columns."""
_MARGIN = 1.1
"""Rounding to pages, and what NumPy and Python put aside."""


@dataclasses.dataclass(frozen=True, slots=True)
class MemoryEstimate:
    """What training needs, in bytes, and the layer that needs the most of it (None in an empty design).

    `layers` has what each layer needs for itself by its id; a block's own share is without its body's. The
    rest of `total` is shared by all: images, room for intermediate results, the program's own.
    """

    total: int
    largest_layer: str | None
    largest_bytes: int
    layers: Mapping[str, int]


@dataclasses.dataclass(frozen=True, slots=True)
class _Need:
    """Numbers of one lane for a layer and an image: kept forward, kept backward, shared for a while."""

    forward: float = 0
    backward: float = 0
    scratch: float = 0


def training_bytes(spec: NetworkSpec, batch_size: int, threads: int, optimizer: Optimizer) -> MemoryEstimate:
    """Return how much memory training takes at its peak, beside the data set and the program itself.

    `threads` is how many lanes may work at once. Layers behind the first with a problem count nothing.
    """
    return training_bytes_of(trace(spec), batch_size, threads, optimizer)


def training_bytes_of(
    traced: NetworkTrace, batch_size: int, threads: int, optimizer: Optimizer
) -> MemoryEstimate:
    """Do what `training_bytes` does for a design whose shapes have been followed already."""
    records = [record for record in traced.walk() if record.output_shape is not None]
    meets = any(isinstance(record.layer, BatchNorm) for record in records)
    lanes = max(1, min(threads, batch_size // 4))
    shard = math.ceil(batch_size / lanes)
    learned = shard if meets else _shard_images(shard)
    watched = _shard_images(math.ceil(EVALUATION_BATCH / threads))
    forward = lanes * max(learned, watched) + (threads - lanes) * watched
    copies = 1 + 2 * threads + _copies_of_a_run(optimizer)
    costs = {}
    scratch = 0.0
    for place, record in enumerate(records):
        need = _need(record, records[place - 1].layer if place else None, is_first=_is_first(records, place))
        numbers = need.forward * forward + need.backward * lanes * learned
        costs[record.layer.id] = numbers + copies * _own_parameters(record)
        scratch = max(scratch, need.scratch * max(learned, watched))
    pixels = math.prod(traced.input_shape)
    images = pixels * (3 * max(batch_size, EVALUATION_BATCH) + forward)
    own = sum(costs.values())
    numbers = own + images + threads * scratch + min(threads * _BLOCK_NUMBERS, own / 4)
    largest = max(costs, key=costs.__getitem__, default=None)
    return MemoryEstimate(
        total=int(_FIXED_BYTES + _MARGIN * BYTES_PER_NUMBER * numbers),
        largest_layer=largest,
        largest_bytes=int(BYTES_PER_NUMBER * costs[largest]) if largest is not None else 0,
        layers={layer_id: int(BYTES_PER_NUMBER * numbers) for layer_id, numbers in costs.items()},
    )


def _shard_images(images: int) -> int:
    return math.ceil(images / math.ceil(images / MAX_SHARD_IMAGES))


def _copies_of_a_run(optimizer: Optimizer) -> int:
    """Return how often a run holds a parameter: for the optimizer, in the last good state twice, the best."""
    slots = 2 if isinstance(optimizer, Adam | AdamW) else 0 if isinstance(optimizer, SGD) else 1
    return slots + 2 * (1 + slots) + 1


def _own_parameters(record: LayerTrace) -> int:
    return record.parameters - sum(inner.parameters for inner in record.inner)


def _is_first(records: list[LayerTrace], place: int) -> bool:
    """Return whether no layer before this one learns, so that no gradient has to go further."""
    return not any(record.parameters for record in records[:place])


def _need(record: LayerTrace, before: object, is_first: bool) -> _Need:
    if record.input_shape is None or record.output_shape is None:
        return _Need()
    ins, outs = math.prod(record.input_shape), math.prod(record.output_shape)
    back = 0 if is_first else ins
    match record.layer:
        case Conv2D():
            return _convolution(record.layer, record.input_shape, record.output_shape, back)
        case MaxPool2D():
            return _Need(outs + ins / 2, back, ins / 2 + outs)
        case Flatten() | Softmax():
            return _Need()
        case ReLU() | Sigmoid() | Tanh():
            in_place = isinstance(before, Conv2D | Dense | MaxPool2D | AvgPool2D | BatchNorm | Residual)
            return _Need(
                0 if in_place else outs, 0, outs if isinstance(record.layer, Sigmoid | Tanh) else outs / 4
            )
        case LeakyReLU() | ELU():
            return _Need(2 * outs, 0, outs)
        case Dropout() | SpatialDropout():
            return _Need(0, 2 * outs)
        case LocalResponseNorm():
            return _Need(3 * outs, back, outs)
        case Residual():
            return _Need(2 * outs, 2 * ins, ins)
        case _:
            return _Need(outs, back)


def _convolution(layer: Conv2D, before: tuple[int, ...], after: tuple[int, ...], back: int) -> _Need:
    height, width, channels = before
    rows, columns, filters = after
    kernel_height, kernel_width = layer.kernel_size
    ins, outs = math.prod(before), math.prod(after)
    if layer.groups != 1 or layer.dilation != (1, 1):
        return _Need(2 * (ins + outs), 2 * ins, 2 * ins * kernel_width)
    if layer.stride == (1, 1) and kernel_width == 3 and min(channels, filters) >= 8:
        tall = rows + kernel_height - 1
        transformed = _WINOGRAD * 4 * math.ceil(columns / 4) * tall * channels
        spread = _WINOGRAD * 4 * math.ceil(width / 4) * (height + kernel_height - 1) * filters
        return _Need(outs + transformed, back, spread if back else 0)
    lowered = ((rows - 1) * layer.stride[0] + kernel_height) * columns * (kernel_width * channels + 1)
    return _Need(outs, back, max(lowered, (height + kernel_height) * columns * filters if back else 0))
