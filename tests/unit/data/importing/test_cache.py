from __future__ import annotations

import os
import time

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cnnviz.data.fitting import Color, Fitting
from cnnviz.data.importing.cache import CacheKey, PictureCache
from cnnviz.data.importing.decoding import Block, digests_of

_FITTING = Fitting(5, 4, Color.GRAY)


def _blocks(count: int = 7, seed: int = 0) -> list[Block]:
    pixels = np.random.default_rng(seed).integers(0, 256, (count, 5, 4, 1), dtype=np.uint8)
    return [
        Block(part, digests_of(part), ((place, "why"),) if place else (), place)
        for place, part in enumerate(np.array_split(pixels, 2))
    ]


def _key(pictures: str = "abc", folder: str = "/pets", fitting: Fitting = _FITTING) -> CacheKey:
    return CacheKey(folder, pictures, fitting)


@pytest.fixture
def cache(tmp_path):
    (tmp_path / "cache").mkdir()
    return PictureCache(tmp_path / "cache")


def test_what_was_stored_is_found(cache):
    kept = cache.store(_key(), _blocks(), 9)
    found = cache.find(_key())
    assert found is not None
    for one in (kept, found):
        np.testing.assert_array_equal(one.pixels, np.concatenate([block.pixels for block in _blocks()]))
        assert (one.skipped, one.colored) == (((1, "why"),), 1)
        assert isinstance(one.pixels, np.memmap)
        with pytest.raises(ValueError, match="read-only"):
            one.pixels[0] = 0
    assert cache.bytes_used() > 140
    cache.remember(found, "labels", "hash")
    again = cache.find(_key())
    assert again is not None
    assert again.contents == (("labels", "hash"),)


def test_what_may_be_read_but_not_written_is_found(cache, monkeypatch):
    cache.store(_key(), _blocks(), 7)

    def refuse(path):
        raise PermissionError(path)

    monkeypatch.setattr(os, "utime", refuse)
    assert cache.find(_key()) is not None


def test_reading_what_is_kept_can_be_given_up(cache):
    cache.store(_key(), _blocks(), 7)
    assert cache.find(_key(), lambda: True) is None
    assert cache.find(_key(), lambda: False) is not None


@pytest.mark.parametrize(
    "other", [_key("abd"), _key(folder="/cats"), _key(fitting=Fitting(4, 5, Color.GRAY))]
)
def test_something_else_is_not_found(cache, other):
    cache.store(_key(), _blocks(), 7)
    assert cache.find(other) is None


def test_an_entry_that_is_out_of_date_goes(cache):
    cache.store(_key("old"), _blocks(), 7)
    cache.store(_key("new"), _blocks(3), 3)
    assert cache.find(_key("old")) is None
    assert cache.find(_key("new")) is not None
    assert len(list(cache.folder.iterdir())) == 1


def test_pictures_in_use_stay_when_their_entry_goes(cache):
    kept = cache.store(_key(), _blocks(), 7)
    before, used = np.array(kept.pixels), cache.bytes_used()
    assert cache.clear() == used > 0
    assert list(cache.folder.iterdir()) == []
    np.testing.assert_array_equal(kept.pixels, before)


def test_the_oldest_go_where_there_are_too_many(cache):
    for number in range(4):
        entry = cache.store(_key(folder=f"/{number}"), _blocks(), 7).entry
        assert entry is not None
        os.utime(entry / "facts.json", (number, number))
    cache.find(_key(folder="/0"))  # which makes it the newest
    cache.max_bytes = cache.bytes_used() * 3 // 4
    cache.store(_key(folder="/4"), _blocks(), 7)
    assert [cache.find(_key(folder=f"/{number}")) is not None for number in range(5)] == [
        *(True, False, False),
        *(True, True),
    ]


def test_only_what_the_cache_made_is_removed(cache):
    (cache.folder / "holiday").mkdir()
    (cache.folder / "holiday" / "photo.jpg").touch()
    for name in (".part-old", ".part-new"):
        (cache.folder / name).mkdir()
    then = time.time() - 2 * 86_400
    os.utime(cache.folder / ".part-old", (then, then))
    cache.store(_key(), _blocks(), 7)
    assert sorted(path.name for path in cache.folder.iterdir())[0] == ".part-new"
    cache.clear()
    assert sorted(path.name for path in cache.folder.iterdir()) == [".part-new", "holiday"]


def test_what_is_being_made_goes_on_while_all_else_is_removed(cache):
    cache.store(_key(folder="/1"), _blocks(), 7)

    def clearing():
        for block in _blocks():
            yield block
            cache.clear()

    made = cache.store(_key(folder="/2"), clearing(), 7)
    assert len(made.pixels) == 7
    assert cache.find(_key(folder="/1")) is None
    assert cache.find(_key(folder="/2")) is not None


def test_what_broke_off_a_while_ago_is_removed_with_the_rest(cache):
    (cache.folder / ".part-old").mkdir()
    (cache.folder / ".part-old" / "pixels.npy").write_bytes(bytes(100))
    then = time.time() - 3_600
    os.utime(cache.folder / ".part-old" / "pixels.npy", (then, then))
    assert cache.clear() == 100
    assert list(cache.folder.iterdir()) == []


def test_a_removal_that_broke_off_stands_in_no_other_ones_way(cache, monkeypatch):
    with monkeypatch.context() as patched:
        patched.setattr("shutil.rmtree", lambda *_args, **_named: None)  # as where the program is ended
        cache.store(_key(), _blocks(), 7)
        cache.clear()
    cache.store(_key(), _blocks(), 7)
    assert cache.clear() > 0
    assert cache.find(_key()) is None


def test_an_entry_that_the_system_holds_fast_stays_whole(cache, monkeypatch):
    cache.store(_key(), _blocks(), 7)
    monkeypatch.setattr("os.rename", _denied)
    assert cache.clear() == 0
    assert cache.find(_key()) is not None


def _denied(*paths):
    raise PermissionError(paths)


def test_a_cache_that_cannot_be_made_has_no_room(tmp_path):
    (tmp_path / "file").touch()
    cache = PictureCache(tmp_path / "file" / "cache")
    assert cache.room() == 0
    assert cache.bytes_used() == 0
    assert cache.find(_key()) is None


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=150)
@given(
    name=st.sampled_from(["pixels.npy", "digests.npy", "facts.json"]),
    place=st.integers(0, 2000),
    value=st.integers(1, 255),
    cut=st.none() | st.integers(0, 2000),
)
def test_a_damaged_entry_is_never_trusted(cache, name, place, value, cut):
    cache.store(_key(), _blocks(), 7)
    path = cache.folder / _key().name / name
    content = bytearray(path.read_bytes())
    content[place % len(content)] ^= value
    path.write_bytes(bytes(content if cut is None else content[: cut % len(content)]))
    found = cache.find(_key())
    # Blanks and such in a header may change without changing what it says.
    assert found is None or np.array_equal(found.pixels, np.concatenate([b.pixels for b in _blocks()]))


def test_equal_pixels_have_equal_digests_and_others_have_not():
    pixels = np.zeros((4, 3, 3, 3), np.uint8)  # 27 bytes: no whole number of words
    pixels[1, 0, 0, 0] = pixels[2, 2, 2, 2] = 128
    digests = digests_of(pixels)
    assert digests[0] == digests[3]
    assert len(set(digests.tolist())) == 3
    assert digests_of(pixels[:0]).shape == (0,)
