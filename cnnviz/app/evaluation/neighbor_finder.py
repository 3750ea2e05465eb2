"""The training images most like one image, as a wish that a thread meets."""

from __future__ import annotations

import dataclasses
import threading
from typing import TYPE_CHECKING

from cnnviz.training.neighbors import SimilarImage, similar_images

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from cnnviz.data.dataset import Dataset
    from cnnviz.engine.neighbors import Metric


@dataclasses.dataclass(frozen=True, slots=True, eq=False)
class NeighborWish:
    """Which image's neighbours are wanted; see `cnnviz.training.neighbors.similar_images`."""

    dataset: Dataset
    pixels: NDArray[np.float32]
    k: int
    metric: Metric
    without: int | None = None
    cancelled: threading.Event = dataclasses.field(default_factory=threading.Event)

    def meet(self) -> tuple[SimilarImage, ...]:
        """Return the neighbours, the nearest first."""
        return similar_images(self.dataset, self.pixels, self.k, self.metric, without=self.without)
