"""Lets twins wait for each other: when a run has ended, the next one begins, also after a restart."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Slot

from cnnviz.app.runs.twin_queue import TwinQueue, WaitingTwin
from cnnviz.errors import FileError
from cnnviz.spec.words import counted
from cnnviz.training.events import Stopped

if TYPE_CHECKING:
    from collections.abc import Callable

    from cnnviz.app.runs.run_folder import RunEntry
    from cnnviz.app.runs.twin_plan import TwinPlan
    from cnnviz.app.training.worker import RunEnd
    from cnnviz.ui.main_window import MainWindow

SHOW, START = "Show Them", "Start Next"


class QueueLinks(QObject):
    """Holds what waits and begins it with `begin`. A person who stops a run wants no other at once.

    What waited when the program ended waits again at the next start, and is offered.
    """

    def __init__(self, window: MainWindow, begin: Callable[[RunEntry, TwinPlan, str], object]) -> None:
        super().__init__(window)
        self.queue, self._begin = TwinQueue(self), begin
        self._library, self._session = window.workbench.library, window.workbench.session
        self._notices, self._strip = window.notices, window.run_list.queue
        self._docks, self._kept = window.docks, window.workbench.kept_twins
        self._strip.cancel_requested.connect(self.queue.cancel)
        self._strip.clear_requested.connect(self.queue.clear)
        self._strip.start_requested.connect(self._start_next)
        self.queue.changed.connect(self._on_changed)
        self._session.state_changed.connect(self._on_state_changed)
        self._session.run_ended.connect(self._on_run_ended)
        self._library.loaded.connect(self._on_loaded)

    def take(self, entry: RunEntry, plan: TwinPlan, name: str) -> None:
        """Train a twin: now, or where a run is under way when it is its turn."""
        if self._session.is_idle:
            self._begin(entry, plan, name)
        else:
            self.queue.add(WaitingTwin(entry.id, plan, name))

    @Slot()
    def _start_next(self) -> None:
        twin = self.queue.take() if self._session.is_idle else None
        if twin is None:
            return
        entry = self._library.entry(twin.original)
        if entry is None or entry.facts is None:
            self._notices.show_problem(f'The run is gone of which "{twin.name}" was to be a twin.')
            self._start_next()
        else:
            self._begin(entry, twin.plan, twin.name)

    @Slot(object)
    def _on_run_ended(self, end: RunEnd) -> None:
        if self.queue.waiting and not isinstance(end, Stopped):
            QTimer.singleShot(0, self, self._start_next)  # once everybody knows of the end

    @Slot()
    def _on_loaded(self) -> None:
        """Let wait again what waited in windows that are gone, once it is known of which runs."""
        twins, problem = self._kept.take_over()
        if problem:
            self._notices.show_problem(problem)
        if not twins:
            return
        self.queue.add(*twins)
        them = counted(len(twins), "twin is", "twins are")
        offers = {SHOW: self._show, START: self._start_next}
        self._notices.show_offers(f"{them} still waiting since the program ended.", offers)

    def _show(self) -> None:
        self._docks.bring(self._docks.runs)
        self._notices.clear()

    @Slot()
    def _on_changed(self) -> None:
        self._strip.show_waiting(self.queue.waiting)
        try:
            self._kept.write(self.queue.waiting)
        except FileError as error:
            self._notices.show_problem(f"Twins that wait will not be there after a restart. {error}")

    @Slot()
    def _on_state_changed(self) -> None:
        self._strip.set_idle(self._session.is_idle)
