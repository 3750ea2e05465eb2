"""Columns of numbers that grow while they are watched: telling whether one goes on from another."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Values = NDArray[np.float64]
Counts = NDArray[np.int64]


def goes_on(values: Values | Counts, known: Values | Counts) -> bool:
    """Return whether `values` begin with all of `known`, so that only what is new needs work."""
    if len(values) < len(known):
        return False
    if values.base is not None and values.base is known.base and _place(values) == _place(known):
        return True  # a longer view of the same column, which is never written twice
    return bool(np.array_equal(values[: len(known)], known, equal_nan=True))


def _place(values: Values | Counts) -> tuple[object, ...]:
    """Return where the values of a view lie: two columns of one array begin, or go on, at other places."""
    interface = values.__array_interface__
    return interface["data"][0], values.strides, interface["typestr"]


def with_room(array: Values, count: int) -> Values:
    """Return the array, or one of at least twice its length that begins with it, so that `count` fit in."""
    if count <= len(array):
        return array
    return np.concatenate([array, np.zeros(max(count, 2 * len(array)) - len(array))])
