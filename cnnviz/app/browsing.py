"""What the browser of a data set wishes to know of its images: their means, and how bright they are."""

from __future__ import annotations

import dataclasses
import threading
import time
from typing import TYPE_CHECKING

from cnnviz.data.summary import class_means, pixel_counts

if TYPE_CHECKING:
    from collections.abc import Callable

    import numpy as np
    from numpy.typing import NDArray

    from cnnviz.data.dataset import Dataset, Split

_LONGEST_REST_SECONDS = 0.2


@dataclasses.dataclass(frozen=True, slots=True, eq=False)
class MeansWish:
    """Of which images the mean of each class is wanted."""

    dataset: Dataset
    split: Split
    cancelled: threading.Event = dataclasses.field(default_factory=threading.Event)

    def meet(self) -> NDArray[np.float32] | None:
        """Return the means; see `cnnviz.data.summary.class_means`. Half the time others may work."""
        return class_means(self.dataset, self.split, is_stopping=resting(self.cancelled))


@dataclasses.dataclass(frozen=True, slots=True, eq=False)
class PixelsWish:
    """Of which images it is wanted how often each brightness occurs."""

    dataset: Dataset
    split: Split
    cancelled: threading.Event = dataclasses.field(default_factory=threading.Event)

    def meet(self) -> NDArray[np.int64] | None:
        """Return the counts; see `cnnviz.data.summary.pixel_counts`. Half the time others may work."""
        return pixel_counts(self.dataset, self.split, is_stopping=resting(self.cancelled))


def resting(cancelled: threading.Event) -> Callable[[], bool]:
    """Return what tells whether `cancelled` is set, after a rest as long as the work since it last told."""
    began = time.perf_counter()

    def is_stopping() -> bool:
        nonlocal began
        cancelled.wait(min(time.perf_counter() - began, _LONGEST_REST_SECONDS))
        began = time.perf_counter()
        return cancelled.is_set()

    return is_stopping
