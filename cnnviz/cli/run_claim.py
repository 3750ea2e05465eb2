"""A run file that is trained by this command and by nobody else meanwhile.

Two that train one run would mix their checkpoints, and the first to end would take away those of the other.
"""

from __future__ import annotations

import contextlib
import os
from typing import TYPE_CHECKING

from cnnviz.app.files.folder_lock import LOCK_FILE, FolderLock
from cnnviz.errors import FileError
from cnnviz.training.checkpoints import checkpoints_of

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@contextlib.contextmanager
def claimed(*run_files: Path | None) -> Iterator[None]:
    """Hold these run files for as long as they are trained.

    The lock lies among the checkpoints, and in the folder of a run that the window keeps, where the window
    looks for it. A folder that cannot be written is nobody's.

    Raises
    ------
    FileError
        Another program trains one of them.
    """
    with contextlib.ExitStack() as held:
        for path in dict.fromkeys(one for one in run_files if one is not None):
            if (path.parent / LOCK_FILE).exists():
                _hold(path.parent, path, held)
            checkpoints = checkpoints_of(path).path
            with contextlib.suppress(OSError):  # it is said where a checkpoint is written
                checkpoints.mkdir()
            held.callback(_remove_empty, checkpoints)
            _hold(checkpoints, path, held, is_ours=True)
        yield


def _hold(folder: Path, path: Path, held: contextlib.ExitStack, *, is_ours: bool = False) -> None:
    if not (folder.is_dir() and os.access(folder, os.W_OK)):
        return
    lock = FolderLock.taken(folder)
    if lock is None:
        raise FileError(f"{path} is being trained by another program. Wait for its end, or stop it there.")
    held.callback(_let_go, lock, is_ours=is_ours)


def _let_go(lock: FolderLock, *, is_ours: bool) -> None:
    """Take the lock's file away while it is held, or as soon as the system lets go of it."""
    if is_ours and os.name != "nt":
        with contextlib.suppress(OSError):
            (lock.folder / LOCK_FILE).unlink()
    lock.release()
    if is_ours and os.name == "nt":
        with contextlib.suppress(OSError):
            (lock.folder / LOCK_FILE).unlink()


def _remove_empty(folder: Path) -> None:
    with contextlib.suppress(OSError):
        folder.rmdir()
