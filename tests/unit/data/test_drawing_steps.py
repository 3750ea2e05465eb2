"""What is done to the ink of a drawing."""

from __future__ import annotations

import numpy as np

from cnnviz.data import drawing_steps as steps


def test_strokes_get_thicker_and_thinner_by_a_pixel():
    cross = np.zeros((5, 5), bool)
    cross[2, 2] = True
    assert np.count_nonzero(steps.thicker(cross)) == 5
    np.testing.assert_array_equal(steps.thinner(steps.thicker(cross)), cross)
    stroke = np.zeros((6, 6), bool)
    stroke[:, 2:5] = True
    assert np.flatnonzero(steps.thinner(stroke).all(axis=0)).tolist() == [3]


def test_ink_comes_as_close_to_the_wish_as_whole_turns_can():
    stroke = np.zeros((32, 32), bool)
    stroke[:, 15:17] = True
    assert np.count_nonzero(steps.with_ink(stroke, 310)) == 10 * 32
    thick = np.zeros((32, 32), bool)
    thick[:, 4:28] = True
    assert np.count_nonzero(steps.with_ink(thick, 310)) == 10 * 32
    np.testing.assert_array_equal(steps.with_ink(stroke, 64), stroke)
    assert not steps.with_ink(np.zeros((4, 4), bool), 5).any()


def test_thinning_never_takes_the_last_ink():
    dot = np.zeros((8, 8), bool)
    dot[3, 3] = True
    np.testing.assert_array_equal(steps.with_ink(dot, 0), dot)


def test_rows_are_sheared_in_proportion_and_stand_in_the_middle():
    slanted = np.eye(9, dtype=bool)
    straight = steps.upright(slanted)
    assert np.flatnonzero(straight.any(axis=0)).tolist() == [4]
    row = np.zeros((9, 9), bool)
    row[4, 1:3] = True
    np.testing.assert_array_equal(steps.upright(row), row)


def test_ink_beyond_the_frame_is_lost_at_both_sides_alike():
    wide = np.zeros((3, 5), bool)
    wide[0, 4] = wide[2, 0] = True
    wide[1] = True
    assert steps.upright(wide).shape == (3, 5)
    assert steps.upright(wide).any()


def test_faint_ink_counts_only_where_it_is_asked_for():
    canvas = np.zeros((4, 4), np.uint8)
    canvas[1, 2] = 20
    assert steps.ink_box(canvas) is None
    assert steps.ink_box(canvas, least=1) == (slice(1, 2), slice(2, 3))


def test_the_centre_of_mass_stops_at_the_edge():
    image = np.zeros((10, 10), np.uint8)
    image[2, 0:10] = 1
    image[2, 0] = 255
    assert steps.centred_by_mass(image)[5].tolist() == image[2].tolist()
