"""First values of weights."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np

    from cnnviz.engine.types import Array


_AT_ONCE = 1 << 15
"""So many numbers are drawn at a time: in float64 they stay in the cache, where all at once take memory."""


def fans(shape: tuple[int, ...]) -> tuple[int, int]:
    """Return how many numbers a unit reads and how many units read one number, for a weight (out, in, …)."""
    window = math.prod(shape[2:])
    return shape[1] * window, shape[0] * window


def draw_first_weights(rule: str, value: float, rng: np.random.Generator, weight: Array) -> None:
    """Fill a weight (out, in, …) by a rule of `cnnviz.spec.initializers`, "auto" excepted.

    He keeps the size of numbers that go through ReLU (variance 2 / fan-in; He et al. 2015), LeCun that of
    numbers that stay as they are (1 / fan-in; LeCun et al. 1998), Glorot makes a compromise for both
    directions (2 / (fan-in + fan-out); Glorot & Bengio 2010). "normal" has the standard deviation `value`;
    "constant" is `value` everywhere and draws nothing from `rng`. Numbers are drawn in float64 and rounded,
    so a seed gives the same weights in either type.
    """
    if rule == "constant":
        weight[:] = value
        return
    family, _, kind = rule.partition("_")
    deviation = value if rule == "normal" else _deviation(family, weight.shape)
    numbers = weight.reshape(-1)
    for start in range(0, len(numbers), _AT_ONCE):
        part = numbers[start : start + _AT_ONCE]
        if kind == "uniform":
            limit = math.sqrt(3) * deviation
            part[:] = rng.uniform(-limit, limit, len(part))
        else:
            part[:] = rng.standard_normal(len(part)) * deviation


def _deviation(family: str, shape: tuple[int, ...]) -> float:
    fan_in, fan_out = fans(shape)
    variance = {"he": 2 / fan_in, "lecun": 1 / fan_in, "glorot": 2 / (fan_in + fan_out)}
    return math.sqrt(variance[family])
