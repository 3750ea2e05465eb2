"""How one run of the library lies on disk, and what is read of it for a list.

```
runs/
  20261121-141500-x1y2z3/       one run
    about.json                  its name, its colour, when it began and how it has ended
    run.cnnviz                  the run as it has ended; not there yet while it goes on
    run.cnnviz.checkpoints/     where it was not brought to an end
    moments/                    earlier weights, to look back at
    alive.lock                  locked by the program that trains it
  trash/                        runs that were deleted, by window, until the next start after its end
```
"""

from __future__ import annotations

import contextlib
import dataclasses
import datetime
import os
import shutil
import tempfile
import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from cnnviz.app.files.folder_lock import FolderLock
from cnnviz.app.runs.run_about import About, RunKind, read_about, write_about
from cnnviz.errors import FileError
from cnnviz.spec.trace import trace
from cnnviz.training.checkpoints import CheckpointFolder, checkpoints_of
from cnnviz.training.history import best_epoch
from cnnviz.training.runfile import load_facts, save_run

if TYPE_CHECKING:
    from cnnviz.training.result import RunResult, UseOfTestSet
    from cnnviz.training.run_metadata import RunMetadata

_ABOUT, _RUN, _MOMENTS = "about.json", "run.cnnviz", "moments"


@dataclasses.dataclass(frozen=True, slots=True, eq=False)
class RunEntry:
    """One run of the list.

    `facts` are those of its file, or of its newest checkpoint where it was interrupted; None where there is
    none yet or it is damaged, for which `problem` says why. The accuracies are None where there are none.
    `noted_at` is when `about` was written, as the disk tells it.
    """

    id: str
    about: About
    kind: RunKind
    path: Path | None
    facts: RunMetadata | None = None
    problem: str = ""
    parameters: int = 0
    noted_at: int = 0

    @property
    def best_accuracy(self) -> float | None:
        """The validation accuracy of the best epoch."""
        return self._best("val_accuracy")

    @property
    def best_loss(self) -> float | None:
        """The validation loss of the best epoch."""
        return self._best("val_loss")

    @property
    def epochs(self) -> int:
        """Whole epochs done."""
        return self.facts.state.epoch if self.facts is not None else 0

    @property
    def seconds(self) -> float:
        """Time spent in training steps."""
        return self.facts.state.seconds if self.facts is not None else 0.0

    @property
    def steps(self) -> int:
        """Steps done."""
        return self.facts.state.step if self.facts is not None else 0

    @property
    def all_steps(self) -> int:
        """Steps that the settings ask for; 0 where nobody knows how many an epoch has."""
        if self.facts is None:
            return 0
        epochs = self.facts.epochs
        known = int(epochs.step[0]) // int(epochs.epoch[0]) if len(epochs) else self.about.steps_per_epoch
        return known * self.facts.training.epochs

    @property
    def is_done(self) -> bool:
        """Whether all epochs that the settings ask for are done."""
        return self.facts is not None and self.epochs >= self.facts.training.epochs

    @property
    def is_whole(self) -> bool:
        """Whether it can be read, and nobody trains it now."""
        return self.facts is not None and self.kind is not RunKind.RUNNING

    @property
    def can_resume(self) -> bool:
        """Whether it was cut off before its end, so that it goes on as if nothing had happened."""
        return self.kind in (RunKind.STOPPED, RunKind.INTERRUPTED) and self.is_whole and not self.is_done

    @property
    def test_uses(self) -> tuple[UseOfTestSet, ...]:
        """When somebody looked at the test set with its weights, the first time first."""
        kept = self.facts.test_uses if self.facts is not None else ()
        return tuple(sorted({*kept, *self.about.test_uses}, key=lambda use: use.at))

    def _best(self, column: str) -> float | None:
        if self.facts is None:
            return None
        index = best_epoch(self.facts.epochs, self.facts.training.best_by)
        value = float("nan") if index is None else float(getattr(self.facts.epochs, column)[index])
        return None if np.isnan(value) else value


