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

    from cnnviz.app.training.session import Session
    from cnnviz.data.dataset import Dataset, Split

_LONGEST_REST_SECONDS = 0.5
_RESTS_BESIDE_A_RUN = 4.0


@dataclasses.dataclass(frozen=True, slots=True, eq=False)
class MeansWish:
    """Of which images the mean of each class is wanted."""

    dataset: Dataset
    split: Split
    rests: float = 1.0
    cancelled: threading.Event = dataclasses.field(default_factory=threading.Event)

    def meet(self) -> NDArray[np.float32] | None:
        """Return the means; see `cnnviz.data.summary.class_means`."""
        return class_means(self.dataset, self.split, is_stopping=resting(self.cancelled, self.rests))


@dataclasses.dataclass(frozen=True, slots=True, eq=False)
class PixelsWish:
    """Of which images it is wanted how often each brightness occurs."""

    dataset: Dataset
    split: Split
    rests: float = 1.0
    cancelled: threading.Event = dataclasses.field(default_factory=threading.Event)

    def meet(self) -> NDArray[np.int64] | None:
        """Return the counts; see `cnnviz.data.summary.pixel_counts`."""
        return pixel_counts(self.dataset, self.split, is_stopping=resting(self.cancelled, self.rests))


def rests_beside(session: Session) -> float:
    """Return how long to rest after some work, in times of that work: long while a run is on."""
    return 1.0 if session.is_idle else _RESTS_BESIDE_A_RUN


def resting(cancelled: threading.Event, rests: float = 1.0) -> Callable[[], bool]:
    """Return what tells whether `cancelled` is set, after a rest of `rests` times the work done."""
    began = time.perf_counter()

    def is_stopping() -> bool:
        nonlocal began
        cancelled.wait(min(rests * (time.perf_counter() - began), _LONGEST_REST_SECONDS))
        began = time.perf_counter()
        return cancelled.is_set()

    return is_stopping
