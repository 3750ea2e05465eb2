"""Maps of importance in colour, by themselves and laid over the image."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from cnnviz.interpret.atlas import GAP_INDEX, LAST_INDEX, read_only
from cnnviz.interpret.colormaps import ZERO_INDEX, lut

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from cnnviz.interpret.atlas import Atlas

_STRENGTH = 0.85
"""How much of the picture the strongest colour hides."""
_LUMA = np.array([0.2126, 0.7152, 0.0722])
"""Shares of red, green and blue in what the eye takes as brightness (ITU-R BT.709)."""


def colored(atlas: Atlas, *, dark: bool = False) -> NDArray[np.uint8]:
    """Return an atlas in colour, uint8 (H, W, 3); numbers that are not finite are middle gray."""
    table = lut(atlas.color_map, dark=dark).copy()
    table[GAP_INDEX] = 128
    return read_only(table[atlas.pixels])


def overlaid(picture: NDArray[np.uint8], atlas: Atlas) -> NDArray[np.uint8]:
    """Return a picture (H, W, 3) without its colours, tinted where the atlas's one map (H, W) has weight.

    The larger a number is, the more of its colour is seen; numbers around zero leave the picture as it is.
    """
    gray = (picture @ _LUMA)[..., None]
    indices = atlas.pixels.astype(np.float64)
    weight = (
        np.abs(indices - ZERO_INDEX) / (LAST_INDEX - ZERO_INDEX) if atlas.signed else indices / LAST_INDEX
    )
    weight = np.where(atlas.pixels == GAP_INDEX, 0, _STRENGTH * np.minimum(weight, 1))[..., None]
    mixed = gray * (1 - weight) + colored(atlas) * weight
    return read_only(np.rint(mixed).astype(np.uint8))
