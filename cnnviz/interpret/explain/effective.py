"""How strongly each pixel of an image moves one number: the effective receptive field."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

import numpy as np

from cnnviz.engine.network import Network
from cnnviz.interpret.explain.place import ExplainError, Look, Unit, checked
from cnnviz.spec.layers import Residual, Sigmoid, Softmax
from cnnviz.spec.losses import end_left_to_loss

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from cnnviz.engine.types import Array
    from cnnviz.spec.layers import Layer


def unit_gradient(look: Look, unit: Unit) -> NDArray[np.float32]:
    """Return the gradient of a number with respect to the image, float32 (C, H, W).

    The size of it, summed over the colours, is the effective receptive field (Luo et al. 2016): inside of the
    box that a unit can see, only part of the pixels count for much.

    Raises
    ------
    ExplainError
        There is no such unit, or its layer could not be computed.
    """
    index = checked(unit, look.values(unit.layer_id))
    if not unit.layer_id:
        one_hot = np.zeros(look.view.image.shape, np.float32)
        one_hot[index] = 1
        return one_hot
    part = dataclasses.replace(look.spec, layers=_leading_to(look.spec.layers, unit.layer_id))
    network = Network(part, {}).with_arrays(look.arrays)
    image = np.ascontiguousarray(look.view.image[..., None])
    with np.errstate(all="ignore"):
        scores, backward = network.record(image)
        seed = _seed(scores, index, end_left_to_loss(part))
        gradients = backward(seed, input_gradient=True)
    if gradients.input is None:
        raise ExplainError(f'The gradient of layer "{unit.layer_id}" could not be computed.')
    found: NDArray[np.float32] = np.array(gradients.input[..., 0], np.float32)
    return found


def effective_field(gradient: NDArray[np.floating]) -> NDArray[np.float32]:
    """Return the size of a gradient (C, H, W) summed over the colours, float32 (H, W), 1 at the most."""
    sizes = np.abs(np.nan_to_num(gradient, posinf=0, neginf=0)).sum(axis=0)
    most = float(sizes.max(initial=0))
    shares: NDArray[np.float32] = (sizes / most if most > 0 else sizes).astype(np.float32)
    return shares


def _seed(scores: Array, index: tuple[int, ...], end: type[Softmax] | type[Sigmoid] | None) -> Array:
    """Return the gradient of the unit with respect to the scores: 1 at its place, but for an end left out."""
    seed: Array = np.zeros_like(scores)
    seed[(*index, 0)] = 1
    if end is None:
        return seed
    if end is Sigmoid:
        level = 0.5 * np.tanh(0.5 * scores) + 0.5
        bent: Array = seed * level * (1 - level)
        return bent
    shares = np.exp(scores - scores.max())
    shares /= shares.sum()
    own = shares[(*index, 0)]
    shared: Array = own * (seed - shares)
    return shared


def _leading_to(layers: Sequence[Layer], layer_id: str) -> tuple[Layer, ...]:
    """Return the layers that lead to one, which is the last; into a block, those of its body."""
    for index, layer in enumerate(layers):
        if layer.id == layer_id:
            return tuple(layers[: index + 1])
        if isinstance(layer, Residual) and any(inner.id == layer_id for inner in _walk(layer)):
            return (*layers[:index], *_leading_to(layer.layers, layer_id))
    raise ExplainError(f'The design has no layer "{layer_id}".')


def _walk(block: Residual) -> list[Layer]:
    found: list[Layer] = []
    for layer in block.layers:
        found.append(layer)
        if isinstance(layer, Residual):
            found.extend(_walk(layer))
    return found
