"""What travels in a drag of layers, and what a drop makes of a design. Pure: no Qt."""

from __future__ import annotations

import dataclasses
import json
from typing import TYPE_CHECKING, Any

from cnnviz.errors import FileError
from cnnviz.spec.io import layer_from_dict, layer_to_dict, parse_json
from cnnviz.spec.network import MAX_LAYERS, NetworkSpec

if TYPE_CHECKING:
    from cnnviz.spec.layers import Layer

MIME_TYPE = "application/x-cnnviz-layer"
MAX_BYTES = 1_000_000
_ORIGIN = "The dropped text"


@dataclasses.dataclass(frozen=True, slots=True)
class DraggedLayers:
    """Layers under way. `source` names the list they were taken from; it is empty for the palette."""

    layers: tuple[Layer, ...]
    source: str = ""


def to_mime(dragged: DraggedLayers) -> bytes:
    """Return the layers as the JSON that a drag carries."""
    layers = [layer_to_dict(layer) for layer in dragged.layers]
    return json.dumps({"source": dragged.source, "layers": layers}).encode()


def from_mime(data: bytes) -> DraggedLayers:
    """Read what a drag carries, or raise `FileError` saying what is wrong with it."""
    if len(data) > MAX_BYTES:
        raise FileError(f"{_ORIGIN} is too large: {len(data):,} bytes, at most {MAX_BYTES:,} are taken.")
    try:
        value: Any = parse_json(data.decode(), _ORIGIN)
    except UnicodeDecodeError as error:
        raise FileError(f"{_ORIGIN} is not text (byte {error.start}).") from error
    if not isinstance(value, dict) or not isinstance(value.get("layers"), list):
        raise FileError(f'{_ORIGIN} holds no list of "layers".')
    source = value.get("source", "")
    if not isinstance(source, str):
        raise FileError(f'{_ORIGIN}: "source" must be text.')
    items = value["layers"]
    if not 1 <= len(items) <= MAX_LAYERS:
        raise FileError(f"{_ORIGIN} must hold 1 to {MAX_LAYERS} layers; received {len(items)}.")
    layers = (layer_from_dict(item, _ORIGIN, f"layers[{number}]") for number, item in enumerate(items))
    return DraggedLayers(tuple(layers), source)


def is_move(spec: NetworkSpec, dragged: DraggedLayers, *, copy: bool, target: str) -> bool:
    """Say whether a drop on the list called `target` moves its own layers rather than adding new ones."""
    ids = {layer.id for layer in spec.layers}
    own = bool(target) and dragged.source == target
    return own and not copy and all(layer.id in ids for layer in dragged.layers)


def apply_drop(
    spec: NetworkSpec, dragged: DraggedLayers, index: int, *, copy: bool, target: str
) -> NetworkSpec:
    """Return the design after a drop in front of the layer that stands at `index`.

    Layers of the list called `target` are moved, unless `copy`; any others are added with fresh ids.

    Raises
    ------
    SpecError
        The design would become too long, or there is no such place.
    """
    if is_move(spec, dragged, copy=copy, target=target):
        return _moved(spec, dragged, index)
    for offset, layer in enumerate(dragged.layers):
        spec = spec.insert(index + offset, dataclasses.replace(layer, id=""))
    return spec


def _moved(spec: NetworkSpec, dragged: DraggedLayers, index: int) -> NetworkSpec:
    ids = list(dict.fromkeys(layer.id for layer in dragged.layers))
    place = index - sum(spec.index(layer_id) < index for layer_id in ids)
    carried = [spec.layer(layer_id) for layer_id in ids]
    for layer_id in ids:
        spec = spec.remove(layer_id)
    for offset, layer in enumerate(carried):
        spec = spec.insert(place + offset, layer)
    return spec


def drop_label(spec: NetworkSpec, dragged: DraggedLayers, *, copy: bool, target: str) -> str:
    """Return the name of the edit that a drop makes, as the undo stack shows it."""
    move = is_move(spec, dragged, copy=copy, target=target)
    verb = "Move" if move else "Copy" if dragged.source else "Add"
    if len(dragged.layers) > 1:
        return f"{verb} {len(dragged.layers)} layers"
    layer = dragged.layers[0]
    return f"{verb} {layer.id if dragged.source and layer.id else layer.title}"


def without(spec: NetworkSpec, dragged: DraggedLayers) -> NetworkSpec:
    """Return the design without the dragged layers; those that have gone meanwhile are passed over."""
    gone = {layer.id for layer in dragged.layers}
    for layer in spec.layers:
        if layer.id in gone:
            spec = spec.remove(layer.id)
    return spec


def removal_label(dragged: DraggedLayers) -> str:
    """Return the name of the edit that removes the dragged layers."""
    several = len(dragged.layers) > 1
    return f"Remove {len(dragged.layers)} layers" if several else f"Remove {dragged.layers[0].id}"
