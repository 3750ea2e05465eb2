"""Which data sets are on this computer and how much room they take, looked up beside the window."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal, Slot

from cnnviz.app.threads.latest_wish import LatestWish

if TYPE_CHECKING:
    from collections.abc import Mapping

    from cnnviz.app.data.downloader import Downloader
    from cnnviz.data.downloading.cache import DownloadCache
    from cnnviz.data.downloading.entry import DownloadEntry


@dataclass(frozen=True, slots=True)
class Kept:
    """The room in bytes that the files of a data set take, and whether all of them are there."""

    used: int
    is_complete: bool


@dataclass(frozen=True, slots=True, eq=False)
class _Look:
    """The wish to know what is there: the disk may sleep, or be far away."""

    entries: tuple[DownloadEntry, ...]
    cache: DownloadCache
    cancelled: threading.Event = field(default_factory=threading.Event)

    def meet(self) -> Mapping[str, Kept] | None:
        """Return what is there of each data set by its name; None once it is not wanted any more."""
        found: dict[str, Kept] = {}
        for entry in self.entries:
            if self.cancelled.is_set():
                return None
            found[entry.name] = Kept(self.cache.bytes_used(entry), self.cache.is_complete(entry))
        return found


class DownloadRoom(QObject):
    """Knows what is there of the data sets that can be downloaded, as of the last look.

    Signals
    -------
    looked()
        It is known what is there now.
    """

    looked = Signal()

    def __init__(self, downloader: Downloader, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._downloader = downloader
        self._kept: dict[str, Kept] = {}
        self._wishes = LatestWish("cnnviz-downloads", self)
        self._wishes.found.connect(self._on_found)

    @property
    def used(self) -> int | None:
        """The room of all of them together; None as long as that of one is not known."""
        all_kept = [self._kept.get(entry.name) for entry in self._downloader.entries]
        known = [kept.used for kept in all_kept if kept is not None]
        return sum(known) if len(known) == len(all_kept) else None

    def kept(self, name: str) -> Kept | None:
        """Return what is there of a data set; None before the first look."""
        return self._kept.get(name)

    def look(self) -> None:
        """Begin to look what is there."""
        self._wishes.request(_Look(self._downloader.entries, self._downloader.cache))

    def note_complete(self, entry: DownloadEntry) -> None:
        """Take it that all files of a data set have just been there; the next look measures them."""
        kept = self._kept.get(entry.name)
        if kept is None or not kept.is_complete:
            self._kept[entry.name] = Kept(max(kept.used if kept else 0, entry.download_bytes), True)

    def note_gone(self, entry: DownloadEntry) -> None:
        """Take it that the files of a data set have just been removed."""
        self._kept[entry.name] = Kept(0, False)

    def close(self) -> bool:
        """End the thread, and return whether it has ended: what it looks for is nobody's any more."""
        return self._wishes.close(seconds=0.5)

    @Slot(object, object)
    def _on_found(self, _wish: object, found: Mapping[str, Kept]) -> None:
        self._kept = dict(found)
        self.looked.emit()
