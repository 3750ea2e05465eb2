"""Every run of the window, kept on disk while it goes on and after: listed, named, opened, deleted."""

from __future__ import annotations

import contextlib
import dataclasses
import datetime
import functools
import logging
import queue
import shutil
import threading
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal, Slot

from cnnviz.app.run_about import COLORS, MAX_NAME_LENGTH, About, RunKind
from cnnviz.app.run_folder import RunEntry, RunFolder
from cnnviz.errors import CnnvizError, FileError
from cnnviz.training.checkpoints import CheckpointWriter
from cnnviz.training.events import Ending, Failed, Finished, Stopped
from cnnviz.training.runfile import load_run

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from cnnviz.app.job import RunJob
    from cnnviz.training.control import RunControl
    from cnnviz.training.events import Event
    from cnnviz.training.result import RunState

_log = logging.getLogger(__name__)

_TRASH = "trash"
_CLOSE_SECONDS = 30.0
_KINDS: dict[type[Ending], RunKind] = {
    Finished: RunKind.FINISHED,
    Stopped: RunKind.STOPPED,
    Failed: RunKind.FAILED,
}
_Key = tuple[int, int, float]


class RunLibrary(QObject):
    """The runs in a folder. Whatever takes long is done on a thread, in the order in which it was asked for.

    Signals
    -------
    changed()
        `entries` are others than before.
    run_read(str, RunResult)
        The run that `want_run` asked for, by its id.
    failed(str)
        Something could not be read or written; why, in one sentence.
    """

    changed = Signal()
    run_read = Signal(str, object)
    failed = Signal(str)
    _listed = Signal(object)
    _noted = Signal(str, object)

    def __init__(self, root: Path, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._root = root
        self._entries: dict[str, RunEntry] = {}
        self._folders: dict[str, RunFolder] = {}
        self._ended: dict[_Key, str] = {}
        self._deleted: list[RunEntry] = []
        self._running_id = ""
        self._jobs: queue.SimpleQueue[Callable[[], object] | None] = queue.SimpleQueue()
        self._thread: threading.Thread | None = None
        self._listed.connect(self._on_listed)
        self._noted.connect(self._on_noted)

    @property
    def entries(self) -> tuple[RunEntry, ...]:
        """Every run, the newest first."""
        return tuple(sorted(self._entries.values(), key=lambda entry: entry.about.began_at, reverse=True))

    @property
    def deleted(self) -> tuple[RunEntry, ...]:
        """What was deleted since the start, the newest last; it can be brought back."""
        return tuple(self._deleted)

    @property
    def running_folder(self) -> RunFolder | None:
        """The folder of the run that `keeping` has begun last; None where the disk took none."""
        return self._folders.get(self._running_id)

    def folder_of(self, state: RunState) -> RunFolder | None:
        """Return the folder of the run that has come to this state; None where no run of the list has."""
        run_id = self._id_of(state)
        return None if run_id is None else self._folder(run_id)

    def entry(self, run_id: str) -> RunEntry | None:
        """Return a run of the list by its id."""
        return self._entries.get(run_id)

    def load(self) -> None:
        """Read the list, and take away for good what was deleted before the last start."""
        self._put(self._read_all)

    def keeping(self, job: RunJob) -> Callable[[RunControl], Iterator[Event]]:
        """Return what makes the events of a run, which is kept from now on.

        A run that goes on stays the one it was. Where the disk takes nothing, that is told and the run is
        only in memory.
        """
        try:
            folder = self._begun(job)
        except FileError as error:
            self._running_id = ""
            self.failed.emit(f"The run is not kept in the list of runs. {error}")
            return job.events
        writer = CheckpointWriter(folder.checkpoints, self.failed.emit)
        return functools.partial(self._events, job, folder, writer)

    def want_run(self, run_id: str) -> None:
        """Ask for `run_read`; where that fails, `failed` says why."""
        path = self._path(run_id)
        if path is not None:
            self._put(functools.partial(self._read_run, run_id, path))

    def rename(self, run_id: str, name: str) -> None:
        """Give a run another name; an empty one leaves it as it is."""
        entry, name = self._entries.get(run_id), " ".join(name.split())[:MAX_NAME_LENGTH]
        if entry is None or not name or name == entry.about.name or entry.kind is RunKind.DAMAGED:
            return
        about = dataclasses.replace(entry.about, name=name)
        self._entries[run_id] = dataclasses.replace(entry, about=about)
        self._put(functools.partial(self._guarded, self._folder(run_id).rewrite_about, name=name))
        self.changed.emit()

    def delete(self, run_id: str) -> bool:
        """Move a run to the trash, and return whether that was done; not while it is under way."""
        entry = self._entries.get(run_id)
        if entry is None or entry.kind is RunKind.RUNNING or not self._move(run_id, to_trash=True):
            return False
        self._deleted.append(self._entries.pop(run_id))
        self.changed.emit()
        return True

    def undelete(self) -> RunEntry | None:
        """Bring back what was deleted last, and return it."""
        if not self._deleted or not self._move(self._deleted[-1].id, to_trash=False):
            return None
        entry = self._deleted.pop()
        self._entries[entry.id] = entry
        self.changed.emit()
        return entry

    def close(self) -> bool:
        """Write what is still to be written and end the thread. Return whether it has ended."""
        if self._thread is None:
            return True
        self._jobs.put(None)
        self._thread.join(_CLOSE_SECONDS)
        return not self._thread.is_alive()

    def _begun(self, job: RunJob) -> RunFolder:
        """Return the folder of a run that begins now, listed as running; raises `FileError`."""
        run_id = self._id_of(job.earlier.state) if job.earlier is not None else None
        if run_id is not None:
            folder = self._folder(run_id)
            folder.take()
            self._put(functools.partial(self._guarded, folder.rewrite_about, kind=RunKind.RUNNING))
            entry = dataclasses.replace(self._entries[run_id], kind=RunKind.RUNNING)
        else:
            newest = next(iter(self.entries), None)
            color = (newest.about.color + 1) % COLORS if newest is not None else 0
            about = About(self._new_name(job.spec.name), color, datetime.datetime.now(datetime.UTC))
            folder = RunFolder.made(self._root, about)
            self._folders[folder.id] = folder
            entry = RunEntry(folder.id, about, RunKind.RUNNING, None)
        self._running_id = folder.id
        self._entries[folder.id] = entry
        self.changed.emit()
        return folder

    def _events(
        self, job: RunJob, folder: RunFolder, writer: CheckpointWriter, control: RunControl
    ) -> Iterator[Event]:
        """Pass on the events of a run; in the run's own thread, which waits for no disk."""
        end: Ending | None = None
        try:
            for event in writer.kept(job.events(control), control, wait_seconds=0.0):
                if isinstance(event, Finished | Stopped | Failed):
                    end = event
                    self._ended[_key(event.result.state)] = folder.id
                yield event
        finally:
            self._put(functools.partial(self._finish, folder, writer, end))

    def _finish(self, folder: RunFolder, writer: CheckpointWriter, end: Ending | None) -> None:
        writer.close()
        if end is not None and end.result.state.step > 0:
            self._guarded(folder.write_end, _KINDS[type(end)], end.result)
        elif not folder.checkpoints.files and not folder.run_file.exists():
            folder.remove()
            self._noted.emit(folder.id, None)
            return
        else:
            self._guarded(folder.rewrite_about, kind=RunKind.FAILED)
        folder.release()
        self._noted.emit(folder.id, folder.read())

    def _read_all(self) -> None:
        shutil.rmtree(self._root / _TRASH, ignore_errors=True)
        entries = []
        with contextlib.suppress(OSError):
            for path in sorted(self._root.iterdir()):
                if not path.is_dir() or path.name in (_TRASH, self._running_id):
                    continue
                folder = RunFolder(path)
                if folder.is_empty:
                    folder.remove()
                else:
                    entries.append(folder.read())
        self._listed.emit(entries)

    def _read_run(self, run_id: str, path: Path) -> None:
        try:
            self.run_read.emit(run_id, load_run(path).result)
        except FileError as error:
            self.failed.emit(str(error))

    @Slot(object)
    def _on_listed(self, entries: list[RunEntry]) -> None:
        self._entries = {entry.id: entry for entry in entries} | self._entries
        self.changed.emit()

    @Slot(str, object)
    def _on_noted(self, run_id: str, entry: RunEntry | None) -> None:
        if entry is None:
            self._entries.pop(run_id, None)
        else:
            self._entries[run_id] = entry
        self.changed.emit()

    def _id_of(self, state: RunState) -> str | None:
        """Return the run of the list that has come to this state and can go on."""
        known = {_key(one.facts.state): one.id for one in self._entries.values() if one.facts is not None}
        run_id = (known | self._ended).get(_key(state))
        return run_id if run_id in self._entries else None

    def _new_name(self, design: str) -> str:
        names = {entry.about.name for entry in self._entries.values()}
        numbered = (f"{design[: MAX_NAME_LENGTH - 8] or 'Untitled'} {number}" for number in range(1, 10**6))
        return next(name for name in numbered if name not in names)

    def _path(self, run_id: str) -> Path | None:
        entry = self._entries.get(run_id)
        return entry.path if entry is not None else None

    def _folder(self, run_id: str) -> RunFolder:
        return self._folders.setdefault(run_id, RunFolder(self._root / run_id))

    def _move(self, run_id: str, *, to_trash: bool) -> bool:
        here, there = self._root / run_id, self._root / _TRASH / run_id
        try:
            there.parent.mkdir(exist_ok=True)
            source, target = (here, there) if to_trash else (there, here)
            source.rename(target)
        except OSError as error:
            self.failed.emit(f"The run could not be moved: {error.strerror or error}.")
            return False
        return True

    def _guarded(self, work: Callable[..., object], *arguments: object, **named: object) -> None:
        try:
            work(*arguments, **named)
        except CnnvizError as error:
            self.failed.emit(f"The list of runs could not be kept up. {error}")

    def _put(self, job: Callable[[], object]) -> None:
        self._jobs.put(job)
        if self._thread is None:
            self._thread = threading.Thread(target=self._work, name="cnnviz-runs", daemon=True)
            self._thread.start()

    def _work(self) -> None:
        while (job := self._jobs.get()) is not None:
            try:
                job()
            except Exception:
                _log.exception("The list of runs could not be kept up")
                self.failed.emit("The list of runs could not be kept up: an error of the program.")


def _key(state: RunState) -> _Key:
    """Return what tells a run at one moment from every other: the time it took, to the last bit."""
    return state.step, state.images, state.seconds
