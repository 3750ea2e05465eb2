from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from cnnviz.interpret.atlas import Grid
from cnnviz.ui.inspector.cell_block import CellBlock


@st.composite
def blocks(draw) -> CellBlock:
    rows, columns = draw(st.integers(1, 6)), draw(st.integers(1, 4))
    shown = draw(st.integers((columns - 1) * rows + 1, rows * columns))
    tile_rows, tile_columns = draw(st.integers(1, 4)), draw(st.integers(1, 4))
    cell_width, cell_height, gap = draw(st.integers(1, 4)), draw(st.integers(1, 4)), draw(st.integers(0, 3))
    return CellBlock(
        x=draw(st.integers(0, 9)),
        y=draw(st.integers(0, 9)),
        shown=shown,
        rows=rows,
        columns=columns,
        tile_rows=tile_rows,
        tile_columns=tile_columns,
        cell_width=cell_width,
        cell_height=cell_height,
        pitch_x=tile_columns * cell_width + gap,
        pitch_y=tile_rows * cell_height + gap,
    )


def pictured(block: CellBlock, tiles: np.ndarray, columns: int, gap: int) -> np.ndarray:
    """Return what the block shows of tiles (count, H, W) from such a grid; -1 where it shows nothing."""
    count, height, width = tiles.shape
    grid = Grid(height, width, columns, count, gap)
    cells = np.append(grid.arrange(tiles).astype(int), [-1, -2])
    return cells[block.places(grid, range(count))]


@given(blocks(), st.integers(1, 5), st.integers(0, 2))
def test_the_picture_is_what_locate_says(block: CellBlock, columns: int, gap: int) -> None:
    shape = (block.shown + 2, block.tile_rows, block.tile_columns)
    tiles = (np.arange(np.prod(shape)) % 255 + 1).astype(np.uint8).reshape(shape)
    picture = pictured(block, tiles, columns, gap)
    assert picture.shape == (block.height, block.width)
    for y in range(block.height):
        for x in range(block.width):
            place = block.locate(block.x + x, block.y + y)
            assert picture[y, x] == (-1 if place is None else tiles[place])
            if place is not None:
                assert block.cell_rect(*place).contains(block.x + x, block.y + y)
                assert block.rect(place[0]).contains(block.cell_rect(*place))


def test_there_is_nothing_outside() -> None:
    block = CellBlock(5, 5, 3, 2, 2, 1, 1, 4, 4, 5, 5)
    for point in ((4, 5), (5, 4), (99, 5), (5, 99), (10, 10)):  # the last one is an empty place
        assert block.locate(*point) is None


def test_a_map_too_large_for_whole_pixels_shows_every_second_number() -> None:
    block = CellBlock(0, 0, 1, 1, 1, 3, 3, 2, 2, 6, 6, stride=2)
    tiles = np.arange(1, 26, dtype=np.uint8).reshape(1, 5, 5)
    assert pictured(block, tiles, 1, 1)[::2, ::2].tolist() == [[1, 3, 5], [11, 13, 15], [21, 23, 25]]
    assert block.locate(5, 2) == (0, 2, 4)
    assert block.cell_rect(0, 2, 4).contains(5, 2)
