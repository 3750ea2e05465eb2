"""Names of layers: a layer's id is its name, which a learner may change. All return new designs."""

from __future__ import annotations

import dataclasses
import re
from typing import TYPE_CHECKING

from cnnviz.errors import SpecError
from cnnviz.spec.layers import Residual, walk

if TYPE_CHECKING:
    from collections.abc import Mapping

    from cnnviz.spec.layers import Layer
    from cnnviz.spec.network import NetworkSpec

MAX_ID_LENGTH = 64
ID_PATTERN = re.compile(rf"[A-Za-z][A-Za-z0-9_-]{{0,{MAX_ID_LENGTH - 1}}}")
ID_RULE = f"must begin with a letter and hold at most {MAX_ID_LENGTH} letters, digits, - or _"


def rename_layer(spec: NetworkSpec, layer_id: str, name: str) -> NetworkSpec:
    """Return a design in which the layer `layer_id` is called `name`.

    Raises
    ------
    SpecError
        There is no such layer, the name is not allowed, or another layer has it.
    """
    layer = spec.layer(layer_id)
    if not ID_PATTERN.fullmatch(name):
        raise SpecError(f'The name of a layer {ID_RULE}; received "{name[: 2 * MAX_ID_LENGTH]}".')
    if name != layer_id and any(other.id == name for other in spec.walk()):
        raise SpecError(f'Another layer is called "{name}". Every layer needs a name of its own.')
    return dataclasses.replace(spec, layers=_with_names(spec.layers, {layer.id: name}))


def renamed_layers(before: NetworkSpec, after: NetworkSpec) -> dict[str, str]:
    """Return the new name by the old one where `after` is `before` with one other name of a layer; else none.

    A name that some layer had before is none of a renamed layer: what differs then is the order.
    """
    old, new = list(walk(before.layers)), list(walk(after.layers))
    if len(old) != len(new):
        return {}
    names = {a.id: b.id for a, b in zip(old, new, strict=True) if a.id != b.id}
    if len(names) != 1 or not {layer.id for layer in old}.isdisjoint(names.values()):
        return {}
    return names if _with_names(before.layers, names) == after.layers else {}


def _with_names(layers: tuple[Layer, ...], names: Mapping[str, str]) -> tuple[Layer, ...]:
    result = []
    for layer in layers:
        if isinstance(layer, Residual):
            layer = dataclasses.replace(layer, layers=_with_names(layer.layers, names))
        result.append(dataclasses.replace(layer, id=names[layer.id]) if layer.id in names else layer)
    return tuple(result)
