"""What a number can see: the exact box on the image and in each layer before it, and what counts most."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from cnnviz.interpret.explain.place import Unit
from cnnviz.interpret.explain.reach import reaches
from cnnviz.spec.words import counted
from cnnviz.ui.format import share
from cnnviz.ui.inspector.unit.blocks import MapTile, ScaleStrip, enlarged, map_cell
from cnnviz.ui.inspector.unit.figures import Figure, Line, Space, Spot, stack, text
from cnnviz.ui.inspector.unit.pens import Ramp, Scaling
from cnnviz.ui.plots.atlas_painting import picture_image
from cnnviz.ui.theme import SPACE_4, SPACE_16, SPACE_24

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from cnnviz.app.looking.unit_field import UnitField
    from cnnviz.interpret.explain.reach import Reach
    from cnnviz.ui.inspector.unit.blocks import CellSpot
    from cnnviz.ui.inspector.unit.scene import Scene

_IMAGE_PX, _MAP_PX = 200, 96
_USUAL_PX = (424, 400)
"""Room for both pictures and a row of maps; in more of it all of them grow."""
_STRENGTH = ("How strongly each pixel moves it", "How strongly pixels count")
_UNMOVED = "No pixel moves it: the slope is 0 here."


def reach_sheet(scene: Scene, field: NDArray[np.float32] | None) -> Figure:
    """Return the image with its box, how strongly each pixel counts, and a map of each layer between."""
    pens = scene.pens
    found = reaches(scene.look, scene.unit)
    most = round(scene.growth(*_USUAL_PX) * pens.px(_IMAGE_PX))
    side = min(most, (scene.width - pens.px(SPACE_24)) // 2)
    parts: list[Figure] = [_image(scene, found.get(""), side)]
    if field is not None:
        parts.append(_field(scene, found.get(""), field, side))
    else:
        parts.append(text("The strength of each pixel is computed.", pens.caption, pens.colors.muted, pens))
    order = [view for view in (*scene.look.view.layers, *scene.look.view.inner) if view.layer_id in found]
    maps = [_map(scene, view.layer_id, found[view.layer_id]) for view in order]
    heading = text("In the layers between", pens.strong, pens.colors.text, pens)
    rows = _wrapped(scene, maps)
    if field is not None:  # one may have a line more than the other
        highest = max(part.height for part in parts)
        parts = [stack((part, Space(0, highest - part.height))) for part in parts]
    below: list[Figure] = [heading, rows] if maps else []
    return stack((Line(tuple(parts), pens.px(SPACE_24)), *below), pens.px(SPACE_16))


def reach_figure(scene: Scene, found: UnitField | None) -> Figure:
    """Return what a number can see, with the strength of each pixel as soon as it is that of this number."""
    is_its = found is not None and found.look is scene.look and found.unit == scene.unit
    return reach_sheet(scene, found.field if found is not None and is_its else None)


def _image(scene: Scene, reach: Reach | None, side: int) -> Figure:
    pens, picture = scene.pens, scene.look.view.picture
    shape = (picture.shape[0], picture.shape[1])
    cell = map_cell(shape, (side, side), pens.px(24))
    window = reach.box if reach is not None else None
    tile = MapTile(
        enlarged(picture_image(picture), cell, pens), shape, cell, pens, window, at=_pixel_spot(scene)
    )
    strip = ScaleStrip(Scaling(Ramp.IMAGE, 0.0, 1.0), max(tile.width, pens.px(96)), pens)
    return stack((_title(scene, "It can see", reach), tile, strip), pens.px(SPACE_4))


def _field(scene: Scene, reach: Reach | None, field: NDArray[np.float32], side: int) -> Figure:
    pens = scene.pens
    shape = (field.shape[0], field.shape[1])
    scaling = Scaling(Ramp.AMOUNT, 0.0, 1.0)
    cell = map_cell(shape, (side, side), pens.px(24))
    window = reach.box if reach is not None else None

    def at(row: int, column: int) -> Spot:
        return Spot(f"row {row}, column {column}: {share(float(field[row, column]))} of the strongest pixel")

    tile = MapTile(enlarged(pens.image(field, scaling), cell, pens), shape, cell, pens, window, at=at)
    full, short = _STRENGTH
    said = full if pens.width(full, pens.caption) <= side else short
    words = text(said, pens.caption, pens.colors.muted, pens)
    strip = ScaleStrip(scaling, max(tile.width, pens.px(96)), pens)
    unmoved = [] if field.any() else [text(_UNMOVED, pens.caption, pens.colors.text, pens)]
    return stack((words, tile, strip, *unmoved), pens.px(SPACE_4))


def _map(scene: Scene, layer_id: str, reach: Reach) -> Figure:
    """Return the first map of a layer that is seen, with the box on it; of a row of numbers only words."""
    pens = scene.pens
    title = _title(scene, scene.name(layer_id), reach)
    values = scene.view(layer_id).values
    if values.ndim == 1:
        return stack((title, Space(pens.px(_MAP_PX), 0)))
    channel = int(np.flatnonzero(reach.channels)[0])
    side = round(scene.growth(*_USUAL_PX) * pens.px(_MAP_PX))
    tile = scene.tile(layer_id, channel, (side, side), window=reach.box)
    return stack((title, tile), pens.px(SPACE_4))


def _title(scene: Scene, name: str, reach: Reach | None) -> Figure:
    pens = scene.pens
    words = "nothing but padding" if reach is None else _extent(reach)
    return text(f"{name}: {words}", pens.caption, pens.colors.muted, pens)


def _extent(reach: Reach) -> str:
    count = int(reach.channels.sum())
    if len(reach.rows) == len(reach.columns) == 1:
        return counted(count, "number")
    _, _, rows, columns = reach.box
    return f"{rows}×{columns}" + (f" of {counted(count, 'map')}" if len(reach.channels) > 1 else "")


def _pixel_spot(scene: Scene) -> CellSpot:
    return lambda row, column: scene.spot(Unit("", 0, row, column))


def _wrapped(scene: Scene, figures: list[Figure]) -> Figure:
    """Return figures in as many lines as they need."""
    gap = scene.pens.px(SPACE_16)
    lines: list[list[Figure]] = [[]]
    for figure in figures:
        if lines[-1] and sum(one.width + gap for one in lines[-1]) + figure.width > scene.width:
            lines.append([])
        lines[-1].append(figure)
    return stack([Line(tuple(line), gap) for line in lines], gap)
