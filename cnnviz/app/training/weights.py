"""The weights of layers: what was learned, where its shapes fit, and first weights elsewhere."""

from __future__ import annotations

import collections
import dataclasses
import math
import threading
from collections.abc import Collection, Iterator, Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from cnnviz.engine.build import first_arrays
from cnnviz.engine.network import array_shapes_of
from cnnviz.interpret.activations import computable_part
from cnnviz.spec.trace import trace
from cnnviz.training.random_state import initial_rng

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from cnnviz.spec.network import NetworkSpec
    from cnnviz.spec.trace import NetworkTrace

    Signature = frozenset[tuple[str, tuple[int, ...]]]

T = TypeVar("T")

Arrays = Mapping[str, Any]
"""Arrays by `<layer id>/<name>`."""
Shapes = Mapping[str, tuple[int, ...]]
"""Shapes by `<layer id>/<name>`."""


@dataclasses.dataclass(frozen=True, slots=True, eq=False)
class _Kept:
    """All arrays of one layer; `learned` is False for first weights that stay whatever the design becomes."""

    arrays: Arrays
    learned: bool


class WeightStore:
    """Arrays of layers by id and shapes, so that a layer which gets its old shapes back finds its weights.

    A layer's arrays belong together: where one of them has another shape, none fits. Arrays are kept by
    reference; whoever hands them over no longer writes them.
    """

    def __init__(self) -> None:
        self._layers: dict[str, dict[Signature, _Kept]] = {}

    @property
    def is_empty(self) -> bool:
        """Whether nothing was learned yet."""
        return not any(kept.learned for kinds in self._layers.values() for kept in kinds.values())

    def learn(self, parameters: Arrays, layer_ids: Collection[str] | None = None) -> None:
        """Keep what layers have learned: all of them, or those in `layer_ids`."""
        for layer_id, arrays in _by_layer(parameters).items():
            if layer_ids is None or layer_id in layer_ids:
                self._keep(layer_id, _Kept(arrays, learned=True))

    def pin(self, parameters: Arrays) -> None:
        """Keep first weights, so that they stay when the design changes; `release` lets go of them."""
        for layer_id, arrays in _by_layer(parameters).items():
            self._keep(layer_id, _Kept(arrays, learned=False))

    def release(self) -> None:
        """Drop first weights that were kept."""
        for layer_id, kinds in list(self._layers.items()):
            self._layers[layer_id] = {shapes: kept for shapes, kept in kinds.items() if kept.learned}

    def take_over(self, other: WeightStore, layer_ids: Collection[str]) -> None:
        """Keep what `other` has of these layers, before what is here."""
        for layer_id in layer_ids:
            if layer_id in other._layers:
                self._layers[layer_id] = {**self._layers.get(layer_id, {}), **other._layers[layer_id]}

    def drop(self, layer_ids: Collection[str]) -> None:
        """Forget these layers."""
        for layer_id in layer_ids:
            self._layers.pop(layer_id, None)

    def copy(self, layer_ids: Collection[str] | None = None) -> WeightStore:
        """Return a store that keeps the same, of all layers or of those in `layer_ids`."""
        twin = WeightStore()
        twin.take_over(self, self._layers if layer_ids is None else layer_ids)
        return twin

    def renamed(self, names: Mapping[str, str]) -> WeightStore:
        """Return a store that keeps the same under new ids of layers: `names` has them by the old ones."""
        twin = self.copy()
        for old, new in names.items():
            kinds = twin._layers.pop(old, {}).values()
            twin._layers.pop(new, None)
            for kept in kinds:
                arrays = {f"{new}/{name.rpartition('/')[2]}": array for name, array in kept.arrays.items()}
                twin._keep(new, _Kept(arrays, kept.learned))
        return twin

    def holds(self, parameters: Arrays) -> bool:
        """Return whether these very arrays are kept, so that their layers have them now."""
        return all(
            kept is not None and all(kept.arrays[name] is array for name, array in arrays.items())
            for layer_id, arrays in _by_layer(parameters).items()
            for kept in (self._find(layer_id, {name: array.shape for name, array in arrays.items()}),)
        )

    def fitting(self, shapes: Shapes) -> dict[str, NDArray[Any] | None]:
        """Return the arrays of layers that have all of them in these shapes, and None for those of others."""
        found: dict[str, NDArray[Any] | None] = dict.fromkeys(shapes)
        for layer_id, own in _by_layer(shapes).items():
            kept = self._find(layer_id, own)
            if kept is not None:
                found.update(kept.arrays)
        return found

    def fresh(self, shapes: Shapes) -> frozenset[str]:
        """Return the ids of the layers for which nothing learned fits."""
        kept = {layer_id: self._find(layer_id, own) for layer_id, own in _by_layer(shapes).items()}
        return frozenset(layer_id for layer_id, found in kept.items() if found is None or not found.learned)

    def _keep(self, layer_id: str, kept: _Kept) -> None:
        # A new dictionary each time, as stores that were copied share the old one.
        self._layers[layer_id] = {**self._layers.get(layer_id, {}), _signature(kept.arrays): kept}

    def _find(self, layer_id: str, shapes: Shapes) -> _Kept | None:
        return self._layers.get(layer_id, {}).get(frozenset(shapes.items()))


