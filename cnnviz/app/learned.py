"""What a session has to show: the weights on screen, and the run they come from."""

from __future__ import annotations

import copy
from typing import TYPE_CHECKING

from cnnviz.app.progress import Progress, progress_of, progress_of_result
from cnnviz.app.weights import WeightStore
from cnnviz.training.history import empty_history

if TYPE_CHECKING:
    from cnnviz.training.events import RunStarted, Snapshot
    from cnnviz.training.history import History
    from cnnviz.training.result import RunResult


class Learned:
    """Weights, when they were taken, curves, and what the last run left.

    Attributes
    ----------
    store
        What was learned, and first weights where nothing was.
    weights_at
        The step and the whole epochs after which the weights were taken; zeros before training.
    history
        The curves of the run under way, or of the last one.
    result
        What the last run left, or the run file that was opened; None where there is none.
    started
        How the run under way, or the last one, began; None where it was read from a file.
    unsaved
        Whether there are learned weights that no run file holds.
    """

    def __init__(self) -> None:
        self.store = WeightStore()
        self.weights_at = (0, 0)
        self.history: History = empty_history()
        self.result: RunResult | None = None
        self.started: RunStarted | None = None
        self.unsaved = False

    @property
    def progress(self) -> Progress:
        """How far the run under way, or the last one, has come."""
        if self.started is not None:
            return progress_of(self.started, self.history)
        return progress_of_result(self.result) if self.result is not None else Progress()

    def copy(self) -> Learned:
        """Return the same, which stays as it is now."""
        twin = copy.copy(self)
        twin.store = self.store.copy()
        return twin

    def learn(self, snapshot: Snapshot) -> None:
        """Take newer weights of the run under way."""
        self.store.learn(snapshot.parameters)
        self.weights_at = (snapshot.step, snapshot.epoch)

    def take(self, result: RunResult) -> None:
        """Take the weights and curves that a run has left."""
        self.result = result
        self.weights_at = (result.state.step, result.state.epoch)
        if result.state.step > 0:
            self.store.learn(result.parameters)
        self.history = result.history

    def take_from_file(self, result: RunResult) -> None:
        """Take a run in the place of everything that was learned before."""
        self.forget()
        self.take(result)

    def forget(self) -> None:
        """Go back to first weights and no curves."""
        self.store.forget()
        self.weights_at = (0, 0)
        self.history, self.result, self.started = empty_history(), None, None
