from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

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


@given(blocks())
def test_the_picture_is_what_locate_says(block: CellBlock) -> None:
    values = np.arange(1, block.shown * block.tile_rows * block.tile_columns + 1)
    tiles = (
        ((values - 1) % 255 + 1).astype(np.uint8).reshape(block.shown, block.tile_rows, block.tile_columns)
    )
    picture = block.picture(tiles)
    assert picture.shape == (block.height, block.width)
    for y in range(block.height):
        for x in range(block.width):
            place = block.locate(block.x + x, block.y + y)
            assert picture[y, x] == (0 if place is None else tiles[place])
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
    assert block.picture(tiles)[::2, ::2].tolist() == [[1, 3, 5], [11, 13, 15], [21, 23, 25]]
    assert block.locate(5, 2) == (0, 2, 4)
    assert block.cell_rect(0, 2, 4).contains(5, 2)
