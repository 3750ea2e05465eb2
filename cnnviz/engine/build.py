"""From a design to a network with its first weights."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from cnnviz.engine.initializers import first_weights
from cnnviz.engine.network import Network, network_parameter_shapes, network_state_shapes
from cnnviz.engine.parameters import ParameterSet
from cnnviz.errors import SpecError
from cnnviz.spec.initializers import AUTO, DEFAULT_INITIAL_VALUE
from cnnviz.spec.layers import (
    ELU,
    BatchNorm,
    Conv2D,
    Dense,
    Layer,
    LeakyReLU,
    ReLU,
    Sigmoid,
    Softmax,
    Tanh,
)
from cnnviz.spec.validate import check

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cnnviz.engine.types import Array
    from cnnviz.spec.network import NetworkSpec


def build(
    spec: NetworkSpec, rng: np.random.Generator, dtype: np.dtype[np.floating] | type[np.floating] = np.float32
) -> Network:
    """Return a network with weights drawn from `rng`, layer by layer, and biases of 0.

    Each layer's own rule decides; the automatic one makes weights whose numbers go through ReLU (or its kin)
    next He normal, the others Glorot uniform. They are drawn in float64 and rounded, so a seed gives the same
    weights in either type. BatchNorm begins with weights of 1 and running statistics of mean 0, variance 1.

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
    layers = list(spec.walk())
    for place, layer in enumerate(layers):
        name = f"{layer.id}/weight"
        if isinstance(layer, BatchNorm):
            parameters[name][:] = 1
        elif name in shapes:
            rule, value = _rule_of(layer, layers[place + 1 :])
            weights = first_weights(rule, value, rng, shapes[name])
            np.copyto(parameters[name], weights, casting="same_kind")
    return Network(spec, parameters, _first_states(spec, dtype))


def _rule_of(layer: Layer, following: Sequence[Layer]) -> tuple[str, float]:
    """Return the rule by which weights are drawn, with its own number; a projection has the automatic one."""
    rule, value = AUTO, DEFAULT_INITIAL_VALUE
    if isinstance(layer, Conv2D | Dense):
        rule, value = layer.initializer, layer.initial_value
    if rule == AUTO:
        rule = "he_normal" if _feeds_relu(following) else "glorot_uniform"
    return rule, value


def _first_states(spec: NetworkSpec, dtype: np.dtype[np.floating] | type[np.floating]) -> dict[str, Array]:
    """Return running statistics of nothing yet: mean 0 and variance 1."""
    return {
        name: np.ones(shape, dtype) if name.endswith("/running_var") else np.zeros(shape, dtype)
        for name, shape in network_state_shapes(spec).items()
    }


def _feeds_relu(following: Sequence[Layer]) -> bool:
    for layer in following:
        if isinstance(layer, ReLU | LeakyReLU | ELU):
            return True
        if isinstance(layer, Conv2D | Dense | Sigmoid | Tanh | Softmax):
            return False
    return False
