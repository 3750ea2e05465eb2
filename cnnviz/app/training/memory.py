"""What every design on the undo stack has learned, and the runs that no file holds."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

from cnnviz.app.training.learned import Learned
from cnnviz.app.training.weights import WeightGiver
from cnnviz.spec.renaming import renamed_layers

if TYPE_CHECKING:
    from cnnviz.app.training.weights import Arrays
    from cnnviz.spec.network import NetworkSpec
    from cnnviz.training.result import RunResult, RunState

MAX_DESIGNS = 2000
"""More than the undo stack holds, as steps that were merged into one are counted here one by one."""


@dataclasses.dataclass(slots=True, eq=False)
class _Design:
    spec: NetworkSpec
    learned: Learned


class Memory:
    """Follows the designs of a document and knows the weights and curves of each.

    Undo and redo show the very design object of before, whereas an edit makes another one; so designs are
    told apart by identity, not by value. The rules:

    - A new design takes over all layers of the one before it, by their ids: a layer whose arrays have the
      same shapes keeps its weights, and a new layer never gets those of one that is gone.
    - A design that was trained has its own weights and curves whenever it is on screen again.
    - Any other has, after undo, the weights it had; after redo, newer ones of the design before it.
    - A design that had learned nothing takes over what fits from the later one, after undo.
    - A run that no file holds is kept, whatever becomes of its design, until it is continued, saved or given
      up.

    Attributes
    ----------
    shown
        What belongs to the design on screen.
    run
        What belongs to the design that is trained; None while no run is under way.
    """

    def __init__(self) -> None:
        self.shown = Learned()
        self.run: Learned | None = None
        self._giver = WeightGiver()
        self._designs: list[_Design] = []
        self._place = 0
        self._before = Learned()
        self._continued: RunResult | None = None
        self._has_stepped = False
        self._unsaved: list[RunResult] = []
        self._saved: RunState | None = None

    @property
    def unsaved_count(self) -> int:
        """How many runs no file holds, the one under way included once it has learned something."""
        return len(self._unsaved) + (self._has_stepped and self._continued not in self._unsaved)

    @property
    def unsaved_runs(self) -> tuple[RunResult, ...]:
        """Every run that has ended and is in no file, the oldest first."""
        return tuple(self._unsaved)

    def parameters_for(self, spec: NetworkSpec, seed: int) -> Arrays:
        """Return the weights of a design: what is known on screen where it fits, else first ones."""
        return self._giver.parameters_for(spec, self.shown.store, seed)

    def fresh_layers(self, spec: NetworkSpec) -> frozenset[str]:
        """Return the ids of the layers that have first weights although something was learned."""
        store = self.shown.store
        return frozenset() if store.is_empty else self._giver.fresh_layers(spec, store)

    def show(self, spec: NetworkSpec, *, is_first: bool = False) -> bool:
        """Put the design that is now on screen in its place, and return whether other weights go with it.

        Where it `is_first`, undo brings no other back: what those had learned is given up.
        """
        has_changed = self._show(spec)
        if is_first:
            self._designs, self._place = [self._designs[self._place]], 0
        return has_changed

    def _show(self, spec: NetworkSpec) -> bool:
        if not self._designs:
            self._designs.append(_Design(spec, self.shown))
            return False
        before = self._designs[self._place]
        if before.spec is spec:
            return False
        place = next((index for index, known in enumerate(self._designs) if known.spec is spec), None)
        is_forward = place is None or place > self._place
        if place is None:
            before.learned.is_borrowed = False  # what it was borrowed from can no longer be redone
            self._append(_Design(spec, _taken_over(before, spec)))
        else:
            self._place = place
            self._designs[place].learned = self._remembered(self._designs[place], before, is_forward)
        self.shown = self._designs[self._place].learned
        self._follow()
        return self.shown is not before.learned

    def begin_run(self, spec: NetworkSpec, continued: RunResult | None) -> None:
        """Say that the design on screen is trained from now on, as the rest of the run `continued`."""
        self.run, self._continued = self.shown, continued
        self._before = self.run.copy()
        self.run.kin, self.run.names_in_run = frozenset(layer.id for layer in spec.walk()), {}

    def learn(self, parameters: Arrays, step: int, epoch: int) -> None:
        """Take newer weights of the run under way."""
        assert self.run is not None
        self.run.store.learn(parameters)
        self.run.weights_at = (step, epoch)
        self._follow()

    def note_step(self) -> None:
        """Say that the run under way has learned something."""
        self._has_stepped = True

    def end_run(self, result: RunResult | None) -> None:
        """Take what the run has left; without a result, go back to what there was before it."""
        run = self.run
        assert run is not None
        if result is not None:
            run.take(result)
            self._unsaved = [other for other in self._unsaved if other is not self._continued]
            if result.state is not self._saved:
                self._unsaved.append(result)
        else:
            self._go_back(run)
        self.run, self._continued, self._has_stepped = None, None, False
        self._before = Learned()  # else its weights would stay in memory
        for learned in self._all():
            if learned is not run and learned.kin:
                learned.follow(run)
            learned.kin = frozenset()

    def put(self, parameters: Arrays, fresh: Arrays) -> None:
        """Give the design on screen weights of its own: learned ones, and first ones that are to stay."""
        self.shown.store.learn(parameters)
        self.shown.store.pin(fresh)
        self.shown.is_own, self.shown.is_borrowed, self.shown.kin = True, False, frozenset()

    def bring_back(self, result: RunResult) -> None:
        """Give the design on screen, which is that of the run, the weights and curves of a run."""
        self.shown = Learned()
        self.shown.take(result)
        if self._designs:
            self._designs[self._place].learned = self.shown

    def release_first_weights(self) -> None:
        """Let all weights that were not learned be those of the seed again."""
        for learned in self._all():
            learned.store.release()

    def saved(self, result: RunResult) -> None:
        """Say that a file holds this run, which may end only after that."""
        self._saved = result.state
        self._unsaved = [other for other in self._unsaved if other.state is not result.state]

    def forget(self, *, everywhere: bool = True) -> None:
        """Give up everything that was learned: of every design, or of the one on screen only."""
        if not everywhere:
            self.shown = Learned()
            if self._designs:
                self._designs[self._place].learned = self.shown
            return
        for design in self._designs:
            design.learned = Learned()
        self.shown = self._designs[self._place].learned if self._designs else Learned()
        self._unsaved = []

    def _append(self, design: _Design) -> None:
        """Put a new design behind the one on screen; what was undone before can no longer be redone."""
        kept = self._designs[: self._place + 1]
        self._designs = [*kept, design][-MAX_DESIGNS:]
        self._place = len(self._designs) - 1

    def _remembered(self, design: _Design, before: _Design, is_forward: bool) -> Learned:
        """Return what a design has that is on screen again, coming from the one `before`."""
        mine = design.learned
        if mine is self.run or mine is before.learned or mine.is_own:
            return mine
        if not is_forward and not mine.is_borrowed and self._giver.has_learned(design.spec, mine.store):
            return mine
        taken = _taken_over(before, design.spec)
        if taken is before.learned:
            return taken
        store = mine.store.copy()
        store.take_over(taken.store, _ids(design.spec))
        taken.store = store
        from_nothing = not self._giver.has_learned(before.spec, before.learned.store)
        taken.is_borrowed = not is_forward or before.learned.is_borrowed or from_nothing
        if taken.is_borrowed:
            store.release()
        return taken

    def _follow(self) -> None:
        """Let the design on screen learn with the run under way, where it has layers of it."""
        if self.run is not None and self.shown is not self.run and self.shown.kin:
            self.shown.follow(self.run)

    def _go_back(self, run: Learned) -> None:
        """Restore what there was before a run that left no weights; its curves stay, which may say why."""
        curves = (run.history, run.started) if len(run.history.steps) else None
        vars(run).update(vars(self._before.copy()))
        if curves is not None:
            run.history, run.started = curves

    def _all(self) -> list[Learned]:
        return [self.shown, *(design.learned for design in self._designs)]


def _taken_over(before: _Design, spec: NetworkSpec) -> Learned:
    """Return what a design takes over from the one before it; all of it where only the name differs."""
    if (before.spec.layers, before.spec.input) == (spec.layers, spec.input):
        return before.learned
    return before.learned.heir(_ids(spec), renamed_layers(before.spec, spec))


def _ids(spec: NetworkSpec) -> frozenset[str]:
    return frozenset(layer.id for layer in spec.walk())
