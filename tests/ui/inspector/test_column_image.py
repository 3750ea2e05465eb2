"""Arrangements of columns are worked out once for columns of equal size, and let go with their layout."""

from __future__ import annotations

import dataclasses
import weakref

import numpy as np

from cnnviz.interpret.atlas import Grid
from cnnviz.ui.inspector.cell_block import CellBlock
from cnnviz.ui.inspector.column_image import Arrangements, ColumnImages
from cnnviz.ui.inspector.network_columns import columns_of
from cnnviz.ui.inspector.network_layout import PlacedColumn
from cnnviz.ui.theme import LIGHT
from tests.ui.inspector.views import DIGITS, make_view

GRID = Grid(2, 2, 1, 3, 0)
BLOCK = CellBlock(5, 7, 3, 3, 1, 2, 2, 4, 4, 9, 9)
COLUMN = columns_of(make_view(), DIGITS, frozenset())[1]


def placed(block, numbers=None):
    return PlacedColumn(COLUMN, 0, 20, block, numbers)


def test_columns_of_equal_size_share_one_wherever_they_stand():
    arrangements = Arrangements()
    here = arrangements.of(GRID, placed(BLOCK))
    assert arrangements.of(GRID, placed(BLOCK.moved_to(90, 1))) is here
    assert np.array_equal(here, BLOCK.places(GRID, range(3)))


def test_another_order_or_size_has_its_own():
    arrangements = Arrangements()
    here = arrangements.of(GRID, placed(BLOCK))
    turned = arrangements.of(GRID, placed(BLOCK, (2, 1, 0)))
    assert np.array_equal(turned, BLOCK.places(GRID, (2, 1, 0)))
    assert not np.array_equal(turned, here)
    larger = dataclasses.replace(BLOCK, cell_width=5, pitch_x=11)
    assert arrangements.of(GRID, placed(larger)).shape == (larger.height, larger.width)


def test_none_is_held_once_it_is_forgotten():
    arrangements = Arrangements()
    held = weakref.ref(arrangements.of(GRID, placed(BLOCK)))
    assert held() is not None
    arrangements.forget()
    assert held() is None


def test_newer_numbers_are_painted_in_the_same_memory_and_look_as_if_new(qapp):
    views = make_view(), make_view(seed=9)
    column, place = columns_of(views[0], DIGITS, frozenset())[1], CellBlock(0, 0, 4, 2, 2, 6, 6, 3, 3, 20, 20)
    there, images = PlacedColumn(column, 0, 20, place), ColumnImages()
    kept = images.of(1, views[0], there, LIGHT)
    before = kept.copy()
    assert images.of(1, views[1], there, LIGHT) == before, "Nobody said that numbers have changed."
    images.change(but=(1,))
    assert images.of(1, views[1], there, LIGHT) == before
    images.change()
    after = images.of(1, views[1], there, LIGHT)
    assert after is kept
    assert after == ColumnImages().of(1, views[1], there, LIGHT) != before
