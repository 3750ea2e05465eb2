"""Index pictures as Qt images, in the colours of the theme."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING

from PySide6.QtGui import QColor, QImage

from cnnviz.interpret.atlas import FIRST_INDEX, GAP_INDEX, LAST_INDEX
from cnnviz.interpret.colormaps import ZERO_INDEX, ColorMap, lut
from cnnviz.ui.theme import DARK, LIGHT

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from cnnviz.interpret.atlas import Atlas
    from cnnviz.interpret.filters import Composite
    from cnnviz.ui.theme import Colors


_STRENGTH = 0.85
"""How much of a picture below the strongest colour hides."""


def atlas_image(atlas: Atlas, colors: Colors) -> QImage:
    """Return an atlas as an image of one pixel per cell; gaps have the theme's paper colour."""
    return index_image(atlas.pixels, colors, signed=atlas.signed)


def tile_image(atlas: Atlas, tile: int, colors: Colors) -> QImage:
    """Return one map of an atlas with one pixel for each of its numbers."""
    row, column = atlas.tile_origin(tile)
    indices = atlas.pixels[row : row + atlas.tile_height, column : column + atlas.tile_width]
    return index_image(indices, colors, signed=atlas.signed)


def clear_tile_image(atlas: Atlas, tile: int, colors: Colors) -> QImage:
    """Return one map of an atlas as `tile_image` does, the clearer the closer its numbers are to zero."""
    image = tile_image(atlas, tile, colors)
    image.setColorTable(list(_clear_table(atlas.signed, colors.is_dark)))
    return image


def index_image(indices: NDArray[np.uint8], colors: Colors, *, signed: bool) -> QImage:
    """Return colour indices uint8 (H, W) as an image, in the colours that an atlas of such values has."""
    rows, columns = indices.shape
    # A copy of its own: the image must outlive the array it was made from.
    image = QImage(indices.tobytes(), columns, rows, columns, QImage.Format.Format_Indexed8).copy()
    image.setColorTable(list(color_table(signed=signed, dark=colors.is_dark)))
    return image


def composite_image(composite: Composite) -> QImage:
    """Return filters in colour as an image of one pixel per cell, clear in the gaps."""
    rows, columns, _ = composite.pixels.shape
    data = composite.pixels.tobytes()
    return QImage(data, columns, rows, 4 * columns, QImage.Format.Format_RGBA8888).copy()


def picture_image(picture: NDArray[np.uint8]) -> QImage:
    """Return a picture uint8 (H, W, 3) as an image."""
    rows, columns, _ = picture.shape
    return QImage(picture.tobytes(), columns, rows, 3 * columns, QImage.Format.Format_RGB888).copy()


def color_table(*, signed: bool, dark: bool) -> tuple[int, ...]:
    """Return 256 colours by index: the diverging table for signed values, else viridis; 0 is the paper."""
    return _table(ColorMap.DIVERGING if signed else ColorMap.VIRIDIS, dark)


@functools.lru_cache(maxsize=8)
def _table(name: ColorMap, dark: bool) -> tuple[int, ...]:
    table = [QColor(*map(int, color)).rgb() for color in lut(name, dark=dark)]
    table[GAP_INDEX] = (DARK if dark else LIGHT).base.rgb()
    return tuple(table)


@functools.lru_cache(maxsize=4)
def _clear_table(signed: bool, dark: bool) -> tuple[int, ...]:
    zero = ZERO_INDEX if signed else FIRST_INDEX
    table = []
    for index, rgb in enumerate(color_table(signed=signed, dark=dark)):
        color = QColor(rgb)
        weight = min(abs(index - zero) / (LAST_INDEX - zero), 1) if index != GAP_INDEX else 0
        color.setAlphaF(_STRENGTH * weight)
        table.append(color.rgba())
    return tuple(table)
