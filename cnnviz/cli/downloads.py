"""Data sets that are downloaded when a command needs them, with progress on standard error."""

from __future__ import annotations

import contextlib
import threading
from typing import TYPE_CHECKING

from cnnviz.cli.output import console, say
from cnnviz.cli.picture_folders import open_pictures
from cnnviz.data.catalog import open_dataset, picture_folder
from cnnviz.data.downloading import entries
from cnnviz.data.downloading.cache import DownloadCache
from cnnviz.data.downloading.fetching import Progress, fetch, megabytes

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from cnnviz.data.dataset import Dataset
    from cnnviz.data.downloading.entry import DownloadEntry


def open_or_download(name_or_path: str) -> Dataset:
    """Open a data set by its name or path; one that can be downloaded, and is not there, is brought first.

    Raises
    ------
    DataError
        It does not exist, cannot be read, or cannot be downloaded; then it says how to add it by hand.
    FileError
        There is no room for it, or its folder cannot be written.
    """
    entry = entries.find_download(name_or_path)
    cache = DownloadCache()
    if entry is not None and not cache.is_complete(entry):
        download(entry, cache)
    pictures = picture_folder(name_or_path)
    return open_dataset(name_or_path) if pictures is None else open_pictures(*pictures)


def download(entry: DownloadEntry, cache: DownloadCache) -> Path:
    """Bring all files of a data set to the cache, and return their folder. See `fetch` for errors."""
    folder = cache.folder_of(entry)
    say(f"Downloading {entry.title} ({megabytes(entry.download_bytes)}) to {folder}")
    with _teller() as tell:
        fetch(entry, cache, tell, threading.Event())
    return folder


@contextlib.contextmanager
def _teller() -> Iterator[Callable[[Progress], None]]:
    """Yield what shows progress here: a bar on a terminal, otherwise a line for each computer asked."""
    terminal = console(to_stderr=True)
    if not terminal.is_terminal:
        yield _Lines().tell
        return
    from rich import progress as rich_progress

    columns = (
        rich_progress.TextColumn("{task.description}"),
        rich_progress.BarColumn(),
        rich_progress.DownloadColumn(),
        rich_progress.TransferSpeedColumn(),
        rich_progress.TimeRemainingColumn(),
    )
    with rich_progress.Progress(*columns, console=terminal, transient=True) as bar:
        task = bar.add_task("", total=None)

        def tell(progress: Progress) -> None:
            bar.update(task, total=progress.total, completed=progress.done, description=progress.host)

        yield tell


class _Lines:
    """Names a computer when the first bytes come from it."""

    def __init__(self) -> None:
        self._host = ""

    def tell(self, progress: Progress) -> None:
        if progress.host and progress.host != self._host:
            self._host = progress.host
            say(f"  from {progress.host}")
