"""One run on a thread of its own."""

from __future__ import annotations

import dataclasses
import logging
import threading
import traceback
from typing import TYPE_CHECKING

from cnnviz.app.threads.mailbox import Mailbox
from cnnviz.app.threads.priority import step_behind_the_window
from cnnviz.spec.training import VAL_ACCURACY
from cnnviz.training.control import RunControl
from cnnviz.training.events import (
    Ending,
    EpochDone,
    Event,
    Paused,
    Resumed,
    RunStarted,
    SettingsChanged,
    Snapshot,
    StepDone,
    Vitals,
)
from cnnviz.training.history import History, HistoryLog

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from cnnviz.app.threads.turns import Turns

_log = logging.getLogger(__name__)


@dataclasses.dataclass(frozen=True, slots=True)
class Broken:
    """The end of a run that an unforeseen error has broken, so that there is no result.

    `reason` is for the person, `details` is the traceback.
    """

    reason: str
    details: str


RunEnd = Ending | Broken
"""One of these ends every run."""


_KINDS: dict[type[Event], str] = {
    RunStarted: "started",
    StepDone: "step",
    Vitals: "step",
    EpochDone: "epoch",
    Snapshot: "snapshot",
    Paused: "phase",
    Resumed: "phase",
    SettingsChanged: "settings",
}
"""Kinds of news in the mailbox; "end" is the `RunEnd`."""


class RunWorker:
    """Runs a generator of events on a thread, and keeps its newest events and its history for another thread.

    `make_events` is called on that thread, with the worker's `control`. Exactly one `RunEnd` is the last
    thing put in the mailbox, whatever happens.
    """

    def __init__(
        self,
        number: int,
        make_events: Callable[[RunControl], Iterator[Event]],
        turns: Turns,
        earlier: History | None = None,
        best_by: str = VAL_ACCURACY,
    ) -> None:
        self.number = number
        self.control = RunControl(give_way=turns.give_way)
        self.mailbox = Mailbox()
        self._make_events = make_events
        self._turns = turns
        self._log = HistoryLog(earlier, best_by)
        self._thread = threading.Thread(target=self._work, name=f"cnnviz-run-{number}", daemon=True)

    @property
    def history(self) -> History:
        """What the run has reported so far; safe to ask for from any thread."""
        return self._log.frozen()

    def start(self) -> None:
        """Begin the run."""
        self._thread.start()

    def wait(self, seconds: float) -> bool:
        """Wait until the thread has ended, at most `seconds`, and return whether it has."""
        self._thread.join(seconds)
        return not self._thread.is_alive()

    def _work(self) -> None:
        step_behind_the_window()
        try:
            self.mailbox.put("end", self._consume())
        except Exception as error:
            _log.exception("Run %d ended with an error", self.number)
            reason = str(error) or type(error).__name__
            self.mailbox.put("end", Broken(reason, "".join(traceback.format_exception(error))))

    def _consume(self) -> RunEnd:
        for event in self._make_events(self.control):
            if isinstance(event, RunEnd):
                return event
            if isinstance(event, StepDone | Vitals | EpochDone | SettingsChanged):
                self._log.append(event)
            self.mailbox.put(_KINDS[type(event)], event)
            self._turns.give_way()
        raise RuntimeError("The run ended without saying how.")
