"""First values of weights."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from cnnviz.engine.types import Array


def fans(shape: tuple[int, ...]) -> tuple[int, int]:
    """Return how many numbers a unit reads and how many units read one number, for a weight (out, in, …)."""
    window = math.prod(shape[2:])
    return shape[1] * window, shape[0] * window


def first_weights(rule: str, value: float, rng: np.random.Generator, shape: tuple[int, ...]) -> Array:
    """Return weights (out, in, …) in float64 by a rule of `cnnviz.spec.initializers`, "auto" excepted.

    He keeps the size of numbers that go through ReLU (variance 2 / fan-in; He et al. 2015), LeCun that of
    numbers that stay as they are (1 / fan-in; LeCun et al. 1998), Glorot makes a compromise for both
    directions (2 / (fan-in + fan-out); Glorot & Bengio 2010). "normal" has the standard deviation `value`;
    "constant" is `value` everywhere and draws nothing from `rng`.
    """
    if rule == "constant":
        return np.full(shape, value)
    if rule == "normal":
        return rng.standard_normal(shape) * value
    family, _, kind = rule.partition("_")
    deviation = _deviation(family, shape)
    if kind == "uniform":
        limit = math.sqrt(3) * deviation
        return rng.uniform(-limit, limit, shape)
    return rng.standard_normal(shape) * deviation


def _deviation(family: str, shape: tuple[int, ...]) -> float:
    fan_in, fan_out = fans(shape)
    variance = {"he": 2 / fan_in, "lecun": 1 / fan_in, "glorot": 2 / (fan_in + fan_out)}
    return math.sqrt(variance[family])
