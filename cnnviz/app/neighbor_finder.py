"""Looking for the training images most like one image, on a thread; the latest wish wins."""

from __future__ import annotations

import dataclasses
import logging
import threading
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal, Slot

from cnnviz.training.neighbors import SimilarImage, similar_images

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from cnnviz.data.dataset import Dataset
    from cnnviz.engine.neighbors import Metric

_log = logging.getLogger(__name__)
_CLOSE_SECONDS = 5.0


@dataclasses.dataclass(frozen=True, slots=True, eq=False)
class NeighborWish:
    """Which image's neighbours are wanted; see `cnnviz.training.neighbors.similar_images`."""

    dataset: Dataset
    pixels: NDArray[np.float32]
    k: int
    metric: Metric
    without: int | None = None


class NeighborFinder(QObject):
    """Meets wishes on its own thread, which is started by the first.

    Signals
    -------
    found(NeighborWish, tuple of SimilarImage)
        The newest wish is met.
    """

    found = Signal(object, object)
    _answered = Signal(object, object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._changed = threading.Condition()
        self._waiting: NeighborWish | None = None
        self._newest: NeighborWish | None = None
        self._closing = False
        self._thread: threading.Thread | None = None
        self._answered.connect(self._on_answered)

    def request(self, wish: NeighborWish) -> None:
        """Ask for neighbours; a wish that waits is replaced."""
        self._newest = wish
        if self._thread is None:
            self._thread = threading.Thread(target=self._work, name="cnnviz-neighbors", daemon=True)
            self._thread.start()
        with self._changed:
            self._waiting = wish
            self._changed.notify()

    def close(self, seconds: float = _CLOSE_SECONDS) -> bool:
        """End the thread, waiting at most `seconds`, and return whether it has ended."""
        with self._changed:
            self._closing = True
            self._changed.notify()
        if self._thread is None:
            return True
        self._thread.join(seconds)
        return not self._thread.is_alive()

    def _work(self) -> None:
        while (wish := self._next_wish()) is not None:
            answer: tuple[SimilarImage, ...]
            try:
                answer = similar_images(wish.dataset, wish.pixels, wish.k, wish.metric, without=wish.without)
            except Exception:
                _log.exception("The neighbours of an image could not be found")
                answer = ()
            if not self._closing:
                self._answered.emit(wish, answer)

    def _next_wish(self) -> NeighborWish | None:
        with self._changed:
            while self._waiting is None and not self._closing:
                self._changed.wait()
            wish, self._waiting = self._waiting, None
            return None if self._closing else wish

    @Slot(object, object)
    def _on_answered(self, wish: NeighborWish, answer: tuple[SimilarImage, ...]) -> None:
        if wish is self._newest:
            self.found.emit(wish, answer)
