"""What the browser of a data set wishes to know: mean images, and a map on which like images lie together."""

from __future__ import annotations

import dataclasses
import math
import threading
import time
from typing import TYPE_CHECKING

import numpy as np

from cnnviz.data.summary import class_means
from cnnviz.interpret.projection import principal_plane

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from cnnviz.data.dataset import Dataset, Split

MOST_MAPPED = 2_000
"""Images on a map: of more, as many are drawn by lot."""
_MOST_PIXELS = 800  # values of an image that are compared; of more, every second pixel or fewer still
_LONGEST_REST_SECONDS = 0.2


@dataclasses.dataclass(frozen=True, slots=True, eq=False)
class MeansWish:
    """Of which images the mean of each class is wanted."""

    dataset: Dataset
    split: Split
    cancelled: threading.Event = dataclasses.field(default_factory=threading.Event)

    def meet(self) -> NDArray[np.float32] | None:
        """Return the means; see `cnnviz.data.summary.class_means`. Half the time others may work."""
        began = time.perf_counter()

        def is_stopping() -> bool:
            nonlocal began
            self.cancelled.wait(min(time.perf_counter() - began, _LONGEST_REST_SECONDS))
            began = time.perf_counter()
            return self.cancelled.is_set()

        return class_means(self.dataset, self.split, is_stopping=is_stopping)


@dataclasses.dataclass(frozen=True, slots=True, eq=False)
class MapOfImages:
    """Where images lie: `positions` int64 (n,) in their part, ascending, and `plane` float32 (n, 2).

    `shares` says how much of all differences each of the two axes has.
    """

    positions: NDArray[np.int64]
    plane: NDArray[np.float32]
    shares: tuple[float, float]


@dataclasses.dataclass(frozen=True, slots=True, eq=False)
class MapWish:
    """Of which images a map is wanted."""

    dataset: Dataset
    split: Split
    cancelled: threading.Event = dataclasses.field(default_factory=threading.Event)

    def meet(self) -> MapOfImages | None:
        """Return the map by the images' pixels; the same images are drawn by lot every time."""
        if self.cancelled.is_set():
            return None
        indices = self.dataset.indices(self.split)
        positions = np.arange(len(indices))
        if len(positions) > MOST_MAPPED:
            drawn = np.random.default_rng(0).choice(len(positions), MOST_MAPPED, replace=False)
            positions = np.sort(drawn)
        stride = max(1, math.ceil(math.sqrt(math.prod(self.dataset.image_shape) / _MOST_PIXELS)))
        images = self.dataset.images[indices[positions], ::stride, ::stride]
        rows = images.reshape(len(positions), -1).astype(np.float32) / np.float32(self.dataset.max_value)
        plane, shares = principal_plane(rows)
        return None if self.cancelled.is_set() else MapOfImages(positions, plane, shares)
