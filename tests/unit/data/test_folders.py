from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from cnnviz.data import folders
from cnnviz.data.dataset import Split
from cnnviz.data.folders import open_folder
from cnnviz.errors import DataError

_RNG = np.random.default_rng(3)


def _fill(folder: Path, count: int, shape: tuple[int, ...] = (6, 5), suffix: str = ".png") -> np.ndarray:
    folder.mkdir(parents=True)
    pixels = _RNG.integers(0, 256, (count, *shape), dtype=np.uint8)
    for number, values in enumerate(pixels):
        Image.fromarray(values).save(folder / f"{number:02}{suffix}")
    return pixels


def test_one_folder_per_class(tmp_path):
    dogs = _fill(tmp_path / "pets" / "dog", 6)
    cats = _fill(tmp_path / "pets" / "cat", 4)
    dataset = open_folder(tmp_path / "pets")
    assert dataset.class_names == ("cat", "dog")
    assert dataset.labels.tolist() == [0] * 4 + [1] * 6
    np.testing.assert_array_equal(dataset.images[..., 0], np.concatenate([cats, dogs]))
    assert dataset.name == "folder:pets"
    assert dataset.title == "pets: 10 images 6×5"
    assert [len(dataset.indices(split)) for split in Split] == [8, 1, 1]


def test_one_colour_picture_makes_all_colour(tmp_path):
    grey = _fill(tmp_path / "a", 3)
    colour = _fill(tmp_path / "b", 1, (6, 5, 3))
    dataset = open_folder(tmp_path)
    assert dataset.image_shape == (6, 5, 3)
    np.testing.assert_array_equal(dataset.images[3], colour[0])
    for channel in range(3):
        np.testing.assert_array_equal(dataset.images[0, ..., channel], grey[0])


def test_grey_saved_as_colour_is_grey(tmp_path):
    (tmp_path / "a").mkdir()
    for number in range(3):
        Image.new("RGB", (4, 4), (number, number, number)).save(tmp_path / "a" / f"{number}.png")
    assert open_folder(tmp_path).image_shape == (4, 4, 1)


def test_all_are_fitted_to_the_first(tmp_path):
    _fill(tmp_path / "a", 2, (6, 5))
    _fill(tmp_path / "b", 2, (13, 9))
    assert open_folder(tmp_path).images.shape == (4, 6, 5, 1)


def test_a_size_can_be_given(tmp_path):
    _fill(tmp_path / "a", 3)
    assert open_folder(tmp_path, size=(9, 12)).image_shape == (9, 12, 1)


def test_photographs_are_made_smaller(tmp_path):
    _fill(tmp_path / "a", 3, (512, 300))
    assert open_folder(tmp_path).image_shape == (256, 150, 1)


def test_other_files_and_hidden_or_empty_folders_are_left_out(tmp_path):
    _fill(tmp_path / "a", 3)
    _fill(tmp_path / ".cache", 2)
    (tmp_path / "notes").mkdir()
    (tmp_path / "notes" / "readme.txt").write_text("hello")
    (tmp_path / "a" / "list.csv").write_text("1,2")
    (tmp_path / "a" / ".hidden.png").write_text("no picture")
    Image.new("L", (5, 6)).save(tmp_path / "loose.png")
    dataset = open_folder(tmp_path)
    assert dataset.class_names == ("a",)
    assert len(dataset) == 3


def test_kinds_may_be_mixed_and_endings_in_capitals(tmp_path):
    _fill(tmp_path / "a", 2, suffix=".PNG")
    _fill(tmp_path / "b", 2, suffix=".jpg")
    _fill(tmp_path / "c", 2, suffix=".bmp")
    assert len(open_folder(tmp_path)) == 6


def test_an_unreadable_picture_is_named(tmp_path):
    _fill(tmp_path / "a", 3)
    (tmp_path / "a" / "broken.png").write_bytes(b"\x89PNG")
    with pytest.raises(DataError, match=r"broken\.png"):
        open_folder(tmp_path)


def test_a_folder_without_class_folders(tmp_path):
    Image.new("L", (5, 6)).save(tmp_path / "loose.png")
    with pytest.raises(DataError, match="must hold one folder per class"):
        open_folder(tmp_path)


def test_a_folder_that_is_not_there(tmp_path):
    with pytest.raises(DataError, match="Cannot read the folder"):
        open_folder(tmp_path / "none")


def test_too_many_bytes_are_refused_before_decoding(tmp_path, monkeypatch):
    _fill(tmp_path / "a", 3)
    monkeypatch.setattr(folders, "MAX_BYTES", 269)
    with pytest.raises(DataError, match="3 pictures of 6×5 need 270 bytes; at most 269"):
        open_folder(tmp_path)


def test_fewer_than_three_pictures(tmp_path):
    _fill(tmp_path / "a", 2)
    with pytest.raises(DataError, match="holds 2 images; at least 3"):
        open_folder(tmp_path)