_REMEMBERED_DESIGNS = 4
"""Designs that are asked about again and again: the one on screen, and those it is compared with."""


class WeightGiver:
    """Finds the weights of designs: those of a store where they fit, elsewhere first weights of a seed."""

    def __init__(self) -> None:
        self._first: FirstArrays | None = None
        self._traced: NetworkTrace | None = None
        self._parts: collections.deque[tuple[NetworkSpec, NetworkSpec, Shapes]] = collections.deque(
            maxlen=_REMEMBERED_DESIGNS
        )

    def parameters_for(self, spec: NetworkSpec, store: WeightStore, seed: int) -> Arrays:
        """Return arrays for the part of a design that can be computed: learned where they fit, else fresh.

        The fresh ones depend only on the design and the seed. They are drawn when they are first read, by the
        thread that reads them, layer by layer: for a large design that takes a second.
        """
        part, shapes = self._computable(spec)
        return GivenArrays(store.fitting(shapes), self._first_of(part, seed), shapes)

    def _first_of(self, part: NetworkSpec, seed: int) -> FirstArrays:
        if self._first is None or not self._first.are_of(part, seed):
            self._first = FirstArrays(part, seed)
        return self._first

    def fresh_layers(self, spec: NetworkSpec, store: WeightStore) -> frozenset[str]:
        """Return the ids of the layers that have weights of their own, none of them learned."""
        return store.fresh(self._computable(spec)[1])

    def has_learned(self, spec: NetworkSpec, store: WeightStore) -> bool:
        """Return whether any layer of a design has weights that were learned."""
        if store.is_empty:
            return False
        shapes = self._computable(spec)[1]
        return len(store.fresh(shapes)) < len(_by_layer(shapes))

    def _computable(self, spec: NetworkSpec) -> tuple[NetworkSpec, Shapes]:
        """Return the part of a design that has weights, and their shapes; the last designs are remembered.

        An edit asks for these while a person waits for it, so nothing is computed twice.
        """
        known = next((entry for entry in self._parts if entry[0] is spec), None)
        if known is None:
            self._traced = trace(spec, self._traced)
            part = computable_part(spec, self._traced)
            shapes = array_shapes_of(self._traced.layers[: len(part.layers)])
            known = (spec, part, shapes)
            self._parts.append(known)
        return known[1:]


class FirstArrays:
    """First weights and states of a design, drawn with a seed as far as somebody has asked for them."""

    def __init__(self, spec: NetworkSpec, seed: int) -> None:
        self._spec, self._seed = spec, seed
        self._layers: Iterator[Mapping[str, NDArray[Any]]] | None = None
        self._drawn: dict[str, NDArray[Any]] = {}
        self._drawing = threading.Lock()

    def are_of(self, spec: NetworkSpec, seed: int) -> bool:
        """Return whether they are those of this design and seed."""
        return self._seed == seed and (self._spec is spec or self._spec == spec)

    def has(self, name: str) -> bool:
        """Return whether an array is drawn already."""
        return name in self._drawn

    def array(self, name: str) -> NDArray[Any]:
        """Return an array; it and those of the layers before it are drawn where they are not yet."""
        if name not in self._drawn:
            with self._drawing:
                self._draw_until(name)
        return self._drawn[name]

    def _draw_until(self, name: str) -> None:
        """Draw layer by layer until an array is there; where that fails, the next time begins anew."""
        layers, self._layers = self._layers, None
        if layers is None:
            layers = first_arrays(self._spec, initial_rng(self._seed))
        while name not in self._drawn:
            self._drawn = {**next(layers), **self._drawn}  # who has the arrays of before keeps them
        self._layers = layers


class GivenArrays(Mapping[str, Any]):
    """Arrays by name: those that are known, and in the place of those that are None, first ones."""

    def __init__(self, known: Mapping[str, NDArray[Any] | None], first: FirstArrays, shapes: Shapes) -> None:
        self._known = known
        self._first, self._shapes = first, shapes

    @property
    def are_all_first(self) -> bool:
        """Whether none of them is known."""
        return all(known is None for known in self._known.values())

    def left_to_draw(self, layer_ids: Collection[str]) -> int:
        """Return how many numbers of some layers have to be drawn before they can be read."""
        return sum(
            math.prod(shape)
            for name, shape in self._shapes.items()
            if self._known[name] is None
            and name.rpartition("/")[0] in layer_ids
            and not self._first.has(name)
        )

    def __getitem__(self, name: str) -> Any:
        known = self._known[name]
        return known if known is not None else self._first.array(name)

    def __iter__(self) -> Iterator[str]:
        return iter(self._known)

    def __len__(self) -> int:
        return len(self._known)


def are_first_weights(arrays: Arrays) -> bool:
    """Return whether all arrays that `WeightGiver` has given are first weights of a seed."""
    return isinstance(arrays, GivenArrays) and arrays.are_all_first


def _by_layer(named: Mapping[str, T]) -> dict[str, dict[str, T]]:
    """Return what stands under `<layer id>/<name>` by layer; the names stay whole."""
    layers: dict[str, dict[str, T]] = {}
    for name, value in named.items():
        layers.setdefault(name.rpartition("/")[0], {})[name] = value
    return layers


def _signature(arrays: Arrays) -> Signature:
    return frozenset((name, array.shape) for name, array in arrays.items())
