"""How far points are from the outlines of ten plane figures, each inside of the circle of radius 1."""

from __future__ import annotations

import math
from functools import partial
from types import MappingProxyType
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from numpy.typing import NDArray

    Points = NDArray[np.float32]
    Outline = Callable[[Points, Points], Points]

_ROUNDED = 6
"""Decimals of a corner: mathematics libraries differ in the last bits of a cosine, and pixels must not."""


def _corner(radius: float, degrees: float) -> tuple[float, float]:
    angle = math.radians(degrees)
    return round(radius * math.cos(angle), _ROUNDED), round(radius * math.sin(angle), _ROUNDED)


def _corners(count: int, *radii: float, first: float = 90.0) -> tuple[tuple[float, float], ...]:
    """Return `count` corners around the middle, at these distances in turn, the first in this direction."""
    return tuple(_corner(radii[place % len(radii)], first + 360 / count * place) for place in range(count))


def _disc(x: Points, y: Points, radius: float = 1.0, middle: tuple[float, float] = (0.0, 0.0)) -> Points:
    across, up = x - np.float32(middle[0]), y - np.float32(middle[1])
    distance: Points = np.sqrt(across * across + up * up) - np.float32(radius)
    return distance


def _ring(x: Points, y: Points) -> Points:
    """Return the distance from a band of 0.4 around the middle."""
    return np.abs(_disc(x, y, 0.8)) - np.float32(0.2)


def _crescent(x: Points, y: Points) -> Points:
    """Return the distance from a disc that lacks a smaller one."""
    return np.maximum(_disc(x, y), -_disc(x, y, 0.8, (0.45, 0.0)))


def _heart(x: Points, y: Points) -> Points:
    """Return the distance from a square on its tip with a half disc on both upper sides."""
    lobes = np.minimum(_disc(x, y, 0.5, (-0.45, 0.35)), _disc(x, y, 0.5, (0.45, 0.35)))
    return np.minimum(lobes, _polygon(x, y, _HEART))


def _polygon(x: Points, y: Points, corners: tuple[tuple[float, float], ...]) -> Points:
    """Return the distance from the nearest side of a polygon, below 0 inside.

    A ray to the right crosses an odd number of sides where it begins inside (even-odd rule).
    """
    nearest = np.full(x.shape, np.inf, np.float32)
    inside = np.zeros(x.shape, bool)
    for (x0, y0), (x1, y1) in zip(corners, (*corners[1:], corners[0]), strict=True):
        wide, high = x1 - x0, y1 - y0
        across, up = x - np.float32(x0), y - np.float32(y0)
        inverse = 1.0 / (wide * wide + high * high)
        along = across * np.float32(wide * inverse) + up * np.float32(high * inverse)
        np.clip(along, 0, 1, out=along)
        aside, above = across - along * np.float32(wide), up - along * np.float32(high)
        np.minimum(nearest, aside * aside + above * above, out=nearest)
        if high:
            crosses = (y < np.float32(y0)) != (y < np.float32(y1))
            inside ^= crosses & (across < up * np.float32(wide / high))
    distance = np.sqrt(nearest)
    return np.where(inside, -distance, distance)


def stroke(x: Points, y: Points, half_length: Points, radius: Points) -> Points:
    """Return the distance from a line with round ends that lies across the middle; a dot has no length."""
    beyond = np.maximum(np.abs(x) - half_length, 0)
    distance: Points = np.sqrt(beyond * beyond + y * y) - radius
    return distance


_HEART = ((0.0, -0.98), (0.82, 0.01), (0.45, 0.35), (0.0, 0.58), (-0.45, 0.35), (-0.82, 0.01))
_CROSS = (
    *((0.3, 0.95), (-0.3, 0.95), (-0.3, 0.3), (-0.95, 0.3), (-0.95, -0.3), (-0.3, -0.3)),
    *((-0.3, -0.95), (0.3, -0.95), (0.3, -0.3), (0.95, -0.3), (0.95, 0.3), (0.3, 0.3)),
)
_ARROW = ((1.0, 0.0), (0.1, 0.8), (0.1, 0.28), (-0.95, 0.28), (-0.95, -0.28), (0.1, -0.28), (0.1, -0.8))

OUTLINES: Mapping[str, Outline] = MappingProxyType(
    {
        "circle": _disc,
        "ring": _ring,
        "crescent": _crescent,
        "triangle": partial(_polygon, corners=_corners(3, 1.0)),
        "square": partial(_polygon, corners=_corners(4, 1.0, first=45.0)),
        "pentagon": partial(_polygon, corners=_corners(5, 1.0)),
        "star": partial(_polygon, corners=_corners(10, 1.0, 0.42)),
        "cross": partial(_polygon, corners=_CROSS),
        "arrow": partial(_polygon, corners=_ARROW),
        "heart": _heart,
    }
)
"""For every figure its distance from points x (to the right) and y (upwards), float32 of any one shape.

It is below 0 inside; at corners, and where discs meet, it may be shorter than the true one. The arrow points
to the right, the others stand upright. Only operations that IEEE 754 rounds in one way are used, so that the
result has the same bits on every machine.
"""
