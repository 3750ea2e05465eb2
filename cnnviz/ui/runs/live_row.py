"""The row of the run under way: how far it is and the best of it so far, while somebody can see it."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Slot

from cnnviz.app.training.session import SessionState
from cnnviz.training.run_comparison import BEST_ACCURACY, BEST_LOSS
from cnnviz.ui.format import duration, number, share
from cnnviz.ui.preparing.words import said_of
from cnnviz.ui.runs.runs_model import STATE
from cnnviz.ui.runs.words import percent

if TYPE_CHECKING:
    from cnnviz.app.runs.run_library import RunLibrary
    from cnnviz.app.selection import Selection
    from cnnviz.app.training.session import Session
    from cnnviz.ui.runs.runs_panel import RunsPanel

LIVE_MS = 2_000
"""The row changes so often at most: it is there to be read, and the curves tell the rest."""


class LiveRow(QObject):
    """Writes the figures of the run under way into its row of the list."""

    def __init__(self, panel: RunsPanel, session: Session, library: RunLibrary, selection: Selection) -> None:
        super().__init__(panel)
        self._selection = selection
        self._panel, self._session, self._library = panel, session, library
        self._is_in_sight = False
        self._ticks = QTimer(self, interval=LIVE_MS)
        self._ticks.timeout.connect(self._on_tick)
        session.state_changed.connect(self._follow)

    @Slot(bool)
    def set_in_sight(self, in_sight: bool) -> None:
        """Say whether anybody can see the list."""
        self._is_in_sight = in_sight
        self._follow()

    @Slot()
    def _follow(self) -> None:
        if self._is_in_sight and not self._session.is_idle:
            self._on_tick()
            self._ticks.start()
        else:
            self._ticks.stop()

    @Slot()
    def _on_tick(self) -> None:
        folder = self._library.running_folder
        if folder is not None:
            words = live_words(self._session, said_of(self._selection.dataset))
            self._panel.model.show_live(folder.id, words, live_details(self._session))


def live_words(session: Session, data: str) -> dict[str, str]:
    """Return what is known of the run under way on `data`, by the titles of the list's columns."""
    progress, history = session.progress, session.history
    done = f", {percent(progress.step, progress.steps)}" if progress.steps else ""
    words = {
        STATE: f"{_doing(session)}{done}",
        "Data set": data,
        "Epochs": f"{len(history.epochs):,}",
        "Time": duration(progress.seconds),
    }
    best = history.best_epoch
    if best is not None:
        accuracy, loss = float(history.epochs.val_accuracy[best]), float(history.epochs.val_loss[best])
        words[BEST_LOSS] = number(loss)
        if not math.isnan(accuracy):
            words[BEST_ACCURACY] = share(accuracy)
    return words


def live_details(session: Session) -> str:
    """Return how far the run under way is, to the step."""
    progress = session.progress
    at = f" at step {progress.step:,} of {progress.steps:,}" if progress.steps else ""
    return f"{_doing(session)}{at}"


def _doing(session: Session) -> str:
    return "paused" if session.state is SessionState.PAUSED else "under way"
