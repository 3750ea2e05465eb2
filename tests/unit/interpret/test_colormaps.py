"""The colour tables: what a viewer must be able to rely on."""

from __future__ import annotations

import numpy as np
import pytest

from cnnviz.interpret.colormaps import ZERO_INDEX, ColorMap, lut


def luminance(table):
    linear = (table / 255.0) ** 2.2
    return linear @ np.array([0.2126, 0.7152, 0.0722])


@pytest.mark.parametrize("name", list(ColorMap))
@pytest.mark.parametrize("dark", [False, True])
def test_a_table_has_256_colours(name, dark):
    table = lut(name, dark=dark)
    assert table.shape == (256, 3)
    assert table.dtype == np.uint8


@pytest.mark.parametrize("name", ["gray", "viridis"])
def test_sequential_tables_get_lighter_from_index_1_to_255(name):
    rising = np.diff(luminance(lut(name))[1:])
    assert rising.min() > -0.001  # rounding to whole levels
    assert rising.mean() > 0.001


def test_gray_and_viridis_begin_and_end_where_they_should():
    assert lut("gray")[[1, 255]].tolist() == [[0, 0, 0], [255, 255, 255]]
    assert lut("viridis")[[1, 255]].tolist() == [[0x44, 0x01, 0x54], [0xFD, 0xE7, 0x25]]


@pytest.mark.parametrize(("dark", "brightest"), [(False, True), (True, False)])
def test_zero_is_neutral_in_the_middle(dark, brightest):
    table = lut("diverging", dark=dark)
    red, green, blue = table[ZERO_INDEX].tolist()
    assert red == green == blue
    light = luminance(table)[1:]
    assert (light.argmax() if brightest else light.argmin()) == ZERO_INDEX - 1


@pytest.mark.parametrize("dark", [False, True])
def test_positive_is_blue_negative_is_red_and_equal_amounts_are_equally_light(dark):
    table = lut("diverging", dark=dark)
    assert table[255, 2] > table[255, 0] + 60
    assert table[1, 0] > table[1, 2] + 60
    light = luminance(table)
    assert np.abs(light[1:ZERO_INDEX] - light[:ZERO_INDEX:-1]).max() < 0.03


def test_an_unknown_table_is_refused():
    with pytest.raises(ValueError, match="rainbow"):
        lut("rainbow")
