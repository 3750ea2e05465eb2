"""Keeping unsaved work safe from a crash, on a thread of its own."""

from __future__ import annotations

import datetime
import logging
import queue
import threading
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from cnnviz.app.files.recovery import RecoveryFolder, UnsavedDesign
from cnnviz.app.threads.mailbox import Mailbox
from cnnviz.errors import FileError

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from cnnviz.app.document import Document
    from cnnviz.app.files.recovery import Orphan

DELAY_MS = 1000
"""From an edit until it is being written; edits that follow do not put it off."""
_CLOSE_SECONDS = 5.0
_DESIGN = "design"

_log = logging.getLogger(__name__)


class Autosave(QObject):
    """Writes the design to a recovery folder soon after each edit, and clears it once the design is saved.

    `data_source` says where the data set beside it came from, which is kept with it. The file of the design
    itself is never touched. The thread begins with the first edit.

    Signals
    -------
    failed(str)
        Unsaved work cannot be kept; why, in words. Told once, until it works again.
    """

    failed = Signal(str)
    _answered = Signal(str)

    def __init__(
        self,
        document: Document,
        root: Path,
        parent: QObject | None = None,
        *,
        data_source: Callable[[], str] = str,
        delay_ms: int = DELAY_MS,
    ) -> None:
        super().__init__(parent)
        self._document, self._data_source = document, data_source
        self._folder = RecoveryFolder(root)
        self._newest = Mailbox()
        self._jobs: queue.SimpleQueue[Callable[[], object] | None] = queue.SimpleQueue()
        self._thread: threading.Thread | None = None
        self._has_told = False
        self._timer = QTimer(self, singleShot=True, interval=delay_ms)
        self._timer.timeout.connect(self._on_timeout)
        self._answered.connect(self._on_answered)
        document.spec_changed.connect(self._on_spec_changed)
        document.clean_changed.connect(self._on_clean_changed)

    def adopt(self, orphan: Orphan) -> None:
        """Keep what the document holds now, and drop the orphan it was recovered from once that is done."""
        self._timer.stop()
        self._newest.put(_DESIGN, self._unsaved())
        self._put(lambda: self._take_over(orphan))

    def close(self) -> bool:
        """Clear what was kept, since nothing is unsaved any more, and end the thread. Return whether it has.

        It does not end where the disk does not answer.
        """
        self._timer.stop()
        if self._thread is None:
            return True
        self._newest.take()
        self._jobs.put(self._folder.clear)
        self._jobs.put(None)
        self._thread.join(_CLOSE_SECONDS)
        return not self._thread.is_alive()

    @Slot()
    def _on_spec_changed(self) -> None:
        # The design still counts as clean here: the undo stack says so after the edit is done.
        if not self._timer.isActive():
            self._timer.start()

    @Slot(bool)
    def _on_clean_changed(self, is_clean: bool) -> None:
        if not is_clean:
            self._on_spec_changed()
            return
        self._timer.stop()
        self._newest.take()
        if self._thread is not None:
            self._put(self._folder.clear)

    @Slot()
    def _on_timeout(self) -> None:
        if not self._document.is_clean:
            self._newest.put(_DESIGN, self._unsaved())
            self._put(self._write_newest)

    @Slot(str)
    def _on_answered(self, problem: str) -> None:
        if problem and not self._has_told:
            self.failed.emit(f"Unsaved changes cannot be kept safe from a crash. {problem}")
        self._has_told = bool(problem)

    def _unsaved(self) -> UnsavedDesign:
        now = datetime.datetime.now(datetime.UTC)
        return UnsavedDesign(self._document.spec, self._document.path, now, self._data_source())

    def _put(self, job: Callable[[], object]) -> None:
        if self._thread is None:
            self._thread = threading.Thread(target=self._work, name="cnnviz-autosave", daemon=True)
            self._thread.start()
        self._jobs.put(job)

    def _work(self) -> None:
        while (job := self._jobs.get()) is not None:
            try:
                job()
            except Exception:
                _log.exception("Unsaved work could not be kept")
                self.failed.emit("Unsaved changes cannot be kept safe from a crash: an error of the program.")

    def _write_newest(self) -> bool:
        """Write what is newest now; a job that waited behind a slow disk finds that it was done before."""
        unsaved = self._newest.take().get(_DESIGN)
        if unsaved is None:
            return True
        try:
            self._folder.write(unsaved)
        except FileError as error:
            self._answered.emit(str(error))
            return False
        self._answered.emit("")
        return True

    def _take_over(self, orphan: Orphan) -> None:
        if self._write_newest():
            orphan.discard()
        else:
            orphan.release()
