"""Sums of matrix products."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from cnnviz.engine.types import Array
    from cnnviz.engine.workspace import Memory

_BLOCK_NUMBERS = 1 << 17
"""Numbers of the terms that are computed before they are added up, so that they stay in L2."""


def sum_of_products(left: Array, right: Array, memory: Memory) -> Array:
    """Return Σ left[i] @ right[i] for stacks (rows, …, M, K) and (rows, …, K, L), in scratch memory."""
    shape = (*left.shape[1:-1], right.shape[-1])
    step = max(1, _BLOCK_NUMBERS // math.prod(shape))
    total = memory.scratch("sum of products", shape, left.dtype)
    for start in range(0, len(left), step):
        rows = slice(start, min(start + step, len(left)))
        terms = memory.scratch("terms", (rows.stop - start, *shape), left.dtype)
        np.matmul(left[rows], right[rows], out=terms)
        if start == 0:
            np.add.reduce(terms, axis=0, out=total)
        else:
            total += np.add.reduce(terms, axis=0, out=memory.scratch("part of sum", shape, left.dtype))
    return total
