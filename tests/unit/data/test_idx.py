from __future__ import annotations

import gzip
import struct
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cnnviz.data.dataset import Split
from cnnviz.data.idx import find_pairs, open_idx, read_idx
from cnnviz.errors import DataError
from tests.helpers.data_files import idx_bytes, mutated, outcome, write_idx, write_idx_pair

_RNG = np.random.default_rng(3)
_IMAGES = _RNG.integers(0, 256, (20, 6, 5), dtype=np.uint8)
_LABELS = (np.arange(20) % 4).astype(np.uint8)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    write_idx_pair(tmp_path / "mine", _IMAGES, _LABELS)
    return tmp_path / "mine"


def _check_content(dataset) -> None:
    np.testing.assert_array_equal(dataset.images[..., 0], _IMAGES)
    np.testing.assert_array_equal(dataset.labels, _LABELS)
    assert [len(dataset.indices(split)) for split in Split] == [16, 2, 2]


def test_a_folder_with_one_pair(folder):
    dataset = open_idx(folder)
    _check_content(dataset)
    assert dataset.name == "idx:mine"
    assert dataset.title == "mine: 20 images 6×5"
    assert dataset.class_names == ("0", "1", "2", "3")
    assert dataset.max_value == 255


@pytest.mark.parametrize("name", ["t10k-images-idx3-ubyte.gz", "t10k-labels-idx1-ubyte.gz"])
def test_either_file_opens_the_pair(folder, name):
    dataset = open_idx(folder / name)
    _check_content(dataset)
    assert dataset.name == "idx:t10k-images-idx3-ubyte"


def test_plain_files_and_the_other_spelling_of_names(tmp_path):
    write_idx(tmp_path / "t10k-images.idx3-ubyte", _IMAGES)
    write_idx(tmp_path / "t10k-labels.idx1-ubyte", _LABELS)
    _check_content(open_idx(tmp_path))


def test_compression_is_told_by_the_bytes_not_by_the_name(tmp_path):
    (tmp_path / "a-images-idx3-ubyte").write_bytes(gzip.compress(idx_bytes(_IMAGES)))
    (tmp_path / "a-labels-idx1-ubyte.gz").write_bytes(idx_bytes(_LABELS))
    _check_content(open_idx(tmp_path))


def test_the_same_pair_packed_and_unpacked_is_one(folder):
    write_idx(folder / "t10k-images-idx3-ubyte", _IMAGES)
    assert len(find_pairs(folder)) == 1
    _check_content(open_idx(folder))


def test_training_and_test_pairs_keep_apart(folder):
    train_images = _RNG.integers(0, 256, (50, 6, 5), dtype=np.uint8)
    write_idx_pair(folder, train_images, np.arange(50) % 5, prefix="train")
    dataset = open_idx(folder)
    assert [len(dataset.indices(split)) for split in Split] == [45, 5, 20]
    np.testing.assert_array_equal(dataset.images[dataset.indices(Split.TEST)][..., 0], _IMAGES)
    assert dataset.class_count == 5


def test_colour_images_have_a_fourth_dimension(tmp_path):
    images = _RNG.integers(0, 256, (5, 4, 4, 3), dtype=np.uint8)
    write_idx(tmp_path / "c-images-idx4-ubyte", images)
    labels = write_idx(tmp_path / "c-labels-idx1-ubyte", np.arange(5) % 2)
    np.testing.assert_array_equal(open_idx(labels).images, images)


def test_images_of_mnist_size_have_ten_classes(tmp_path):
    write_idx_pair(tmp_path, np.zeros((4, 28, 28)), np.array([0, 1, 2, 3]))
    assert open_idx(tmp_path).class_names == tuple("0123456789")


def test_more_than_ten_classes(tmp_path):
    write_idx_pair(tmp_path, np.zeros((26, 28, 28)), np.arange(26))
    assert open_idx(tmp_path).class_count == 26


@pytest.mark.mnist
def test_the_mnist_test_pair(mnist_folder):
    dataset = open_idx(mnist_folder)
    assert dataset.image_shape == (28, 28, 1)
    assert dataset.class_names == tuple("0123456789")
    assert [len(dataset.indices(split)) for split in Split] == [8_000, 1_000, 1_000]
    assert dataset.labels[:5].tolist() == [7, 2, 1, 0, 4]
    counts = np.bincount(dataset.labels)
    for split, share in ((Split.VALIDATION, 0.1), (Split.TEST, 0.1)):
        found = np.bincount(dataset.labels[dataset.indices(split)])
        assert np.abs(found - counts * share).max() <= 1.5


def _broken(folder: Path, content: bytes, name: str = "t10k-images-idx3-ubyte.gz") -> str:
    """Put `content` in place of a file and return what opening says."""
    (folder / name).write_bytes(content)
    with pytest.raises(DataError) as caught:
        open_idx(folder)
    assert name in str(caught.value)
    return str(caught.value)


def test_a_cut_off_gzip_file(folder):
    content = (folder / "t10k-images-idx3-ubyte.gz").read_bytes()
    assert "cut off" in _broken(folder, content[:-20])


def test_a_gzip_file_with_a_wrong_checksum(folder):
    content = bytearray(gzip.compress(idx_bytes(_IMAGES)))
    content[-6] ^= 1
    assert "damaged" in _broken(folder, bytes(content))


