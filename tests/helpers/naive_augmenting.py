"""Variations of one image written as plainly as possible, in float64, to be compared with the fast ones."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray


def moved_point(
    column: float,
    row: float,
    *,
    size: tuple[int, int],
    shift: tuple[float, float] = (0.0, 0.0),
    degrees: float = 0.0,
    scale: float = 1.0,
    slant: float = 0.0,
    mirror: tuple[int, int] = (1, 1),
) -> tuple[float, float]:
    """Return where a point of an image of `size` (height, width) comes to lie, one step after the other."""
    middle = ((size[1] - 1) / 2, (size[0] - 1) / 2)
    x, y = column - middle[0], row - middle[1]
    x, y = mirror[0] * x, mirror[1] * y
    x, y = scale * x, scale * y
    x = x + math.tan(math.radians(slant)) * y
    turn = math.radians(degrees)
    x, y = math.cos(turn) * x - math.sin(turn) * y, math.sin(turn) * x + math.cos(turn) * y
    return x + shift[0] + middle[0], y + shift[1] + middle[1]


def pixel_at(image: NDArray[np.float64], column: float, row: float) -> float:
    """Return the value between pixels of `image` (H, W), which goes on beyond its border as it is there."""
    height, width = image.shape
    column, row = min(max(column, 0.0), width - 1.0), min(max(row, 0.0), height - 1.0)
    left, top = math.floor(column), math.floor(row)
    right, bottom = min(left + 1, width - 1), min(top + 1, height - 1)
    x, y = column - left, row - top
    upper = (1 - x) * image[top, left] + x * image[top, right]
    lower = (1 - x) * image[bottom, left] + x * image[bottom, right]
    return float((1 - y) * upper + y * lower)


def resampled(
    image: NDArray[np.float64], source: Callable[[int, int], tuple[float, float]]
) -> NDArray[np.float64]:
    """Return an image (H, W) whose pixels come from where `source` says for their column and row."""
    new = np.empty_like(image)
    for row in range(image.shape[0]):
        for column in range(image.shape[1]):
            new[row, column] = pixel_at(image, *source(column, row))
    return new


def bend_at(points: NDArray[np.float64], size: tuple[int, int], column: int, row: int) -> float:
    """Return a bicubic B-spline of `points` (7, 7), over an image of `size`, at the middle of a pixel."""
    total = 0.0
    for point_row in range(7):
        for point_column in range(7):
            down = _bump((row + 0.5) / size[0] * 4 - (point_row - 1))
            along = _bump((column + 0.5) / size[1] * 4 - (point_column - 1))
            total += down * along * float(points[point_row, point_column])
    return total


def _bump(x: float) -> float:
    """Return the cubic B-spline about 0, which ends at ±2."""
    x = abs(x)
    if x >= 2:
        return 0.0
    return (2 - x) ** 3 / 6 if x >= 1 else 2 / 3 - x * x + x**3 / 2


def relit(image: NDArray[np.float64], factor: float, offset: float) -> NDArray[np.float64]:
    """Return an image whose contrast about mid-grey is `factor` times as high, and `offset` brighter."""
    return np.clip((image - 0.5) * factor + 0.5 + offset, 0.0, 1.0)


def cut_out(image: NDArray[np.float64], column: float, row: float, side: float) -> NDArray[np.float64]:
    """Return an image with a black square about a point, in pixels from the upper left corner."""
    new = image.copy()
    for y in range(image.shape[0]):
        for x in range(image.shape[1]):
            if abs(x + 0.5 - column) < side / 2 and abs(y + 0.5 - row) < side / 2:
                new[y, x] = 0.0
    return new
