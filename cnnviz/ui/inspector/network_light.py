"""A map and what it is made from and goes into, in full colour over a dimmed network."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

from PySide6.QtCore import QRect, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPen

from cnnviz.ui.inspector.network_blocks import paint_skip
from cnnviz.ui.inspector.network_edges import Edge, readers_of, sources_of
from cnnviz.ui.inspector.network_links import curves

if TYPE_CHECKING:
    from collections.abc import Iterable

    from cnnviz.ui.inspector.network_brushes import Brushes
    from cnnviz.ui.inspector.network_layout import NetworkLayout, PlacedColumn

_DIMMED = 0.66
_AROUND_PX = 1


@dataclasses.dataclass(frozen=True, slots=True)
class LitWay:
    """A way between two columns with its lit tiles at the start and at the end."""

    edge: Edge
    starts: tuple[int, ...]
    ends: tuple[int, ...]


@dataclasses.dataclass(frozen=True, slots=True)
class Light:
    """What is lit: by the place of a column its tiles, and the ways between them."""

    tiles: dict[int, frozenset[int]]
    ways: tuple[LitWay, ...]


def light_of(layout: NetworkLayout, index: int, number: int) -> Light:
    """Return what is lit for a map, unit or class of the column at a place: its sources and its readers.

    What has no tile cannot be lit.
    """
    columns = [placed.column for placed in layout.columns]
    own = layout.columns[index].tile_of(number)
    tiles: dict[int, frozenset[int]] = {index: frozenset(() if own is None else (own,))}
    ways = []
    for edge in layout.edges:
        if index not in (edge.start, edge.end):
            continue
        is_source = edge.end == index
        numbers = (sources_of if is_source else readers_of)(edge, columns, number)
        other = edge.start if is_source else edge.end
        found = _tiles(layout.columns[other], numbers)
        tiles[other] = tiles.get(other, frozenset()) | frozenset(found)
        mine = tuple(tiles[index])
        ways.append(LitWay(edge, found, mine) if is_source else LitWay(edge, mine, found))
    return Light(tiles, tuple(ways))


def paint_light(
    painter: QPainter, layout: NetworkLayout, light: Light, seen: QRect, brushes: Brushes
) -> None:
    """Dim all that is seen but the lit tiles, and paint the lit ways."""
    painter.save()
    painter.scale(1 / brushes.ratio, 1 / brushes.ratio)
    ground = QPainterPath()
    ground.setFillRule(Qt.FillRule.OddEvenFill)
    ground.addRect(QRectF(seen))
    around = round(_AROUND_PX * brushes.ratio)
    for index, tiles in light.tiles.items():
        for place in _places(layout.columns[index], tiles):
            ground.addRect(QRectF(place.adjusted(-around, -around, around, around) & seen))
    wash = QColor(brushes.colors.base)
    wash.setAlphaF(_DIMMED)
    painter.fillPath(ground, wash)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(QPen(brushes.colors.accent, brushes.ratio))
    for way in light.ways:
        if not way.edge.is_skip:
            left, right = layout.columns[way.edge.start], layout.columns[way.edge.end]
            painter.drawPath(curves(left, way.starts, right, way.ends))
    painter.restore()
    for way in light.ways:
        if way.edge.is_skip:
            paint_skip(painter, layout, way.edge, brushes, is_lit=True)


def _tiles(placed: PlacedColumn, numbers: Iterable[int]) -> tuple[int, ...]:
    return tuple(tile for tile in map(placed.tile_of, numbers) if tile is not None)


def _places(placed: PlacedColumn, tiles: frozenset[int]) -> list[QRect]:
    """Return where tiles are; a column that is lit as a whole is one place."""
    block = placed.block
    if len(tiles) == block.shown:
        return [QRect(block.x, block.y, block.width, block.height)]
    return [block.rect(tile) for tile in sorted(tiles)]
