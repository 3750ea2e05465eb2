"""First values of weights."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np

    from cnnviz.engine.types import Array


def fans(shape: tuple[int, ...]) -> tuple[int, int]:
    """Return how many numbers a unit reads and how many units read one number, for a weight (out, in, …)."""
    window = math.prod(shape[2:])
    return shape[1] * window, shape[0] * window


def he_normal(rng: np.random.Generator, shape: tuple[int, ...]) -> Array:
    """Return normal numbers with variance 2 / fan-in, which ReLU leaves in size (He et al. 2015)."""
    fan_in, _ = fans(shape)
    return rng.standard_normal(shape) * math.sqrt(2 / fan_in)


def glorot_uniform(rng: np.random.Generator, shape: tuple[int, ...]) -> Array:
    """Return uniform numbers with variance 2 / (fan-in + fan-out) (Glorot & Bengio 2010)."""
    limit = math.sqrt(6 / sum(fans(shape)))
    return rng.uniform(-limit, limit, shape)
