"""Where downloaded files are kept: one folder for each data set, in the user's cache."""

from __future__ import annotations

import contextlib
import gzip
import hashlib
import shutil
import tempfile
import threading
import time
import zlib
from pathlib import Path
from typing import IO, TYPE_CHECKING

import platformdirs

from cnnviz.errors import DataError, FileError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from cnnviz.data.downloading.entry import DownloadEntry, RemoteFile

_FOLDER = "data-sets"
_UNFINISHED, _REMOVED = "tmp*", ".removed-"
_DAY_SECONDS = 86_400.0
_CHUNK_BYTES = 1 << 20
_GZIP_MAGIC = b"\x1f\x8b"
_MAX_BYTES = 1 << 30
"""More than any published file holds, decompressed: no more is ever read of one."""


def default_cache_folder() -> Path:
    """Return the folder of downloaded data sets of this user; it may not be there yet."""
    return Path(platformdirs.user_cache_dir("cnnviz", appauthor=False)) / _FOLDER


class DownloadCache:
    """Knows which data sets are on this computer. Files put there by hand count like downloaded ones.

    Attributes
    ----------
    folder
        Where the folders of the data sets are; that of the user unless another is given.
    """

    def __init__(self, folder: Path | None = None) -> None:
        self.folder = folder or default_cache_folder()
        self._changing = threading.Lock()
        self._asides: set[Path] = set()

    def folder_of(self, entry: DownloadEntry) -> Path:
        """Return where the files of a data set belong; it may not be there yet."""
        return self.folder / entry.name

    def path_of(self, entry: DownloadEntry, file: RemoteFile) -> Path:
        """Return where a file belongs."""
        return self.folder_of(entry) / file.name

    def is_complete(self, entry: DownloadEntry) -> bool:
        """Return whether all files of a data set are there; their content is checked when it is opened."""
        return not self.missing(entry)

    def missing(self, entry: DownloadEntry) -> tuple[RemoteFile, ...]:
        """Return the files of a data set that are not there."""
        return tuple(file for file in entry.files if not _is_there(self.path_of(entry, file)))

    def wrong(self, entry: DownloadEntry) -> tuple[RemoteFile, ...]:
        """Return the files that are there, but are not the published ones. Every byte is read.

        Raises
        ------
        DataError
            A file cannot be read.
        """
        there = [file for file in entry.files if _is_there(self.path_of(entry, file))]
        return tuple(file for file in there if not is_published(self.path_of(entry, file), file))

    def bytes_used(self, entry: DownloadEntry) -> int:
        """Return how much room the folder of a data set takes, unfinished downloads counted."""
        try:
            return sum(path.stat().st_size for path in self.folder_of(entry).rglob("*") if path.is_file())
        except OSError:  # there is no such folder, or a file has just gone
            return 0

    def prepare(self, entry: DownloadEntry) -> Path:
        """Make the folder of a data set, clear away what broke off long ago, and return the folder.

        Raises
        ------
        FileError
            The folder cannot be made.
        """
        folder = self.folder_of(entry)
        try:
            folder.mkdir(parents=True, exist_ok=True)
            for path in folder.glob(_UNFINISHED):
                if time.time() - path.stat().st_mtime > _DAY_SECONDS:
                    _delete(path)
        except OSError as error:
            raise FileError(f"Cannot use {folder} for downloads: {error.strerror or error}.") from error
        return folder

    @contextlib.contextmanager
    def workshop(self, entry: DownloadEntry) -> Iterator[Path]:
        """Give a folder for files that are not whole yet; it and what is left in it are gone afterwards.

        Raises
        ------
        FileError
            The folder cannot be made.
        """
        with self._changing:  # or the folder might be removed in between
            folder = self.prepare(entry)
            try:
                workshop = Path(tempfile.mkdtemp(prefix="tmp-", dir=folder))
            except OSError as error:
                raise FileError(f"Cannot use {folder} for downloads: {error.strerror or error}.") from error
        try:
            yield workshop
        finally:
            shutil.rmtree(workshop, ignore_errors=True)

    def take_in(self, path: Path, entry: DownloadEntry, stop: threading.Event) -> bool:
        """Give a whole file its place, and return whether it has it: not once `stop` is set.

        A data set that is removed at this very moment stays removed, or goes with this file.

        Raises
        ------
        FileError
            It cannot be moved there.
        """
        target = self.folder_of(entry) / path.name
        with self._changing:
            if stop.is_set():
                return False
            try:
                path.replace(target)
            except OSError as error:
                raise FileError(f"Cannot write {target}: {error.strerror or error}.") from error
        return True

    def remove_empty(self, entry: DownloadEntry) -> None:
        """Delete the folder of a data set where there is nothing in it."""
        with contextlib.suppress(OSError):
            self.folder_of(entry).rmdir()

    def remove(self, entry: DownloadEntry) -> None:
        """Delete the folder of a data set with all that is in it, also while files come into it.

        It is given another name first: a download that is under way finds its place gone, but neither puts
        a file among those that are being deleted, nor takes one away from under them.

        Raises
        ------
        FileError
            It cannot be deleted.
        """
        folder = self.folder_of(entry)
        try:
            aside = self._set_aside(folder)
            if aside is not None:
                self._delete_aside(aside)
        except OSError as error:
            raise FileError(f"Cannot remove {folder}: {error.strerror or error}.") from error
        finally:
            self.clear_removed()

    def clear_removed(self) -> None:
        """Delete what is left of removals whose program was ended meanwhile; those of this one go on."""
        with contextlib.suppress(OSError):
            with self._changing:
                left = set(self.folder.glob(f"{_REMOVED}*")) - self._asides
            for path in left:
                shutil.rmtree(path, ignore_errors=True)

    def _set_aside(self, folder: Path) -> Path | None:
        """Give a folder another name, and return the place that it has now; None where there is none."""
        with self._changing:
            if not folder.is_dir():
                return None
            aside = Path(tempfile.mkdtemp(prefix=_REMOVED, dir=self.folder))
            try:
                folder.rename(aside / folder.name)
            except OSError:
                aside.rmdir()
                raise
            self._asides.add(aside)
        return aside

    def _delete_aside(self, aside: Path) -> None:
        try:
            with contextlib.suppress(FileNotFoundError):  # another program clears it away, too
                shutil.rmtree(aside)
        finally:
            with self._changing:
                self._asides.discard(aside)


