"""The colours of a confusion matrix: what is right in one hue, what is wrong in another.

Blue and orange stay apart for colour-blind eyes. Mistakes are few, so they have a scale of their own: the
most frequent one has the full colour.
"""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtGui import QColor, QImage

from cnnviz.spec.layers import Category

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from cnnviz.ui.theme import Colors

_LEAST_SHARE = 0.12
"""Even a single image has so much of its hue."""
_DARK_LUMINANCE = 0.36
_GAMMA = 0.7
"""Below 1, so that small amounts can be told from none."""


@dataclasses.dataclass(frozen=True, slots=True, eq=False)
class CellColors:
    """Every cell's colour as an image of K by K pixels, and which of them need light text.

    `most_right` and `most_wrong` are the amounts that have the full colour.
    """

    image: QImage
    is_dark: NDArray[np.bool_]
    most_right: float
    most_wrong: float


def cell_colors(amounts: NDArray[np.float64], colors: Colors) -> CellColors:
    """Return the colours of cells with these amounts (K, K), counts or shares, in a theme."""
    classes = len(amounts)
    is_right = np.eye(classes, dtype=bool)
    paper = _rgb(colors.base)
    pixels = np.empty((classes, classes, 3))
    pixels[:] = paper
    peaks = [float(amounts[of_kind].max(initial=0.0)) for of_kind in (is_right, ~is_right)]
    for of_kind, hue, most in zip((is_right, ~is_right), hues(colors), peaks, strict=True):
        if most > 0:
            filled = of_kind & (amounts > 0)
            strength = _LEAST_SHARE + (1 - _LEAST_SHARE) * (amounts[filled] / most) ** _GAMMA
            pixels[filled] = paper + strength[:, None] * (_rgb(hue) - paper)
    levels = np.rint(pixels).astype(np.uint8)
    image = QImage(levels.tobytes(), classes, classes, 3 * classes, QImage.Format.Format_RGB888).copy()
    return CellColors(image, _luminance(pixels) < _DARK_LUMINANCE, *peaks)


def hues(colors: Colors) -> tuple[QColor, QColor]:
    """Return the full colours of what is right and of what is wrong."""
    return colors.plot_train, colors.categories[Category.STRUCTURE]


def _rgb(color: QColor) -> NDArray[np.float64]:
    return np.array([color.red(), color.green(), color.blue()], np.float64)


def _luminance(pixels: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the relative luminance of colours (..., 3), 0 to 1 (WCAG 2.1), with the square for the curve."""
    values: NDArray[np.float64] = np.square(pixels / 255) @ np.array([0.2126, 0.7152, 0.0722])
    return values
