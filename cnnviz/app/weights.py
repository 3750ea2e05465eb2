"""The weights on screen: what was learned, where its shape fits, and first weights elsewhere."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from cnnviz.engine.build import build
from cnnviz.engine.network import network_array_shapes
from cnnviz.interpret.activations import computable_part
from cnnviz.training.random_state import initial_rng

if TYPE_CHECKING:
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

    def parameters_for(self, spec: NetworkSpec, seed: int) -> Arrays:
        """Return arrays for the part of a design that can be computed: learned where they fit, else fresh.

        The fresh ones depend only on the design and the seed.
        """
        part = computable_part(spec)
        shapes = network_array_shapes(part)
        missing = [name for name, shape in shapes.items() if (name, shape) not in self._learned]
        first = self._first_weights(part, seed) if missing else {}
        return MappingProxyType(
            {
                name: first[name] if name in missing else self._learned[name, shape]
                for name, shape in shapes.items()
            }
        )

    def fresh_layers(self, spec: NetworkSpec) -> frozenset[str]:
        """Return the ids of the layers that have weights of their own, none of them learned."""
        shapes = network_array_shapes(computable_part(spec))
        return frozenset(
            name.partition("/")[0] for name, shape in shapes.items() if (name, shape) not in self._learned
        )

    def _first_weights(self, part: NetworkSpec, seed: int) -> Arrays:
        if self._first is None or self._first[:2] != (part, seed):
            drawn = build(part, initial_rng(seed)).arrays
            self._first = (part, seed, {name: array.copy() for name, array in drawn.items()})
        return self._first[2]
