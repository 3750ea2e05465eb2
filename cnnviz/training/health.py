"""How the layers of a network do while it learns, measured in some of the steps.

Only what is there anyway is looked at, so a measured step has the same result to the last bit: the outputs of
activations as they are computed, the gradients, and the weights before and after they move.
"""

from __future__ import annotations

import functools
import math
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from cnnviz.spec.layers import ELU, ReLU, Sigmoid, Tanh
from cnnviz.spec.losses import end_left_to_loss
from cnnviz.training.divergence import sum_of_squares
from cnnviz.training.events import LayerVitals, Vitals

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from cnnviz.engine.network import Network
    from cnnviz.engine.types import Array
    from cnnviz.spec.layers import Layer

LOOKS_PER_EPOCH = 8
FEWEST_STEPS_APART = 64
"""A look takes up to a fifth of a step where steps are short."""
FIRST_STEPS = (1, 2, 4, 8)
"""Looked at as well: much happens in them."""
FEWEST_IMAGES = 16
"""Of fewer images, too many leave a healthy unit without an answer to call it dead."""
FLAT_SHARE = 0.05
"""A function is flat where its slope is less than this share of its largest."""
_MOST_NUMBERS = 1 << 20
"""Of larger kernels some filters or units, evenly spaced, stand for all: a copy must not take much memory."""


_Look = NDArray[np.bool_] | tuple[int, int]
"""What is noted of one shard: which channels or units are alive, or how many of how many outputs are flat."""


class HealthWatch:
    """Measures a run in some of its steps.

    Which ones depends on their numbers only, so a run that goes on from an earlier one has the same looks as
    one that was never interrupted.
    """

    def __init__(self, network: Network, images: int, batch_size: int) -> None:
        """Watch a network that learns from `images` images an epoch."""
        self._subject = _Subject(network)
        self._batch_size = batch_size
        self._whole_batches = max(1, images // batch_size)
        self._apart = max(self._whole_batches // LOOKS_PER_EPOCH, FEWEST_STEPS_APART)

    def begin(self, step: int, images_in_epoch: int) -> Checkup | None:
        """Return what measures `step`, called before it begins; None for most steps.

        `images_in_epoch` is how many images the epoch has seen before. The last whole batch of every epoch is
        looked at, and others in even distances before it.
        """
        left = self._whole_batches - (images_in_epoch // self._batch_size + 1)
        if step not in FIRST_STEPS and (left < 0 or left % self._apart):
            return None
        return Checkup(self._subject, step)


class Checkup:
    """What is measured in one step. Made before it, so that it knows the weights as they were."""

    def __init__(self, subject: _Subject, step: int) -> None:
        self._subject = subject
        self._step = step
        self._before = {layer_id: kernel.copy() for layer_id, kernel in subject.kernels.items()}
        self._seen: dict[str, list[_Look]] = {layer_id: [] for layer_id in subject.looks}

    def glance(self, layer_id: str, y: Array) -> None:
        """Look at the output of a layer for one shard; called by several threads at once."""
        look = self._subject.looks.get(layer_id)
        if look is not None:
            self._seen[layer_id].append(look(y))

    def vitals(self, squares: Mapping[str, float], images: int) -> Vitals:
        """Return what was measured, when the weights have moved.

        `squares` has Σ g² of every parameter that learns, `images` is the size of the batch.
        """
        of_layers: dict[str, float] = {}
        for name, square in squares.items():
            layer_id = name.partition("/")[0]
            of_layers[layer_id] = of_layers.get(layer_id, 0.0) + square
        vitals = []
        for layer_id in self._subject.layer_ids:
            if layer_id in self._subject.looks:
                if self._seen[layer_id]:
                    vitals.append(LayerVitals(layer_id, None, None, *self._shares(layer_id, images)))
            else:
                norm = math.sqrt(of_layers[layer_id]) if layer_id in of_layers else None
                vitals.append(LayerVitals(layer_id, self._update_ratio(layer_id), _known(norm), None, None))
        return Vitals(self._step, tuple(vitals))

    def _update_ratio(self, layer_id: str) -> float | None:
        """Return the norm of what was added to a kernel over that of the kernel before it."""
        before = self._before.get(layer_id)
        if before is None:
            return None
        change, old = sum_of_squares(self._subject.kernels[layer_id] - before), sum_of_squares(before)
        return _known(math.sqrt(change / old)) if old > 0 else None

    def _shares(self, layer_id: str, images: int) -> tuple[float | None, float | None]:
        """Return the share of dead units and that of saturated outputs; at most one of them applies."""
        looks = self._seen[layer_id]
        alive = [look for look in looks if isinstance(look, np.ndarray)]
        flat = [look for look in looks if isinstance(look, tuple)]
        if flat:
            return None, sum(count for count, _ in flat) / sum(size for _, size in flat)
        if images < FEWEST_IMAGES:
            return None, None
        return 1 - np.count_nonzero(functools.reduce(np.logical_or, alive)) / len(alive[0]), None


class _Subject:
    """What there is to look at in a network, found once.

    `kernels` are views of the weights that move, `looks` say what to note of the outputs of activations, and
    `layer_ids` are those of all layers to be reported, in the design's order.
    """

    def __init__(self, network: Network) -> None:
        owners = {name.partition("/")[0] for name in network.parameters}
        last = network.spec.layers[-1] if end_left_to_loss(network.spec) is not None else None
        self.kernels = {
            name.partition("/")[0]: _some(array)
            for name, array in network.parameters.items()
            if name.endswith("/weight") and array.ndim > 1 and name not in network.frozen
        }
        self.looks = {
            layer.id: look
            for layer in network.spec.walk()
            if layer is not last and (look := _look_of(layer)) is not None
        }
        self.layer_ids = [
            layer.id for layer in network.spec.walk() if layer.id in owners or layer.id in self.looks
        ]


def _look_of(layer: Layer) -> Callable[[Array], _Look] | None:
    """Return what a look at outputs of an activation notes; None where nothing would tell of a problem.

    A unit is alive where an output of it is not flat, which in a ReLU are those above 0, and in an ELU, whose
    slope is y + alpha below 0, almost all. A Leaky ReLU passes a gradient everywhere. Of a Sigmoid and a Tanh
    those are counted that are flat.
    """
    match layer:
        case ReLU():
            return lambda y: _alive(y, 0.0)
        case ELU():
            return lambda y: _alive(y, (FLAT_SHARE - 1) * layer.alpha)
        case Sigmoid():
            return lambda y: _count_flat(2 * y - 1)
        case Tanh():
            return _count_flat
        case _:
            return None


def _alive(y: Array, floor: float) -> NDArray[np.bool_]:
    """Return which channels (C, H, W, N) or units (K, N) have an output above `floor`."""
    alive: NDArray[np.bool_] = np.maximum.reduce(y.reshape(len(y), -1), axis=1) > floor
    return alive


def _count_flat(y: Array) -> tuple[int, int]:
    """Return how many of how many outputs between -1 and 1 are flat: the slope of tanh is 1 - y²."""
    return int(np.count_nonzero(np.square(y) > 1 - FLAT_SHARE)), y.size


def _some(kernel: Array) -> Array:
    """Return a view of a kernel, or of evenly spaced filters or units of a large one."""
    return kernel[:: -(-kernel.size // _MOST_NUMBERS)]


def _known(value: float | None) -> float | None:
    return value if value is not None and math.isfinite(value) else None
