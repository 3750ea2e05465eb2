"""The weights that the run on screen began with."""

from __future__ import annotations

import dataclasses
import functools
from typing import TYPE_CHECKING

from cnnviz.engine.build import build
from cnnviz.interpret.activations import computable_part
from cnnviz.training.random_state import initial_rng

if TYPE_CHECKING:
    from collections.abc import Callable

    from cnnviz.app.looking.time_travel import TimeTravel
    from cnnviz.app.training.session import Session
    from cnnviz.app.training.weights import Arrays
    from cnnviz.spec.network import NetworkSpec


@dataclasses.dataclass(frozen=True, slots=True, eq=False)
class FirstWeights:
    """What gives the first weights of a run, on any thread, and what they are called.

    `read` raises `FileError` where they are kept no more, or damaged.
    """

    read: Callable[[], Arrays]
    name: str


class StartOfRun:
    """Finds the first weights of the run on screen: its first moment, or else what its seed gives."""

    def __init__(self, session: Session, travel: TimeTravel) -> None:
        self._session, self._travel = session, travel
        self._run = object()
        self._known: tuple[object, bool, FirstWeights] | None = None
        session.run_prepared.connect(self._on_run_prepared)

    def find(self, spec: NetworkSpec) -> FirstWeights | None:
        """Return the first weights for a design; the same object as long as it is the same run.

        None before a run, and where the design is no longer that of the run.
        """
        moments = self._travel.moments
        if moments and moments[0].step == 0:
            read = functools.partial(self._travel.reader(), moments[0])
            return self._kept(FirstWeights(read, "at step 0"), is_moment=True)
        result = self._session.result if self._session.is_idle else None
        if result is None or (result.spec.layers, result.spec.input) != (spec.layers, spec.input):
            return None
        seed = result.training.seed
        weights = FirstWeights(functools.partial(_drawn, spec, seed), f"as seed {seed} gives them")
        return self._kept(weights, is_moment=False)

    def _kept(self, weights: FirstWeights, *, is_moment: bool) -> FirstWeights:
        run: object = self._session.result if self._session.is_idle else self._run
        if self._known is None or self._known[0] is not run or self._known[1] is not is_moment:
            self._known = (run, is_moment, weights)
        return self._known[2]

    def _on_run_prepared(self) -> None:
        self._run = object()


def _drawn(spec: NetworkSpec, seed: int) -> Arrays:
    return build(computable_part(spec), initial_rng(seed)).arrays
