from __future__ import annotations

import subprocess
import sys

import numpy as np
import pytest
from PIL import Image

from cnnviz.data.catalog import CATALOG, is_known, known_datasets, open_dataset, suited
from cnnviz.data.dataset import Split
from cnnviz.errors import DataError
from tests.helpers.data_files import write_idx_pair

_IMAGES = np.zeros((5, 4, 4), np.uint8)
_LABELS = np.array([0, 1, 0, 1, 0])


@pytest.mark.parametrize("info", CATALOG, ids=lambda info: info.name)
def test_what_the_catalog_says_is_true(info):
    assert info.on_disk
    dataset = open_dataset(info.name)
    assert dataset.name == info.name
    assert dataset.title == info.title
    assert dataset.image_shape == info.image_shape
    assert dataset.class_count == info.class_count
    assert dataset.target_count == info.target_count
    assert {split: len(dataset.indices(split)) for split in Split} == info.sizes
    assert (dataset.credit, dataset.licence) == (info.credit, info.licence)


def test_what_is_bundled_comes_before_what_can_be_downloaded():
    infos = known_datasets()
    assert [info.name for info in infos] == [
        *("digits", "shapes", "shapes-binary", "shapes-angle", "shapes-size"),
        *("mnist", "fashion-mnist", "kmnist", "emnist-letters", "cifar10", "cifar100"),
    ]
    assert [info.on_disk for info in infos] == [info.download_bytes == 0 for info in infos]


def test_a_data_set_that_is_not_downloaded_yet_says_how_to_get_it():
    with pytest.raises(DataError, match=r"not on this computer yet.*cnnviz datasets --get cifar10"):
        open_dataset("cifar10")


def test_an_idx_folder_and_file(tmp_path):
    images = write_idx_pair(tmp_path, _IMAGES, _LABELS)
    assert open_dataset(str(tmp_path)).name == f"idx:{tmp_path.name}"
    assert len(open_dataset(str(images))) == 5


def test_an_image_folder(tmp_path):
    (tmp_path / "a").mkdir()
    for number in range(3):
        Image.new("L", (4, 4)).save(tmp_path / "a" / f"{number}.png")
    assert open_dataset(str(tmp_path)).class_names == ("a",)


def test_an_archive_with_its_ending_in_capitals(tmp_path):
    with (tmp_path / "MINE.NPZ").open("wb") as file:
        np.savez(file, images=_IMAGES, labels=_LABELS)
    assert open_dataset(str(tmp_path / "MINE.NPZ")).name == "npz:MINE"


def test_the_home_folder_is_understood(tmp_path, monkeypatch):
    write_idx_pair(tmp_path / "mine", _IMAGES, _LABELS)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("USERPROFILE", str(tmp_path))
    assert open_dataset("~/mine").name == "idx:mine"


@pytest.mark.parametrize(
    "name", ["", "mnist9", "/no/such/place", "x" * 5_000, "nul\0byte", "~nobody-of-this-name/x"]
)
def test_what_is_neither_a_name_nor_a_path_lists_what_is_allowed(name):
    with pytest.raises(DataError, match=r"There is no data set .* Allowed are: 'digits', .*; a folder"):
        open_dataset(name)


def test_a_file_of_another_kind(tmp_path):
    path = tmp_path / "table.txt"
    path.write_text("1,2")
    with pytest.raises(DataError, match=r"table\.txt is not a data set\. Allowed are"):
        open_dataset(str(path))


def test_an_empty_folder(tmp_path):
    with pytest.raises(DataError, match="holds no pictures"):
        open_dataset(str(tmp_path))


def test_opening_the_digits_does_not_load_pillow():
    code = "from cnnviz.data.catalog import open_dataset; open_dataset('digits')"
    check = "import sys; print('PIL' in sys.modules)"
    result = subprocess.run(
        [sys.executable, "-c", f"{code}; {check}"], capture_output=True, text=True, check=True
    )
    assert result.stdout.strip() == "False"


def test_what_was_opened_says_what_opens_it_again(tmp_path, monkeypatch):
    write_idx_pair(tmp_path / "mine", _IMAGES, _LABELS)
    monkeypatch.chdir(tmp_path)
    assert open_dataset("digits").source == "digits"
    assert open_dataset("shapes:images=100").source == "shapes:images=100"
    assert open_dataset("mine").source == str(tmp_path.resolve() / "mine")


@pytest.mark.parametrize(
    ("name", "known"),
    [
        ("digits", True),
        ("mnist", True),
        ("shapes", True),
        ("shapes-size:seed=3", True),
        ("shape", False),
        ("/a/b", False),
    ],
)
def test_known_names_are_no_paths(name, known):
    assert is_known(name) is known


def test_only_a_folder_of_pictures_that_leaves_it_open_is_suited(tmp_path):
    (tmp_path / "pets").mkdir()
    pets = str(tmp_path / "pets")
    assert suited("digits", (5, 6, 3)) == "digits"
    assert suited(str(tmp_path / "nothing"), (5, 6, 3)) == str(tmp_path / "nothing")
    assert suited(pets, (5, 6, 3)).startswith(f"{pets}#size=5x6&color=rgb&fit=pad")
    assert suited(pets, (5, 6, 3), f"{pets}2#size=5x6&fit=crop").startswith(
        f"{pets}#size=5x6&color=rgb&fit=crop"
    )
    assert suited(f"{pets}#size=9&fit=crop", (5, 6, 1)).startswith(f"{pets}#size=9x9&color=gray&fit=crop")
    whole = suited(f"{pets}#size=9&color=rgb", (5, 6, 1))
    assert suited(whole, (7, 7, 1)) == whole


def test_a_table_without_settings_is_suited_as_its_folder(tmp_path):
    (tmp_path / "pets").mkdir()
    pets = str(tmp_path / "pets")
    (tmp_path / "pets" / "prices.csv").touch()
    found = suited(f"{pets}/prices.csv", (5, 6, 3), f"{pets}2#size=5x6&fit=crop")
    assert found.startswith(f"{pets}#size=5x6&color=rgb&fit=crop")
    assert "table=prices.csv" in found
    own = suited(f"{pets}/prices.csv#fit=stretch", (5, 6, 3), f"{pets}2#size=5x6&fit=crop")
    assert own.startswith(f"{pets}#size=5x6&color=rgb&fit=stretch")
