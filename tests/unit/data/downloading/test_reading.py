from __future__ import annotations

import numpy as np
import pytest

from cnnviz.data.catalog import known_datasets, open_dataset
from cnnviz.data.dataset import Split
from cnnviz.data.downloading import entries
from cnnviz.data.downloading.cache import DownloadCache
from cnnviz.data.downloading.entry import DownloadEntry
from cnnviz.data.downloading.reading import open_download
from cnnviz.errors import DataError
from tests.helpers.downloads import cifar_records, digit_files, entry_of, small_cifar_counts, tar_gz


def _put(cache: DownloadCache, name: str, files, **changes) -> DownloadEntry:
    """An entry whose files are in the cache, as if a person had put them there."""
    entry = entry_of(name, files, lambda file: (), **changes)
    folder = cache.prepare(entry)
    for file, content in files.items():
        (folder / file).write_bytes(content)
    return entry


@pytest.fixture
def cache(tmp_path):
    return DownloadCache(tmp_path / "cache")


def test_mnist_is_read_with_its_official_test_part(cache):
    entry = _put(cache, "mnist", digit_files())
    dataset = open_download(entry, cache)
    assert (dataset.name, dataset.title, dataset.source) == ("mnist", entry.title, "mnist")
    assert (dataset.credit, dataset.licence) == (entry.credit, entry.licence)
    assert dataset.class_names == tuple("0123456789")
    assert dataset.image_shape == (28, 28, 1)
    assert {split: len(dataset.indices(split)) for split in Split} == dict(entry.sizes)
    np.testing.assert_array_equal(dataset.indices(Split.TEST), np.arange(40, 60))
    np.testing.assert_array_equal(dataset.images[40:43, 0, 5, 0], [0, 1, 2])


def test_the_validation_part_is_drawn_class_by_class_and_always_the_same(cache):
    entry = _put(cache, "mnist", digit_files((200, 20)), sizes=(180, 20, 20))
    first, second = open_download(entry, cache), open_download(entry, cache)
    np.testing.assert_array_equal(first.indices(Split.VALIDATION), second.indices(Split.VALIDATION))
    counts = np.bincount(first.labels[first.indices(Split.VALIDATION)], minlength=10)
    assert counts.min() >= 1
    assert first.content_hash == second.content_hash


def test_emnist_is_turned_upright_and_counted_from_zero(cache):
    files = {f"emnist-letters-{name}": content for name, content in digit_files((52, 26), 26, 1).items()}
    entry = _put(cache, "emnist-letters", files, sizes=(47, 5, 26))
    dataset = open_download(entry, cache)
    assert dataset.class_names[0] == "Aa"
    np.testing.assert_array_equal(dataset.labels[:26], np.arange(26))
    np.testing.assert_array_equal(
        dataset.images[7, 1:, 0, 0], np.full(27, 7)
    )  # the upper row has become a column
    assert not dataset.images[7, :, 1:].any()


def test_cifar_is_read_from_its_archive(cache):
    content = tar_gz(cifar_records(small_cifar_counts()))
    entry = _put(cache, "cifar10", {"cifar-10-binary.tar.gz": content})
    dataset = open_download(entry, cache)
    assert dataset.image_shape == (32, 32, 3)
    assert dataset.class_names[9] == "truck"
    np.testing.assert_array_equal(dataset.indices(Split.TEST), np.arange(40, 60))


def test_a_file_that_is_missing_says_how_to_get_it(cache):
    entry = _put(cache, "mnist", digit_files())
    (cache.folder_of(entry) / "t10k-labels-idx1-ubyte.gz").unlink()
    with pytest.raises(DataError, match="not on this computer yet"):
        open_download(entry, cache)


def test_a_file_that_is_not_the_published_one_is_named(cache):
    entry = _put(cache, "mnist", digit_files())
    (cache.folder_of(entry) / "t10k-labels-idx1-ubyte.gz").write_bytes(b"something else")
    with pytest.raises(DataError, match=r"^t10k-labels-idx1-ubyte\.gz in .* is not as published"):
        open_download(entry, cache)


def test_other_numbers_of_images_than_announced(cache):
    entry = _put(cache, "mnist", digit_files(), sizes=(37, 4, 20))
    with pytest.raises(DataError, match="must have 41 training images of 61 .* received 40 of 60"):
        open_download(entry, cache)


def test_labels_without_a_class(cache):
    entry = _put(cache, "mnist", digit_files(classes=12))
    with pytest.raises(DataError, match="labels must be 0 to 9; received 0 to 11"):
        open_download(entry, cache)


def test_what_was_put_into_the_users_cache_is_opened_by_its_name(monkeypatch):
    entry = _put(DownloadCache(), "kmnist", digit_files())
    monkeypatch.setattr(entries, "DOWNLOADS", (entry,))
    assert next(info for info in known_datasets() if info.name == "kmnist").on_disk
    assert open_dataset("kmnist").class_names[0] == "お o"
