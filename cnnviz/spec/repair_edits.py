"""Small edits of a design from which repairs are put together, and how much two designs differ."""

from __future__ import annotations

import dataclasses
from bisect import bisect_left
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any

from cnnviz.spec.layers import Residual, walk
from cnnviz.spec.network import NetworkSpec

if TYPE_CHECKING:
    from cnnviz.spec.layers import Layer

Edit = Callable[[NetworkSpec], NetworkSpec]
"""Makes another design of one, or raises `SpecError` where that cannot be."""


@dataclasses.dataclass(frozen=True, slots=True)
class Idea:
    """Edits that may solve a problem, with what they do in words."""

    label: str
    edits: tuple[Edit, ...]

    def apply(self, spec: NetworkSpec) -> NetworkSpec:
        """Return the edited design, or raise `SpecError`."""
        for edit in self.edits:
            spec = edit(spec)
        return spec


def put_before(layer_id: str, *layers: Layer) -> Edit:
    """Insert layers in front of another one, in the same block."""
    return lambda spec: spec.insert_all(spec.index(layer_id), layers, spec.parent_of(layer_id))


def put_behind(layer_id: str, *layers: Layer) -> Edit:
    """Insert layers behind another one, in the same block."""
    return lambda spec: spec.insert_all(spec.index(layer_id) + 1, layers, spec.parent_of(layer_id))


def put_first(*layers: Layer, parent: str | None = None) -> Edit:
    """Insert layers right behind the input, or at the beginning of a block."""
    return lambda spec: spec.insert_all(0, layers, parent)


def put_last(*layers: Layer) -> Edit:
    """Add layers at the end of the network."""
    return lambda spec: spec.insert_all(len(spec.layers), layers)


def take_out(layer_id: str) -> Edit:
    """Remove a layer."""
    return lambda spec: spec.remove(layer_id)


def change(layer_id: str, **settings: Any) -> Edit:
    """Give settings of a layer other values."""
    return lambda spec: spec.replace(dataclasses.replace(spec.layer(layer_id), **settings))


def exchange(layer_id: str, layer: Layer) -> Edit:
    """Put a layer of another kind in the place of one."""
    return lambda spec: take_out(layer_id)(put_before(layer_id, layer)(spec))


def move_before(layer_id: str, other_id: str) -> Edit:
    """Move a layer in front of another one, into its block."""

    def edit(spec: NetworkSpec) -> NetworkSpec:
        place, parent = spec.remove(layer_id).index(other_id), spec.parent_of(other_id)
        return spec.move(layer_id, place, parent)

    return edit


def move_behind(layer_id: str, other_id: str) -> Edit:
    """Move a layer behind another one, into its block."""

    def edit(spec: NetworkSpec) -> NetworkSpec:
        place, parent = spec.remove(layer_id).index(other_id), spec.parent_of(other_id)
        return spec.move(layer_id, place + 1, parent)

    return edit


def unwrap(block_id: str) -> Edit:
    """Put the layers of a block in its place, so that nothing is added to what they give."""

    def edit(spec: NetworkSpec) -> NetworkSpec:
        inner, place, parent = spec.layers_of(block_id), spec.index(block_id), spec.parent_of(block_id)
        return spec.remove(block_id).insert_all(place, inner, parent)

    return edit


def changed_layers(before: NetworkSpec, after: NetworkSpec) -> int:
    """Return how many layers were added, removed, given other settings, or moved.

    A changed input counts as a layer. The layers of a block that was taken away around them do not count.
    """
    old, new = _places(before), _places(after)
    common = [name for name in old if name in new]
    changed = sum(old[name].own != new[name].own for name in common)
    carried = {name for name in common if old[name].parent == new[name].parent or old[name].parent not in new}
    kept = [old[name].place for name in new if name in carried]
    moved = len(common) - _longest_rise(kept)
    return len(old) + len(new) - 2 * len(common) + changed + moved + (before.input != after.input)


@dataclasses.dataclass(frozen=True, slots=True)
class _Placed:
    """A layer without those inside it, the id of its block (empty for the network), and its place."""

    own: Layer
    parent: str
    place: int


def _places(spec: NetworkSpec) -> dict[str, _Placed]:
    found: dict[str, _Placed] = {}
    parents = {
        inner.id: block.id for block in spec.walk() if isinstance(block, Residual) for inner in block.layers
    }
    for place, layer in enumerate(walk(spec.layers)):
        own = dataclasses.replace(layer, layers=()) if isinstance(layer, Residual) else layer
        found[layer.id] = _Placed(own, parents.get(layer.id, ""), place)
    return found


def _longest_rise(numbers: Iterable[int]) -> int:
    """Return the length of the longest rising selection of numbers (patience sorting)."""
    ends: list[int] = []
    for number in numbers:
        place = bisect_left(ends, number)
        ends[place : place + 1] = [number]
    return len(ends)
