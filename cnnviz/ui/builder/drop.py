"""What travels in a drag of layers, and what a drop makes of a design. Pure: no Qt."""

from __future__ import annotations

import dataclasses
import json
from typing import TYPE_CHECKING, Any

from cnnviz.errors import FileError
from cnnviz.spec.io import layer_from_dict, layer_to_dict, parse_json
from cnnviz.spec.network import MAX_LAYERS, NetworkSpec
from cnnviz.spec.tree_edits import insert_layers, move_layers, remove_layers
from cnnviz.spec.words import counted

if TYPE_CHECKING:
    from cnnviz.spec.layers import Layer
    from cnnviz.spec.tree_edits import Place

MIME_TYPE = "application/x-cnnviz-layer"
MAX_BYTES = 1_000_000
_ORIGIN = "The dropped text"
_NAMED = 2
"""Layers that are called by their ids; of more only the number is told."""


@dataclasses.dataclass(frozen=True, slots=True)
class DraggedLayers:
    """Layers under way. `source` names the list they were taken from; it is empty for the palette."""

    layers: tuple[Layer, ...]
    source: str = ""

    @property
    def words(self) -> str:
        """What is under way: the ids of one or two layers, or how many there are."""
        if len(self.layers) > _NAMED:
            return counted(len(self.layers), "layer")
        return " and ".join(layer.id or layer.title for layer in self.layers)


def to_mime(dragged: DraggedLayers) -> bytes:
    """Return the layers as the JSON that a drag carries."""
    layers = [layer_to_dict(layer) for layer in dragged.layers]
    return json.dumps({"source": dragged.source, "layers": layers}).encode()


def from_mime(data: bytes, origin: str = _ORIGIN) -> DraggedLayers:
    """Read what a drag carries, or raise `FileError` saying what is wrong with it."""
    if len(data) > MAX_BYTES:
        raise FileError(f"{origin} is too large: {len(data):,} bytes, at most {MAX_BYTES:,} are taken.")
    try:
        value: Any = parse_json(data.decode(), origin)
    except UnicodeDecodeError as error:
        raise FileError(f"{origin} is not text (byte {error.start}).") from error
    if not isinstance(value, dict) or not isinstance(value.get("layers"), list):
        raise FileError(f'{origin} holds no list of "layers".')
    source = value.get("source", "")
    if not isinstance(source, str):
        raise FileError(f'{origin}: "source" must be text.')
    items = value["layers"]
    if not 1 <= len(items) <= MAX_LAYERS:
        raise FileError(f"{origin} must hold 1 to {MAX_LAYERS} layers; received {len(items):,}.")
    layers = (layer_from_dict(item, origin, f"layers[{number}]") for number, item in enumerate(items))
    return DraggedLayers(tuple(layers), source)


def is_move(spec: NetworkSpec, dragged: DraggedLayers, *, copy: bool, target: str) -> bool:
    """Say whether a drop on the list called `target` moves its own layers rather than adding new ones."""
    ids = {layer.id for layer in spec.walk()}
    own = bool(target) and dragged.source == target
    return own and not copy and all(layer.id in ids for layer in dragged.layers)


def apply_drop(
    spec: NetworkSpec, dragged: DraggedLayers, place: Place, *, copy: bool, target: str
) -> tuple[NetworkSpec, tuple[str, ...]]:
    """Return the design after a drop at a place of `spec`, and the ids of the dragged layers in it.

    Layers of the list called `target` are moved, unless `copy`; any others are added with fresh ids.

    Raises
    ------
    SpecError
        There is no such place, it is inside what is dragged, or the design would become too long or too deep.
    """
    if is_move(spec, dragged, copy=copy, target=target):
        ids = tuple(dict.fromkeys(layer.id for layer in dragged.layers))
        return move_layers(spec, ids, place), ids
    return insert_layers(spec, (dataclasses.replace(layer, id="") for layer in dragged.layers), place)


def drop_label(spec: NetworkSpec, dragged: DraggedLayers, *, copy: bool, target: str) -> str:
    """Return the name of the edit that a drop makes, as the undo stack shows it."""
    move = is_move(spec, dragged, copy=copy, target=target)
    verb = "Move" if move else "Copy" if dragged.source else "Add"
    if len(dragged.layers) > 1:
        return f"{verb} {counted(len(dragged.layers), 'layer')}"
    layer = dragged.layers[0]
    return f"{verb} {layer.id if dragged.source and layer.id else layer.title}"


def without(spec: NetworkSpec, dragged: DraggedLayers) -> NetworkSpec:
    """Return the design without the dragged layers; those that have gone meanwhile are passed over."""
    return remove_layers(spec, {layer.id for layer in dragged.layers})


def removal_label(dragged: DraggedLayers) -> str:
    """Return the name of the edit that removes the dragged layers."""
    return f"Remove {dragged.words}"
