"""A unit of pooling: the window on its map, the numbers in it, and which one won or what their mean is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cnnviz.interpret.explain.place import Unit
from cnnviz.interpret.explain.windows import Largest, Pooling, unit_over
from cnnviz.ui.format import number
from cnnviz.ui.inspector.unit.blocks import MOST_CELL_PX, Cells, ScaleStrip
from cnnviz.ui.inspector.unit.cell_numbers import fitting_format
from cnnviz.ui.inspector.unit.figures import Figure, Line, Spot, sign, stack, text
from cnnviz.ui.inspector.unit.parts import named_map, number_box
from cnnviz.ui.theme import SPACE_4

if TYPE_CHECKING:
    from cnnviz.interpret.explain.windows import Mean
    from cnnviz.ui.inspector.unit.scene import Scene

_MAP_PX, _LEAST_CELL_PX = 200, 4
_WINDOW_CELL_PX, _MOST_MAP_CELL_PX = 52, 24
_USUAL_PX = (480, 280)
"""Room for map, window, result and what stands around them; in more of it they grow."""


def window_sheet(scene: Scene, how: Largest | Mean) -> Figure:
    """Return the map, the window, and the number that comes out."""
    pens, width = scene.pens, scene.width
    is_whole = how.window.size == how.cells.shape and how.window.count == _cells_of(scene, how)
    word = "max" if isinstance(how, Largest) else "mean"
    mark = pens.px(52)
    box = number_box(how.value, word, pens, scene.scaling(how.window.source_id, how.channel))
    parts: list[Figure] = []
    room = width - box.width - mark
    if not is_whole:
        side = min(round(scene.growth(*_USUAL_PX) * pens.px(_MAP_PX)), room // 2)
        parts += [_map(scene, how, side), sign("\N{RIGHTWARDS ARROW}", pens, mark // 2)]
        room -= parts[0].width + mark // 2
    parts += [_window(scene, how, room, has_map=not is_whole), sign(f"{word} =", pens, mark), box]
    return Line(tuple(parts))


def _cells_of(scene: Scene, how: Largest | Mean) -> int:
    values = scene.view(how.window.source_id).values
    return int(values.shape[1] * values.shape[2])


def _map(scene: Scene, how: Largest | Mean, side: int) -> Figure:
    source = how.window.source_id
    tile = scene.tile(
        source,
        how.channel,
        (side, side),
        window=how.window.covered,
        most=round(scene.growth(*_USUAL_PX) * _MOST_MAP_CELL_PX),
        at=lambda row, column: _map_spot(scene, how, row, column),
    )
    return named_map(scene, source, how.channel, tile)


def _map_spot(scene: Scene, how: Largest | Mean, row: int, column: int) -> Spot:
    place, unit = scene.explanation.place, Unit(how.window.source_id, how.channel, row, column)
    if place is None or not isinstance(place.layer, Pooling):
        return scene.spot(unit)
    own = scene.view(scene.unit.layer_id).values
    if own.ndim == 1:
        return scene.spot(unit)
    channels, height, width = scene.view(how.window.source_id).values.shape
    over = unit_over(place.layer, (row, column), (channels, height, width), (own.shape[1], own.shape[2]))
    return scene.spot(unit, scene.unit.at(*over))


def _window(scene: Scene, how: Largest | Mean, room: int, *, has_map: bool) -> Figure:
    """Return the cells of the window; the one that won has a frame. Beside its map they share its scale."""
    pens, (rows, columns) = scene.pens, how.window.size
    growth = scene.growth(*_USUAL_PX)
    most = round(growth * pens.px(_WINDOW_CELL_PX if columns <= 3 else MOST_CELL_PX))
    cell = max(pens.px(_LEAST_CELL_PX), min(most, room // columns, round(growth * pens.px(320)) // rows))
    scaling = scene.scaling(how.window.source_id, how.channel)
    written = fitting_format(how.cells, cell, pens)
    cells = Cells(
        how.cells,
        scaling,
        (cell, cell),
        written,
        pens,
        how.window.inside,
        (how.winner,) if isinstance(how, Largest) else (),
        at=lambda row, column: _cell_spot(scene, how, row, column),
    )
    words = f"window {rows}×{columns}"
    if how.window.count < how.window.inside.size:
        words += f", {how.window.count} counted"
    if written is not None and written.heading:
        words += f", {written.heading}"
    title = text(words, pens.caption, pens.colors.muted, pens)
    strip = [] if has_map else [ScaleStrip(scaling, max(cells.width, pens.px(96)), pens)]
    return stack((title, cells, *strip), pens.px(SPACE_4), centered=True)


def _cell_spot(scene: Scene, how: Largest | Mean, row: int, column: int) -> Spot:
    unit = how.window.unit(how.channel, row, column)
    if unit is None:
        return Spot("padding, which is not counted")
    won = ", the largest" if isinstance(how, Largest) and how.winner == (row, column) else ""
    return Spot(f"{scene.place_name(unit)}: {number(scene.look.value(unit))}{won}", unit)
