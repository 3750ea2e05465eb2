"""A run that was cut off with the program, offered at the next start, or in another window."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal, Slot

from cnnviz.app.runs.run_about import RunKind
from cnnviz.spec.words import counted
from cnnviz.ui.runs.words import progress_words
from cnnviz.ui.widgets.banner import Banner

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from cnnviz.app.runs.other_windows import OtherWindows
    from cnnviz.app.runs.run_library import RunLibrary
    from cnnviz.app.training.session import Session

RESUME, LATER = "Resume", "Later"


class InterruptedBanner(Banner):
    """Offers the newest run that was interrupted, once; it stays in the list of runs either way.

    While a run is under way here, nothing is offered: no other could go on.

    Signals
    -------
    resume_requested(str)
        The run of this id is to go on.
    """

    resume_requested = Signal(str)

    def __init__(
        self, library: RunLibrary, session: Session, others: OtherWindows, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._library, self._session = library, session
        self._run_id = ""
        self._found: set[str] = set()
        library.loaded.connect(self._on_loaded)
        library.changed.connect(self._on_changed)
        others.run_over.connect(self._on_run_over)
        session.run_ended.connect(self._offer)
        self.action_requested.connect(self._on_action_requested)
        self.closed.connect(self._on_closed)

    @Slot()
    def _on_loaded(self) -> None:
        self._found.update(entry.id for entry in self._library.entries)
        self._offer()

    @Slot(str)
    def _on_run_over(self, run_id: str) -> None:
        self._found.add(run_id)
        self._offer()

    @Slot()
    def _offer(self) -> None:
        """Offer what was found to be cut off, unless it was offered before."""
        if not self._session.is_idle:
            return
        cut_off = [
            entry
            for entry in self._library.entries
            if entry.id in self._found
            and entry.kind is RunKind.INTERRUPTED
            and entry.can_resume
            and not entry.about.is_offered
        ]
        self._found.clear()
        if not cut_off:
            return
        entry, *others = cut_off
        self._run_id = entry.id
        more = f" {counted(len(others), 'more waits', 'more wait')} in the list of runs." if others else ""
        self.show_message(
            f'The program ended while "{entry.about.name}" was training, {progress_words(entry)}. '
            f"It can go on as if nothing had happened.{more}",
            action=RESUME,
            more_actions=(LATER,),
        )
        for one in cut_off:
            self._library.note_offered(one.id)

    @Slot()
    def _on_changed(self) -> None:
        """Say nothing any more about a run that goes on, or was deleted."""
        entry = self._library.entry(self._run_id)
        if self._run_id and (entry is None or not entry.can_resume):
            self._on_closed()
            self.clear()

    @Slot(str)
    def _on_action_requested(self, action: str) -> None:
        run_id = self._run_id
        self._on_closed()
        self.clear()
        if action == RESUME:
            self.resume_requested.emit(run_id)

    @Slot()
    def _on_closed(self) -> None:
        self._run_id = ""