class RunFolder:
    """The folder of one run."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.lock: FolderLock | None = None
        self._takers, self._guard = 0, threading.Lock()

    @classmethod
    def made(cls, root: Path, about: About) -> RunFolder:
        """Make a new one, locked, with what is known of its run.

        Raises
        ------
        FileError
            The disk is full or read-only.
        """
        try:
            root.mkdir(parents=True, exist_ok=True)
            prefix = f"{about.began_at:%Y%m%d-%H%M%S}-"
            folder = cls(Path(tempfile.mkdtemp(prefix=prefix, dir=root)))
        except OSError as error:
            raise FileError(f"Cannot write in {root}: {error.strerror or error}.") from error
        try:
            folder.take()
            folder.write_about(about)
        except FileError:
            folder.remove()
            raise
        return folder

    @property
    def id(self) -> str:
        """The name of the folder."""
        return self.path.name

    @property
    def run_file(self) -> Path:
        """The file of the run as it has ended."""
        return self.path / _RUN

    @property
    def moments(self) -> Path:
        """The folder of its earlier weights."""
        return self.path / _MOMENTS

    @property
    def checkpoints(self) -> CheckpointFolder:
        """The checkpoints of a run that has not ended."""
        return checkpoints_of(self.run_file)

    @property
    def is_named(self) -> bool:
        """Whether anything is written beside the run, which its window does after it has locked it."""
        return os.path.exists(self.path / _ABOUT)  # False also where the folder may not be looked into

    @property
    def noted_at(self) -> int:
        """When something was written beside the run, in nanoseconds; 0 where nothing can be seen."""
        try:
            return (self.path / _ABOUT).stat().st_mtime_ns
        except OSError:
            return 0

    def read_about(self) -> About:
        """Read what was written beside the run; raises `FileError`."""
        return read_about(self.path / _ABOUT)

    def write_about(self, about: About) -> None:
        """Write the name, the colour, the beginning and the end; raises `FileError`."""
        write_about(self.path / _ABOUT, about)

    def rewrite_about(self, **changes: Any) -> None:
        """Write other values of `About` in the place of some, and tell other windows; raises `FileError`."""
        self.write_about(dataclasses.replace(self.read_about(), **changes))
        stir(self.path.parent)

    def write_end(self, kind: RunKind, result: RunResult, ended: str = "") -> None:
        """Write the run as it has ended, and take its checkpoints away; raises `FileError`."""
        save_run(self.run_file, result)
        self.checkpoints.clear()
        self.rewrite_about(kind=kind, ended=ended)

    @property
    def age(self) -> float:
        """How many seconds ago something was made or renamed in it; 0 where it is gone."""
        try:
            return time.time() - self.path.stat().st_mtime
        except OSError:
            return 0.0

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing of a run in it, as can be seen, and nobody trains one."""
        try:
            names = {path.name for path in self.path.iterdir()}
        except OSError:
            return False
        return not (_RUN in names or self.checkpoints.files or is_trained(self.path))

    def take(self) -> None:
        """Say that the run is trained by this program, until it is released as often.

        It may go on while its last end is still written: that end does not let go of it.

        Raises
        ------
        FileError
            Another program trains it, or the folder is gone or cannot be written.
        """
        with self._guard:
            self.lock = self.lock or FolderLock.taken(self.path)
            if self.lock is None:
                raise FileError(f"{self.path} is used by another window, or cannot be written.")
            self._takers += 1

    def note_test_use(self, use: UseOfTestSet) -> None:
        """Write one more look at the test set beside the run; raises `FileError`."""
        self.rewrite_about(test_uses=(*self.read_about().test_uses, use))

    def release(self) -> None:
        """Say that nobody trains this run any more, but who has taken it since."""
        with self._guard:
            self._takers = max(self._takers - 1, 0)
            if self.lock is not None and not self._takers:
                self.lock.release()
                self.lock = None

    def remove(self) -> None:
        """Remove it for good."""
        self._takers = 0
        self.release()
        shutil.rmtree(self.path, ignore_errors=True)

    @property
    def newest(self) -> Path | None:
        """The file with the latest state of the run; None where none can be seen."""
        try:
            newest = (self.checkpoints.files or [self.run_file])[0]
            return newest if newest.exists() else None
        except OSError:
            return None

    def read(self) -> RunEntry:
        """Read what a list shows; whatever is damaged is said in the entry."""
        noted_at = self.noted_at  # before: what is written meanwhile is seen at the next look
        return dataclasses.replace(self._read(), noted_at=noted_at)

    def _read(self) -> RunEntry:
        try:
            about, problem = self.read_about(), ""
        except FileError as error:
            began_at = datetime.datetime.fromtimestamp(time.time() - self.age, datetime.UTC)
            about, problem = About(self.id, 0, began_at), str(error)
        is_running = is_trained(self.path)
        path = self.newest
        if path is None and is_running:
            return RunEntry(self.id, about, RunKind.RUNNING, None)
        try:
            if problem or path is None:
                raise FileError(problem or f"{self.path} holds no run.")
            facts = load_facts(path)
        except FileError as error:
            return RunEntry(self.id, about, RunKind.DAMAGED, path, problem=str(error))
        kind = RunKind.RUNNING if is_running else about.kind
        if not is_running and (path != self.run_file or kind is RunKind.RUNNING):
            kind = RunKind.INTERRUPTED
        return RunEntry(self.id, about, kind, path, facts, parameters=trace(facts.spec).parameters)


def folders_in(root: Path) -> list[Path]:
    """Return the folders in `root`, in the order of their names; none where it cannot be read."""
    try:
        return sorted(path for path in root.iterdir() if path.is_dir())
    except OSError:
        return []


def stir(root: Path) -> None:
    """Let the system tell every window that watches the folder of all runs that one of them has changed."""
    with contextlib.suppress(OSError), tempfile.NamedTemporaryFile(prefix=".", dir=root):
        pass


def is_trained(folder: Path) -> bool:
    """Return whether a living program trains the run in this folder."""
    if not os.access(folder, os.W_OK):
        return False  # nobody can train a run in it
    lock = FolderLock.taken(folder)
    if lock is None:
        return True
    lock.release()
    return False
