"""Random numbers for Dropout that do not depend on how a batch is cut into shards."""

from __future__ import annotations

import dataclasses
import math
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

_GROUP = 16
"""Images whose numbers are drawn together. A shard that holds part of a group draws all of it."""
_LEVELS = 1 << 16
"""A number has 16 bits, so a rate is kept to within 1/131,072."""


@dataclasses.dataclass(frozen=True, slots=True)
class Noise:
    """The randomness of one step for the images from `first_image` of its batch on.

    Numbers come from the counter-based generator Philox (Salmon et al. 2011): key and counter name the step,
    the layer and the group of images, so any thread can draw its own part.
    """

    key: int
    first_image: int = 0

    def kept(self, layer_number: int, rate: float, shape: tuple[int, ...]) -> NDArray[np.bool_]:
        """Return which numbers of an activation `shape` (…, N) survive a dropout of `rate`."""
        images = shape[-1]
        first_group = self.first_image // _GROUP
        last_group = (self.first_image + images - 1) // _GROUP
        kept = np.empty((math.prod(shape[:-1]), (last_group - first_group + 1), _GROUP), np.bool_)
        threshold = np.uint16(min(round(rate * _LEVELS), _LEVELS - 1))
        for place, group in enumerate(range(first_group, last_group + 1)):
            np.greater_equal(self._draw(layer_number, group, len(kept)), threshold, out=kept[:, place])
        offset = self.first_image - first_group * _GROUP
        return kept.reshape(len(kept), -1)[:, offset : offset + images].reshape(shape)

    def _draw(self, layer_number: int, group: int, rows: int) -> NDArray[np.uint16]:
        key = np.array([self.key, layer_number], np.uint64)
        philox = np.random.Philox(key=key, counter=np.array([0, 0, 0, group], np.uint64))
        words = philox.random_raw(rows * _GROUP // 4)
        return words.view(np.uint16).reshape(rows, _GROUP)


def draw_noise_key(rng: np.random.Generator) -> int:
    """Return the key of one step's noise, drawn from the run's generator."""
    return int(rng.integers(0, 1 << 63))
