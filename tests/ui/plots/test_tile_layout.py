from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from cnnviz.interpret.atlas import Grid
from cnnviz.ui.plots.tile_layout import flowing, in_rows

grids = st.builds(
    Grid,
    tile_height=st.integers(1, 30),
    tile_width=st.integers(1, 30),
    columns=st.integers(1, 12),
    count=st.integers(1, 40),
    gap=st.integers(0, 2),
)


@given(grids, st.integers(20, 600), st.integers(4, 80), st.integers(0, 6), st.integers(0, 4))
def test_every_cell_of_every_tile_is_found_again(
    grid: Grid, width: int, size: int, gap: int, margin: int
) -> None:
    layout = flowing(grid, width, size, gap, margin)
    for tile in range(grid.count):
        rect = layout.rect(tile)
        assert rect.right() < layout.width
        assert rect.bottom() < layout.height
        assert layout.locate(rect.left(), rect.top()) == (tile, 0, 0)
        assert layout.locate(rect.right(), rect.bottom()) == (tile, grid.tile_height - 1, grid.tile_width - 1)
        assert rect.width() == layout.cell * grid.tile_width
        assert layout.source(tile).size().width() == grid.tile_width


@given(grids, st.integers(20, 600), st.integers(1, 6))
def test_tiles_fit_into_the_width_unless_one_alone_is_wider(grid: Grid, width: int, gap: int) -> None:
    layout = flowing(grid, width, 40, gap, 2)
    assert layout.width <= width or layout.columns == 1


def test_gaps_and_places_outside_hold_no_number() -> None:
    grid = Grid(tile_height=4, tile_width=4, columns=3, count=5, gap=1)
    layout = in_rows(grid, 8, gap=3, margin=2)
    assert (layout.cell, layout.columns) == (2, 3)
    assert layout.locate(2 + 8, 2) is None
    assert layout.locate(0, 0) is None
    assert layout.locate(2 + 2 * 11, 2 + 11) is None  # the sixth place is empty
    assert layout.locate(-5, 3) is None
    assert layout.locate(2 + 11 + 3, 2 + 1) == (1, 0, 1)
