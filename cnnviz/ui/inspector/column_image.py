"""The numbers of one column as an image of device pixels."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING

import numpy as np

from cnnviz.ui.inspector.network_columns import ColumnKind, layer_of
from cnnviz.ui.plots.atlas_painting import atlas_cells, picture_image, tile_image
from cnnviz.ui.plots.cell_sheet import CellSheet

if TYPE_CHECKING:
    from collections.abc import Collection

    from PySide6.QtGui import QImage

    from cnnviz.interpret.activations import ImageView
    from cnnviz.interpret.atlas import Atlas, Grid
    from cnnviz.ui.inspector.cell_block import CellBlock
    from cnnviz.ui.inspector.network_layout import PlacedColumn
    from cnnviz.ui.plots.cell_sheet import Places
    from cnnviz.ui.theme import Colors

_CLEAR = 0
_KEPT = 24
"""Arrangements that are remembered; columns of equal size share one."""


class Arrangements:
    """Which cell each pixel of a column shows: worked out once, for as long as a layout stands."""

    def __init__(self) -> None:
        self._places = functools.lru_cache(maxsize=_KEPT)(_places)
        self._known: dict[int, tuple[PlacedColumn, Grid, Places]] = {}

    def of(self, grid: Grid, placed: PlacedColumn) -> Places:
        """Return which cell of a picture of maps each pixel of a column's block shows."""
        known = self._known.get(id(placed))  # to compare all of a column would take longer
        if known is None or known[0] is not placed or known[1] != grid:
            if len(self._known) >= _KEPT:
                self._known.clear()
            known = placed, grid, self._places(grid, placed.block.moved_to(0, 0), placed.numbers)
            self._known[id(placed)] = known
        return known[2]

    def forget(self) -> None:
        """Hold none any longer: there is another layout."""
        self._places.cache_clear()
        self._known.clear()


class ColumnImages:
    """What columns show, made anew in the same memory while only numbers change."""

    def __init__(self) -> None:
        self._arrangements = Arrangements()
        self._sheets: dict[int, CellSheet] = {}
        self._fresh: dict[int, QImage] = {}

    def of(self, index: int, view: ImageView, placed: PlacedColumn, colors: Colors) -> QImage:
        """Return an image to be painted at the corner of a block at once; clear between its tiles.

        It is made when numbers have changed since the last time; then the one of before is another, too.
        """
        if index not in self._fresh:
            if placed.column.kind is ColumnKind.PICTURE:
                self._fresh[index] = _picture(view, placed)
            else:
                self._fresh[index] = self._painted(index, layer_of(view, placed.column).atlas, placed, colors)
        return self._fresh[index]

    def change(self, *, but: Collection[int] = ()) -> None:
        """Take note of other numbers in all columns but some."""
        self._fresh = {index: image for index, image in self._fresh.items() if index in but}

    def forget(self) -> None:
        """Hold nothing any longer: there is another layout."""
        self._fresh.clear()
        self._sheets.clear()
        self._arrangements.forget()

    def _painted(self, index: int, atlas: Atlas, placed: PlacedColumn, colors: Colors) -> QImage:
        places, sheet = self._arrangements.of(atlas.grid, placed), self._sheets.get(index)
        if sheet is None or sheet.places is not places:
            sheet = self._sheets[index] = CellSheet(places, clear=True)
        return sheet.filled(atlas_cells(atlas, colors, paper=_CLEAR))


def map_image(view: ImageView, placed: PlacedColumn, number: int, colors: Colors) -> QImage:
    """Return map `number` with one pixel for each of its numbers."""
    if placed.column.kind is ColumnKind.PICTURE:
        return picture_image(view.picture)
    return tile_image(layer_of(view, placed.column).atlas, number, colors)


def _places(grid: Grid, block: CellBlock, numbers: tuple[int, ...] | None) -> Places:
    """Return which cell each pixel of a block shows, the first of all maps or those with `numbers`.

    In 32 bits it takes half of the memory, and looking up takes a quarter longer.
    """
    return block.places(grid, range(grid.count) if numbers is None else numbers).astype(np.int32)


def _picture(view: ImageView, placed: PlacedColumn) -> QImage:
    block = placed.block
    small = view.picture[:: block.stride, :: block.stride]
    return picture_image(small.repeat(block.cell_height, axis=0).repeat(block.cell_width, axis=1))
