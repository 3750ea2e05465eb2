"""What lies in a folder: its pictures and tables, however deep, with what tells whether they have changed."""

from __future__ import annotations

import hashlib
import operator
import os
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from cnnviz.data.pictures import SUFFIXES
from cnnviz.data.table_names import TABLE_SUFFIXES
from cnnviz.errors import DataError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from numpy.typing import NDArray

MAX_PICTURES = 1_000_000
MAX_DEPTH = 8
"""Folders in folders that are looked into."""

_MAX_ENTRIES = 4 * MAX_PICTURES
_LEFT_OUT = "__MACOSX"  # what archives made on a Mac hold beside each file


@dataclass(frozen=True, slots=True, eq=False)
class Listing:
    """The files in a folder that matter.

    Attributes
    ----------
    root
        The folder.
    pictures
        Names of the pictures, relative to the folder, with slashes, sorted.
    stamps
        int64 (N, 2): the size of each picture in bytes, and when it was changed, in nanoseconds.
    tables
        Names of the tables, in the same way.
    closed
        Names of folders that may not be read.
    """

    root: Path
    pictures: tuple[str, ...]
    stamps: NDArray[np.int64]
    tables: tuple[str, ...]
    closed: tuple[str, ...] = ()

    def path(self, index: int) -> Path:
        """Return the file of picture `index`."""
        return self.root / self.pictures[index]

    def digest(self, indices: NDArray[np.int64]) -> str:
        """Return a short hash of the names, sizes and times of these pictures."""
        names = "\0".join(self.pictures[index] for index in indices.tolist())
        digest = hashlib.sha256(names.encode("utf-8", "surrogatepass"))
        digest.update(self.stamps[indices].astype("<i8").tobytes())
        return digest.hexdigest()[:32]


def list_folder(root: Path, is_stopping: Callable[[], bool] = lambda: False) -> Listing:
    """Find the pictures and tables in a folder. What is found is complete unless `is_stopping` says so.

    Hidden files and folders are left out; links are followed, but no folder is entered twice.

    Raises
    ------
    DataError
        The folder cannot be read, or holds far too much.
    """
    # Lists of texts and numbers, not of tuples: hundreds of thousands of these would have Python look for
    # garbage among all objects of the program, which holds up every thread.
    pictures: list[str] = []
    stamps: list[int] = []
    tables: list[str] = []
    closed: list[str] = []
    count = 0
    try:
        for prefix, entries in _folders(root, closed):
            for entry in entries:
                suffix = entry.name[entry.name.rfind(".") :].lower()
                if suffix in SUFFIXES:
                    facts = entry.stat()
                    pictures.append(prefix + entry.name)
                    stamps += (facts.st_size, facts.st_mtime_ns)
                elif suffix in TABLE_SUFFIXES:
                    tables.append(prefix + entry.name)
            count += len(entries)
            if len(pictures) > MAX_PICTURES or count > _MAX_ENTRIES:
                raise DataError(f"{root} holds too many files; at most {MAX_PICTURES:,} pictures are read.")
            if is_stopping():
                break
    except OSError as error:
        raise DataError(f"Cannot read the folder {root}: {error.strerror or error}.") from error
    order = sorted(range(len(pictures)), key=pictures.__getitem__)
    names = tuple(pictures[place] for place in order)
    sorted_stamps = np.array(stamps, np.int64).reshape(-1, 2)[order]
    return Listing(root, names, sorted_stamps, tuple(sorted(tables)), tuple(closed))


_name = operator.attrgetter("name")


def _folders(root: Path, closed: list[str]) -> Iterator[tuple[str, list[os.DirEntry[str]]]]:
    """Yield the plain files of each folder, and what stands before their names; note what is closed."""
    seen: set[tuple[int, int]] = set()
    waiting = [(str(root), "", 0)]
    while waiting:
        folder, prefix, depth = waiting.pop()
        if depth and not os.access(folder, os.R_OK | os.X_OK):
            closed.append(prefix)
            continue
        if depth and not _is_new(folder, seen):
            continue
        files, folders = [], []
        with os.scandir(folder) as entries:
            for entry in entries:
                if entry.name[0] == "." or entry.name == _LEFT_OUT:
                    continue
                if entry.is_file():
                    files.append(entry)
                elif depth < MAX_DEPTH and entry.is_dir():
                    folders.append(entry)
        # In order already, so that sorting all of them at once, which holds up every thread, takes no time.
        files.sort(key=_name)
        folders.sort(key=_name, reverse=True)
        waiting += [(entry.path, f"{prefix}{entry.name}/", depth + 1) for entry in folders]
        yield prefix, files


def _is_new(folder: str, seen: set[tuple[int, int]]) -> bool:
    """Return whether a folder was not read before: links may lead round in circles."""
    facts = os.stat(folder)
    key = (facts.st_dev, facts.st_ino)
    is_new = key not in seen
    seen.add(key)
    return is_new
