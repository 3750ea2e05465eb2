"""The filters of a layer as parts of a report: in colour, one by one, or as a table of kernels."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cnnviz.interpret.filters import composite_page, kernel_page
from cnnviz.ui.export.map_figures import (
    NamedTile,
    atlas_tiles,
    map_tile,
    scaling_of,
    strip_of,
    tile_grid,
)
from cnnviz.ui.inspector.unit.figures import CENTER, RIGHT, Figure, Line, Space, boxed, stack
from cnnviz.ui.plots.atlas_painting import composite_image, tile_image
from cnnviz.ui.theme import SPACE_4, SPACE_8

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from PySide6.QtGui import QImage

    from cnnviz.interpret.filters import Composite, FilterView
    from cnnviz.ui.inspector.unit.pens import Pens

MOST_FILTERS, MOST_CHANNELS = 64, 16
_FILTER_PX, _TEMPLATE_PX, _LARGE = 48, 96, 12


def filters_figure(
    view: FilterView, order: Sequence[int], marks: Mapping[int, str], width: int, pens: Pens
) -> Figure:
    """Return the filters in an order, each with its number and the sign of what is wrong with it."""
    shown = [index for index in order if index < len(view.weight)][:MOST_FILTERS]
    names = [f"{index} {marks[index]}" if index in marks else f"{index}" for index in shown]
    side = pens.px(_TEMPLATE_PX if view.weight.shape[2] >= _LARGE else _FILTER_PX)
    if view.composite is not None:
        images = _composites(composite_page(view, shown))
        tiles = [NamedTile(image, name) for image, name in zip(images, names, strict=True)]
        return tile_grid(tiles, side, width, pens)
    channels = range(min(view.weight.shape[1], MOST_CHANNELS))
    atlas = kernel_page(view, shown, channels)
    scale = strip_of(scaling_of(atlas), pens)
    if len(channels) == 1:
        tiles = atlas_tiles(atlas, range(len(shown)), names, pens)
        return stack((tile_grid(tiles, side, width, pens), scale), pens.px(SPACE_8))
    images = [tile_image(atlas, tile, pens.colors) for tile in range(atlas.count)]
    return stack((_table(images, names, len(channels), width, pens), scale), pens.px(SPACE_8))


def _table(images: Sequence[QImage], names: Sequence[str], channels: int, width: int, pens: Pens) -> Figure:
    """Return a row of kernels for each filter, and the numbers of the channels above."""
    gap = pens.px(SPACE_4)
    head = max(pens.width(name, pens.small) for name in names)
    side = min(pens.px(_FILTER_PX * 2 // 3), (width - head) // channels - gap)
    kernels = [map_tile(image, side, pens) for image in images]
    wide = kernels[0].width
    numbers = [boxed(f"{one}", pens.small, pens.colors.muted, wide, pens, CENTER) for one in range(channels)]
    rows: list[Figure] = [Line((Space(head, 0), *numbers), gap)]
    for place, name in enumerate(names):
        label = boxed(name, pens.small, pens.colors.muted, head, pens, RIGHT)
        rows.append(Line((label, *kernels[place * channels : (place + 1) * channels]), gap))
    return stack(rows, gap)


def _composites(composite: Composite) -> list[QImage]:
    whole, grid = composite_image(composite), composite.grid
    origins = (grid.tile_origin(tile) for tile in range(grid.count))
    return [whole.copy(column, row, grid.tile_width, grid.tile_height) for row, column in origins]
