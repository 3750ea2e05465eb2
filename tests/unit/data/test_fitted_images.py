"""Large prepared images are kept on disk, and are the same as those in memory."""

from __future__ import annotations

import threading

import numpy as np
import pytest

from cnnviz.data import fitted_images, preparing, refitting
from cnnviz.data.digits import open_digits
from cnnviz.data.importing.cache import PictureCache
from cnnviz.data.importing.watch import ImportCancelled, Stage, Watch
from cnnviz.data.preparing import prepared, prepared_as, prepared_in_memory
from cnnviz.spec.preparing import Preparing

SMALLER = Preparing(height=6, width=6, standardise=True)


@pytest.fixture
def cache(tmp_path, monkeypatch):
    """A cache of its own that takes sets of any size."""
    monkeypatch.setattr(fitted_images, "SMALL_BYTES", 0)
    cache = PictureCache(tmp_path / "pictures")
    monkeypatch.setattr(preparing, "PictureCache", lambda: cache)
    return cache


def entries(cache):
    return [path.name for path in cache.folder.iterdir()] if cache.folder.exists() else []


def test_they_are_mapped_from_the_disk_and_the_same_as_in_memory(cache):
    kept, in_memory = prepared(open_digits(), SMALLER), prepared_in_memory(open_digits(), SMALLER)
    assert len(entries(cache)) == 1
    assert isinstance(kept.images.base.base, np.memmap) or isinstance(kept.images.base, np.memmap)
    assert np.array_equal(kept.images, in_memory.images)
    assert kept.treatment == in_memory.treatment
    assert kept.content_hash == in_memory.content_hash
    assert kept.unprepared is not None


def test_the_second_time_nothing_is_fitted_and_nothing_hashed(cache, monkeypatch):
    first = prepared(open_digits(), SMALLER)

    def never(*arguments):
        raise AssertionError("this was done before")

    monkeypatch.setattr(refitting, "fitted", never)
    monkeypatch.setattr(type(first), "_compute_hash", never)
    original = open_digits()
    original.remember_content_hash(first.original.content_hash)
    again = prepared(original, SMALLER)
    assert again.content_hash == first.content_hash
    as_before = prepared_as(original, first.treatment)
    assert as_before.content_hash == first.content_hash


def test_other_sets_and_sizes_stay_beside_it(cache):
    for preparing_ in (SMALLER, Preparing(height=5), Preparing(width=5)):
        prepared(open_digits(), preparing_)
    assert len(entries(cache)) == 3


def test_a_damaged_entry_is_made_anew(cache):
    first = prepared(open_digits(), SMALLER)
    hashed, pixels = first.content_hash, cache.folder / entries(cache)[0] / "pixels.npy"
    del first
    content = bytearray(pixels.read_bytes())
    content[-1] ^= 1
    pixels.write_bytes(content)
    assert prepared(open_digits(), SMALLER).content_hash == hashed


def test_a_disk_without_room_leaves_them_in_memory(cache, monkeypatch):
    monkeypatch.setattr(PictureCache, "room", lambda self: 0)
    made = prepared(open_digits(), SMALLER)
    assert (made.image_shape, entries(cache)) == ((6, 6, 1), [])


def test_small_sets_are_not_written_to_the_disk(cache, monkeypatch):
    monkeypatch.setattr(fitted_images, "SMALL_BYTES", 1 << 20)
    prepared(open_digits(), SMALLER)
    assert entries(cache) == []


@pytest.mark.parametrize("stage", [Stage.FITTING, Stage.MEASURING])
def test_it_can_be_given_up_on_the_way_and_leaves_nothing_half(cache, monkeypatch, stage):
    monkeypatch.setattr(preparing, "_BLOCK_BYTES", 1)  # each image is measured by itself
    stop, told = threading.Event(), []

    def tell(now, done, total):
        told.append(now)
        if now is stage:
            stop.set()

    with pytest.raises(ImportCancelled):
        prepared(open_digits(), SMALLER, Watch(tell, stop.is_set))
    assert told.count(stage) == 1, "this is where it was given up, and at once"
    assert told[-1] is stage
    assert not any(name.startswith(".part-") for name in entries(cache))
    assert prepared(open_digits(), SMALLER).image_shape == (6, 6, 1)
