"""Which runs would be lost: those that neither a file of the person nor the list of runs holds."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

if TYPE_CHECKING:
    from cnnviz.app.runs.run_library import RunLibrary
    from cnnviz.app.training.session import Session
    from cnnviz.training.result import RunResult

_PATIENCE_SECONDS = 10.0


class KeptRuns(QObject):
    """Takes runs out of the session's memory once they are on disk, and tells which are not."""

    def __init__(self, session: Session, library: RunLibrary, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session, self._library = session, library
        library.kept.connect(session.note_saved)

    @property
    def unkept(self) -> tuple[RunResult, ...]:
        """Every run that has ended and would be lost, the oldest first.

        Where one has ended just now, its writing is waited for.
        """
        runs = self._session.unsaved_runs
        if runs and not all(self._library.holds(run) for run in runs):
            self._library.flush(_PATIENCE_SECONDS)
        return tuple(run for run in runs if not self._library.holds(run))

    @property
    def unkept_count(self) -> int:
        """How many runs would be lost, the one under way included where the disk does not take it."""
        under_way = self._session.unsaved_count - len(self._session.unsaved_runs)
        return len(self.unkept) + (0 if self._library.is_keeping else under_way)
