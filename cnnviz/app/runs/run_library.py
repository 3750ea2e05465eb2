"""Every run of the window, kept on disk while it goes on and after: listed, named, opened, deleted."""

from __future__ import annotations

import dataclasses
import functools
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Signal, Slot

from cnnviz.app.runs.run_about import MAX_NAME_LENGTH, RunKind
from cnnviz.app.runs.run_ends import kind_of, reason_of
from cnnviz.app.runs.run_folder import RunEntry, RunFolder, is_trained
from cnnviz.app.runs.run_naming import about_new
from cnnviz.app.runs.run_trash import RunTrash
from cnnviz.app.runs.runs_on_disk import Seen, runs_on_disk, seen_elsewhere
from cnnviz.app.threads.errands import Errands
from cnnviz.errors import CnnvizError, FileError
from cnnviz.training.checkpoints import CheckpointWriter
from cnnviz.training.events import Failed, Finished, Stopped
from cnnviz.training.result import with_test_uses
from cnnviz.training.runfile import load_run

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from cnnviz.app.training.job import RunJob
    from cnnviz.training.control import RunControl
    from cnnviz.training.events import Ending, Event
    from cnnviz.training.result import RunResult, RunState, UseOfTestSet

_Key = tuple[int, int, float]


class RunLibrary(QObject):
    """The runs in a folder. Whatever takes long is done on a thread, in the order in which it was asked for.

    Signals
    -------
    changed()
        `entries` are others than before.
    loaded()
        `load` has read the list.
    kept(RunResult)
        How a run has ended is on disk now.
    run_read(str, RunResult)
        The run that `want_run` asked for, by its id.
    read_failed(str)
        There is no run to give of the id that `want_run` named.
    failed(str)
        Something could not be read or written; why, in one sentence.
    """

    changed = Signal()
    loaded = Signal()
    kept = Signal(object)
    run_read = Signal(str, object)
    read_failed = Signal(str)
    failed = Signal(str)
    _listed = Signal(object)
    _noted = Signal(str, object, object)
    _seen = Signal(object, object)

    def __init__(self, root: Path, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._root = root
        self._entries: dict[str, RunEntry] = {}
        self._folders: dict[str, RunFolder] = {}
        self._ended: dict[_Key, str] = {}
        self._deleted: list[RunEntry] = []
        self._trash = RunTrash(root)
        self._running_id = ""
        self._next_name, self._next_twin_of = "", ""
        self._is_keeping = self._is_looking = False
        self._written: set[_Key] = set()
        self._own: set[str] = set()
        self._errands = Errands("cnnviz-runs", self._on_broken)
        self._listed.connect(self._on_listed)
        self._noted.connect(self._on_noted)
        self._seen.connect(self._on_seen)

    @property
    def entries(self) -> tuple[RunEntry, ...]:
        """Every run, the newest first."""
        return tuple(sorted(self._entries.values(), key=lambda entry: entry.about.began_at, reverse=True))

    @property
    def deleted(self) -> tuple[RunEntry, ...]:
        """What was deleted since the start, the newest last; it can be brought back."""
        return tuple(self._deleted)

    @property
    def root(self) -> Path:
        """The folder of all runs."""
        return self._root

    @property
    def running_folder(self) -> RunFolder | None:
        """The folder of the run that `keeping` has begun last; None where the disk took none."""
        return self._folders.get(self._running_id)

    def folder_of(self, state: RunState) -> RunFolder | None:
        """Return the folder of the run that has come to this state; None where no run of the list has."""
        run_id = self._id_of(state)
        return None if run_id is None else self._folder(run_id)

    @property
    def is_keeping(self) -> bool:
        """Whether all that the newest run has put down until now is on disk."""
        return self._is_keeping

    def entry(self, run_id: str) -> RunEntry | None:
        """Return a run of the list by its id."""
        return self._entries.get(run_id)

    def entry_of(self, state: RunState) -> RunEntry | None:
        """Return the run of the list that has come to this state."""
        return self._entries.get(self._id_of(state) or "")

    def holds(self, result: RunResult) -> bool:
        """Return whether the list can give back a run as it is here."""
        run_id = self._id_of(result.state)
        if run_id is None:
            return False
        facts = self._entries[run_id].facts
        is_listed = facts is not None and _key(facts.state) == _key(result.state)
        return is_listed or _key(result.state) in self._written

    def marked(self, result: RunResult) -> RunResult:
        """Return a run with every look at the test set that the list knows of."""
        entry = self.entry_of(result.state)
        return result if entry is None else with_test_uses(result, entry.about.test_uses)

    def load(self) -> None:
        """Read the list, and take away for good what was deleted before the last start."""
        self._errands.put(self._read_all)

    def keeping(self, job: RunJob) -> Callable[[RunControl], Iterator[Event]]:
        """Return what makes the events of a run, which is kept from now on.

        A run that goes on stays the one it was. Where the disk takes nothing, that is told and the run is
        only in memory.
        """
        try:
            folder = self._begun(job)
        except FileError as error:
            self._running_id, self._is_keeping = "", False
            self.failed.emit(f"The run is not kept in the list of runs. {error}")
            return job.events
        self._is_keeping = True
        writer = CheckpointWriter(folder.checkpoints, self._on_not_written)
        return functools.partial(self._events, job, folder, writer)

    @property
    def foreign(self) -> frozenset[str]:
        """The ids of the runs that another window trains, as far as is known."""
        entries = self._entries.values()
        return frozenset(one.id for one in entries if one.kind is RunKind.RUNNING and one.id not in self._own)

    def look_again(self) -> None:
        """See what other windows have begun, ended and deleted; the list changes then.

        While a slow disk still answers the look before, there is no other: what is to be written comes next.
        """
        if not self._is_looking:
            self._is_looking = True
            self._errands.put(functools.partial(self._look_again, dict(self._entries), self.foreign))

    def name_next(self, name: str, twin_of: str = "") -> None:
        """Give the next run that begins this name, as a twin of another; an empty one gives none."""
        self._next_name, self._next_twin_of = " ".join(name.split())[:MAX_NAME_LENGTH], twin_of

    def note_test_use(self, run_id: str, use: UseOfTestSet) -> None:
        """Keep that somebody looked at the test set with the weights of a run."""
        entry = self._entries.get(run_id)
        if entry is not None:
            folder = self._folder(run_id)
            self._change(
                entry, functools.partial(folder.note_test_use, use), test_uses=(*entry.about.test_uses, use)
            )

    def note_offered(self, run_id: str) -> None:
        """Keep that somebody was asked whether a run that was interrupted is to go on."""
        entry = self._entries.get(run_id)
        if entry is not None:
            self._rewrite(entry, is_offered=True)

    def want_run(self, run_id: str) -> None:
        """Ask for `run_read`; where there is none, `read_failed` comes instead, and `failed` says why."""
        entry = self._entries.get(run_id)
        if entry is None or entry.path is None:
            self.read_failed.emit(run_id)
        else:
            self._errands.put(functools.partial(self._read_run, run_id, entry.path))

    def rename(self, run_id: str, name: str) -> None:
        """Give a run another name; an empty one leaves it as it is."""
        entry, name = self._entries.get(run_id), " ".join(name.split())[:MAX_NAME_LENGTH]
        is_fixed = entry is None or entry.kind is RunKind.DAMAGED or run_id in self.foreign
        if entry is None or is_fixed or name in ("", entry.about.name):
            return
        self._rewrite(entry, name=name)

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

    def flush(self, seconds: float) -> bool:
        """Wait until everything asked for so far is done, at most `seconds`, and return whether it is."""
        return self._errands.flush(seconds)

    def close(self) -> bool:
        """Write what is still to be written and end the thread. Return whether it has ended."""
        return self._errands.close()

    def _begun(self, job: RunJob) -> RunFolder:
        """Return the folder of a run that begins now, listed as running; raises `FileError`."""
        run_id = self._id_of(job.earlier.state) if job.earlier is not None else None
        if run_id is not None and job.earlier is not None and not self._is_ahead(run_id, job.earlier.state):
            folder = self._folder(run_id)
            folder.take()
            changes: dict[str, Any] = {"kind": RunKind.RUNNING, "ended": "", "is_offered": False}
            self._errands.put(functools.partial(self._guarded, folder.rewrite_about, **changes))
            known = self._entries[run_id]
            about = dataclasses.replace(known.about, **changes)
            entry = dataclasses.replace(known, about=about, kind=RunKind.RUNNING)
        else:
            about = about_new(job, self.entries, self._next_name, self._next_twin_of)
            folder = RunFolder.made(self._root, about)
            self._folders[folder.id] = folder
            entry = RunEntry(folder.id, about, RunKind.RUNNING, None)
        self.name_next("")
        self._running_id = folder.id
        self._own.add(folder.id)
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
            self._errands.put(functools.partial(self._finish, folder, writer, end, job.earlier))

    def _finish(
        self, folder: RunFolder, writer: CheckpointWriter, end: Ending | None, earlier: RunResult | None
    ) -> None:
        writer.close()
        is_kept = isinstance(end, Failed) or (end is not None and end.result.state.step > 0)
        result = end.result if end is not None and is_kept else None
        if end is not None and result is not None:
            if self._guarded(folder.write_end, kind_of(end), result, reason_of(end, earlier)):
                self._written.add(_key(result.state))
        elif not folder.checkpoints.files and not folder.run_file.exists():
            folder.remove()
            self._noted.emit(folder.id, None, None)
            return
        else:
            self._guarded(folder.rewrite_about, kind=RunKind.FAILED)
        folder.release()
        self._noted.emit(folder.id, folder.read() if folder.path.is_dir() else None, result)

    def _read_all(self) -> None:
        self._trash.empty_others()
        self._listed.emit(runs_on_disk(self._root, besides=self._running_id))

    def _look_again(self, known: dict[str, RunEntry], trained: frozenset[str]) -> None:
        try:
            self._seen.emit(seen_elsewhere(self._root, known, trained), known)
        finally:
            self._is_looking = False

    def _read_run(self, run_id: str, path: Path) -> None:
        result = None
        try:
            about = self._folder(run_id).read_about()
            result = with_test_uses(load_run(path).result, about.test_uses)
            self.run_read.emit(run_id, result)
        except FileError as error:
            self.failed.emit(str(error))
        finally:
            if result is None:
                self.read_failed.emit(run_id)

    @Slot(object)
    def _on_listed(self, entries: list[RunEntry]) -> None:
        self._entries = {entry.id: entry for entry in entries} | self._entries
        self.changed.emit()
        self.loaded.emit()

    @Slot(object, object)
    def _on_seen(self, seen: Seen, known: dict[str, RunEntry]) -> None:
        """Take over what other windows have done; what was done here since the look is newer."""
        here = self._own | {entry.id for entry in self._deleted}
        here |= {key for key, entry in self._entries.items() if known.get(key) is not entry}
        entries = {entry.id: entry for entry in seen.entries if entry.id not in here}
        gone = (seen.gone - here) & self._entries.keys()
        if entries or gone:
            kept = {key: entry for key, entry in self._entries.items() if key not in gone}
            self._entries = kept | entries
            self.changed.emit()

    @Slot(str, object, object)
    def _on_noted(self, run_id: str, entry: RunEntry | None, result: RunResult | None) -> None:
        is_on = self._folder(run_id).lock is not None  # it may have begun again since
        if entry is None:
            self._entries.pop(run_id, None)
        else:
            self._entries[run_id] = dataclasses.replace(entry, kind=RunKind.RUNNING) if is_on else entry
        if not is_on:
            self._own.discard(run_id)
        self.changed.emit()
        if result is not None and self.holds(result):
            self.kept.emit(result)

    def _on_not_written(self, sentence: str) -> None:
        """Tell, from the thread of the checkpoints, that the disk takes none."""
        self._is_keeping = False
        self.failed.emit(sentence)

    def _rewrite(self, entry: RunEntry, **changes: Any) -> None:
        self._change(entry, functools.partial(self._folder(entry.id).rewrite_about, **changes), **changes)

    def _change(self, entry: RunEntry, write: Callable[[], None], **changes: Any) -> None:
        """Show a change at once, and write it behind all that is to be written before it."""
        about = dataclasses.replace(entry.about, **changes)
        self._entries[entry.id] = dataclasses.replace(entry, about=about)
        self._errands.put(functools.partial(self._write_change, self._folder(entry.id), write))
        self.changed.emit()

    def _write_change(self, folder: RunFolder, write: Callable[[], None]) -> None:
        if self._guarded(write):  # what was read before the change, such as at the end of a run, is old now
            self._noted.emit(folder.id, folder.read(), None)

    def _id_of(self, state: RunState) -> str | None:
        """Return the run of the list that has come to this state and can go on; none from its very start."""
        if not state.step:
            return None
        known = {_key(one.facts.state): one.id for one in self._entries.values() if one.facts is not None}
        run_id = (known | self._ended).get(_key(state))
        return run_id if run_id in self._entries else None

    def _is_ahead(self, run_id: str, state: RunState) -> bool:
        """Return whether a run has gone on from this state, here or elsewhere: that is not to be lost."""
        return self._entries[run_id].steps > state.step

    def _folder(self, run_id: str) -> RunFolder:
        return self._folders.setdefault(run_id, RunFolder(self._root / run_id))

    def _move(self, run_id: str, *, to_trash: bool) -> bool:
        if to_trash and is_trained(self._root / run_id):
            self.failed.emit("The run was not deleted: another window trains it.")
            return False
        try:
            (self._trash.take if to_trash else self._trash.give_back)(run_id)
        except OSError as error:
            self.failed.emit(f"The run could not be moved: {error.strerror or error}.")
            return False
        return True

    def _guarded(self, work: Callable[..., object], *arguments: object, **named: object) -> bool:
        try:
            work(*arguments, **named)
        except CnnvizError as error:
            self.failed.emit(f"The list of runs could not be kept up. {error}")
            return False
        return True

    def _on_broken(self) -> None:
        self.failed.emit("The list of runs could not be kept up: an error of the program.")


def _key(state: RunState) -> _Key:
    """Return what tells a run at one moment from every other: the time it took, to the last bit."""
    return state.step, state.images, state.seconds
