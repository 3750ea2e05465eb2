"""Sums of matrix products."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from cnnviz.engine.program import Program
    from cnnviz.engine.types import Array
    from cnnviz.engine.workspace import Memory

_BLOCK_NUMBERS = 1 << 17
"""Numbers of the terms that are computed before they are added up, so that they stay in L2."""


def add_sum_of_products(program: Program, left: Array, right: Array, memory: Memory) -> Array:
    """Let `program` compute Σ left[i] @ right[i]; return where, in scratch memory.

    The stacks are (rows, …, M, K) and (rows, …, K, L).
    """
    shape = (*left.shape[1:-1], right.shape[-1])
    step = max(1, _BLOCK_NUMBERS // math.prod(shape))
    total = memory.scratch("sum of products", shape, left.dtype)
    for start in range(0, len(left), step):
        rows = slice(start, min(start + step, len(left)))
        terms = memory.scratch("terms", (rows.stop - start, *shape), left.dtype)
        program.add(np.matmul, left[rows], right[rows], terms)
        add_sum(program, terms, 0, total, memory, is_first=start == 0)
    return total


def add_sum(
    program: Program, terms: Array, axis: int, total: Array, memory: Memory, *, is_first: bool
) -> None:
    """Let `program` add the sum of `terms` over an axis to `total`, or write it there if it is the first."""
    if is_first:
        program.add(np.add.reduce, terms, axis, None, total)
        return
    part = memory.scratch("part of sum", total.shape, total.dtype)
    program.add(np.add.reduce, terms, axis, None, part)
    program.add(np.add, total, part, total)
