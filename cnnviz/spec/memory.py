"""How much memory training a design needs, from the shapes of its layers.

What the engine keeps is added up buffer by buffer, as `buffers` follows it: for each lane the outputs and
gradients of a shard of images, what convolutions are lowered or transformed to, and its share of the weight
gradients; beside them the images of a batch, the weights, what the optimizer keeps, and the copies of good
weights that a run holds. `benchmarks.memory` measures what a run really takes.
"""

from __future__ import annotations

import dataclasses
import math
from typing import TYPE_CHECKING

from cnnviz.spec.buffers import account
from cnnviz.spec.layers import BatchNorm
from cnnviz.spec.room import Room
from cnnviz.spec.shapes import BYTES_PER_NUMBER
from cnnviz.spec.trace import trace
from cnnviz.spec.training import SGD, Adam, AdamW

if TYPE_CHECKING:
    from collections.abc import Mapping

    from cnnviz.spec.network import NetworkSpec
    from cnnviz.spec.trace import LayerTrace, NetworkTrace
    from cnnviz.spec.training import Optimizer

EVALUATION_BATCH = 256
"""Images that are evaluated at a time."""
MAX_SHARD_IMAGES = 64
"""Images a lane computes at a time."""
MIN_SHARD_IMAGES = 4
MIN_LANE_WORK = 8_000_000
"""Multiply-adds and images from which another lane is put to work; see `engine.parallel`."""
_FIXED_BYTES = 1_600_000
"""What a run needs whatever the design …"""
_LANE_BYTES = 200_000
"""… and what each lane's thread and BLAS put aside."""
_MARGIN = 1.06
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
class _Cut:
    """How a batch is cut: on so many lanes, each with `shards` shards of up to `images` images."""

    lanes: int
    shards: int
    images: int


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
    learned = _cut(batch_size, threads, traced.multiply_adds)
    watched = _cut(EVALUATION_BATCH, threads, traced.multiply_adds)
    rooms, lanes = _rooms(traced, learned, watched), max(learned.lanes, watched.lanes)
    copies = 1 + learned.lanes + _copies_of_a_run(optimizer)
    costs = {}
    for record in records:
        kept = sum(room.kept(record.layer.id) for room in rooms)
        costs[record.layer.id] = kept + copies * _own_parameters(record)
    parameters = copies * sum(map(_own_parameters, records))
    numbers = sum(room.total for room in rooms) + parameters + _images(traced, batch_size)
    largest = max(costs, key=costs.__getitem__, default=None)
    return MemoryEstimate(
        total=int(_FIXED_BYTES + lanes * _LANE_BYTES + _MARGIN * BYTES_PER_NUMBER * numbers),
        largest_layer=largest,
        largest_bytes=int(BYTES_PER_NUMBER * costs[largest]) if largest is not None else 0,
        layers={layer_id: int(BYTES_PER_NUMBER * numbers) for layer_id, numbers in costs.items()},
    )


def _cut(images: int, threads: int, image_work: int) -> _Cut:
    lanes = max(1, min(threads, images // MIN_SHARD_IMAGES, images * image_work // MIN_LANE_WORK))
    shards = max(1, math.ceil(images / (lanes * MAX_SHARD_IMAGES)))
    return _Cut(lanes, shards, math.ceil(images / (lanes * shards)))


def _rooms(traced: NetworkTrace, learned: _Cut, watched: _Cut) -> list[Room]:
    """Return the workspaces of all lanes as they are after training steps and an evaluation."""
    meets = any(isinstance(record.layer, BatchNorm) for record in traced.walk())
    made: dict[tuple[bool, bool], Room] = {}  # lanes that do the same need the same
    rooms = []
    for lane in range(max(learned.lanes, watched.lanes)):
        # Shards that meet are computed side by side, with a workspace each; the others take turns in one.
        beside = learned.shards if meets and lane < learned.lanes else 1
        for number in range(beside):
            work = (lane < learned.lanes, lane < watched.lanes and number == 0)
            if work not in made:
                made[work] = Room()
                if work[0]:
                    _pass(traced, learned, made[work], training=True)
                if work[1]:
                    _pass(traced, watched, made[work], training=False)
            rooms.append(made[work])
    return rooms


def _pass(traced: NetworkTrace, cut: _Cut, room: Room, *, training: bool) -> None:
    account(traced.layers, cut.images, room, training=training)
    if cut.lanes * cut.shards > 1:
        room.share("input", math.prod(traced.input_shape) * cut.images)


def _images(traced: NetworkTrace, batch_size: int) -> float:
    """Return the numbers of the images at hand: as bytes in two orders while they become numbers."""
    return math.prod(traced.input_shape) * 1.5 * max(batch_size, EVALUATION_BATCH)


def _copies_of_a_run(optimizer: Optimizer) -> int:
    """Return how often a run holds a parameter: for the optimizer, in the last good state twice, the best."""
    slots = 2 if isinstance(optimizer, Adam | AdamW) else 0 if isinstance(optimizer, SGD) else 1
    return slots + 2 * (1 + slots) + 1


def _own_parameters(record: LayerTrace) -> int:
    return record.parameters - sum(inner.parameters for inner in record.inner)
