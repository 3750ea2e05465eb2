"""The numbers of one column as an image of device pixels."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtGui import QImage

from cnnviz.interpret.atlas import GAP_INDEX
from cnnviz.ui.inspector.network_columns import ColumnKind, layer_of
from cnnviz.ui.plots.atlas_painting import index_image, picture_image, tile_image

if TYPE_CHECKING:
    from cnnviz.interpret.activations import ImageView
    from cnnviz.ui.inspector.network_layout import PlacedColumn
    from cnnviz.ui.theme import Colors

_CLEAR = 0


def column_image(view: ImageView, placed: PlacedColumn, colors: Colors) -> QImage:
    """Return what a column shows, ready to be painted at its block's corner; clear between its tiles."""
    if placed.column.kind is ColumnKind.PICTURE:
        return _picture(view, placed)
    atlas = layer_of(view, placed.column).atlas
    tiles = atlas.grid.tiles(atlas.pixels)
    if placed.numbers is not None:
        tiles = tiles[list(placed.numbers)]
    image = index_image(placed.block.picture(tiles), colors, signed=atlas.signed)
    image.setColor(GAP_INDEX, _CLEAR)
    return image.convertToFormat(QImage.Format.Format_ARGB32_Premultiplied)


def map_image(view: ImageView, placed: PlacedColumn, number: int, colors: Colors) -> QImage:
    """Return map `number` with one pixel for each of its numbers."""
    if placed.column.kind is ColumnKind.PICTURE:
        return picture_image(view.picture)
    return tile_image(layer_of(view, placed.column).atlas, number, colors)


def _picture(view: ImageView, placed: PlacedColumn) -> QImage:
    block = placed.block
    small = view.picture[:: block.stride, :: block.stride]
    return picture_image(small.repeat(block.cell_height, axis=0).repeat(block.cell_width, axis=1))
