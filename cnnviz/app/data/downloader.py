"""Downloading data sets, and removing them, beside everything else."""

from __future__ import annotations

import dataclasses
import functools
import logging
import threading
import time
from collections import deque
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from cnnviz.data.downloading import entries
from cnnviz.data.downloading.cache import DownloadCache
from cnnviz.data.downloading.fetching import DownloadFailed, Progress, fetch
from cnnviz.data.downloading.http import DownloadStopped
from cnnviz.data.downloading.samples import samples
from cnnviz.errors import CnnvizError

if TYPE_CHECKING:
    from collections.abc import Callable

    import numpy as np
    from numpy.typing import NDArray

    from cnnviz.data.downloading.entry import DownloadEntry

_log = logging.getLogger(__name__)
_CLOSE_SECONDS = 0.5  # a mirror that is silent is not waited for: a thread may be in the middle of a read
_TICK_MS = 100
_RATE_SECONDS = 3.0
"""The speed is that of the last few seconds."""


@dataclasses.dataclass(frozen=True, slots=True)
class Transfer:
    """How far a download is, in the numbers that people read.

    `host` is empty while files are checked. `seconds_left` is None as long as nothing can be said.
    """

    done: int
    total: int
    host: str
    bytes_per_second: float = 0.0
    seconds_left: float | None = None


@dataclasses.dataclass(frozen=True, slots=True)
class _Failure:
    reason: str
    remedy: str = ""


class _Job:
    """A download under way; `tell` is called on its thread, `transfer` on the window's."""

    def __init__(self, entry: DownloadEntry) -> None:
        self.entry = entry
        self.stop = threading.Event()
        self.newest = Progress(0, entry.download_bytes, "")
        self._trail: deque[tuple[float, int]] = deque()

    def tell(self, progress: Progress) -> None:
        self.newest = progress

    def transfer(self, now: float) -> Transfer:
        """Return how far it is; called from time to time, it knows the speed."""
        progress = self.newest
        if self._trail and progress.done < self._trail[-1][1]:  # another mirror begins anew
            self._trail.clear()
        self._trail.append((now, progress.done))
        while now - self._trail[0][0] > _RATE_SECONDS:
            self._trail.popleft()
        since, before = self._trail[0]
        rate = (progress.done - before) / (now - since) if now > since else 0.0
        left = (progress.total - progress.done) / rate if rate > 0 and progress.host else None
        return Transfer(progress.done, progress.total, progress.host, rate, left)


