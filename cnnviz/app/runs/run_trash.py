"""Runs that were deleted: each window has a trash of its own, which is emptied when the window is gone."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from cnnviz.app.files.folder_lock import FolderLock

if TYPE_CHECKING:
    from collections.abc import Iterator

TRASH = "trash"


class RunTrash:
    """The trash of this window, in a folder of runs that other windows may share."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._own: Path | None = None
        self._lock: FolderLock | None = None

    def take(self, run_id: str) -> None:
        """Move a run here; raises `OSError`."""
        if self._own is None:
            (self._root / TRASH).mkdir(exist_ok=True)
            self._own = Path(tempfile.mkdtemp(dir=self._root / TRASH))
            self._lock = FolderLock.taken(self._own)
        (self._root / run_id).rename(self._own / run_id)

    def give_back(self, run_id: str) -> None:
        """Move a run back to where it was; raises `OSError`."""
        if self._own is None:
            raise FileNotFoundError(f"{run_id} is not in the trash")
        (self._own / run_id).rename(self._root / run_id)

    def empty_others(self) -> None:
        """Remove for good what windows have left that are gone."""
        for folder in self._left():
            lock = FolderLock.taken(folder)
            if lock is not None:
                lock.release()  # before: some systems remove no file that is open
                shutil.rmtree(folder, ignore_errors=True)

    def _left(self) -> Iterator[Path]:
        try:
            yield from (folder for folder in (self._root / TRASH).iterdir() if folder != self._own)
        except OSError:
            return
