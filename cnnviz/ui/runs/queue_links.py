"""Lets twins wait for each other: after the end of a run the next one begins, at a restart when asked to."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Slot

from cnnviz.app.runs.twin_queue import DroppedTwin, TwinQueue, WaitingTwin
from cnnviz.errors import FileError
from cnnviz.spec.words import counted
from cnnviz.training.events import Stopped
from cnnviz.ui.runs.queue_strip import START_ALL

if TYPE_CHECKING:
    from collections.abc import Callable

    from cnnviz.app.runs.run_folder import RunEntry
    from cnnviz.app.runs.twin_plan import TwinPlan
    from cnnviz.app.training.worker import RunEnd
    from cnnviz.ui.main_window import MainWindow

    Begin = Callable[[RunEntry, WaitingTwin, Callable[[str], object]], object]

SHOW, START, UNDO = "Show in Runs", "Start", "Undo"


class QueueLinks(QObject):
    """Holds what waits and begins it with `begin`. A person who stops a run wants no other at once.

    A twin waits until its run has begun. Where it cannot begin, it stays with the reason beside it, and it is
    the turn of the next one. What waited when the program ended waits again at the next start and is offered;
    it is held until a person says so. Whoever gives twins up can take that back.

    `begin` takes a twin with the run of which it is to be one, and a function that it calls with "" once the
    twin is trained, and with the reason where it is not. `give_up` takes that back.
    """

    def __init__(self, window: MainWindow, begin: Begin, give_up: Callable[[], object]) -> None:
        super().__init__(window)
        self.queue, self._begin, self._give_up = TwinQueue(self), begin, give_up
        self._library, self._session = window.workbench.library, window.workbench.session
        self._runs = window.runs
        self._notices, self._strip = window.notices, window.run_list.queue
        self._docks, self._kept = window.docks, window.workbench.kept_twins
        self._asked: WaitingTwin | None = None
        self._is_beginning = self._goes_on = self._is_due = False
        self._strip.cancel_requested.connect(self._on_cancel_requested)
        self._strip.clear_requested.connect(self._on_clear_requested)
        self._strip.start_requested.connect(self._on_start_requested)
        self._strip.retry_requested.connect(self._on_retry_requested)
        self.queue.changed.connect(self._on_changed)
        self._session.state_changed.connect(self._show_idle)
        self._session.run_ended.connect(self._on_run_ended)
        self._runs.restart_settled.connect(self._on_restart_settled)
        self._library.loaded.connect(self._on_loaded)

    def take(self, entry: RunEntry, plan: TwinPlan, name: str) -> None:
        """Train a twin: now, or where a run is under way when it is its turn."""
        twin = WaitingTwin(entry.id, plan, name)
        if self._can_begin:
            self._try(twin)
        else:
            self.queue.add(twin)
            self._goes_on = True  # it has its turn also where the one before it cannot begin

    @property
    def _can_begin(self) -> bool:
        return self._session.is_idle and not self._is_beginning and not self._runs.is_restarting

    @Slot()
    def _on_start_requested(self) -> None:
        """Begin with the next one, held ones included; where each has had its turn, all have another."""
        self.queue.release()
        if self.queue.next is None:
            self.queue.forgive()
        self._start_next()

    @Slot()
    def _start_next(self) -> None:
        twin = self.queue.next
        self._is_due = self._runs.is_restarting
        if twin is not None and self._can_begin:
            self._try(twin, goes_on=True)

    @Slot()
    def _on_restart_settled(self) -> None:
        """Begin what had its turn while a restart was to come, where none has come."""
        self._show_idle()
        if self._is_due:
            self._start_next()

    @Slot(object)
    def _on_retry_requested(self, twin: WaitingTwin) -> None:
        self.queue.release(twin)  # where a run is under way, it has its turn after that
        if self._can_begin:
            self._try(twin)

    def _try(self, twin: WaitingTwin, *, goes_on: bool = False) -> None:
        """Begin with a twin, and with the next one where this cannot begin and all are to be trained."""
        self._asked, self._is_beginning, self._goes_on = twin, True, goes_on
        self.queue.forgive(twin)
        entry, told = self._library.entry(twin.original), functools.partial(self._on_told, twin)
        if entry is None or entry.facts is None:
            told(f'The run is gone of which "{twin.name}" was to be a twin.')
        else:
            self._begin(entry, twin, told)
            if self._is_beginning and twin not in self.queue.waiting:
                self.queue.add(twin)  # until its data set is open
        self._show_idle()

    def _on_told(self, twin: WaitingTwin, reason: str) -> None:
        """Let a twin go whose run has begun, or keep it with the reason why not."""
        if twin is self._asked:
            self._is_beginning = False
        if not reason:
            self._asked = None
            self.queue.remove(twin)
        elif twin is self._asked or twin in self.queue.waiting:
            self.queue.put_off(twin, reason)
            if self._goes_on:
                QTimer.singleShot(0, self, self._start_next)  # once everybody knows of it
        self._show_idle()

    @Slot(object)
    def _on_cancel_requested(self, twin: WaitingTwin) -> None:
        self._drop((twin,))

    @Slot()
    def _on_clear_requested(self) -> None:
        self._drop(self.queue.waiting)

    def _drop(self, twins: tuple[WaitingTwin, ...]) -> None:
        """Give twins up, and offer to take that back."""
        if self._asked in twins:
            self._asked, self._is_beginning = None, False
            self._give_up()
        dropped = self.queue.drop(*twins)
        self._show_idle()
        if dropped:
            them = f'"{twins[0].name}"' if len(dropped) == 1 else f"{len(dropped):,} twins"
            offers = {UNDO: functools.partial(self._put_back, dropped)}
            self._notices.show_offers(f"{them} will not be trained.", offers)

    def _put_back(self, dropped: tuple[DroppedTwin, ...]) -> None:
        self.queue.put_back(dropped)
        self._notices.clear()

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
        self.queue.add(*twins, are_held=True)
        them = counted(len(twins), "twin is", "twins are")
        start = START if len(twins) == 1 else START_ALL
        offers = {SHOW: self._show, start: self._on_start_requested}
        self._notices.add_offers(f"{them} still waiting since the program ended.", offers)

    def _show(self) -> None:
        self._docks.bring(self._docks.runs)
        self._notices.clear()

    @Slot()
    def _on_changed(self) -> None:
        held = {twin: self._words_about(twin) for twin in self.queue.waiting if twin in self.queue.held}
        self._strip.show_waiting(self.queue.waiting, self.queue.reasons, held)
        try:
            self._kept.write(self.queue.waiting)
        except FileError as error:
            self._notices.show_problem(f"Twins that wait will not be there after a restart. {error}")

    def _words_about(self, twin: WaitingTwin) -> str:
        """Return what would be trained, as far as the name does not say it."""
        original = self._library.entry(twin.original)
        of = f'twin of "{original.about.name}"' if original is not None else "twin of a run that is gone"
        words = twin.plan.words
        return of if not words or words in twin.name else f"{words}, {of}"

    @Slot()
    def _show_idle(self) -> None:
        self._strip.set_idle(self._can_begin)
