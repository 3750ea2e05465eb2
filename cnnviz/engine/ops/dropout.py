"""Silencing random numbers while training."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from cnnviz.engine.types import Array
    from cnnviz.engine.workspace import Memory


def dropout(
    x: Array, kept: NDArray[np.bool_], rate: float, memory: Memory
) -> tuple[Array, Callable[[Array], Array]]:
    """Keep the numbers of x (…, N) where `kept`, scaled by 1 / (1 - rate), and set the others to 0.

    `kept` has the shape of x, or 1 where one decision holds for a whole axis, as for whole feature maps.
    The scaling keeps the expected value, so that nothing changes when dropout is off (Srivastava et al. 2014,
    in the inverted form).
    """
    factors = memory.keep("factors", kept.shape, x.dtype)
    np.multiply(kept, x.dtype.type(1 / (1 - rate)), out=factors)
    y = memory.keep("y", x.shape, x.dtype)
    np.multiply(x, factors, out=y)

    def backward(dy: Array) -> Array:
        return np.multiply(dy, factors, out=dy)

    return y, backward
