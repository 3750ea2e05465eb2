"""The twins that wait, on disk: a restart finds again what a window still had before it.

Every window has a folder of its own in there, locked as long as the window lives, so that no two of them
train the same twin.
"""

from __future__ import annotations

import json
import shutil
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cnnviz.app.files.folder_lock import FolderLock
from cnnviz.app.runs.run_about import MAX_NAME_LENGTH
from cnnviz.app.runs.twin_plan import TwinPlan
from cnnviz.app.runs.twin_queue import WaitingTwin
from cnnviz.errors import CnnvizError, FileError
from cnnviz.files import read_limited, write_atomic
from cnnviz.spec import io
from cnnviz.spec.words import counted

if TYPE_CHECKING:
    from collections.abc import Sequence

FORMAT, VERSION = "cnnviz-waiting-twins", 1
_FILE = "twins.json"
_MAX_FILE_BYTES = 16_000_000
_MAX_WORDS = 2_000


class KeptTwins:
    """Writes what waits in this window, and takes over what waited in windows that are gone."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._own: Path | None = None
        self._lock: FolderLock | None = None
        self._taken: list[FolderLock] = []

    def take_over(self) -> tuple[tuple[WaitingTwin, ...], str]:
        """Return what waited in windows that are gone, and why some of it could not be read; else empty.

        It is removed from there once it is written here.
        """
        found: list[WaitingTwin] = []
        problems = []
        for folder in self._left():
            lock = FolderLock.taken(folder)
            if lock is None:
                continue
            try:
                twins, problem = _read(folder / _FILE)
            except FileError as error:  # of a newer program, or a disk that may answer another time
                problems.append(f"Twins that waited stay on the disk. {error}")
                lock.release()
                continue
            found += twins
            if problem:
                problems.append(f"Twins that waited are lost. {problem}")
            self._taken.append(lock)
        if not found:
            self._remove_taken()
        return tuple(found), " ".join(problems)

    def write(self, twins: Sequence[WaitingTwin]) -> None:
        """Keep what waits in this window; nothing is kept where nothing waits.

        Raises
        ------
        FileError
            The disk is full or read-only.
        """
        if twins:
            content = {"format": FORMAT, "version": VERSION, "twins": [_plain(twin) for twin in twins]}
            write_atomic(self._folder() / _FILE, json.dumps(content).encode())
        else:
            self._remove()
        self._remove_taken()

    def release(self) -> None:
        """Leave what waits to the next start."""
        for lock in (self._lock, *self._taken):
            if lock is not None:
                lock.release()
        self._own, self._lock, self._taken = None, None, []

    def _folder(self) -> Path:
        if self._own is None or not self._own.is_dir():  # somebody may have cleared it away meanwhile
            self._remove()
            try:
                self._root.mkdir(parents=True, exist_ok=True)
                self._own = Path(tempfile.mkdtemp(dir=self._root))
            except OSError as error:
                raise FileError(f"Cannot write in {self._root}: {error.strerror or error}.") from error
            self._lock = FolderLock.taken(self._own)
        return self._own

    def _remove(self) -> None:
        if self._lock is not None:
            _remove_folder(self._lock)
        self._own = self._lock = None

    def _remove_taken(self) -> None:
        for lock in self._taken:
            _remove_folder(lock)
        self._taken = []

    def _left(self) -> list[Path]:
        try:
            return sorted(path for path in self._root.iterdir() if path.is_dir() and path != self._own)
        except OSError:
            return []


def _remove_folder(lock: FolderLock) -> None:
    lock.release()  # before: some systems remove no file that is open
    shutil.rmtree(lock.folder, ignore_errors=True)


def _plain(twin: WaitingTwin) -> dict[str, Any]:
    return {
        "original": twin.original,
        "name": twin.name,
        "words": twin.plan.words[:_MAX_WORDS],
        "design": io.to_dict(twin.plan.spec),
        "training": io.training_to_dict(twin.plan.training),
    }


def _read(path: Path) -> tuple[list[WaitingTwin], str]:
    """Return the twins that can be read, and what is damaged; else empty. No file is nothing.

    Raises
    ------
    FileError
        It cannot be read, or is of another version.
    """
    if not path.exists():
        return [], ""
    content = read_limited(path, _MAX_FILE_BYTES)
    try:
        value = io.parse_json(content.decode(), str(path))
        is_ours = isinstance(value, dict) and value["format"] == FORMAT
        items = list(value["twins"]) if is_ours and value["version"] == VERSION else []
    except (UnicodeDecodeError, KeyError, TypeError, FileError):
        return [], f"{path} is damaged."
    if not is_ours:
        return [], f'{path} is not of the format "{FORMAT}".'
    if value["version"] != VERSION:
        raise FileError(f"{path} is of version {value['version']}; this program reads version {VERSION}.")
    return _twins(items, str(path))


def _twins(items: list[Any], origin: str) -> tuple[list[WaitingTwin], str]:
    """Return the twins that can be read, and how many cannot; else empty."""
    twins = []
    for item in items:
        try:
            twins.append(_twin(item, origin))
        except (KeyError, TypeError, CnnvizError):
            continue
    bad = len(items) - len(twins)
    return twins, f"{origin}: {bad} of {counted(len(items), 'twin')} cannot be read." if bad else ""


def _twin(item: Any, origin: str) -> WaitingTwin:
    texts = [item[key] for key in ("original", "name", "words")]
    if not all(isinstance(text, str) for text in texts):
        raise TypeError("a text of another kind")
    original, name, words = texts
    spec, training = io.from_dict(item["design"], origin), io.training_from_dict(item["training"], origin)
    return WaitingTwin(original, TwinPlan(spec, training, words), name[:MAX_NAME_LENGTH])
