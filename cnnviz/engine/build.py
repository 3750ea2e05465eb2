"""From a design to a network with its first weights."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from cnnviz.engine.initializers import first_weights
from cnnviz.engine.network import Network, network_parameter_shapes
from cnnviz.engine.parameters import ParameterSet
from cnnviz.errors import SpecError
from cnnviz.spec.initializers import AUTO
from cnnviz.spec.layers import Conv2D, Dense, Layer, ReLU, Sigmoid, Softmax, Tanh
from cnnviz.spec.validate import check

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cnnviz.spec.network import NetworkSpec


def build(
    spec: NetworkSpec, rng: np.random.Generator, dtype: np.dtype[np.floating] | type[np.floating] = np.float32
) -> Network:
    """Return a network with weights drawn from `rng`, layer by layer, and biases of 0.

    Each layer's own rule decides; the automatic one makes weights whose numbers go through ReLU next He
    normal, the others Glorot uniform. They are drawn in float64 and rounded, so a seed gives the same weights
    in either type.

    Raises
    ------
    SpecError
        The design has a problem; the message is that of the first.
    """
    problems = check(spec)
    if problems:
        raise SpecError(problems[0].message)
    shapes = network_parameter_shapes(spec)
    parameters = ParameterSet(shapes, dtype)
    for place, layer in enumerate(spec.layers):
        name = f"{layer.id}/weight"
        if isinstance(layer, Conv2D | Dense):
            rule = layer.initializer
            if rule == AUTO:
                rule = "he_normal" if _feeds_relu(spec.layers[place + 1 :]) else "glorot_uniform"
            weights = first_weights(rule, layer.initial_value, rng, shapes[name])
            np.copyto(parameters[name], weights, casting="same_kind")
    return Network(spec, parameters)


def _feeds_relu(following: Sequence[Layer]) -> bool:
    for layer in following:
        if isinstance(layer, ReLU):
            return True
        if isinstance(layer, Conv2D | Dense | Sigmoid | Tanh | Softmax):
            return False
    return False
