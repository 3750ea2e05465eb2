from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from cnnviz.data.fitting import MAX_SIDE, Color, Fit, Fitting, fitted
from cnnviz.errors import DataError

_RNG = np.random.default_rng(3)


def test_smaller_is_the_mean_of_the_pixels_covered():
    pixels = np.array([[0, 100, 8, 8], [20, 80, 8, 8]], np.uint8)
    result, steps = fitted(Image.fromarray(pixels), Fitting(1, 2, Color.GRAY))
    assert result[0, :, 0].tolist() == [50, 8]
    assert steps == ("Made smaller: 2 wide, 1 high",)


def test_larger_keeps_flat_colour():
    result, steps = fitted(Image.new("L", (4, 4), 90), Fitting(9, 9, Color.GRAY))
    assert np.unique(result).tolist() == [90]
    assert steps == ("Made larger: 9 wide, 9 high",)


def test_grey_is_repeated_for_a_colour_network():
    grey = _RNG.integers(0, 256, (5, 5), dtype=np.uint8)
    result, steps = fitted(Image.fromarray(grey), Fitting(5, 5, Color.RGB))
    for channel in range(3):
        np.testing.assert_array_equal(result[..., channel], grey)
    assert steps == ("Repeated grey as red, green and blue",)


@pytest.mark.parametrize("border", [0, 255, 90])
def test_padding_takes_the_colour_of_the_border_and_centres(border):
    pixels = np.full((4, 2), border, np.uint8)
    pixels[1:3] = 7
    result, _ = fitted(Image.fromarray(pixels), Fitting(4, 4, Color.GRAY))
    np.testing.assert_array_equal(result[:, 1:3, 0], pixels)
    expected = np.median([border] * 4 + [border, 7, 7, border] * 2)
    assert np.unique(result[:, [0, 3]]).tolist() == [expected]


@given(
    size=st.tuples(st.integers(1, 40), st.integers(1, 40)),
    height=st.integers(1, 30),
    width=st.integers(1, 30),
    color=st.sampled_from(Color),
    fit=st.sampled_from(Fit),
    mode=st.sampled_from(["L", "RGB"]),
)
def test_any_picture_fits_any_shape(size, height, width, color, fit, mode):
    result, _ = fitted(Image.new(mode, size, 100), Fitting(height, width, color, fit))
    assert result.shape == (height, width, color.channels)


def test_the_middle_is_kept_of_a_wide_picture():
    pixels = np.tile(np.array([1, 1, 5, 6, 7, 8, 2, 2], np.uint8), (4, 1))
    result, steps = fitted(Image.fromarray(pixels), Fitting(4, 4, Color.GRAY, Fit.CROP))
    assert result[0, :, 0].tolist() == [5, 6, 7, 8]
    assert steps == ("Cut to its middle: 4 wide, 4 high",)


def test_the_middle_of_a_tall_picture_is_made_smaller():
    pixels = np.tile(np.array([[90], [10], [30], [50], [70], [90]], np.uint8), (1, 4))
    result, steps = fitted(Image.fromarray(pixels), Fitting(2, 2, Color.GRAY, Fit.CROP))
    assert result[:, 0, 0].tolist() == [20, 60]
    assert steps == ("Cut to its middle: 4 wide, 4 high", "Made smaller: 2 wide, 2 high")


def test_the_middle_is_cut_in_whole_pixels():
    pixels = np.tile(np.array([0, 100, 80, 0, 200], np.uint8), (2, 1))
    result, steps = fitted(Image.fromarray(pixels), Fitting(1, 1, Color.GRAY, Fit.CROP))
    assert result.item() == 90
    assert steps[0] == "Cut to its middle: 2 wide, 2 high"


def test_a_stretched_picture_keeps_all_and_no_proportions():
    pixels = np.array([[0, 0, 255, 255]], np.uint8)
    result, steps = fitted(Image.fromarray(pixels), Fitting(2, 2, Color.GRAY, Fit.STRETCH))
    assert result[..., 0].tolist() == [[0, 255], [0, 255]]
    assert steps == ("Stretched to 2 wide, 2 high",)


@pytest.mark.parametrize("fit", Fit)
def test_right_proportions_are_only_made_smaller(fit):
    pixels = _RNG.integers(0, 256, (8, 12), dtype=np.uint8)
    result, steps = fitted(Image.fromarray(pixels), Fitting(4, 6, Color.GRAY, fit))
    means = pixels.reshape(4, 2, 6, 2).mean(axis=(1, 3))
    np.testing.assert_allclose(result[..., 0], means, atol=1.01)  # rounded twice
    assert steps == ("Made smaller: 6 wide, 4 high",)


@pytest.mark.parametrize("fit", Fit)
def test_a_picture_that_is_right_is_not_touched(fit):
    pixels = _RNG.integers(0, 256, (5, 7, 3), dtype=np.uint8)
    result, steps = fitted(Image.fromarray(pixels), Fitting(5, 7, Color.RGB, fit))
    np.testing.assert_array_equal(result, pixels)
    assert steps == ()


@pytest.mark.parametrize(("height", "width"), [(0, 5), (5, 0), (-1, 5), (MAX_SIDE + 1, 5)])
def test_impossible_sizes_are_refused(height, width):
    with pytest.raises(DataError, match=f"cannot be made .*must be 1 to {MAX_SIDE:,}"):
        Fitting(height, width, Color.GRAY)


def test_channels_are_one_or_three():
    assert [Color.of_channels(color.channels) for color in Color] == list(Color)
    with pytest.raises(DataError, match="received 4"):
        Color.of_channels(4)
