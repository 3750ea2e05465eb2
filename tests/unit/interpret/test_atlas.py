"""Atlases: values become colour indices, places become maps again."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays

from cnnviz.interpret.atlas import Grid, Scale, build_atlas, build_row_atlas


def maps_of(*values):
    return np.array(values, np.float32).reshape(len(values), 1, -1)


def cells(atlas, tile):
    row, column = atlas.tile_origin(tile)
    return atlas.pixels[row : row + atlas.tile_height, column : column + atlas.tile_width]


def test_unsigned_values_go_from_index_1_to_255():
    atlas = build_atlas(maps_of([0.0, 1.0, 2.0]), signed=False)
    assert atlas.pixels.tolist() == [[1, 128, 255]]
    assert (atlas.low, atlas.high) == (0.0, 2.0)


def test_unsigned_values_start_at_zero_even_where_all_are_larger():
    atlas = build_atlas(maps_of([5.0, 10.0]), signed=False)
    assert atlas.pixels.tolist() == [[128, 255]]


def test_zero_is_index_128_and_both_signs_have_the_same_scale():
    atlas = build_atlas(maps_of([-1.0, 0.0, 4.0, -4.0]), signed=True)
    assert atlas.pixels.tolist() == [[96, 128, 255, 1]]
    assert (atlas.low, atlas.high) == (-4.0, 4.0)


def test_a_scale_per_map_spreads_each_map():
    maps = maps_of([0.0, 1.0], [0.0, 10.0])
    together = build_atlas(maps, signed=False)
    apart = build_atlas(maps, signed=False, scale=Scale.PER_MAP)
    assert cells(together, 0).max() == 26
    assert cells(apart, 0).max() == cells(apart, 1).max() == 255
    assert apart.ranges.tolist() == [[0, 1], [0, 10]]
    assert (apart.low, apart.high) == (0, 10)


@pytest.mark.parametrize("signed", [False, True])
def test_equal_values_are_painted_alike(signed):
    atlas = build_atlas(np.zeros((3, 2, 2), np.float32), signed=signed)
    assert {int(value) for tile in range(3) for value in cells(atlas, tile).ravel()} == {128 if signed else 1}


def test_numbers_that_are_not_finite_are_blank_and_do_not_spoil_the_scale():
    atlas = build_atlas(maps_of([np.nan, 1.0, np.inf, 2.0, -np.inf]), signed=False)
    assert atlas.pixels.tolist() == [[0, 128, 0, 255, 0]]
    assert atlas.high == 2.0


def test_gaps_and_empty_places_have_index_0():
    atlas = build_atlas(np.ones((3, 2, 2), np.float32), signed=False, columns=2)
    assert atlas.pixels.shape == (5, 5)
    assert not atlas.pixels[2].any()
    assert not atlas.pixels[:, 2].any()
    assert not atlas.pixels[3:, 3:].any()
    assert atlas.locate(3, 3) is None


def test_the_picture_cannot_be_written_and_lies_in_one_piece():
    atlas = build_atlas(np.ones((3, 2, 5), np.float32), signed=False)
    assert not atlas.pixels.flags.writeable
    assert atlas.pixels.flags.c_contiguous


NUMBERS = st.floats(-(2.0**100), 2.0**100, width=32)


@given(
    maps=arrays(np.float32, array_shapes(min_dims=3, max_dims=3, max_side=6), elements=NUMBERS),
    signed=st.booleans(),
    scale=st.sampled_from(Scale),
    columns=st.integers(1, 7),
)
def test_every_value_finds_its_place_and_back(maps, signed, scale, columns):
    atlas = build_atlas(maps, signed=signed, scale=scale, columns=columns)
    found = set()
    for row in range(atlas.pixels.shape[0]):
        for column in range(atlas.pixels.shape[1]):
            place = atlas.locate(row, column)
            assert (place is None) == (atlas.pixels[row, column] == 0)
            if place is not None:
                found.add(place)
                tile, y, x = place
                origin = atlas.tile_origin(tile)
                assert (origin[0] + y, origin[1] + x) == (row, column)
    assert len(found) == maps.size
    if signed and scale is Scale.PER_LAYER:
        order = np.argsort(maps.ravel(), kind="stable")
        painted = np.concatenate([cells(atlas, tile).ravel() for tile in range(len(maps))]).astype(int)
        assert (np.diff(painted[order]) >= 0).all()


@pytest.mark.parametrize("place", [(-1, 0), (0, -1), (0, 99), (99, 0)])
def test_a_place_outside_is_no_map(place):
    assert Grid(2, 2, 2, 4, 1).locate(*place) is None


def test_there_is_no_origin_of_a_missing_tile():
    with pytest.raises(IndexError, match="0 to 3"):
        Grid(2, 2, 2, 4, 1).tile_origin(4)


@pytest.mark.parametrize(("units", "shape"), [(10, (10, 1)), (32, (32, 1)), (128, (11, 12))])
def test_a_row_of_numbers_is_a_column_of_cells_or_folded(units, shape):
    atlas = build_row_atlas(np.arange(units, dtype=np.float32), signed=False)
    assert atlas.pixels.shape == shape
    assert atlas.locate(*divmod(units - 1, atlas.columns)) == (units - 1, 0, 0)


@given(
    arrays(np.uint8, array_shapes(min_dims=3, max_dims=3, max_side=7)),
    st.integers(1, 9),
    st.integers(0, 2),
)
def test_tiles_come_back_from_a_picture(tiles, columns, gap):
    count, height, width = tiles.shape
    grid = Grid(height, width, columns, count, gap)
    assert np.array_equal(grid.tiles(grid.arrange(tiles)), tiles)
