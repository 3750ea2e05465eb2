"""Maps on which like images lie together: alike in their pixels, or in what a layer makes of them."""

from __future__ import annotations

import dataclasses
import math
import threading
from typing import TYPE_CHECKING

import numpy as np

from cnnviz.app.data.browsing import resting
from cnnviz.app.threads.answering import answer_or_reason
from cnnviz.errors import CnnvizError
from cnnviz.interpret.layer_rows import layer_rows, layers_with_rows
from cnnviz.interpret.projection import principal_plane

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from cnnviz.app.training.weights import Arrays
    from cnnviz.data.dataset import Dataset, Split
    from cnnviz.spec.network import NetworkSpec


MOST_MAPPED = 2_000
"""Images on a map: of more, as many are drawn by lot."""
_MOST_PIXELS = 800  # values of an image that are compared; of more, every second pixel or fewer still
_MOST_NUMBERS, _LEAST_MAPPED = 1 << 25, 100
"""Of a layer that makes very many numbers of an image, fewer images are looked at: these are 128 MiB."""
_SHARE_OF_ROWS = 0.9
"""Which share of the work it is to compute what a layer makes of the images."""


@dataclasses.dataclass(frozen=True, slots=True, eq=False)
class LayerOfNetwork:
    """A layer of a design with weights, and after which step and in which epoch those were taken."""

    spec: NetworkSpec
    parameters: Arrays
    layer_id: str
    step: int = 0
    epoch: int = 0


@dataclasses.dataclass(frozen=True, slots=True, eq=False)
class MapOfImages:
    """Where images lie: `positions` int64 (n,) in their part, ascending, and `plane` float32 (n, 2).

    `shares` says how much of all differences each of the two axes has.
    """

    positions: NDArray[np.int64]
    plane: NDArray[np.float32]
    shares: tuple[float, float]


@dataclasses.dataclass(slots=True, eq=False)
class MapWish:
    """Of which images a map is wanted: by their pixels, or by what a layer makes of them.

    `cancelled` is set where nobody wants it any more; `share_done` goes from 0 to 1. Work is followed by
    rests of `rests` times its length, so that a run goes on.
    """

    dataset: Dataset
    split: Split
    layer: LayerOfNetwork | None = None
    rests: float = 1.0
    cancelled: threading.Event = dataclasses.field(default_factory=threading.Event)
    share_done: float = 0.0

    def meet(self) -> MapOfImages | str | None:
        """Return the map, or why there is none; the same images are drawn by lot every time."""
        return answer_or_reason(self._map, "The map could not be made", "this map")

    def _map(self) -> MapOfImages | None:
        is_stopping = resting(self.cancelled, self.rests)
        positions = self._drawn()
        if is_stopping():
            return None
        rows = self._rows(positions, is_stopping)
        if rows is None:
            return None
        if not np.isfinite(rows).all():
            raise CnnvizError("There is no map: the layer gives values that are not numbers.")
        found = principal_plane(rows, is_stopping=is_stopping)
        self.share_done = 1.0
        return None if found is None else MapOfImages(positions, *found)

    def _drawn(self) -> NDArray[np.int64]:
        """Return the positions of the images that are looked at, ascending."""
        count, most = len(self.dataset.indices(self.split)), MOST_MAPPED
        if self.layer is not None:
            numbers = layers_with_rows(self.layer.spec).get(self.layer.layer_id, 1)
            most = min(most, max(_LEAST_MAPPED, _MOST_NUMBERS // numbers))
        if count <= most:
            return np.arange(count)
        return np.sort(np.random.default_rng(0).choice(count, most, replace=False))

    def _rows(
        self, positions: NDArray[np.int64], is_stopping: Callable[[], bool]
    ) -> NDArray[np.float32] | None:
        """Return what is compared, float32 (n, numbers); None where it was given up."""
        dataset, indices = self.dataset, self.dataset.indices(self.split)[positions]
        if self.layer is None:
            stride = max(1, math.ceil(math.sqrt(math.prod(dataset.image_shape) / _MOST_PIXELS)))
            images = dataset.images[indices, ::stride, ::stride]
            return images.reshape(len(positions), -1).astype(np.float32) / np.float32(dataset.max_value)

        def scaled(some: slice) -> NDArray[np.float32]:
            self.share_done = _SHARE_OF_ROWS * some.start / len(indices)
            return dataset.scaled(indices[some])

        layer = self.layer
        return layer_rows(
            layer.spec, layer.parameters, layer.layer_id, scaled, len(indices), is_stopping=is_stopping
        )
