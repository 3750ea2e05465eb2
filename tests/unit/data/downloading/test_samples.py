from __future__ import annotations

import numpy as np
import pytest

from cnnviz.data.downloading import samples as module
from cnnviz.data.downloading.cache import DownloadCache
from cnnviz.data.downloading.samples import choose, samples
from cnnviz.errors import DataError
from tests.helpers.data_files import small_dataset
from tests.helpers.downloads import digit_files, entry_of

_FILES = digit_files()


@pytest.fixture
def cache(tmp_path):
    return DownloadCache(tmp_path)


@pytest.fixture
def entry(cache):
    entry = entry_of("mnist", _FILES, lambda file: ())
    for name, content in _FILES.items():
        (cache.prepare(entry) / name).write_bytes(content)
    return entry


def test_pictures_are_kept_beside_the_files(cache, entry, monkeypatch):
    made = samples(entry, cache)
    assert made.shape == (10, 28, 28, 1)
    monkeypatch.setattr(module, "open_download", None)  # not needed any more
    np.testing.assert_array_equal(samples(entry, cache), made)


@pytest.mark.parametrize("damage", [b"", b"nonsense"])
def test_damaged_pictures_are_made_anew(cache, entry, damage):
    made = samples(entry, cache)
    (cache.folder_of(entry) / "samples.npz").write_bytes(damage)
    np.testing.assert_array_equal(samples(entry, cache), made)


def test_pictures_of_another_size_are_made_anew(cache, entry):
    np.savez(cache.folder_of(entry) / "samples.npz", images=np.zeros((10, 5, 5, 1), np.uint8))
    assert samples(entry, cache).shape == (10, 28, 28, 1)


def test_a_data_set_that_is_not_there_has_none(cache):
    with pytest.raises(DataError):
        samples(entry_of("kmnist", _FILES, lambda file: ()), cache)


def test_few_classes_have_few_pictures_and_many_are_spread_over_all():
    few = small_dataset(classes=3)
    np.testing.assert_array_equal(choose(few), few.images[:3])
    many = small_dataset(count=50, classes=20, class_names=tuple(map(str, range(20))))
    np.testing.assert_array_equal(choose(many), many.images[0:20:2])
