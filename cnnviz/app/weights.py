"""The weights on screen: what was learned, where its shape fits, and first weights elsewhere."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from cnnviz.engine.build import build
from cnnviz.engine.network import network_array_shapes
from cnnviz.interpret.activations import computable_part
from cnnviz.training.random_state import initial_rng

if TYPE_CHECKING:
    from collections.abc import Callable

    import numpy as np
    from numpy.typing import NDArray

    from cnnviz.spec.network import NetworkSpec

Arrays = Mapping[str, Any]
"""Arrays by `<layer id>/<name>`."""


class WeightStore:
    """Learned arrays by name and shape, so that undoing an edit finds the weights of before again.

    Arrays are kept by reference; whoever hands them over no longer writes them.
    """

    def __init__(self) -> None:
        self._learned: dict[tuple[str, tuple[int, ...]], NDArray[np.floating]] = {}
        self._first: tuple[NetworkSpec, int, Arrays] | None = None
        self._part: tuple[NetworkSpec, NetworkSpec, dict[str, tuple[int, ...]]] | None = None
        self._drawing = threading.Lock()

    @property
    def is_empty(self) -> bool:
        """Whether nothing was learned yet."""
        return not self._learned

    def learn(self, parameters: Arrays) -> None:
        """Keep arrays in the place of those with the same names and shapes."""
        for name, array in parameters.items():
            self._learned[name, array.shape] = array

    def forget(self) -> None:
        """Drop everything that was learned."""
        self._learned.clear()

    def copy(self) -> WeightStore:
        """Return a store that has learned the same."""
        twin = WeightStore()
        twin._learned, twin._first = dict(self._learned), self._first
        return twin

    def parameters_for(self, spec: NetworkSpec, seed: int) -> Arrays:
        """Return arrays for the part of a design that can be computed: learned where they fit, else fresh.

        The fresh ones depend only on the design and the seed. They are drawn when one of them is first read,
        by the thread that reads it: for a large design that takes seconds.
        """
        part, shapes = self._computable(spec)
        learned = {name: self._learned.get((name, shape)) for name, shape in shapes.items()}
        return _Arrays(learned, lambda: self._first_weights(part, seed))

    def fresh_layers(self, spec: NetworkSpec) -> frozenset[str]:
        """Return the ids of the layers that have weights of their own, none of them learned."""
        _, shapes = self._computable(spec)
        return frozenset(
            name.partition("/")[0] for name, shape in shapes.items() if (name, shape) not in self._learned
        )

    def _computable(self, spec: NetworkSpec) -> tuple[NetworkSpec, dict[str, tuple[int, ...]]]:
        """Return the part of a design that has weights, and their shapes; remembered for the last design."""
        if self._part is None or self._part[0] is not spec:
            part = computable_part(spec)
            self._part = (spec, part, network_array_shapes(part))
        return self._part[1:]

    def _first_weights(self, part: NetworkSpec, seed: int) -> Arrays:
        with self._drawing:
            if self._first is None or self._first[:2] != (part, seed):
                drawn = build(part, initial_rng(seed)).arrays
                self._first = (part, seed, {name: array.copy() for name, array in drawn.items()})
            return self._first[2]


class _Arrays(Mapping[str, Any]):
    """Arrays by name; in the place of those that are None stand the ones that `draw` gives."""

    def __init__(self, known: Mapping[str, NDArray[np.floating] | None], draw: Callable[[], Arrays]) -> None:
        self._known = known
        self._draw = draw
        self._drawn: Arrays | None = None

    def __getitem__(self, name: str) -> Any:
        known = self._known[name]
        if known is not None:
            return known
        if self._drawn is None:
            self._drawn = self._draw()
        return self._drawn[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._known)

    def __len__(self) -> int:
        return len(self._known)
