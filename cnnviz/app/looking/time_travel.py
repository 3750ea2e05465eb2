"""Looking back: everything that shows weights shows those of an earlier moment of the run."""

from __future__ import annotations

import dataclasses
import functools
import time
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal, Slot

from cnnviz.app.threads.answering import answer_or_reason
from cnnviz.app.threads.newest_thread import NewestThread
from cnnviz.app.training.session import SessionState
from cnnviz.errors import FileError
from cnnviz.training.events import Failed, Finished, Stopped
from cnnviz.training.moment_keeper import MomentKeeper
from cnnviz.training.moments import Moment, MomentStore, check_fits

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from cnnviz.app.document import Document
    from cnnviz.app.runs.run_library import RunLibrary
    from cnnviz.app.training.job import EventMaker, RunJob
    from cnnviz.app.training.session import Session
    from cnnviz.app.training.weights import Arrays
    from cnnviz.spec.network import NetworkSpec
    from cnnviz.training.control import RunControl
    from cnnviz.training.events import Event
    from cnnviz.training.result import RunResult


_CLOSE_SECONDS = 30.0
_BETWEEN_SECONDS = 0.5
"""While a run is on, new moments are told at most so often."""
_REMEMBERED_RUNS = 4
"""So many runs of this start keep their moments at hand, also where the disk has taken none."""
OTHER_DESIGN = "The design has changed since this run. Undo the changes to look at its earlier weights."
NOTHING_KEPT = "No earlier weights of this run were kept."


@dataclasses.dataclass(slots=True, eq=False)
class _Run:
    """A run with its moments; `result` is what it has left, or None while it goes on."""

    spec: NetworkSpec
    store: MomentStore
    keeper: MomentKeeper | None = None
    result: RunResult | None = None


@dataclasses.dataclass(frozen=True, slots=True, eq=False)
class _Wish:
    run: _Run
    moment: Moment

    def met(self) -> Arrays | str:
        failure = f"The weights of step {self.moment.step:,} could not be read"
        return answer_or_reason(self.read, failure)

    def read(self) -> Arrays:
        arrays = self.run.store.parameters(self.moment)
        check_fits(arrays, self.run.spec, f"The weights of step {self.moment.step:,}")
        return arrays