def is_published(path: Path, file: RemoteFile) -> bool:
    """Return whether the file at `path` is the published one, or packs the published content anew.

    Whoever adds a file by hand may have it from where it was packed anew.

    Raises
    ------
    DataError
        It cannot be read.
    """
    try:
        with path.open("rb") as stream:
            if _has_hash(_chunks(stream), file.known_hash):
                return True
            stream.seek(0)
            return bool(file.content_hash) and _has_hash(_content_chunks(stream), file.content_hash)
    except (gzip.BadGzipFile, EOFError, zlib.error):  # damaged or cut off
        return False
    except OSError as error:
        raise DataError(f"Cannot read {path}: {error.strerror or error}.") from error


def _content_chunks(stream: IO[bytes]) -> Iterator[bytes]:
    """Yield what is compressed in a file with gzip, or the file itself where nothing is."""
    is_compressed = stream.read(len(_GZIP_MAGIC)) == _GZIP_MAGIC
    stream.seek(0)
    if not is_compressed:
        yield from _chunks(stream)
        return
    with gzip.GzipFile(fileobj=stream) as content:
        yield from _chunks(content)


def _chunks(stream: IO[bytes] | gzip.GzipFile) -> Iterator[bytes]:
    """Yield the bytes of a stream, as many as are accepted at most."""
    left = _MAX_BYTES
    while left > 0 and (chunk := stream.read(_CHUNK_BYTES)):
        left -= len(chunk)
        yield chunk


def _has_hash(chunks: Iterable[bytes], known_hash: str) -> bool:
    algorithm, _, expected = known_hash.partition(":")
    digest = hashlib.new(algorithm, usedforsecurity=False)
    for chunk in chunks:
        digest.update(chunk)
    return digest.hexdigest() == expected


def _delete(path: Path) -> None:
    if path.is_dir():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)


def _is_there(path: Path) -> bool:
    try:
        return path.is_file()
    except OSError:  # a folder that may not be looked into
        return False
