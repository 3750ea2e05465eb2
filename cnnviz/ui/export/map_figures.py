"""Many small maps, and what their colours mean, as parts of a report."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

from cnnviz.interpret.atlas import Scale
from cnnviz.ui.inspector.unit.blocks import Cells, MapTile, ScaleStrip, enlarged, map_cell
from cnnviz.ui.inspector.unit.cell_numbers import fitting_format
from cnnviz.ui.inspector.unit.figures import CENTER, Figure, Line, boxed, stack, text
from cnnviz.ui.inspector.unit.pens import Ramp, Scaling
from cnnviz.ui.plots.atlas_painting import tile_image
from cnnviz.ui.theme import SPACE_4, SPACE_8, SPACE_16

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy as np
    from numpy.typing import NDArray
    from PySide6.QtGui import QImage

    from cnnviz.interpret.activations import LayerView
    from cnnviz.interpret.atlas import Atlas
    from cnnviz.ui.inspector.unit.pens import Pens

_STRIP_PX, _NUMBERED_PX, _MOST_CELL_PX = 160, 30, 56


@dataclasses.dataclass(frozen=True, slots=True)
class NamedTile:
    """A map of one pixel for each number, and what stands below it."""

    image: QImage
    name: str


def map_tile(image: QImage, side: int, pens: Pens) -> MapTile:
    """Return a map about `side` device pixels large, in whole pixels."""
    shape = image.height(), image.width()
    cell = map_cell(shape, (side, side), pens.px(40))
    return MapTile(enlarged(image, cell, pens), shape, cell, pens)


def numbered_map(
    values: NDArray[np.floating], scaling: Scaling, image: QImage, side: int, pens: Pens
) -> Figure:
    """Return a map (rows, columns) with its numbers in the cells where there is room, else `image`."""
    cell = int(map_cell((values.shape[0], values.shape[1]), (side, side), pens.px(_MOST_CELL_PX)))
    written = fitting_format(values, cell, pens) if cell >= pens.px(_NUMBERED_PX) else None
    if written is None:
        return map_tile(image, side, pens)
    cells = Cells(values, scaling, (cell, cell), written, pens)
    if not written.heading:
        return cells
    power = text(f"numbers {written.heading}", pens.small, pens.colors.muted, pens)
    return stack((power, cells), pens.px(2))


def tile_grid(tiles: Sequence[NamedTile], side: int, width: int, pens: Pens) -> Figure:
    """Return maps in as many lines as they need in a width, each with its name below."""
    figures: list[Figure] = []
    for one in tiles:
        tile = map_tile(one.image, side, pens)
        wide = max(tile.width, pens.width(one.name, pens.small))
        name = boxed(one.name, pens.small, pens.colors.muted, wide, pens, CENTER)
        figures.append(stack((tile, name), pens.px(2), centered=True))
    return wrapped(figures, width, pens.px(SPACE_8))


def wrapped(figures: Sequence[Figure], width: int, gap: int) -> Figure:
    """Return figures side by side, in as many lines as they need."""
    lines: list[list[Figure]] = [[]]
    used = 0
    for figure in figures:
        if lines[-1] and used + gap + figure.width > width:
            lines.append([])
            used = 0
        used += figure.width + (gap if lines[-1] else 0)
        lines[-1].append(figure)
    return stack([Line(tuple(line), gap) for line in lines], gap)


def atlas_tiles(atlas: Atlas, order: Sequence[int], names: Sequence[str], pens: Pens) -> list[NamedTile]:
    """Return the maps of an atlas in an order."""
    images = (tile_image(atlas, tile, pens.colors) for tile in order)
    return [NamedTile(image, name) for image, name in zip(images, names, strict=True)]


def scaling_of(atlas: Atlas, tile: int = 0) -> Scaling:
    """Return the colours of a map of an atlas."""
    low, high = (float(end) for end in atlas.ranges[tile])
    return Scaling(Ramp(atlas.color_map), low, high)


def legend(name: str, scaling: Scaling, pens: Pens) -> Figure:
    """Return a name above what colours mean."""
    words = text(name, pens.caption, pens.colors.muted, pens)
    return stack((words, strip_of(scaling, pens)), pens.px(SPACE_4))


def strip_of(scaling: Scaling, pens: Pens) -> Figure:
    """Return what colours mean."""
    return ScaleStrip(scaling, pens.px(_STRIP_PX), pens)


def legends(views: Sequence[LayerView], width: int, pens: Pens) -> Figure:
    """Return the legend of each layer, one for those that share it."""
    shared = [view for view in views if view.atlas.scale is Scale.PER_NETWORK]
    if shared and len(shared) == len(views):
        found = {view.atlas.signed: view for view in shared}
        parts = [legend("all layers", scaling_of(view.atlas), pens) for view in found.values()]
    else:
        parts = [legend(view.layer_id, scaling_of(view.atlas), pens) for view in views]
    return wrapped(parts, width, pens.px(SPACE_16))


def scale_note(atlas: Atlas, what: str) -> str:
    """Say over what the colours of maps are spread."""
    match atlas.scale:
        case Scale.PER_MAP:
            return f"Each {what} has a colour scale of its own."
        case Scale.PER_NETWORK:
            return "One colour scale for the whole network."
        case _:
            return f"One colour scale for all {what}s of a layer."
