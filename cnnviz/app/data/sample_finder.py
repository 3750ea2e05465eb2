"""Pictures of the data sets that are on this computer, made one set after the other beside the window."""

from __future__ import annotations

import dataclasses
import threading
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal, Slot

from cnnviz.app.threads.answering import answer_or_reason
from cnnviz.app.threads.latest_wish import LatestWish
from cnnviz.data.downloading.samples import samples

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from cnnviz.data.downloading.cache import DownloadCache
    from cnnviz.data.downloading.entry import DownloadEntry


@dataclasses.dataclass(frozen=True, slots=True, eq=False)
class SamplesWish:
    """Of which data set pictures are wanted."""

    entry: DownloadEntry
    cache: DownloadCache
    cancelled: threading.Event = dataclasses.field(default_factory=threading.Event)

    def meet(self) -> NDArray[np.uint8] | str:
        """Return the pictures, or why the data set cannot be read."""
        return answer_or_reason(
            lambda: samples(self.entry, self.cache), "Its pictures could not be found", "its pictures"
        )


class SampleFinder(QObject):
    """Finds pictures for several data sets in turn.

    Signals
    -------
    found(str, ndarray)
        Pictures of the data set of this name, uint8 (N, H, W, C).
    failed(str, str)
        The files of this data set are there, but cannot be read; why, in words.
    """

    found = Signal(str, object)
    failed = Signal(str, str)

    def __init__(self, cache: DownloadCache, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._cache = cache
        self._waiting: list[DownloadEntry] = []
        self._wishes = LatestWish("cnnviz-samples", self)
        self._wishes.found.connect(self._on_found)

    def request(self, wanted: list[DownloadEntry]) -> None:
        """Ask for pictures of these data sets, and of no others any more."""
        self._waiting = list(wanted)
        self._ask_next()

    def cancel(self) -> None:
        """Give up what was asked for."""
        self._waiting = []
        self._wishes.cancel()

    def close(self) -> bool:
        """End the thread, and return whether it has ended."""
        self._waiting = []
        return self._wishes.close()

    def _ask_next(self) -> None:
        if self._waiting:
            self._wishes.request(SamplesWish(self._waiting.pop(0), self._cache))

    @Slot(object, object)
    def _on_found(self, wish: SamplesWish, answer: NDArray[np.uint8] | str) -> None:
        if isinstance(answer, str):
            self.failed.emit(wish.entry.name, answer)
        else:
            self.found.emit(wish.entry.name, answer)
        self._ask_next()
