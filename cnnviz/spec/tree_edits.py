"""Edits of several layers at once, and where they stand in the tree of a design. All return new designs."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

from cnnviz.errors import SpecError
from cnnviz.spec.layers import Category, Conv2D, Dense, Residual, walk

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from cnnviz.spec.layers import Layer
    from cnnviz.spec.network import NetworkSpec


@dataclasses.dataclass(frozen=True, slots=True)
class Place:
    """Where a layer stands, or would: at `index` of the block `parent`, or of the network itself."""

    index: int
    parent: str | None = None


def place_of(spec: NetworkSpec, layer_id: str) -> Place:
    """Return where a layer stands, or raise `SpecError`."""
    return Place(spec.index(layer_id), spec.parent_of(layer_id))


def place_behind(spec: NetworkSpec, layer_id: str) -> Place:
    """Return the place right behind a layer; the empty id is the input."""
    if not layer_id:
        return Place(0)
    place = place_of(spec, layer_id)
    return Place(place.index + 1, place.parent)


def outermost(spec: NetworkSpec, layer_ids: Collection[str]) -> tuple[str, ...]:
    """Return the layers of `layer_ids` in their order in the design, without those inside another of them.

    Ids that no layer has are passed over.
    """
    wanted = frozenset(layer_ids)
    found: list[str] = []

    def collect(layers: tuple[Layer, ...]) -> None:
        for layer in layers:
            if layer.id in wanted:
                found.append(layer.id)
            elif isinstance(layer, Residual):
                collect(layer.layers)

    collect(spec.layers)
    return tuple(found)


def insert_layers(
    spec: NetworkSpec, layers: Iterable[Layer], place: Place
) -> tuple[NetworkSpec, tuple[str, ...]]:
    """Return a design with `layers` at a place, and the ids that they have there.

    Ids that are empty or taken give way to fresh ones.

    Raises
    ------
    SpecError
        There is no such place, or the design would become too long or too deep.
    """
    new = tuple(layers)
    after = spec.insert_all(place.index, new, place.parent)
    siblings = after.layers_of(place.parent)
    return after, tuple(layer.id for layer in siblings[place.index : place.index + len(new)])


def remove_layers(spec: NetworkSpec, layer_ids: Collection[str]) -> NetworkSpec:
    """Return a design without these layers; ids that no layer has are passed over."""
    gone = frozenset(layer_ids)
    return dataclasses.replace(spec, layers=_without(spec.layers, gone))


def move_layers(spec: NetworkSpec, layer_ids: Collection[str], place: Place) -> NetworkSpec:
    """Return a design in which these layers stand one behind the other at a place, in their order so far.

    The place is counted in the design as it is, before anything was taken out.

    Raises
    ------
    SpecError
        There is no such place, it is inside one of the layers, or blocks would be nested too deeply.
    """
    moved = outermost(spec, layer_ids)
    carried = tuple(spec.layer(layer_id) for layer_id in moved)
    inside = next(
        (layer for layer in carried if place.parent in {inner.id for inner in walk((layer,))}), None
    )
    if inside is not None:
        raise SpecError(f'The block "{inside.id}" cannot be put inside itself.')
    siblings = spec.layers_of(place.parent)
    before = sum(layer.id in moved for layer in siblings[: place.index])
    return remove_layers(spec, moved).insert_all(place.index - before, carried, place.parent)


def duplicate_layers(spec: NetworkSpec, layer_ids: Collection[str]) -> tuple[NetworkSpec, tuple[str, ...]]:
    """Return a design with copies of these layers behind the last of them, and the ids of the copies."""
    originals = outermost(spec, layer_ids)
    if not originals:
        return spec, ()
    copies = (spec.layer(layer_id) for layer_id in originals)
    return insert_layers(spec, copies, place_behind(spec, originals[-1]))


def place_above(spec: NetworkSpec, layer_ids: Collection[str], closed: Collection[str] = ()) -> Place | None:
    """Return where these layers land one step further up, for `move_layers`; None where that is not possible.

    The step leads into a block from below and out of it at its top. Blocks in `closed` are passed over.
    """
    moved = outermost(spec, layer_ids)
    if not moved:
        return None
    first = place_of(spec, moved[0])
    if first.index > 0:
        above = spec.layers_of(first.parent)[first.index - 1]
        if isinstance(above, Residual) and above.id not in closed:
            return Place(len(above.layers), above.id)
        return Place(first.index - 1, first.parent)
    if first.parent is not None:
        return place_of(spec, first.parent)
    return None


def place_below(spec: NetworkSpec, layer_ids: Collection[str], closed: Collection[str] = ()) -> Place | None:
    """Return where these layers land one step further down; otherwise as `place_above`."""
    moved = outermost(spec, layer_ids)
    if not moved:
        return None
    last = place_of(spec, moved[-1])
    siblings = spec.layers_of(last.parent)
    if last.index + 1 < len(siblings):
        below = siblings[last.index + 1]
        if isinstance(below, Residual) and below.id not in closed:
            return Place(0, below.id)
        return Place(last.index + 2, last.parent)
    if last.parent is not None:
        return place_behind(spec, last.parent)
    return None


def carries_activation(layer: Layer, behind: Layer | None) -> bool:
    """Say whether `behind` is the activation of `layer`: one that stands right behind what it is for."""
    if behind is None or not isinstance(layer, Conv2D | Dense):
        return False
    return behind.category is Category.ACTIVATION


def with_activation(spec: NetworkSpec, layer_id: str) -> tuple[str, ...]:
    """Return the layer, and behind it the activation that it carries, if there is one."""
    place = place_of(spec, layer_id)
    siblings = spec.layers_of(place.parent)
    behind = siblings[place.index + 1] if place.index + 1 < len(siblings) else None
    if behind is not None and carries_activation(siblings[place.index], behind):
        return (layer_id, behind.id)
    return (layer_id,)


def _without(layers: tuple[Layer, ...], gone: Collection[str]) -> tuple[Layer, ...]:
    kept = []
    for layer in layers:
        if layer.id in gone:
            continue
        if isinstance(layer, Residual) and any(inner.id in gone for inner in walk(layer.layers)):
            layer = dataclasses.replace(layer, layers=_without(layer.layers, gone))
        kept.append(layer)
    return tuple(kept)
