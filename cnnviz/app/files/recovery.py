"""What a crash leaves behind, and how it is found again: one locked folder for each window.

```
recovery/
  window-x1y2z3/     one window; it exists only while the window has something unsaved
    alive.lock       locked by the program for as long as it lives
    design.json      the unsaved design, the file it belongs to, and when that was
```
Whatever else a window has to keep, such as a run, can lie beside the design: a folder is only ever removed
when it is empty.
"""

from __future__ import annotations

import contextlib
import dataclasses
import datetime
import json
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cnnviz.app.files.folder_lock import LOCK_FILE, FolderLock
from cnnviz.errors import FileError
from cnnviz.files import read_limited, write_atomic
from cnnviz.spec import io

if TYPE_CHECKING:
    from cnnviz.spec.network import NetworkSpec

FORMAT = "cnnviz-recovery"
VERSION = 1
_PREFIX = "window-"
_DESIGN = "design.json"
_DAMAGED = "damaged"
_TRIES = 50
"""How often a folder may be cleared away by another program while it is being made."""


@dataclasses.dataclass(frozen=True, slots=True)
class UnsavedDesign:
    """A design that no file holds.

    `file` is the one it belongs to, `changed_at` knows its time zone, and `data_source` is where the data set
    beside it came from; empty where that is not known.
    """

    spec: NetworkSpec
    file: Path | None
    changed_at: datetime.datetime
    data_source: str = ""


class RecoveryFolder:
    """Keeps the unsaved design of one window, and nothing while there is none."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._lock: FolderLock | None = None

    def write(self, unsaved: UnsavedDesign) -> None:
        """Keep this design in the place of the one before.

        Raises
        ------
        FileError
            The disk is full or read-only; what was kept before is untouched.
        """
        if self._lock is None or not self._lock.folder.is_dir():
            self.clear()
            self._lock = _new_folder(self._root)
        write_atomic(self._lock.folder / _DESIGN, _to_json(unsaved).encode())

    def clear(self) -> None:
        """Keep nothing any more."""
        if self._lock is not None:
            _remove(self._lock)
            self._lock = None


class Orphan:
    """An unsaved design whose program has ended without closing its window.

    It is locked for as long as this object has it, so that no other program offers it as well.
    """

    def __init__(self, lock: FolderLock, unsaved: UnsavedDesign) -> None:
        self._lock = lock
        self.unsaved = unsaved

    def discard(self) -> None:
        """Remove it for good."""
        _remove(self._lock)

    def release(self) -> None:
        """Leave it for the next start."""
        self._lock.release()


def find_orphans(root: Path) -> tuple[tuple[Orphan, ...], tuple[str, ...]]:
    """Return what ended programs have left, the newest first, and a sentence for each that is damaged.

    A damaged one is put aside, so that it is told of once and nothing is lost. A design that its own file
    holds after all is no loss, and is cleared away.
    """
    orphans, notes = [], []
    with contextlib.suppress(OSError):
        for folder in sorted(root.glob(f"{_PREFIX}*")):
            lock = FolderLock.taken(folder)
            if lock is None:
                continue
            try:
                unsaved = _read(folder / _DESIGN)
            except FileError as error:
                notes.append(_put_aside(lock, error))
                continue
            if unsaved is None or _is_saved(unsaved):
                _remove(lock)
            else:
                orphans.append(Orphan(lock, unsaved))
    orphans.sort(key=lambda orphan: orphan.unsaved.changed_at, reverse=True)
    return tuple(orphans), tuple(notes)


def _new_folder(root: Path) -> FolderLock:
    try:
        root.mkdir(parents=True, exist_ok=True)
        for _ in range(_TRIES):
            lock = FolderLock.taken(Path(tempfile.mkdtemp(prefix=_PREFIX, dir=root)))
            if lock is not None:
                return lock
    except OSError as error:
        raise FileError(f"Cannot write in {root}: {error.strerror or error}.") from error
    raise FileError(f"Cannot lock a file in {root}.")


def _remove(lock: FolderLock) -> None:
    """Remove a folder, its design first: without one it is nobody's."""
    with contextlib.suppress(OSError):
        (lock.folder / _DESIGN).unlink(missing_ok=True)
    if sys.platform == "win32":
        lock.release()  # a file that is open cannot be removed there
    with contextlib.suppress(OSError):
        (lock.folder / LOCK_FILE).unlink(missing_ok=True)
    lock.release()
    with contextlib.suppress(OSError):
        lock.folder.rmdir()


def _put_aside(lock: FolderLock, error: FileError) -> str:
    aside = lock.folder.with_name(lock.folder.name.replace(_PREFIX, f"{_DAMAGED}-", 1)).with_suffix(".json")
    with contextlib.suppress(OSError):
        (lock.folder / _DESIGN).replace(aside)
    _remove(lock)
    return f"Unsaved work of an earlier start could not be read: {error} It was put aside as {aside}."


def _is_saved(unsaved: UnsavedDesign) -> bool:
    """Return whether the file of a design holds it, as where the program ended right after saving."""
    if unsaved.file is None:
        return False
    try:
        return io.load(unsaved.file) == unsaved.spec
    except FileError:
        return False


def _to_json(unsaved: UnsavedDesign) -> str:
    values = {
        "format": FORMAT,
        "version": VERSION,
        "changed_at": unsaved.changed_at.isoformat(),
        "file": None if unsaved.file is None else str(unsaved.file),
        "design": io.to_dict(unsaved.spec),
        "data_source": unsaved.data_source,
    }
    return json.dumps(values)


def _read(path: Path) -> UnsavedDesign | None:
    if not path.exists():
        return None
    origin = "the recovery file"
    try:
        text = read_limited(path, 2 * io.MAX_FILE_BYTES).decode()
    except UnicodeDecodeError as error:
        raise FileError(f"{origin} is not UTF-8 text.") from error
    value = io.parse_json(text, origin)
    if not isinstance(value, dict) or (value.get("format"), value.get("version")) != (FORMAT, VERSION):
        raise FileError(f'{origin} is not of the format "{FORMAT}", version {VERSION}.')
    return UnsavedDesign(
        spec=io.from_dict(value.get("design"), origin),
        file=_file(value.get("file"), origin),
        changed_at=_time(value.get("changed_at"), origin),
        data_source=_source(value.get("data_source", ""), origin),
    )


def _source(value: Any, origin: str) -> str:
    if not isinstance(value, str) or "\0" in value:
        raise FileError(f'{origin}: "data_source" must be a name or a path.')
    return value


def _file(value: Any, origin: str) -> Path | None:
    if value is None:
        return None
    if not isinstance(value, str) or "\0" in value:
        raise FileError(f'{origin}: "file" must be a path or null.')
    return Path(value)


def _time(value: Any, origin: str) -> datetime.datetime:
    try:
        time = datetime.datetime.fromisoformat(value)
    except (TypeError, ValueError) as error:
        raise FileError(f'{origin}: "changed_at" must be a time.') from error
    if time.tzinfo is None:
        raise FileError(f'{origin}: "changed_at" must have a time zone.')
    return time
