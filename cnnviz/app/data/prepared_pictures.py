"""What is kept prepared of imported pictures, measured and removed beside the window: it may be gigabytes."""

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
class _Measuring:
    """The wish to know how much room they take: the disk may sleep, or be far away."""

    cache: PictureCache
    cancelled: threading.Event = field(default_factory=threading.Event)

    def meet(self) -> int:
        """Return their bytes."""
        return self.cache.bytes_used()


@dataclass(frozen=True, slots=True, eq=False)
class _Clearing:
    """The wish that everything that may go is removed; once begun, it is brought to its end."""

    cache: PictureCache
    cancelled: threading.Event = field(default_factory=threading.Event)

    def meet(self) -> int:
        """Return the bytes of those that had to stay."""
        self.cache.clear()
        return self.cache.bytes_used()


class PreparedPictures(QObject):
    """Knows how much room they take, and gives it back.

    Signals
    -------
    measured()
        It is known how much room they take now.
    cleared(str)
        Everything that may go is gone; or why the removal broke off.
    """

    measured = Signal()
    cleared = Signal(str)

    def __init__(self, cache: PictureCache | None = None, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._cache = cache or PictureCache()
        self._is_clearing = False
        self._used = 0
        self._looks, self._wishes = LatestWish("cnnviz-room", self), LatestWish("cnnviz-clear", self)
        self._looks.found.connect(self._on_measured)
        self._wishes.found.connect(self._on_cleared)
        self._wishes.failed.connect(self._on_failed)

    @property
    def folder(self) -> Path:
        """Where they are kept."""
        return self._cache.folder

    @property
    def is_clearing(self) -> bool:
        """Whether they are being removed."""
        return self._is_clearing

    @property
    def bytes_used(self) -> int:
        """How much room they took when they were last measured."""
        return self._used

    def measure(self) -> None:
        """Begin to find out how much room they take; while they are removed, that follows anyway."""
        if not self._is_clearing:
            self._looks.request(_Measuring(self._cache))

    def clear(self) -> None:
        """Begin to remove them."""
        if not self._is_clearing:
            self._is_clearing = True
            self._looks.cancel()
            self._wishes.request(_Clearing(self._cache))

    def close(self) -> bool:
        """End the threads, and return whether they have ended. What is left is removed another time."""
        return all((self._looks.close(seconds=0.5), self._wishes.close()))  # a measure is nobody's any more

    @Slot(object, object)
    def _on_measured(self, _wish: object, used: int) -> None:
        self._used = used
        self.measured.emit()

    @Slot(object, object)
    def _on_cleared(self, _wish: object, left: int) -> None:
        self._is_clearing, self._used = False, left
        self.cleared.emit("")

    @Slot(object, str)
    def _on_failed(self, _wish: object, why: str) -> None:
        self._is_clearing = False
        self.cleared.emit(why)
