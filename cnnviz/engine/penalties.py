"""What keeps weights small and steps short: penalties on weights, and limits of gradients."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from cnnviz.engine.floats import quiet

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from cnnviz.engine.types import Array


def weights_of(arrays: Mapping[str, Array]) -> list[Array]:
    """Return the arrays that are weights of convolutions and dense layers: those with two axes or more.

    Biases, and the scales and shifts of a normalisation, have one.
    """
    return [array for array in arrays.values() if array.ndim > 1]


def penalty(parameters: Mapping[str, Array], l1: float, l2: float) -> float:
    """Return l1 Σ |w| + l2/2 Σ w² over the weights."""
    total = 0.0
    for array in weights_of(parameters):
        total += l1 * float(np.sum(np.abs(array), dtype=np.float64)) if l1 else 0.0
        total += l2 / 2 * float(np.sum(np.square(array), dtype=np.float64)) if l2 else 0.0
    return total


def add_penalties(
    gradients: Mapping[str, Array], parameters: Mapping[str, Array], l1: float, l2: float
) -> None:
    """Add the gradient of `penalty` to `gradients`, in place; that of |w| at 0 is 0, as in PyTorch."""
    if not l1 and not l2:
        return
    with quiet():
        for gradient, weight in zip(weights_of(gradients), weights_of(parameters), strict=True):
            if l1:
                gradient += np.sign(weight) * weight.dtype.type(l1)
            if l2:
                gradient += weight * weight.dtype.type(l2)


def clip_by_value(gradients: Iterable[Array], limit: float) -> None:
    """Bring every number between -limit and limit, in place (PyTorch's `clip_grad_value_`)."""
    for array in gradients:
        np.clip(array, -limit, limit, out=array)


def global_norm(gradients: Iterable[Array]) -> float:
    """Return the Euclidean norm of all numbers together."""
    return math.sqrt(sum(float(np.sum(np.square(array, dtype=np.float64))) for array in gradients))


def clip_by_norm(gradients: Iterable[Array], limit: float) -> None:
    """Scale all arrays down by one factor, in place, so that their global norm is at most `limit`.

    As PyTorch's `clip_grad_norm_`, whose factor is limit / (norm + 1e-6) where that is below 1.
    """
    arrays = list(gradients)
    factor = limit / (global_norm(arrays) + 1e-6)
    if factor < 1:
        for array in arrays:
            array *= factor