class Downloader(QObject):
    """Downloads data sets, each on a thread of its own. A download goes on whatever window is closed.

    Signals
    -------
    progressed()
        Downloads under way have come further.
    finished(str, ndarray)
        This data set is on this computer now, and can be opened; with a few of its pictures.
    failed(str, str, str)
        This data set could not be downloaded; why, and how to add its files by hand where that helps.
    removed(str, str)
        The files of this data set are deleted; or why they cannot be.
    changed()
        A download or a removal has begun or ended: what is on this computer may be another.
    """

    progressed = Signal()
    finished = Signal(str, object)
    failed = Signal(str, str, str)
    removed = Signal(str, str)
    changed = Signal()
    _answered = Signal(object, object)
    _deleted = Signal(object, str)

    def __init__(self, parent: QObject | None = None, *, cache: DownloadCache | None = None) -> None:
        super().__init__(parent)
        self.cache = cache or DownloadCache()
        self._jobs: dict[str, _Job] = {}
        self._removing: set[str] = set()
        self._is_closed = False
        self._threads: list[threading.Thread] = []
        self._ticks = QTimer(self, interval=_TICK_MS)
        self._ticks.timeout.connect(self.progressed)
        self._answered.connect(self._on_answered)
        self._deleted.connect(self._on_deleted)

    @property
    def entries(self) -> tuple[DownloadEntry, ...]:
        """The data sets that can be downloaded."""
        return entries.DOWNLOADS

    def is_running(self, name: str) -> bool:
        """Return whether this data set is being downloaded."""
        return name in self._jobs

    def is_removing(self, name: str) -> bool:
        """Return whether the files of this data set are being deleted."""
        return name in self._removing

    def transfer(self, name: str) -> Transfer | None:
        """Return how far the download of a data set is; None where there is none."""
        job = self._jobs.get(name)
        return job.transfer(time.monotonic()) if job is not None else None

    def start(self, entry: DownloadEntry) -> None:
        """Begin to download a data set; files that are there stay. Nothing happens while it is removed."""
        if self.is_running(entry.name) or self.is_removing(entry.name):
            return
        job = self._jobs[entry.name] = _Job(entry)
        self._ticks.start()
        self._begin(functools.partial(self._work, job), "cnnviz-download")
        self.changed.emit()

    @Slot(str)
    def cancel(self, name: str) -> None:
        """Give a download up at once. Its thread ends when the other side lets it, and leaves nothing."""
        job = self._jobs.pop(name, None)
        if job is not None:
            job.stop.set()
            self._rest()
            self.changed.emit()

    def remove(self, entry: DownloadEntry) -> None:
        """Begin to delete the files of a data set; a download of it is given up."""
        if self.is_removing(entry.name):
            return
        self._removing.add(entry.name)
        self.cancel(entry.name)
        self._begin(functools.partial(self._delete, entry), "cnnviz-remove")
        self.changed.emit()

    def clear_away(self) -> None:
        """Begin to delete what is left of a removal that broke off when its program ended."""
        self._begin(self.cache.clear_removed, "cnnviz-remove")

    def close(self) -> None:
        """Give up all downloads and wait for all threads, but not for long.

        What they leave under other names while the program ends is cleared away later: unfinished files by a
        download, removed ones by `clear_away`.
        """
        self._is_closed = True
        for job in self._jobs.values():
            job.stop.set()
        self._jobs.clear()
        self._rest()
        until = time.monotonic() + _CLOSE_SECONDS
        for thread in self._threads:
            thread.join(max(0.0, until - time.monotonic()))

    def _begin(self, work: Callable[[], None], name: str) -> None:
        self._threads = [thread for thread in self._threads if thread.is_alive()]
        thread = threading.Thread(target=work, name=name, daemon=True)
        self._threads.append(thread)
        thread.start()

    def _delete(self, entry: DownloadEntry) -> None:
        why = ""
        try:
            self.cache.remove(entry)
        except CnnvizError as error:
            why = str(error)
        except Exception as error:
            _log.exception("Data set %s could not be removed", entry.name)
            why = f"{entry.title} cannot be removed: {str(error) or type(error).__name__}."
        if not self._is_closed:
            self._deleted.emit(entry, why)

    def _work(self, job: _Job) -> None:
        answer: NDArray[np.uint8] | _Failure
        try:
            fetch(job.entry, self.cache, job.tell, job.stop)
            job.tell(Progress(job.entry.download_bytes, job.entry.download_bytes, ""))
            answer = samples(job.entry, self.cache)
        except DownloadStopped:
            return
        except DownloadFailed as error:
            answer = _Failure(error.reason, error.remedy)
        except CnnvizError as error:
            answer = _Failure(str(error))
        except Exception as error:
            _log.exception("Data set %s could not be downloaded", job.entry.name)
            why = str(error) or type(error).__name__
            answer = _Failure(f"{job.entry.title} cannot be downloaded: {why}.")
        if not job.stop.is_set():
            self._answered.emit(job, answer)

    @Slot(object, object)
    def _on_answered(self, job: _Job, answer: NDArray[np.uint8] | _Failure) -> None:
        name = job.entry.name
        if self._jobs.get(name) is not job:  # given up meanwhile
            return
        del self._jobs[name]
        self._rest()
        if isinstance(answer, _Failure):
            self.failed.emit(name, answer.reason, answer.remedy)
        else:
            self.finished.emit(name, answer)
        self.changed.emit()

    @Slot(object, str)
    def _on_deleted(self, entry: DownloadEntry, why: str) -> None:
        self._removing.discard(entry.name)
        self.removed.emit(entry.name, why)
        self.changed.emit()

    def _rest(self) -> None:
        if not self._jobs:
            self._ticks.stop()
