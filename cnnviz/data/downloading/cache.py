"""Where downloaded files are kept: one folder for each data set, in the user's cache."""

from __future__ import annotations

import hashlib
import shutil
import time
from pathlib import Path
from typing import TYPE_CHECKING

import platformdirs

from cnnviz.errors import DataError, FileError

if TYPE_CHECKING:
    from cnnviz.data.downloading.entry import DownloadEntry, RemoteFile

_FOLDER = "data-sets"
_UNFINISHED = "tmp*"  # what pooch calls a file until it is whole and checked
_DAY_SECONDS = 86_400.0


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
            return sum(path.stat().st_size for path in self.folder_of(entry).iterdir() if path.is_file())
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
                    path.unlink(missing_ok=True)
        except OSError as error:
            raise FileError(f"Cannot use {folder} for downloads: {error.strerror or error}.") from error
        return folder

    def remove(self, entry: DownloadEntry) -> None:
        """Delete the folder of a data set with all that is in it.

        Raises
        ------
        FileError
            It cannot be deleted.
        """
        folder = self.folder_of(entry)
        try:
            if folder.is_dir():
                shutil.rmtree(folder)
        except OSError as error:
            raise FileError(f"Cannot remove {folder}: {error.strerror or error}.") from error


def is_published(path: Path, file: RemoteFile) -> bool:
    """Return whether the file at `path` has the published hash.

    Raises
    ------
    DataError
        It cannot be read.
    """
    algorithm, _, expected = file.known_hash.partition(":")
    try:
        with path.open("rb") as stream:
            digest = hashlib.file_digest(stream, lambda: hashlib.new(algorithm, usedforsecurity=False))
    except OSError as error:
        raise DataError(f"Cannot read {path}: {error.strerror or error}.") from error
    return digest.hexdigest() == expected


def _is_there(path: Path) -> bool:
    try:
        return path.is_file()
    except OSError:  # a folder that may not be looked into
        return False