def test_fewer_values_than_promised(folder):
    assert "20×6×5 = 600 values, the file holds only 590" in _broken(folder, idx_bytes(_IMAGES)[:-10])


def test_more_values_than_promised(folder):
    assert "600 values, the file holds more" in _broken(folder, idx_bytes(_IMAGES) + b"x")


def test_a_foreign_file(folder):
    message = _broken(folder, b"\x89PNG\r\n\x1a\n")
    assert "is not an IDX file" in message
    assert "received 89 50 4e 47" in message


def test_an_empty_file(folder):
    assert "received nothing" in _broken(folder, b"")


def test_another_type_of_values(folder):
    assert "received type 0d" in _broken(folder, b"\0\0\x0d\3" + idx_bytes(_IMAGES)[4:])


def test_labels_in_place_of_images(folder):
    assert "has 1 dimensions; expected 3 or 4" in _broken(folder, idx_bytes(_LABELS))


def test_a_header_that_is_cut_off(folder):
    assert "inside its header" in _broken(folder, idx_bytes(_IMAGES)[:9])


@pytest.mark.parametrize("sizes", [(2**32 - 1, 2**32 - 1, 2**32 - 1), (0, 6, 5), (2_000_000, 28, 28)])
def test_absurd_sizes_are_refused_before_anything_is_read(folder, sizes):
    assert "1 to 1,073,741,824" in _broken(folder, struct.pack(">4B3I", 0, 0, 8, 3, *sizes))


def test_a_gzip_bomb_is_read_only_as_far_as_its_header_promises(folder, monkeypatch):
    taken = []
    read = gzip.GzipFile.read
    monkeypatch.setattr(gzip.GzipFile, "read", lambda *a: taken.append(read(*a)) or taken[-1])
    bomb = gzip.compress(idx_bytes(_IMAGES) + bytes(50_000_000))
    assert "holds more" in _broken(folder, bomb)
    assert sum(map(len, taken)) <= 16 + 600 + 1


def test_images_and_labels_of_different_number(folder):
    write_idx(folder / "t10k-labels-idx1-ubyte.gz", _LABELS[:19])
    with pytest.raises(DataError, match=r"holds 20 images, but .*labels.* holds 19 labels"):
        open_idx(folder)


def test_a_label_out_of_range(folder):
    labels = _LABELS.copy()
    labels[3] = 200
    write_idx(folder / "t10k-labels-idx1-ubyte.gz", labels)
    with pytest.raises(DataError, match=r"t10k-labels-idx1-ubyte\.gz: label 200 is out of range"):
        open_idx(folder)


def test_a_missing_partner(folder):
    (folder / "t10k-labels-idx1-ubyte.gz").unlink()
    for path in (folder, folder / "t10k-images-idx3-ubyte.gz"):
        with pytest.raises(DataError, match="needs its file of labels"):
            open_idx(path)


def test_pairs_of_different_image_size(folder):
    write_idx_pair(folder, np.zeros((9, 5, 5)), np.arange(9) % 2, prefix="train")
    with pytest.raises(DataError, match=r"5×5.*6×5×1; they must be the same size"):
        open_idx(folder)


@pytest.mark.parametrize("prefixes", [("other",), ("train", "other")])
def test_a_folder_whose_pairs_cannot_be_told_apart(folder, prefixes):
    for prefix in prefixes:
        write_idx_pair(folder, _IMAGES, _LABELS, prefix=prefix)
    with pytest.raises(DataError, match=r"must hold one pair.*Found: .*other-images"):
        open_idx(folder)


def test_a_folder_without_idx_files(tmp_path):
    with pytest.raises(DataError, match="Found: none"):
        open_idx(tmp_path)


def test_a_path_that_is_not_there(tmp_path):
    with pytest.raises(DataError, match="Cannot read"):
        read_idx(tmp_path / "x-images-idx3", ranks=(3,))
    with pytest.raises(DataError, match="Cannot read the folder"):
        open_idx(tmp_path / "none" / "x-images-idx3")


_PLAIN = idx_bytes(_IMAGES)
_PACKED = gzip.compress(_PLAIN)
_BYTES = st.lists(st.tuples(st.integers(0, 10_000), st.integers(0, 255)), max_size=4)


@settings(max_examples=300, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(packed=st.booleans(), changes=_BYTES, length=st.integers(0, 10_000))
def test_damaged_files_give_images_or_one_clear_error(tmp_path, packed, changes, length):
    path = tmp_path / "x-images-idx3-ubyte"
    path.write_bytes(mutated(_PACKED if packed else _PLAIN, changes, length))
    result = outcome(read_idx, path, ranks=(3, 4))
    if isinstance(result, str):
        assert str(path) in result
    else:
        assert result.dtype == np.uint8
        assert result.ndim in (3, 4)


@given(content=st.binary(max_size=200))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_bytes_as_labels_give_a_data_set_or_a_data_error(tmp_path, content):
    write_idx_pair(tmp_path, _IMAGES, _LABELS)
    (tmp_path / "t10k-labels-idx1-ubyte.gz").write_bytes(struct.pack(">4BI", 0, 0, 8, 1, 20) + content)
    result = outcome(open_idx, tmp_path)
    assert isinstance(result, str) or len(result) == 20
