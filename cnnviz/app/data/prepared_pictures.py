"""What is kept prepared of imported pictures, removed beside the window: gigabytes of it take a while."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal, Slot

from cnnviz.app.threads.latest_wish import LatestWish
from cnnviz.data.importing.cache import PictureCache

if TYPE_CHECKING:
    from pathlib import Path


@dataclass(frozen=True, slots=True, eq=False)
class _Clearing:
    """The wish that everything that may go is removed; once begun, it is brought to its end."""

    cache: PictureCache
    cancelled: threading.Event = field(default_factory=threading.Event)

    def meet(self) -> int:
        """Return how many bytes are free again."""
        return self.cache.clear()


class PreparedPictures(QObject):
    """Knows how much room they take, and gives it back.

    Signals
    -------
    cleared()
        Everything that may go is gone.
    """

    cleared = Signal()

    def __init__(self, cache: PictureCache | None = None, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._cache = cache or PictureCache()
        self._is_clearing = False
        self._wishes = LatestWish("cnnviz-clear", self)
        self._wishes.found.connect(self._on_ended)
        self._wishes.failed.connect(self._on_ended)

    @property
    def folder(self) -> Path:
        """Where they are kept."""
        return self._cache.folder

    @property
    def is_clearing(self) -> bool:
        """Whether they are being removed."""
        return self._is_clearing

    def bytes_used(self) -> int:
        """Return how much room they take."""
        return self._cache.bytes_used()

    def clear(self) -> None:
        """Begin to remove them."""
        if not self._is_clearing:
            self._is_clearing = True
            self._wishes.request(_Clearing(self._cache))

    def close(self) -> bool:
        """End the thread, and return whether it has ended. What is left is removed another time."""
        return self._wishes.close()

    @Slot(object, object)
    def _on_ended(self, _wish: object, _outcome: object) -> None:
        self._is_clearing = False
        self.cleared.emit()
