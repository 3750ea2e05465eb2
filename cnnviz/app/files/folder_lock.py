"""A folder that is locked by a program for as long as the program lives.

The lock is the system's own, which ends with the process that holds it, however that ends. A lock that goes
by process numbers (such as Qt's) takes a new process with an old number for the old one, and steals from a
process whose numbers are not seen from here, as in containers.
"""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

if sys.platform == "win32":
    import msvcrt
else:
    import fcntl

LOCK_FILE = "alive.lock"


class FolderLock:
    """The lock of a folder, held until it is released or the process ends."""

    def __init__(self, folder: Path, descriptor: int) -> None:
        self.folder = folder
        self._descriptor: int | None = descriptor

    @classmethod
    def taken(cls, folder: Path) -> FolderLock | None:
        """Return the lock of `folder`, or None where a living program holds it or the folder is gone."""
        try:
            descriptor = os.open(folder / LOCK_FILE, os.O_RDWR | os.O_CREAT, 0o600)
        except OSError:
            return None
        try:
            if sys.platform == "win32":
                msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
            else:
                fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            # Another program may have held it a moment ago, and have removed the file for good.
            is_there = os.path.samestat(os.fstat(descriptor), os.stat(folder / LOCK_FILE))
        except OSError:
            is_there = False
        if not is_there:
            os.close(descriptor)
            return None
        return cls(folder, descriptor)

    def release(self) -> None:
        """Let go; more than once does no harm."""
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None
