"""How the layers of a network do while it learns, measured in some of the steps.

Only what is there anyway is looked at, so a measured step has the same result to the last bit: the outputs of
activations as they are computed, the gradients, and the weights before and after they move.
"""

from __future__ import annotations

import collections
import math
from typing import TYPE_CHECKING

import numpy as np

from cnnviz.spec.layers import ELU, ReLU, Sigmoid, Tanh
from cnnviz.training.divergence import sum_of_squares
from cnnviz.training.events import LayerVitals, Vitals

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from cnnviz.engine.network import Network
    from cnnviz.engine.types import Array
    from cnnviz.spec.layers import Layer

LOOKS_PER_EPOCH = 8
FEWEST_STEPS_APART = 16
"""A look costs up to a tenth of a step where steps are short."""
FIRST_STEPS = (1, 2, 4, 8)
"""Looked at as well: much happens in them."""
FEWEST_IMAGES = 16
"""Of fewer images, too many leave a healthy unit without an answer to call it dead."""
FLAT_SHARE = 0.05
"""A function is flat where its slope is less than this share of its largest."""
_MOST_NUMBERS = 1 << 20
"""Of larger kernels some filters or units, evenly spaced, stand for all: a copy must not take much memory."""


class HealthWatch:
    """Measures a run in some of its steps.

    Which ones depends on their numbers only, so a run that goes on from an earlier one has the same looks as
    one that was never interrupted.
    """

    def __init__(self, network: Network, images: int, batch_size: int) -> None:
        """Watch a network that learns from `images` images an epoch."""
        self._network = network
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
        return Checkup(self._network, step)


class Checkup:
    """What is measured in one step. Made before it, so that it knows the weights as they were."""

    def __init__(self, network: Network, step: int) -> None:
        self._network = network
        self._step = step
        self._before = {
            name: _some(array).copy()
            for name, array in network.parameters.items()
            if _is_kernel(name, array) and name not in network.frozen
        }
        self._watched = {layer.id: look for layer in network.spec.walk() if (look := _look_of(layer))}
        self._seen: dict[str, list[Array]] = {layer_id: [] for layer_id in self._watched}

    def glance(self, layer_id: str, y: Array) -> None:
        """Look at the output of a layer for one shard; called by several threads at once."""
        look = self._watched.get(layer_id)
        if look is not None:
            self._seen[layer_id].append(look(y))

    def vitals(self, squares: Mapping[str, float], images: int) -> Vitals:
        """Return what was measured, when the weights have moved.

        `squares` has Σ g² of every parameter that learns, `images` is the size of the batch.
        """
        gradients = collections.defaultdict[str, float](float)
        for name, square in squares.items():
            gradients[name.partition("/")[0]] += square
        with_parameters = {name.partition("/")[0] for name in self._network.parameters}
        layers = []
        for layer in self._network.spec.walk():
            if layer.id in with_parameters:
                norm = math.sqrt(gradients[layer.id]) if layer.id in gradients else None
                layers.append(LayerVitals(layer.id, self._update_ratio(layer.id), _known(norm), None, None))
            elif self._seen.get(layer.id):
                dead, saturated = self._shares(layer, images)
                layers.append(LayerVitals(layer.id, None, None, dead, saturated))
        return Vitals(self._step, tuple(layers))

    def _update_ratio(self, layer_id: str) -> float | None:
        """Return the norm of what was added to a kernel over that of the kernel before it."""
        before = self._before.get(f"{layer_id}/weight")
        if before is None:
            return None
        change = _some(self._network.parameters[f"{layer_id}/weight"]) - before
        old = sum_of_squares(before)
        return _known(math.sqrt(sum_of_squares(change) / old)) if old > 0 else None

    def _shares(self, layer: Layer, images: int) -> tuple[float | None, float | None]:
        """Return the share of dead units and that of saturated outputs; at most one of them applies."""
        looks = self._seen[layer.id]
        if isinstance(layer, Sigmoid | Tanh):
            flat, size = np.sum(looks, axis=0)
            return None, float(flat / size)
        if images < FEWEST_IMAGES:
            return None, None
        return float(np.mean(np.max(looks, axis=0) <= 0)), None


def _look_of(layer: Layer) -> Callable[[Array], Array] | None:
    """Return what a look at outputs of an activation notes; None where no number says anything.

    Of a ReLU, and of an ELU, whose slope is y + alpha below 0, that is how far the largest output of each
    channel or unit is above where it is flat; of a Sigmoid and a Tanh, how many of how many outputs are where
    it is flat. A Leaky ReLU passes a gradient everywhere.
    """
    match layer:
        case ReLU():
            return _largest
        case ELU():
            floor = (FLAT_SHARE - 1) * layer.alpha
            return lambda y: _largest(y) - floor
        case Sigmoid():
            return lambda y: _count_ends(2 * y - 1)
        case Tanh():
            return _count_ends
        case _:
            return None


def _largest(y: Array) -> Array:
    """Return the largest output of each channel (C, H, W, N) or unit (K, N)."""
    largest: Array = y.reshape(len(y), -1).max(axis=1)
    return largest


def _count_ends(y: Array) -> Array:
    """Return how many of how many outputs between -1 and 1 are flat: the slope of tanh is 1 - y²."""
    return np.array([np.count_nonzero(np.square(y) > 1 - FLAT_SHARE), y.size], np.float64)


def _is_kernel(name: str, array: Array) -> bool:
    return name.endswith("/weight") and array.ndim > 1


def _some(kernel: Array) -> Array:
    """Return a kernel, or evenly spaced filters or units of a large one."""
    some: Array = kernel[:: -(-kernel.size // _MOST_NUMBERS)]
    return some


def _known(value: float | None) -> float | None:
    return value if value is not None and math.isfinite(value) else None
