"""Adding room around feature maps, and taking it away again."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from cnnviz.engine.program import Program

if TYPE_CHECKING:
    from collections.abc import Callable

    from cnnviz.engine.types import Array, Padding
    from cnnviz.engine.workspace import Memory


def pad(x: Array, padding: Padding, value: float, memory: Memory) -> Array:
    """Return x (C, H, W, N) with `value` around it, or x itself where there is nothing to add."""
    program = Program()
    padded = add_padding(program, x, padding, value, memory)
    program.run()
    return padded


def add_padding(program: Program, x: Array, padding: Padding, value: float, memory: Memory) -> Array:
    """Let `program` do what `pad` does, and return where."""
    if not any(padding):
        return x
    top, bottom, left, right = padding
    channels, height, width, images = x.shape
    padded = memory.keep("padded", (channels, height + top + bottom, width + left + right, images), x.dtype)
    middle = padded[:, top : top + height]
    for edge in (
        padded[:, :top],
        padded[:, top + height :],
        middle[:, :, :left],
        middle[:, :, left + width :],
    ):
        program.add(edge.fill, value)
    program.add(np.copyto, _inside(padded, padding), x)
    return padded


def crop(dpadded: Array, padding: Padding, memory: Memory) -> Array:
    """Return the gradient of `pad`: the part of (C, H', W', N) that was not added."""
    if not any(padding):
        return dpadded
    inner = _inside(dpadded, padding)
    dx = memory.keep("dx", inner.shape, dpadded.dtype)
    np.copyto(dx, inner)
    return dx


def zero_padding2d(x: Array, padding: Padding, memory: Memory) -> tuple[Array, Callable[[Array], Array]]:
    """Put zeros around x (C, H, W, N); `padding` is (top, bottom, left, right)."""
    return pad(x, padding, 0, memory), lambda dy: crop(dy, padding, memory)


def _inside(padded: Array, padding: Padding) -> Array:
    top, bottom, left, right = padding
    _, height, width, _ = padded.shape
    return padded[:, top : height - bottom, left : width - right]
