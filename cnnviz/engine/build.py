"""From a design to a network with its first weights."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

import numpy as np

from cnnviz.engine.initializers import draw_first_weights
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
    from collections.abc import Iterator, Mapping, Sequence

    from cnnviz.engine.types import Array
    from cnnviz.spec.network import NetworkSpec

T = TypeVar("T")


def build(
    spec: NetworkSpec, rng: np.random.Generator, dtype: np.dtype[np.floating] | type[np.floating] = np.float32
) -> Network:
    """Return a network with weights drawn from `rng`, layer by layer, and biases of 0.

    Each layer's own rule decides; the automatic one makes weights whose numbers go through ReLU (or its kin)
    next He normal, the others Glorot uniform. A seed gives the same weights in either type. BatchNorm begins
    with weights of 1 and running statistics of mean 0, variance 1.

    Raises
    ------
    SpecError
        The design has a problem; the message is that of the first.
    """
    _refuse_problems(spec)
    parameters = ParameterSet(network_parameter_shapes(spec), dtype)
    states = {name: np.empty(shape, dtype) for name, shape in network_state_shapes(spec).items()}
    arrays = _by_layer({**parameters, **states})
    for layer, following in _layers_of(spec):
        _fill(arrays.get(layer.id, {}), layer, following, rng)
    return Network(spec, parameters, states)


def first_arrays(spec: NetworkSpec, rng: np.random.Generator) -> Iterator[dict[str, Array]]:
    """Return the parameters and states that `build` gives, in float32, one layer after the other.

    A layer is drawn when it is asked for: all of a large design takes a second.

    Raises
    ------
    SpecError
        As `build` does, at once.
    """
    _refuse_problems(spec)
    shapes = _by_layer(network_parameter_shapes(spec) | network_state_shapes(spec))

    def drawn() -> Iterator[dict[str, Array]]:
        for layer, following in _layers_of(spec):
            made = {name: np.empty(shape, np.float32) for name, shape in shapes.get(layer.id, {}).items()}
            _fill(made, layer, following, rng)
            yield made

    return drawn()


def _refuse_problems(spec: NetworkSpec) -> None:
    problems = check(spec)
    if problems:
        raise SpecError(problems[0].message)


def _layers_of(spec: NetworkSpec) -> Iterator[tuple[Layer, Sequence[Layer]]]:
    """Return every layer with those that follow it."""
    layers = list(spec.walk())
    return ((layer, layers[place + 1 :]) for place, layer in enumerate(layers))


def _by_layer(named: Mapping[str, T]) -> dict[str, dict[str, T]]:
    """Return what stands under `<layer id>/<name>` by layer; the names stay whole."""
    found: dict[str, dict[str, T]] = {}
    for name, value in named.items():
        found.setdefault(name.rpartition("/")[0], {})[name] = value
    return found


def _fill(
    arrays: Mapping[str, Array], layer: Layer, following: Sequence[Layer], rng: np.random.Generator
) -> None:
    """Give the arrays of a layer their first values; running statistics are of nothing yet."""
    for name, array in arrays.items():
        kind = name.rpartition("/")[2]
        if kind == "running_var" or (kind == "weight" and isinstance(layer, BatchNorm)):
            array[:] = 1
        elif kind == "weight":
            rule, value = _rule_of(layer, following)
            draw_first_weights(rule, value, rng, array)
        else:
            array[:] = 0


def _rule_of(layer: Layer, following: Sequence[Layer]) -> tuple[str, float]:
    """Return the rule by which weights are drawn, with its own number; a projection has the automatic one."""
    rule, value = AUTO, DEFAULT_INITIAL_VALUE
    if isinstance(layer, Conv2D | Dense):
        rule, value = layer.initializer, layer.initial_value
    if rule == AUTO:
        rule = "he_normal" if _feeds_relu(following) else "glorot_uniform"
    return rule, value


def _feeds_relu(following: Sequence[Layer]) -> bool:
    for layer in following:
        if isinstance(layer, ReLU | LeakyReLU | ELU):
            return True
        if isinstance(layer, Conv2D | Dense | Sigmoid | Tanh | Softmax):
            return False
    return False
