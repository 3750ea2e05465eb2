"""What there is to show of one design: its weights, and the run they come from."""

from __future__ import annotations

import copy
import dataclasses
from typing import TYPE_CHECKING

from cnnviz.app.training.job import continues
from cnnviz.app.training.progress import Progress, progress_of, progress_of_result
from cnnviz.app.training.weights import WeightStore
from cnnviz.training.history import empty_history

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from cnnviz.data.dataset import Dataset
    from cnnviz.spec.network import NetworkSpec
    from cnnviz.training.events import RunStarted, SettingsChanged
    from cnnviz.training.history import History
    from cnnviz.training.result import RunResult


class Learned:
    """Weights, when they were taken, curves, and what the last run left.

    Attributes
    ----------
    store
        What was learned.
    weights_at
        The step and the epoch, from 1, after or in which the weights were taken; zeros before training.
    history
        The curves of the run under way, or of the last one.
    result
        What the last run left, or the run file that was opened; None where there is none.
    started
        How the run under way, or the last one, began; None where it was read from a file.
    is_own
        Whether the weights were made for this very design: it was trained, converted or read from a file.
    is_borrowed
        Whether the weights are only those of a later design, since this one had learned nothing.
    kin
        The layers that are those of the run under way, and learn with it; empty where there is no run.
    names_in_run
        What layers that were renamed meanwhile are called in that run, by their ids here.
    """

    def __init__(self) -> None:
        self.store = WeightStore()
        self.weights_at = (0, 0)
        self.history: History = empty_history()
        self.result: RunResult | None = None
        self.started: RunStarted | None = None
        self.is_own = self.is_borrowed = False
        self.kin: frozenset[str] = frozenset()
        self.names_in_run: dict[str, str] = {}

    @property
    def progress(self) -> Progress:
        """How far the run under way, or the last one, has come."""
        if self.started is not None:
            return progress_of(self.started, self.history)
        return progress_of_result(self.result) if self.result is not None else Progress()

    def advance(self, history: History, change: SettingsChanged | None) -> None:
        """Take what the run under way has reported so far, and what it has been told to do otherwise."""
        self.history = history
        if change is not None and self.started is not None:
            self.started = dataclasses.replace(self.started, epochs=change.training.epochs)

    def continued_by(self, spec: NetworkSpec, dataset: Dataset) -> RunResult | None:
        """Return the run that goes on when this design is trained on this data, from these weights."""
        result = self.result
        if result is None or not continues(result, spec, dataset):
            return None
        return result if self.store.holds(result.shown_parameters) else None

    def copy(self) -> Learned:
        """Return the same, which stays as it is now."""
        twin = copy.copy(self)
        twin.store = self.store.copy()
        return twin

    def heir(self, layer_ids: Collection[str], names: Mapping[str, str] | None = None) -> Learned:
        """Return what a design takes over that was made from this one and has these layers.

        Layers that are called otherwise there stand in `names`, the new ids by the old ones.
        """
        names = names or {}
        heir = copy.copy(self)
        heir.store = self.store.renamed(names).copy(layer_ids)
        heir.is_own = heir.is_borrowed = False
        heir.kin = frozenset(names.get(layer_id, layer_id) for layer_id in self.kin).intersection(layer_ids)
        known = {own: name for own, name in self.names_in_run.items() if own not in names}
        heir.names_in_run = {**known, **{new: self.names_in_run.get(old, old) for old, new in names.items()}}
        return heir

    def follow(self, run: Learned) -> None:
        """Take over what a run has learned, or no longer has, of the layers that are the same."""
        self.store.drop(self.kin)
        renamed = {name: own for own, name in self.names_in_run.items() if own in self.kin}
        self.store.take_over(run.store.renamed(renamed) if renamed else run.store, self.kin)
        self.weights_at, self.history = run.weights_at, run.history
        self.result, self.started = run.result, run.started

    def take(self, result: RunResult) -> None:
        """Take the weights and curves that a run of this very design has left."""
        self.result, self.history = result, result.history
        self.weights_at = (result.state.step, result.state.current_epoch)
        self.store.learn(result.shown_parameters)
        self.is_own, self.is_borrowed = True, False
