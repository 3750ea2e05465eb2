from __future__ import annotations

import numpy as np
import pytest
from PIL import Image

from cnnviz.data.fitting import Fit
from cnnviz.data.image_file import image_from_array, load_image
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
    assert loaded.original.shape == (20, 40, 3), "the whole picture, in colour"
    assert (loaded.original == [255, 0, 0]).all()
    assert not loaded.original.flags.writeable
    assert loaded.pixels.shape == (1, 10, 10)
    assert loaded.pixels.dtype == np.float32
    np.testing.assert_allclose(loaded.pixels, 76 / 255, rtol=1e-6)


def test_a_file_of_the_right_shape_is_only_read(tmp_path):
    pixels = _RNG.integers(0, 256, (8, 6, 3), dtype=np.uint8)
    path = tmp_path / "a.png"
    Image.fromarray(pixels).save(path)
    loaded = load_image(path, height=8, width=6, channels=3)
    assert len(loaded.steps) == 1
    assert loaded.original is None, "nothing was done to it"
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


def test_a_large_jpeg_is_decoded_at_a_part_of_its_size(tmp_path):
    path = tmp_path / "a.jpg"
    Image.new("RGB", (640, 480), (200, 30, 30)).save(path, quality=95)
    loaded = load_image(path, height=30, width=40, channels=3)
    assert loaded.steps == (
        "Read a.jpg: JPEG, 640 wide, 480 high",
        "Decoded at 1/4 of its size",
        "Made smaller: 40 wide, 30 high",
    )
    np.testing.assert_allclose(loaded.pixels[:, 3, 3] * 255, [200, 30, 30], atol=6)
    assert max(loaded.original.shape) <= 192, "no larger than it is looked at"


def test_what_happens_to_other_proportions_can_be_chosen(tmp_path):
    path = tmp_path / "a.png"
    Image.fromarray(np.array([[9, 0, 0, 200]], np.uint8)).save(path)
    cut = load_image(path, height=1, width=2, channels=1, fit=Fit.CROP)
    assert (cut.pixels[0] * 255).tolist() == [[0, 0]]
    wide = image_from_array(np.array([[10, 30]], np.uint8), height=1, width=1, channels=1, fit=Fit.STRETCH)
    np.testing.assert_allclose(wide.pixels * 255, 20, rtol=1e-6)


@pytest.mark.parametrize("shape", [(0, 8, 1), (8, 0, 1), (8, 8, 2), (-1, 8, 3), (8, 9_999, 1)])
def test_an_impossible_shape_is_refused(tmp_path, shape):
    height, width, channels = shape
    with pytest.raises(DataError, match="cannot be made|3 .colour."):
        load_image(tmp_path / "a.png", height=height, width=width, channels=channels)
    with pytest.raises(DataError, match="cannot be made|3 .colour."):
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
