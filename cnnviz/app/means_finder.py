"""The mean image of each class of a part of a data set, found on a thread; the latest wish wins."""

from __future__ import annotations

import dataclasses
import logging
import threading
import time
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal, Slot

from cnnviz.data.summary import class_means

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from cnnviz.data.dataset import Dataset, Split

_log = logging.getLogger(__name__)
_CLOSE_SECONDS = 5.0
_LONGEST_REST_SECONDS = 0.2


@dataclasses.dataclass(frozen=True, slots=True, eq=False)
class MeansWish:
    """Of which images the means are wanted."""

    dataset: Dataset
    split: Split
    cancelled: threading.Event = dataclasses.field(default_factory=threading.Event)

    def meet(self) -> NDArray[np.float32] | None:
        """Return the means, or None where nobody wants them any more. Half the time others may work."""
        began = time.perf_counter()

        def is_stopping() -> bool:
            nonlocal began
            self.cancelled.wait(min(time.perf_counter() - began, _LONGEST_REST_SECONDS))
            began = time.perf_counter()
            return self.cancelled.is_set()

        return class_means(self.dataset, self.split, is_stopping=is_stopping)


class MeansFinder(QObject):
    """Meets wishes on its own thread, which is started by the first.

    Signals
    -------
    found(MeansWish, float32 (K, C, H, W))
        The newest wish is met; see `cnnviz.data.summary.class_means`.
    """

    found = Signal(object, object)
    _answered = Signal(object, object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._changed = threading.Condition()
        self._waiting: MeansWish | None = None
        self._newest: MeansWish | None = None
        self._closing = False
        self._thread: threading.Thread | None = None
        self._answered.connect(self._on_answered)

    def request(self, dataset: Dataset, split: Split) -> None:
        """Ask for the means of other images; an earlier wish is given up."""
        self.cancel()
        wish = self._newest = MeansWish(dataset, split)
        if self._thread is None:
            self._thread = threading.Thread(target=self._work, name="cnnviz-means", daemon=True)
            self._thread.start()
        with self._changed:
            self._waiting = wish
            self._changed.notify()

    def cancel(self) -> None:
        """Give up what was asked for."""
        if self._newest is not None:
            self._newest.cancelled.set()
            self._newest = None

    def close(self, seconds: float = _CLOSE_SECONDS) -> bool:
        """End the thread, waiting at most `seconds`, and return whether it has ended."""
        self.cancel()
        with self._changed:
            self._closing = True
            self._changed.notify()
        if self._thread is None:
            return True
        self._thread.join(seconds)
        return not self._thread.is_alive()

    def _work(self) -> None:
        while (wish := self._next_wish()) is not None:
            try:
                means = wish.meet()
            except Exception:
                _log.exception("The mean images of %s could not be found", wish.dataset.name)
                means = None
            if means is not None and not self._closing:
                self._answered.emit(wish, means)

    def _next_wish(self) -> MeansWish | None:
        with self._changed:
            while self._waiting is None and not self._closing:
                self._changed.wait()
            wish, self._waiting = self._waiting, None
            return None if self._closing else wish

    @Slot(object, object)
    def _on_answered(self, wish: MeansWish, means: NDArray[np.float32]) -> None:
        if wish is self._newest:
            self.found.emit(wish, means)
