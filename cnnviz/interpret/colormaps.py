"""Colour tables for painting numbers: sequential for amounts, diverging for signed values.

An index picture has 0 in the gaps between maps and 1 to 255 in the data (see `cnnviz.interpret.atlas`), so a
table's colour 0 is free for the background; here it repeats colour 1.
"""

from __future__ import annotations

import enum
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

COLORS = 256
ZERO_INDEX = 128
"""The index of zero in a picture of signed values."""


class ColorMap(enum.StrEnum):
    """The tables that `lut` knows."""

    GRAY = "gray"
    VIRIDIS = "viridis"
    DIVERGING = "diverging"


# Every eighth colour of viridis (S. van der Walt and N. Smith, CC0); straight lines between them are at most
# two levels off.
_VIRIDIS = """
440154 470d60 48186a 482374 472d7b 453781 424086 3e4989 3b528b 375b8d 33638d 2f6b8e 2c728e 297a8e 26828e
23898e 21918c 1f978b 1f9f88 21a685 27ad81 31b57b 3dbc74 4cc26c 5cc863 6ece58 81d34d 95d840 aadc32 c0df25
d5e21a eae51a fde725
"""

# Ends of the diverging table in OKLCH: both sides have the same lightness and chroma, so that only the hue
# tells the sign. Hues 252 and 30 degrees (blue, red) stay apart for red-green blind eyes.
_LIGHT_MIDDLE, _LIGHT_END, _LIGHT_CHROMA, _LIGHT_HUES = 0.97, 0.45, 0.13, (30.0, 252.0)
_DARK_MIDDLE, _DARK_END, _DARK_CHROMA, _DARK_HUES = 0.25, 0.75, 0.12, (30.0, 245.0)


def lut(name: ColorMap | str, *, dark: bool = False) -> NDArray[np.uint8]:
    """Return the table as uint8 (256, 3), red, green and blue by index.

    `dark` chooses the neutral middle of the diverging table: near black instead of near white. Its index 1 is
    the most negative value (red), 128 is zero, 255 the most positive (blue).

    Raises
    ------
    ValueError
        There is no table of this name.
    """
    match ColorMap(name):
        case ColorMap.GRAY:
            return _sequential([(0, 0, 0), (255, 255, 255)])
        case ColorMap.VIRIDIS:
            return _sequential([tuple(bytes.fromhex(color)) for color in _VIRIDIS.split()])
        case ColorMap.DIVERGING:
            return _diverging(dark)


def _sequential(anchors: list[tuple[int, ...]]) -> NDArray[np.uint8]:
    places = np.linspace(1, COLORS - 1, len(anchors))
    channels = np.array(anchors, np.float64).T
    table = [np.interp(np.arange(COLORS), places, channel) for channel in channels]
    colors: NDArray[np.uint8] = np.rint(np.stack(table, axis=1)).astype(np.uint8)
    return colors


def _diverging(dark: bool) -> NDArray[np.uint8]:
    middle, end = (_DARK_MIDDLE, _DARK_END) if dark else (_LIGHT_MIDDLE, _LIGHT_END)
    chroma, hues = (_DARK_CHROMA, _DARK_HUES) if dark else (_LIGHT_CHROMA, _LIGHT_HUES)
    position = np.clip((np.arange(COLORS) - ZERO_INDEX) / (ZERO_INDEX - 1), -1, 1)
    amount = np.abs(position)
    angle = np.radians(np.where(position < 0, hues[0], hues[1]))
    lightness = middle + (end - middle) * amount
    return _srgb(lightness, chroma * amount * np.cos(angle), chroma * amount * np.sin(angle))


def _srgb(
    lightness: NDArray[np.float64], a: NDArray[np.float64], b: NDArray[np.float64]
) -> NDArray[np.uint8]:
    """Return OKLab colours as sRGB (B. Ottosson, "A perceptual color space for image processing", 2020)."""
    long = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3
    medium = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3
    short = (lightness - 0.0894841775 * a - 1.2914855480 * b) ** 3
    matrix = np.array(
        [
            [4.0767416621, -3.3077115913, 0.2309699292],
            [-1.2684380046, 2.6097574011, -0.3413193965],
            [-0.0041960863, -0.7034186147, 1.7076147010],
        ]
    )
    linear = np.clip(np.stack([long, medium, short], axis=1) @ matrix.T, 0, 1)
    encoded = np.where(linear <= 0.0031308, 12.92 * linear, 1.055 * linear ** (1 / 2.4) - 0.055)
    colors: NDArray[np.uint8] = np.rint(encoded * 255).astype(np.uint8)
    return colors
