"""Which parameters a run leaves as they are."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

from cnnviz.engine.network import network_parameter_shapes
from cnnviz.errors import TrainingError
from cnnviz.spec.layers import Residual

if TYPE_CHECKING:
    from collections.abc import Collection

    from cnnviz.spec.layers import Layer
    from cnnviz.spec.network import NetworkSpec
    from cnnviz.spec.training import TrainingSpec


def frozen_parameters(spec: NetworkSpec, layer_ids: Collection[str]) -> frozenset[str]:
    """Return the names `<layer id>/<name>` of all parameters of some layers; a block has those of its body.

    Running statistics are no parameters: a frozen BatchNorm goes on to collect them, as in PyTorch.

    Raises
    ------
    TrainingError
        There is no such layer, it has nothing to learn, or nothing would be left that learns.
    """
    by_layer: dict[str, set[str]] = {}
    for name in network_parameter_shapes(spec):
        by_layer.setdefault(name.partition("/")[0], set()).add(name)
    layers = {layer.id: layer for layer in spec.walk()}
    frozen = set()
    for layer_id in layer_ids:
        names = set().union(
            *(by_layer.get(own, ()) for own in _with_body(layers[layer_id])) if layer_id in layers else ()
        )
        if not names:
            raise TrainingError(
                f'There is no layer "{layer_id}" with weights to freeze; layers with weights are '
                f"{', '.join(by_layer)}."
            )
        frozen |= names
    if frozen and frozen == set().union(*by_layer.values()):
        raise TrainingError("Every layer with weights is frozen; leave at least one to learn.")
    return frozenset(frozen)


def without_missing(training: TrainingSpec, spec: NetworkSpec) -> TrainingSpec:
    """Return the settings without frozen layers that the design no longer has, or that have no weights."""
    learning = {name.partition("/")[0] for name in network_parameter_shapes(spec)}
    layers = {layer.id: layer for layer in spec.walk()}
    left = tuple(
        layer_id
        for layer_id in training.frozen
        if layer_id in layers and not learning.isdisjoint(_with_body(layers[layer_id]))
    )
    return dataclasses.replace(training, frozen=left)


def _with_body(layer: Layer) -> list[str]:
    """Return the id of a layer, and those of all layers inside of it."""
    inner = layer.layers if isinstance(layer, Residual) else ()
    return [layer.id, *(name for one in inner for name in _with_body(one))]