class TimeTravel(QObject):
    """Has the weights that are in sight: the newest ones, or those of the moment that is looked at.

    What shows weights takes them from here, and not from the session. A run goes on meanwhile, and a new one
    begins with the newest weights. There are moments as long as the design on screen is that of the run.

    Signals
    -------
    moments_changed()
        `moments`, or the `obstacle`, are others than before, or more epochs of theirs are known: the weights
        of an epoch may be kept before the session hears of its end, and so before `best_step` can be it.
    moment_wanted()
        `wanted` is another moment; its weights may still be on their way.
    weights_changed()
        There are other weights in sight: of another moment, or newer ones as nothing else is looked at.
    returned(Moment)
        A run begins, which goes on from the newest weights and not from those of this moment.
    failed(str)
        The weights of a moment could not be read, or not be kept; why, in one sentence.
    """

    moments_changed = Signal()
    moment_wanted = Signal()
    weights_changed = Signal()
    returned = Signal(object)
    failed = Signal(str)
    _answered = Signal(object, object)

    def __init__(
        self, document: Document, session: Session, library: RunLibrary, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._document, self._session, self._library = document, session, library
        self._runs: list[_Run] = []
        self._keepers: list[MomentKeeper] = []  # of runs that are forgotten here, too, while they write
        self._running: _Run | None = None
        self._shown: _Run | None = None
        self._moments: tuple[Moment, ...] = ()
        self._obstacle = NOTHING_KEPT
        self._known_epochs = 0
        self._not_before = 0.0
        self._moment: Moment | None = None
        self._parameters: Arrays = {}
        self._newest: _Wish | None = None
        self._thread = NewestThread("cnnviz-time-travel", _Wish.met, self._answered.emit)
        document.spec_changed.connect(self._follow)
        for signal in (session.history_changed, session.state_changed, library.changed):
            signal.connect(self._follow)
        session.weights_changed.connect(self._on_weights_changed)
        session.run_prepared.connect(self._on_run_prepared)
        self._answered.connect(self._on_answered)

    @property
    def moments(self) -> tuple[Moment, ...]:
        """The moments of the run on screen that can be looked at, the first one first."""
        return self._moments

    @property
    def best_step(self) -> int | None:
        """The step after which the best epoch ended, where it is known."""
        history = self._session.history
        best = history.best_epoch
        return int(history.epochs.step[best]) if best is not None else None

    @property
    def moment(self) -> Moment | None:
        """The moment whose weights are in sight; None for now."""
        return self._moment

    @property
    def wanted(self) -> Moment | None:
        """The moment that was asked for last; None for now. Its weights may still have to be read."""
        return self._newest.moment if self._newest is not None else self._moment

    @property
    def is_past(self) -> bool:
        """Whether earlier weights are in sight."""
        return self._moment is not None

    @property
    def is_reading(self) -> bool:
        """Whether the weights of the moment wanted are not there yet."""
        return self._newest is not None

    @property
    def obstacle(self) -> str:
        """Why there are no moments, in one sentence; empty where there are some."""
        return self._obstacle

    @property
    def weights_step(self) -> int:
        """The step after which the weights in sight were taken; 0 before training."""
        return self._moment.step if self._moment is not None else self._session.weights_step

    @property
    def weights_epoch(self) -> int:
        """The epoch in which the weights in sight were taken."""
        return self._moment.epoch if self._moment is not None else self._session.weights_epoch

    def parameters_for(self, spec: NetworkSpec) -> Arrays:
        """Return the weights in sight of a design, by `<layer id>/<name>`; they are never written again."""
        if self._moment is None or self._shown is None or not _same_layers(spec, self._shown.spec):
            return self._session.parameters_for(spec)
        return self._parameters

    def reader(self) -> Callable[[Moment], Arrays]:
        """Return what reads the weights of a moment of the run on screen, whatever is on screen later.

        It may take a while, on any thread, and raises `FileError` where they are kept no more, or damaged.
        """
        return functools.partial(_read_from, self._shown)

    def look_at(self, moment: Moment) -> None:
        """Bring the weights of a moment in sight, at once or as soon as they are read."""
        shown = self._shown
        if shown is None or moment == self.wanted:
            return
        shown.store.hold(moment.step)
        wish = _Wish(shown, moment)
        if shown.store.remembered(moment) is not None:
            self._newest = wish
            self._on_answered(wish, wish.met())
        else:
            self._read(wish)
        self.moment_wanted.emit()

    @Slot()
    def back_to_now(self) -> None:
        """Bring the newest weights in sight."""
        was_past, was_wanted = self.is_past, self.wanted is not None
        self._moment, self._newest, self._parameters = None, None, {}
        if self._shown is not None:
            self._shown.store.hold(None)
        if was_wanted:
            self.moment_wanted.emit()
        if was_past:
            self.weights_changed.emit()
            self._session.want_weights()

    def keeping(self, job: RunJob) -> EventMaker:
        """Return what makes the events of a run whose moments are kept from now on."""
        make = self._library.keeping(job)
        folder = self._library.running_folder
        path = folder.moments if folder is not None else None
        earlier = next((run for run in self._runs if run.result is job.earlier is not None), None)
        is_same = earlier is not None and earlier.store.folder == path
        store = earlier.store if earlier is not None and is_same else MomentStore(path)
        keeper = MomentKeeper(store, job.training.best_by, self.failed.emit)
        if job.earlier is not None:
            keeper.go_on_from(job.earlier)
        self._keepers = [*(one for one in self._keepers if not one.close(0.0)), keeper]
        run = _Run(job.spec, store, keeper)
        self._remember(run)
        self._running = run
        return functools.partial(self._events, make, run)

    def close(self, seconds: float = _CLOSE_SECONDS) -> bool:
        """End the threads, once what is kept is written, and return whether all have ended in this time."""
        until = time.monotonic() + seconds
        self._thread.close(0.0)  # nothing more is told
        ended = [keeper.close(max(until - time.monotonic(), 0.0)) for keeper in self._keepers]
        return self._thread.close(max(until - time.monotonic(), 0.0)) and all(ended)

    @staticmethod
    def _events(make: EventMaker, run: _Run, control: RunControl) -> Iterator[Event]:
        """Pass on the events of a run and keep its moments; in the run's own thread."""
        assert run.keeper is not None
        for event in run.keeper.kept(make(control), control):
            if isinstance(event, Finished | Stopped | Failed):
                run.result = event.result
            yield event

    @Slot()
    def _follow(self) -> None:
        """Find out of which run there are moments, and which. While a run is on this is asked often."""
        subject, obstacle = self._subject(), NOTHING_KEPT
        if subject is not None and not _same_layers(self._document.spec, subject.spec):
            subject, obstacle = None, OTHER_DESIGN
        before = self._shown
        if subject is not before:
            self._shown = subject
            if before is not None and (subject is None or subject.store is not before.store):
                before.store.hold(None)
                before.store.release()
            self.back_to_now()
        if subject is not None and subject is before and not self._is_news_due():
            return
        moments = subject.store.moments if subject is not None else ()
        obstacle = "" if moments else obstacle
        epochs = len(self._session.history.epochs)
        if moments is not self._moments or (obstacle, epochs) != (self._obstacle, self._known_epochs):
            self._moments, self._obstacle, self._known_epochs = moments, obstacle, epochs
            self.moments_changed.emit()

    def _is_news_due(self) -> bool:
        """Return whether new moments are to be told: to be drawn, they cost a run time."""
        now = time.monotonic()
        if self._session.state is SessionState.RUNNING and now < self._not_before:
            return False
        self._not_before = now + _BETWEEN_SECONDS
        return True

    def _subject(self) -> _Run | None:
        """Return the run whose curves are on screen, with its moments."""
        if not self._session.is_idle:
            return self._running
        result = self._session.result
        if result is None:
            return None
        known = next((run for run in self._runs if run.result is result), None)
        return known or self._found(result)

    def _found(self, result: RunResult) -> _Run | None:
        """Return a run of which the library has a folder: one from a file, or from an earlier start."""
        folder = self._library.folder_of(result.state)
        if folder is None:
            return None
        run = _Run(result.spec, MomentStore(folder.moments), result=result)
        self._remember(run)
        return run

    def _remember(self, run: _Run) -> None:
        others = [other for other in self._runs if other.store is not run.store]
        self._runs = [*others, run][-_REMEMBERED_RUNS:]

    def _read(self, wish: _Wish) -> None:
        self._newest = wish
        self._thread.put(wish)

    @Slot(object, object)
    def _on_answered(self, wish: _Wish, answer: Arrays | str) -> None:
        if wish is not self._newest:
            return  # somebody has moved on
        if isinstance(answer, str):
            self.failed.emit(answer)
            self.back_to_now()
            return
        self._newest, self._moment, self._parameters = None, wish.moment, answer
        self.weights_changed.emit()

    @Slot()
    def _on_weights_changed(self) -> None:
        if not self.is_past:
            self.weights_changed.emit()

    @Slot()
    def _on_run_prepared(self) -> None:
        moment = self.wanted
        self.back_to_now()
        if moment is not None:
            self.returned.emit(moment)


def _read_from(run: _Run | None, moment: Moment) -> Arrays:
    if run is None:
        raise FileError(NOTHING_KEPT)
    return _Wish(run, moment).read()


def _same_layers(one: NetworkSpec, other: NetworkSpec) -> bool:
    return one is other or (one.layers, one.input) == (other.layers, other.input)
