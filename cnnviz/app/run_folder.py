"""How one run of the library lies on disk, and what is read of it for a list.

```
runs/
  20261121-141500-x1y2z3/       one run
    about.json                  its name, its colour, when it began and how it has ended
    run.cnnviz                  the run as it has ended; not there yet while it goes on
    run.cnnviz.checkpoints/     where it was not brought to an end
    moments/                    earlier weights, to look back at
    alive.lock                  locked by the program that trains it
  trash/                        runs that were deleted, until the next start
```
"""

from __future__ import annotations

import dataclasses
import datetime
import enum
import json
import shutil
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from cnnviz.app.folder_lock import FolderLock
from cnnviz.errors import FileError
from cnnviz.files import read_limited, write_atomic
from cnnviz.spec.io import parse_json
from cnnviz.spec.trace import trace
from cnnviz.training.checkpoints import CheckpointFolder, checkpoints_of
from cnnviz.training.history import best_epoch
from cnnviz.training.runfile import load_facts, save_run

if TYPE_CHECKING:
    from cnnviz.training.result import RunResult
    from cnnviz.training.run_metadata import RunMetadata

FORMAT, VERSION = "cnnviz-run-folder", 1
MAX_NAME_LENGTH = 80
COLORS = 8
"""So many colours there are; every run has the number of one."""
_ABOUT, _RUN, _MOMENTS = "about.json", "run.cnnviz", "moments"
_MAX_ABOUT_BYTES = 100_000


class RunKind(enum.Enum):
    """What has become of a run."""

    RUNNING = "running"
    FINISHED = "finished"
    STOPPED = "stopped"
    FAILED = "failed"
    INTERRUPTED = "interrupted"
    DAMAGED = "damaged"


@dataclasses.dataclass(frozen=True, slots=True)
class About:
    """What a person calls a run, its colour by number, when it began, and how it has ended."""

    name: str
    color: int
    began_at: datetime.datetime
    kind: RunKind = RunKind.RUNNING


@dataclasses.dataclass(frozen=True, slots=True, eq=False)
class RunEntry:
    """One run of the list.

    `facts` are those of its file, or of its newest checkpoint where it was interrupted; None where there is
    none yet or it is damaged, for which `problem` says why. The accuracies are None where there are none.
    """

    id: str
    about: About
    kind: RunKind
    path: Path | None
    facts: RunMetadata | None = None
    problem: str = ""
    parameters: int = 0

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
        folder.take()
        folder.write_about(about)
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

    def write_about(self, about: About) -> None:
        """Write the name, the colour, the beginning and the end; raises `FileError`."""
        values = {
            "format": FORMAT,
            "version": VERSION,
            "name": about.name,
            "color": about.color,
            "began_at": about.began_at.isoformat(),
            "kind": about.kind.value,
        }
        write_atomic(self.path / _ABOUT, json.dumps(values).encode())

    def rewrite_about(self, **changes: Any) -> None:
        """Write other values of `About` in the place of some; raises `FileError`."""
        self.write_about(dataclasses.replace(_about(self.path / _ABOUT), **changes))

    def write_end(self, kind: RunKind, result: RunResult) -> None:
        """Write the run as it has ended, and take its checkpoints away; raises `FileError`."""
        save_run(self.run_file, result)
        self.checkpoints.clear()
        self.rewrite_about(kind=kind)

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing of a run in it, and nobody trains one."""
        return not (self.run_file.exists() or self.checkpoints.files or _is_locked(self.path))

    def take(self) -> None:
        """Say that the run is trained by this program."""
        if self.lock is None:
            self.lock = FolderLock.taken(self.path)

    def release(self) -> None:
        """Say that nobody trains this run any more."""
        if self.lock is not None:
            self.lock.release()
            self.lock = None

    def remove(self) -> None:
        """Remove it for good."""
        self.release()
        shutil.rmtree(self.path, ignore_errors=True)

    def read(self) -> RunEntry:
        """Read what a list shows; whatever is damaged is said in the entry."""
        try:
            about, problem = _about(self.path / _ABOUT), ""
        except FileError as error:
            began_at = datetime.datetime.fromtimestamp(self.path.stat().st_mtime, datetime.UTC)
            about, problem = About(self.id, 0, began_at), str(error)
        is_running = _is_locked(self.path)
        newest = (self.checkpoints.files or [self.run_file])[0]
        path = newest if newest.exists() else None
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


def _is_locked(folder: Path) -> bool:
    lock = FolderLock.taken(folder)
    if lock is None:
        return True
    lock.release()
    return False


def _about(path: Path) -> About:
    try:
        value = parse_json(read_limited(path, _MAX_ABOUT_BYTES).decode(), str(path))
        if not isinstance(value, dict) or (value["format"], value["version"]) != (FORMAT, VERSION):
            raise FileError(f'{path} is not of the format "{FORMAT}", version {VERSION}.')
        name, color = value["name"], value["color"]
        began_at = datetime.datetime.fromisoformat(value["began_at"])
        if not isinstance(name, str) or type(color) is not int or began_at.tzinfo is None:
            raise ValueError("a value of another kind")
        return About(name[:MAX_NAME_LENGTH], color % COLORS, began_at, RunKind(value["kind"]))
    except (UnicodeDecodeError, KeyError, TypeError, ValueError) as error:
        raise FileError(f"{path} is damaged.") from error
