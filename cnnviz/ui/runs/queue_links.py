"""Lets twins wait for each other: when a run has ended, the next one begins."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Slot

from cnnviz.app.runs.twin_queue import TwinQueue, WaitingTwin
from cnnviz.training.events import Stopped

if TYPE_CHECKING:
    from collections.abc import Callable

    from cnnviz.app.runs.run_folder import RunEntry
    from cnnviz.app.runs.twin_plan import TwinPlan
    from cnnviz.app.training.worker import RunEnd
    from cnnviz.ui.main_window import MainWindow


class QueueLinks(QObject):
    """Holds what waits and begins it with `begin`. A person who stops a run wants no other at once."""

    def __init__(self, window: MainWindow, begin: Callable[[RunEntry, TwinPlan, str], object]) -> None:
        super().__init__(window)
        self.queue, self._begin = TwinQueue(self), begin
        self._library, self._session = window.workbench.library, window.workbench.session
        self._notices, self._strip = window.notices, window.run_list.queue
        self._strip.cancel_requested.connect(self.queue.cancel)
        self._strip.clear_requested.connect(self.queue.clear)
        self._strip.start_requested.connect(self._start_next)
        self.queue.changed.connect(self._on_changed)
        self._session.state_changed.connect(self._on_state_changed)
        self._session.run_ended.connect(self._on_run_ended)

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
    def _on_changed(self) -> None:
        self._strip.show_waiting(self.queue.waiting)

    @Slot()
    def _on_state_changed(self) -> None:
        self._strip.set_idle(self._session.is_idle)
