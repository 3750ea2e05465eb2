from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from cnnviz.interpret.atlas import Grid
from cnnviz.ui.plots.tile_layout import flowing, in_groups

if TYPE_CHECKING:
    import random

grids = st.builds(
    Grid,
    tile_height=st.integers(1, 30),
    tile_width=st.integers(1, 30),
    columns=st.integers(1, 12),
    count=st.integers(1, 40),
    gap=st.integers(0, 2),
)


@given(
    grids, st.integers(20, 600), st.integers(4, 80), st.integers(0, 6), st.integers(0, 4), st.integers(0, 15)
)
def test_every_cell_of_every_tile_is_found_again(
    grid: Grid, width: int, size: int, gap: int, margin: int, below: int
) -> None:
    layout = flowing(grid, width, size, gap, margin, below)
    assert layout.rect(grid.count - 1).bottom() + below < layout.height
    for tile in range(grid.count):
        rect = layout.rect(tile)
        assert rect.right() < layout.width
        assert rect.bottom() < layout.height
        assert layout.locate(rect.left(), rect.top()) == (tile, 0, 0)
        assert layout.locate(rect.right(), rect.bottom()) == (tile, grid.tile_height - 1, grid.tile_width - 1)
        assert rect.width() == layout.cell * grid.tile_width


@given(grids, st.integers(20, 600), st.integers(1, 6))
def test_tiles_fit_into_the_width_unless_one_alone_is_wider(grid: Grid, width: int, gap: int) -> None:
    layout = flowing(grid, width, 40, gap, 2)
    assert layout.width <= width or layout.columns == 1


@given(grids, st.integers(20, 900), st.integers(4, 40), st.integers(1, 6), st.integers(0, 4))
def test_rows_kept_together_are_found_again_and_never_broken(
    grid: Grid, width: int, size: int, gap: int, margin: int
) -> None:
    layout = in_groups(grid, width, size, gap, margin)
    assert layout.columns % grid.columns == 0
    assert layout.width <= width or layout.columns == grid.columns
    assert layout.least_width <= layout.width
    for tile in range(grid.count):
        rect = layout.rect(tile)
        assert rect.right() < layout.width
        assert layout.locate(rect.left(), rect.top()) == (tile, 0, 0)
        assert layout.locate(rect.right(), rect.bottom()) == (tile, grid.tile_height - 1, grid.tile_width - 1)
        assert layout.locate(rect.right() + 1, rect.top()) is None
        first = layout.rect(tile - tile % grid.columns)
        assert rect.top() == first.top()


@given(grids, st.booleans(), st.integers(20, 200), st.randoms(use_true_random=False))
def test_every_pixel_shows_what_is_found_there(
    grid: Grid, grouped: bool, width: int, random: random.Random
) -> None:
    order = random.sample(range(grid.count), random.randint(1, grid.count))
    shown = dataclasses.replace(grid, count=len(order))
    layout = (in_groups if grouped else flowing)(shown, width, 12, 3, 2)
    cells = np.arange(grid.height * grid.width + 2)
    first, stop = sorted(random.sample(range(layout.height + 1), 2))
    seen = cells[layout.gathering(order, first, stop, grid)]
    assert seen.shape == (stop - first, layout.width)
    around = [layout.rect(place).adjusted(-1, -1, 1, 1) for place in range(len(order))]
    for y in range(first, stop):
        for x in range(layout.width):
            found = layout.locate(x, y)
            if found is None:
                is_frame = any(rect.contains(x, y) for rect in around)
                assert seen[y - first, x] == (cells[-1] if is_frame else cells[-2])
            else:
                top, left = grid.tile_origin(order[found[0]])
                assert seen[y - first, x] == (top + found[1]) * grid.width + left + found[2]


def test_gaps_and_places_outside_hold_no_number() -> None:
    grid = Grid(tile_height=4, tile_width=4, columns=3, count=5, gap=1)
    layout = in_groups(grid, 0, 8, gap=3, margin=2)
    assert (layout.cell, layout.columns) == (2, 3)
    assert layout.locate(2 + 8, 2) is None
    assert layout.locate(0, 0) is None
    assert layout.locate(2 + 2 * 11, 2 + 11) is None  # the sixth place is empty
    assert layout.locate(-5, 3) is None
    assert layout.locate(2 + 11 + 3, 2 + 1) == (1, 0, 1)


def test_more_room_stands_between_groups() -> None:
    grid = Grid(tile_height=3, tile_width=3, columns=3, count=12, gap=1)
    layout = in_groups(grid, 70, 6, gap=2, margin=0)
    assert layout.columns == 6
    assert layout.rect(1).left() - layout.rect(0).right() == 3
    assert layout.rect(3).left() - layout.rect(2).right() == 7
    assert layout.locate(layout.rect(3).left() - 1, 0) is None
