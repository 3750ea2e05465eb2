"""Getting a data set: every file from one mirror after the other until it is whole and as published."""

from __future__ import annotations

import errno
import functools
import logging
import shutil
import zipfile
from dataclasses import dataclass
from typing import TYPE_CHECKING

from cnnviz.data.downloading.cache import is_published
from cnnviz.data.downloading.http import DownloadStopped, Fault, HttpDownload, MirrorError, host_of
from cnnviz.errors import DataError, FileError

if TYPE_CHECKING:
    import threading
    from collections.abc import Callable
    from pathlib import Path

    from cnnviz.data.downloading.cache import DownloadCache
    from cnnviz.data.downloading.entry import DownloadEntry, RemoteArchive, RemoteFile

_LIMIT_FACTOR, _LIMIT_SLACK = 2, 1 << 20
_SPARE_BYTES = 16 << 20
_SECOND_TRY_SECONDS = 1.0
_CHUNK_BYTES = 1 << 20


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a download is.

    Attributes
    ----------
    done, total
        Bytes.
    host
        The computer that the bytes come from; empty while files are checked.
    """

    done: int
    total: int
    host: str


class DownloadFailed(DataError):
    """No mirror delivers a data set.

    Attributes
    ----------
    reason, remedy
        The two sentences of the message: what is wrong, and how to add the files by hand.
    """

    def __init__(self, reason: str, remedy: str) -> None:
        super().__init__(f"{reason} {remedy}")
        self.reason, self.remedy = reason, remedy


class _Files:
    """The work on one data set: what is asked for, what is done, whom to tell."""

    def __init__(
        self,
        entry: DownloadEntry,
        cache: DownloadCache,
        workshop: Path,
        tell: Callable[[Progress], None],
        stop: threading.Event,
    ) -> None:
        self.entry = entry
        self.workshop = workshop
        self.stop = stop
        self._cache = cache
        self.total = entry.download_bytes
        self.done = 0
        self._tell = tell

    def told(self, host: str, received: int = 0) -> None:
        self._tell(Progress(self.done + received, max(self.total, self.done + received), host))

    def check(self) -> None:
        if self.stop.is_set():
            raise DownloadStopped("The download was stopped.")

    def take_in(self, name: str) -> None:
        """Give a file that is whole its place among those of the data set."""
        if not self._cache.take_in(self.workshop / name, self.entry, self.stop):
            raise DownloadStopped("The download was stopped.")


def fetch(
    entry: DownloadEntry,
    cache: DownloadCache,
    tell: Callable[[Progress], None],
    stop: threading.Event,
) -> None:
    """Bring all files of a data set to the cache; those that are there and as published stay.

    Each file is written in a folder of its own and takes its place when it is whole and its hash is right.
    `tell` is called often, in the calling thread.

    Raises
    ------
    DownloadStopped
        `stop` was set.
    DownloadFailed
        No mirror delivers a file.
    FileError
        The folder cannot be written, or there is no room.
    """
    try:
        with cache.workshop(entry) as workshop:
            _fetch_all(_Files(entry, cache, workshop, tell, stop), cache)
    except DownloadStopped:
        cache.remove_empty(entry)  # it may have been removed before this thread knew of it
        raise


def _fetch_all(work: _Files, cache: DownloadCache) -> None:
    entry = work.entry
    work.told("")
    wrong = {file.name for file in (*cache.missing(entry), *cache.wrong(entry))}
    wanted = [file for file in entry.files if file.name in wrong]
    work.done = sum(file.size for file in entry.files if file.name not in wrong)
    _check_room(cache.folder_of(entry), entry, sum(file.size for file in wanted))
    failures: list[MirrorError] = []
    for file in wanted:
        failed = _fetch_file(file, work)
        failures += failed
        if failed:
            break
        work.take_in(file.name)
        work.done += file.size
    if failures and not (entry.archive is not None and _fetch_from_archive(entry.archive, work, failures)):
        raise _failed(entry, cache, failures)


def _fetch_file(file: RemoteFile, work: _Files) -> list[MirrorError]:
    """Try the mirrors in turn, those that broke off once more; return why all failed, or nothing."""
    failures: list[MirrorError] = []
    again: list[str] = []
    for url in file.mirrors:
        error = _try_mirror(file, url, work)
        if error is None:
            return []
        failures.append(error)
        if error.fault is Fault.BROKEN_OFF:
            again.append(url)
    if again and work.stop.wait(_SECOND_TRY_SECONDS):
        raise DownloadStopped("The download was stopped.")
    return [] if any(_try_mirror(file, url, work) is None for url in again) else failures


def _try_mirror(file: RemoteFile, url: str, work: _Files) -> MirrorError | None:
    """Download from one mirror; return what is wrong with it."""
    import pooch

    host = host_of(url)
    work.check()
    limit = _LIMIT_FACTOR * file.size + _LIMIT_SLACK
    download = HttpDownload(limit, functools.partial(work.told, host), work.stop)
    pooch.get_logger().setLevel(logging.WARNING)  # it would announce each file on standard error
    try:
        pooch.retrieve(url, file.known_hash, file.name, work.workshop, downloader=download)
    except MirrorError as error:
        return error
    except ValueError:  # how pooch says that the hash is another
        return MirrorError(f"what {host} sends is not the published file", Fault.REFUSED, host)
    except OSError as error:
        raise FileError(f"Cannot write in {work.workshop}: {error.strerror or error}.") from error
    return None


def _check_room(folder: Path, entry: DownloadEntry, needed: int) -> None:
    try:
        free = shutil.disk_usage(folder).free
    except OSError:  # not to be told here; writing will say what is wrong
        return
    if needed and free < needed + _SPARE_BYTES:
        raise FileError(
            f"{entry.title} needs {megabytes(needed)} in {folder}, where {megabytes(free)} are free."
        )


def _fetch_from_archive(archive: RemoteArchive, work: _Files, failures: list[MirrorError]) -> bool:
    """Take the files out of the archive that holds them all; add to `failures` why that fails."""
    _check_room(work.workshop.parent, work.entry, archive.file.size)
    work.done, work.total = 0, archive.file.size
    failed = _fetch_file(archive.file, work)
    failures += failed
    return not failed and _take_members(work.workshop / archive.file.name, archive, work, failures)


def _take_members(path: Path, archive: RemoteArchive, work: _Files, failures: list[MirrorError]) -> bool:
    """Copy each file of the data set out of a zip archive, under its own name once its hash is right."""
    try:
        with zipfile.ZipFile(path) as zipped:
            for file in work.entry.files:
                _take_member(zipped, archive.folder + file.name, file, work)
    except DownloadStopped:
        raise
    except DataError as error:
        failures.append(MirrorError(str(error), Fault.REFUSED, archive.file.name))
        return False
    except Exception as error:
        # zipfile and zlib raise about a dozen types for damaged bytes; all mean this. One is an OSError: that
        # a member begins before the file.
        if isinstance(error, OSError) and error.errno != errno.EINVAL:
            raise FileError(f"Cannot write in {work.workshop}: {error.strerror or error}.") from error
        failures.append(
            MirrorError(f"{archive.file.name} is damaged: {error}", Fault.REFUSED, archive.file.name)
        )
        return False
    return True


def _take_member(zipped: zipfile.ZipFile, member: str, file: RemoteFile, work: _Files) -> None:
    unpacked = work.workshop / file.name
    left = _LIMIT_FACTOR * file.size + _LIMIT_SLACK
    with zipped.open(member) as source, unpacked.open("wb") as copy:
        while left > 0 and (chunk := source.read(min(_CHUNK_BYTES, left))):
            work.check()
            copy.write(chunk)
            left -= len(chunk)
    if not is_published(unpacked, file):
        raise DataError(f"{member} in the archive is not the published file")
    work.take_in(file.name)


def _failed(entry: DownloadEntry, cache: DownloadCache, failures: list[MirrorError]) -> DownloadFailed:
    unreachable = dict.fromkeys(error.host for error in failures if error.fault is Fault.UNREACHABLE)
    reasons = [f"{_listed([*unreachable])} cannot be reached"] if unreachable else []
    reasons += dict.fromkeys(str(error) for error in failures if error.fault is not Fault.UNREACHABLE)
    reasons += [f"{file.name} is there, but is not the published file" for file in cache.wrong(entry)]
    names = _listed([file.name for file in entry.files])
    published = entry.files[0].mirrors[0].removesuffix(entry.files[0].name)
    return DownloadFailed(
        f"{entry.title} cannot be downloaded: {'; '.join(reasons)}.",
        f"To add it by hand, put {names}, as published at {published}, into {cache.folder_of(entry)}.",
    )


def _listed(words: list[str]) -> str:
    return " and ".join([", ".join(words[:-1]), words[-1]] if len(words) > 1 else words)


def megabytes(count: int) -> str:
    """Return a number of bytes in words, such as `11.6 MB`; a megabyte is a million bytes."""
    if count < 100_000:
        return f"{count / 1_000:.1f} kB" if count >= 1_000 else f"{count} bytes"
    return f"{count / 1_000_000:,.1f} MB" if count < 1_000_000_000 else f"{count / 1_000_000_000:,.2f} GB"
