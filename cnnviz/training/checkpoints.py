"""Checkpoints: a run is written to disk while it goes on, so that whatever ends it takes little of it away.

Each is a whole run file, from which the run goes on bit for bit. When one is due, the run itself only copies
its weights; a thread beside it does the writing, and of two that wait it writes the newer one.
"""

from __future__ import annotations

import contextlib
import logging
import math
import threading
import time
from typing import TYPE_CHECKING

from cnnviz.errors import FileError
from cnnviz.training.events import Checkpoint, EpochDone, Paused, StepDone
from cnnviz.training.runfile import SUFFIX, SavedRun, load_run, save_run

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from cnnviz.training.control import RunControl
    from cnnviz.training.events import Event
    from cnnviz.training.result import RunResult

_log = logging.getLogger(__name__)

FIRST_SECONDS, EVERY_SECONDS = 10.0, 30.0
"""When the first checkpoint by time is made, and how long after each the next one."""
BETWEEN_WRITES_SECONDS = 2.0
"""However often one is due, as where an epoch takes an instant, the disk gets one at most this often."""
KEPT = 3
"""So many of the newest are kept, and the newest at a best epoch."""
CLOSE_SECONDS = 30.0
_PREFIX, _BEST = "step-", "-best"


def checkpoints_of(run_file: Path) -> CheckpointFolder:
    """Return the folder beside a run file in which its checkpoints are."""
    return CheckpointFolder(run_file.with_name(f"{run_file.name}.checkpoints"))


class CheckpointFolder:
    """The checkpoints of one run. The folder exists only while there is one."""

    def __init__(self, path: Path) -> None:
        self.path = path

    @property
    def files(self) -> list[Path]:
        """Every checkpoint, the newest first."""
        try:
            return sorted(self.path.glob(f"{_PREFIX}*{SUFFIX}"), reverse=True)
        except OSError:
            return []

    def write(self, run: RunResult) -> Path:
        """Write a run as its newest checkpoint, take away the old ones and return the file.

        Raises
        ------
        FileError
            The disk is full or read-only; the checkpoints before are untouched.
        """
        at_best = run.state.epoch == run.best_epoch and not run.state.images_in_epoch
        path = self.path / f"{_PREFIX}{run.state.step:012}{_BEST if at_best else ''}{SUFFIX}"
        try:
            self.path.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise FileError(f"Cannot make the folder {self.path}: {error.strerror or error}.") from error
        save_run(path, run)
        self._thin()
        return path

    def newest(self) -> SavedRun:
        """Read the newest checkpoint that is whole.

        Raises
        ------
        FileError
            There is none; where some are damaged, it says what is wrong with the newest.
        """
        problem: FileError | None = None
        for path in self.files:
            try:
                return load_run(path)
            except FileError as error:
                problem = problem or error
        raise problem or FileError(f"There is no checkpoint in {self.path}.")

    def clear(self) -> None:
        """Take away every checkpoint, and the folder where nothing else is in it."""
        with contextlib.suppress(OSError):
            for path in self.files:
                path.unlink()
            self.path.rmdir()

    def _thin(self) -> None:
        files = self.files
        best = next((path for path in files if path.stem.endswith(_BEST)), None)
        for path in files[KEPT:]:
            if path != best:
                with contextlib.suppress(OSError):
                    path.unlink()


class CheckpointWriter:
    """Makes checkpoints of one run and writes them on a thread of its own.

    `failed` is called on that thread with a sentence when the disk takes no checkpoint, and again only after
    it has taken one; the run goes on either way.
    """

    def __init__(
        self,
        folder: CheckpointFolder,
        failed: Callable[[str], object],
        *,
        first_seconds: float = FIRST_SECONDS,
        every_seconds: float = EVERY_SECONDS,
        between_seconds: float = BETWEEN_WRITES_SECONDS,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.folder = folder
        self._failed = failed
        self._every, self._between = every_seconds, between_seconds
        self._clock = clock
        self._due = clock() + first_seconds
        self._has_failed = False
        self._changed = threading.Condition()
        self._waiting: RunResult | None = None
        self._closing = False
        self._thread: threading.Thread | None = None

    def kept(
        self, events: Iterator[Event], control: RunControl, *, wait_seconds: float = CLOSE_SECONDS
    ) -> Iterator[Event]:
        """Pass on the events of a run, all but its checkpoints, which are written; then end the thread.

        The end of the thread is waited for at most `wait_seconds`.
        """
        best_epoch = _Best()
        try:
            for event in events:
                if isinstance(event, Checkpoint):
                    self._due = self._clock() + self._every
                    self._put(event.result)
                    continue
                if self._is_due(event, best_epoch):
                    control.request_checkpoint()
                yield event
        finally:
            self.close(wait_seconds)

    def close(self, seconds: float = CLOSE_SECONDS) -> bool:
        """Give up what waits, let what is being written be finished, and return whether the thread ended.

        What waits is older than how the run has ended, which its owner writes.
        """
        with self._changed:
            self._closing, self._waiting = True, None
            self._changed.notify_all()
        if self._thread is not None:
            self._thread.join(seconds)
        return self._thread is None or not self._thread.is_alive()

    def _is_due(self, event: Event, best: _Best) -> bool:
        if isinstance(event, StepDone):
            return self._clock() >= self._due
        return isinstance(event, Paused) or (isinstance(event, EpochDone) and best.is_new(event))

    def _put(self, result: RunResult) -> None:
        with self._changed:
            self._waiting = result
            if self._thread is None:
                self._thread = threading.Thread(target=self._work, name="cnnviz-checkpoints", daemon=True)
                self._thread.start()
            self._changed.notify_all()

    def _work(self) -> None:
        while (result := self._next()) is not None:
            try:
                self.folder.write(result)
                self._has_failed = False
            except FileError as error:
                self._tell(f"The run goes on, but only in memory. {error}")
            except Exception:
                _log.exception("A checkpoint could not be written")
                self._tell("The run goes on, but only in memory: a checkpoint could not be written.")
            with self._changed:
                self._changed.wait_for(lambda: self._closing, self._between)

    def _next(self) -> RunResult | None:
        with self._changed:
            self._changed.wait_for(lambda: self._closing or self._waiting is not None)
            result, self._waiting = self._waiting, None
            return result

    def _tell(self, sentence: str) -> None:
        if not self._has_failed:
            self._has_failed = True
            self._failed(sentence)


class _Best:
    """Knows an epoch when it comes by that may be the best, whether by accuracy or by loss."""

    def __init__(self) -> None:
        self._by_accuracy, self._by_loss = (-1.0, 0.0), -math.inf

    def is_new(self, epoch: EpochDone) -> bool:
        accuracy = 0.0 if math.isnan(epoch.val_accuracy) else epoch.val_accuracy
        by_accuracy, by_loss = (accuracy, -epoch.val_loss), -epoch.val_loss
        is_new = by_accuracy > self._by_accuracy or by_loss > self._by_loss
        self._by_accuracy, self._by_loss = max(by_accuracy, self._by_accuracy), max(by_loss, self._by_loss)
        return is_new
