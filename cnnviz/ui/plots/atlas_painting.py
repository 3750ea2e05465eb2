"""Index pictures as Qt images, in the colours of the theme."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtGui import QColor, QImage

from cnnviz.interpret.atlas import FIRST_INDEX, GAP_INDEX, LAST_INDEX
from cnnviz.interpret.colormaps import ZERO_INDEX, ColorMap, lut
from cnnviz.ui.plots.cell_sheet import BESIDES
from cnnviz.ui.theme import DARK, LIGHT

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from cnnviz.interpret.atlas import Atlas
    from cnnviz.interpret.filters import Composite
    from cnnviz.ui.theme import Colors


_OPAQUE = np.uint32(0xFF000000)
_STRENGTH = 0.85
"""How much of a picture below the strongest colour hides."""


def atlas_cells(atlas: Atlas, colors: Colors, *, paper: int, frame: int = 0) -> NDArray[np.uint32]:
    """Return the colour of every cell of an atlas, row after row, then those of paper and frames."""
    cells = np.empty(atlas.pixels.size + BESIDES, np.uint32)
    _colors(atlas.color_map, colors.is_dark).take(
        atlas.pixels.ravel(), out=cells[: atlas.pixels.size], mode="clip"
    )
    cells[-BESIDES:] = paper, frame
    return cells


def composite_cells(composite: Composite, *, paper: int, frame: int) -> NDArray[np.uint32]:
    """Return the colour of every cell of filters in colour, row after row, then those of paper and frames."""
    red, green, blue, opacity = np.moveaxis(composite.pixels.reshape(-1, 4).astype(np.uint32), 1, 0)
    color = _OPAQUE | red << 16 | green << 8 | blue
    return np.append(np.where(opacity > 0, color, np.uint32(paper)), np.array([paper, frame], np.uint32))


def tile_image(atlas: Atlas, tile: int, colors: Colors) -> QImage:
    """Return one map of an atlas with one pixel for each of its numbers."""
    row, column = atlas.tile_origin(tile)
    indices = atlas.pixels[row : row + atlas.tile_height, column : column + atlas.tile_width]
    return index_image(indices, colors, atlas.color_map)


def clear_tile_image(atlas: Atlas, tile: int, colors: Colors) -> QImage:
    """Return one map of an atlas as `tile_image` does, the clearer the closer its numbers are to zero."""
    image = tile_image(atlas, tile, colors)
    image.setColorTable(list(_clear_table(atlas.color_map, colors.is_dark)))
    return image


def index_image(indices: NDArray[np.uint8], colors: Colors, color_map: ColorMap) -> QImage:
    """Return colour indices uint8 (H, W) as an image."""
    rows, columns = indices.shape
    # A copy of its own: the image must outlive the array it was made from.
    image = QImage(indices.tobytes(), columns, rows, columns, QImage.Format.Format_Indexed8).copy()
    image.setColorTable(list(color_table(color_map, dark=colors.is_dark)))
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


@functools.lru_cache(maxsize=8)
def color_table(color_map: ColorMap, *, dark: bool) -> tuple[int, ...]:
    """Return 256 colours by index; 0 is the paper."""
    table = [QColor(*map(int, color)).rgb() for color in lut(color_map, dark=dark)]
    table[GAP_INDEX] = (DARK if dark else LIGHT).base.rgb()
    return tuple(table)


@functools.lru_cache(maxsize=8)
def _colors(color_map: ColorMap, dark: bool) -> NDArray[np.uint32]:
    return np.array(color_table(color_map, dark=dark), np.uint32)


@functools.lru_cache(maxsize=8)
def _clear_table(color_map: ColorMap, dark: bool) -> tuple[int, ...]:
    zero = ZERO_INDEX if color_map is ColorMap.DIVERGING else FIRST_INDEX
    table = []
    for index, rgb in enumerate(color_table(color_map, dark=dark)):
        color = QColor(rgb)
        weight = min(abs(index - zero) / (LAST_INDEX - zero), 1) if index != GAP_INDEX else 0
        color.setAlphaF(_STRENGTH * weight)
        table.append(color.rgba())
    return tuple(table)
