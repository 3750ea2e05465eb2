from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from cnnviz.data.image_file import fit, image_from_array, load_image
from cnnviz.errors import DataError

_RNG = np.random.default_rng(3)


def test_a_file_is_fitted_and_every_step_is_told(tmp_path):
    path = tmp_path / "cat.png"
    Image.new("RGB", (40, 20), (255, 0, 0)).save(path)
    loaded = load_image(path, height=10, width=10, channels=1)
    assert loaded.steps == (
        "Read cat.png: PNG, 40 wide, 20 high",
        "Made grey (0.299 red + 0.587 green + 0.114 blue)",
        "Made smaller: 10 wide, 5 high",
        "Padded to 10 wide, 10 high in the colour of its border",
    )
    assert loaded.pixels.shape == (1, 10, 10)
    assert loaded.pixels.dtype == np.float32
    np.testing.assert_allclose(loaded.pixels, 76 / 255, rtol=1e-6)


def test_a_file_of_the_right_shape_is_only_read(tmp_path):
    pixels = _RNG.integers(0, 256, (8, 6, 3), dtype=np.uint8)
    path = tmp_path / "a.png"
    Image.fromarray(pixels).save(path)
    loaded = load_image(path, height=8, width=6, channels=3)
    assert len(loaded.steps) == 1
    np.testing.assert_array_equal(
        loaded.pixels, pixels.transpose(2, 0, 1).astype(np.float32) / np.float32(255)
    )
    assert loaded.pixels.flags.c_contiguous
    with pytest.raises(ValueError, match="read-only"):
        loaded.pixels[0, 0, 0] = 0


def test_a_foreign_file_is_named(tmp_path):
    path = tmp_path / "a.png"
    path.write_text("hello")
    with pytest.raises(DataError, match=r"a\.png is not a picture"):
        load_image(path, height=8, width=8, channels=1)


def test_smaller_is_the_mean_of_the_pixels_covered():
    pixels = np.array([[0, 100, 8, 8], [20, 80, 8, 8]], np.uint8)
    result, steps = fit(Image.fromarray(pixels), height=1, width=2, channels=1)
    assert result[0, :, 0].tolist() == [50, 8]
    assert steps == ("Made smaller: 2 wide, 1 high",)


def test_larger_keeps_flat_colour():
    result, steps = fit(Image.new("L", (4, 4), 90), height=9, width=9, channels=1)
    assert np.unique(result).tolist() == [90]
    assert steps == ("Made larger: 9 wide, 9 high",)


def test_grey_is_repeated_for_a_colour_network():
    grey = _RNG.integers(0, 256, (5, 5), dtype=np.uint8)
    result, steps = fit(Image.fromarray(grey), height=5, width=5, channels=3)
    for channel in range(3):
        np.testing.assert_array_equal(result[..., channel], grey)
    assert steps == ("Repeated grey as red, green and blue",)


@pytest.mark.parametrize("border", [0, 255, 90])
def test_padding_takes_the_colour_of_the_border_and_centres(border):
    pixels = np.full((4, 2), border, np.uint8)
    pixels[1:3] = 7
    result, _ = fit(Image.fromarray(pixels), height=4, width=4, channels=1)
    np.testing.assert_array_equal(result[:, 1:3, 0], pixels)
    expected = np.median([border] * 4 + [border, 7, 7, border] * 2)
    assert np.unique(result[:, [0, 3]]).tolist() == [expected]


@given(
    size=st.tuples(st.integers(1, 40), st.integers(1, 40)),
    height=st.integers(1, 30),
    width=st.integers(1, 30),
    channels=st.sampled_from([1, 3]),
    mode=st.sampled_from(["L", "RGB"]),
)
def test_any_picture_fits_any_shape(size, height, width, channels, mode):
    result, _ = fit(Image.new(mode, size, 100), height=height, width=width, channels=channels)
    assert result.shape == (height, width, channels)


@pytest.mark.parametrize("shape", [(0, 8, 1), (8, 0, 1), (8, 8, 2), (-1, 8, 3)])
def test_an_impossible_shape_is_refused(tmp_path, shape):
    height, width, channels = shape
    with pytest.raises(DataError, match="cannot be made"):
        load_image(tmp_path / "a.png", height=height, width=width, channels=channels)
    with pytest.raises(DataError, match="cannot be made"):
        image_from_array(np.zeros((8, 8)), height=height, width=width, channels=channels)


def test_an_array_of_the_right_shape_keeps_its_exact_values():
    values = _RNG.random((6, 5, 1)).astype(np.float32)
    loaded = image_from_array(values, height=6, width=5, channels=1)
    np.testing.assert_array_equal(loaded.pixels[0], values[..., 0])
    assert loaded.steps == ()
    assert loaded.pixels.dtype == np.float32


def test_bytes_are_scaled_to_one():
    loaded = image_from_array(np.array([[0, 51], [102, 255]], np.uint8), height=2, width=2, channels=1)
    np.testing.assert_allclose(loaded.pixels[0], [[0, 0.2], [0.4, 1]], rtol=1e-6)


def test_the_array_itself_is_left_alone():
    values = np.zeros((3, 3), np.float32)
    image_from_array(values, height=3, width=3, channels=1)
    values[0, 0] = 1
    assert values.flags.writeable


def test_an_array_with_opacity_is_placed_on_white_and_fitted():
    pixels = np.zeros((4, 4, 4), np.uint8)
    pixels[:2, :, 3] = 255
    loaded = image_from_array(pixels, height=2, width=2, channels=1)
    assert loaded.pixels[0].tolist() == [[0, 0], [1, 1]]
    assert loaded.steps[0] == "Placed on white where it is transparent"


def test_float_colour_is_fitted():
    loaded = image_from_array(np.full((4, 8, 3), 0.5), height=4, width=4, channels=3)
    np.testing.assert_allclose(loaded.pixels, 128 / 255, rtol=1e-6)
    assert [step.split()[0] for step in loaded.steps] == ["Made", "Padded"]


@pytest.mark.parametrize(
    ("array", "words"),
    [
        (np.zeros(4), r"received \(4,\)"),
        (np.zeros((4, 4, 2)), "1, 3 or 4"),
        (np.zeros((0, 4)), "not empty"),
        (np.zeros((4, 4), np.int64), "received int64"),
        (np.full((4, 4), 1.5), "must be 0 to 1; received 1.5 to 1.5"),
        (np.full((4, 4), -0.5), "received -0.5"),
        (np.full((4, 4), np.nan), "received nan"),
    ],
)
def test_arrays_that_are_no_pictures_are_refused(array, words):
    with pytest.raises(DataError, match=words):
        image_from_array(array, height=4, width=4, channels=1)
