from __future__ import annotations

import gzip
import hashlib
import os
import time

import pytest

from cnnviz.data.downloading import cache as cache_module
from cnnviz.data.downloading.cache import DownloadCache, default_cache_folder, is_published
from cnnviz.data.downloading.entries import find_download
from cnnviz.data.downloading.entry import RemoteFile
from cnnviz.errors import DataError, FileError
from tests.helpers.downloads import entry_of, remote

_ENTRY = entry_of("mnist", {"a": b"alpha", "b": b"beta"}, lambda file: ())


@pytest.fixture
def cache(tmp_path):
    return DownloadCache(tmp_path / "cache")


def test_nothing_is_there_at_first_and_looking_makes_no_folder(cache):
    assert not cache.is_complete(_ENTRY)
    assert cache.missing(_ENTRY) == _ENTRY.files
    assert cache.bytes_used(_ENTRY) == 0
    assert not cache.folder.exists()


def test_what_is_there_is_counted_checked_and_removed(cache):
    folder = cache.prepare(_ENTRY)
    (folder / "a").write_bytes(b"alpha")
    assert [file.name for file in cache.missing(_ENTRY)] == ["b"]
    (folder / "b").write_bytes(b"other")
    assert cache.is_complete(_ENTRY)
    assert [file.name for file in cache.wrong(_ENTRY)] == ["b"]
    assert cache.bytes_used(_ENTRY) == 10
    cache.remove(_ENTRY)
    assert not folder.exists()
    cache.remove(_ENTRY)


def test_a_download_that_ends_while_its_data_set_is_removed_stands_in_nobodys_way(cache, monkeypatch):
    rmtree, inside = cache_module.shutil.rmtree, []

    def busy(folder, **settings):
        """Remove a folder, while the download clears its own away."""
        for path in inside:
            rmtree(path, ignore_errors=True)
        rmtree(folder, **settings)

    with cache.workshop(_ENTRY) as workshop:
        inside.append(workshop)
        (workshop / "a").write_bytes(b"al")
        (cache.folder_of(_ENTRY) / "b").write_bytes(b"beta")
        monkeypatch.setattr(cache_module.shutil, "rmtree", busy)
        cache.remove(_ENTRY)
        with pytest.raises(FileNotFoundError):
            (workshop / "late").write_bytes(b"x")
    assert list(cache.folder.iterdir()) == []


def test_what_a_removal_left_that_broke_off_goes_with_the_next(cache):
    (cache.prepare(_ENTRY) / "a").write_bytes(b"alpha")
    (cache.folder / ".removed-before").mkdir()
    (cache.folder / ".removed-before" / "b").write_bytes(b"beta")
    cache.remove(_ENTRY)
    assert list(cache.folder.iterdir()) == []


def test_what_a_removal_left_that_broke_off_goes_also_without_another(cache):
    cache.clear_removed()
    (cache.folder / ".removed-before" / "mnist").mkdir(parents=True)
    (cache.folder / ".removed-before" / "mnist" / "b").write_bytes(b"beta")
    cache.clear_removed()
    assert list(cache.folder.iterdir()) == []


def test_two_removals_at_once_leave_each_other_alone(cache, monkeypatch):
    other = entry_of("kmnist", {"a": b"alpha"}, lambda file: ())
    for entry in (_ENTRY, other):
        (cache.prepare(entry) / "a").write_bytes(b"alpha")
    rmtree, removed = cache_module.shutil.rmtree, []

    def busy(folder, **settings):
        """Remove a folder, the second one while the first is still there."""
        removed.append(folder)
        if len(removed) == 1:
            cache.remove(other)
        rmtree(folder, **settings)

    monkeypatch.setattr(cache_module.shutil, "rmtree", busy)
    cache.remove(_ENTRY)
    assert len(removed) == len(set(removed)) == 2
    assert list(cache.folder.iterdir()) == []


def test_a_folder_that_cannot_be_removed_stays_whole(cache, monkeypatch):
    (cache.prepare(_ENTRY) / "a").write_bytes(b"alpha")

    def refuse(path, target):
        raise PermissionError(13, "in use")

    monkeypatch.setattr(cache_module.Path, "rename", refuse)
    with pytest.raises(FileError, match=r"Cannot remove .*: in use"):
        cache.remove(_ENTRY)
    assert [path.name for path in cache.folder.iterdir()] == [_ENTRY.name]
    assert (cache.folder_of(_ENTRY) / "a").read_bytes() == b"alpha"


def test_what_broke_off_long_ago_is_cleared_away(cache):
    folder = cache.prepare(_ENTRY)
    for name in ("tmpold", "tmpnew", "a"):
        (folder / name).write_bytes(b"x")
    long_ago = time.time() - 2 * 86_400
    os.utime(folder / "tmpold", (long_ago, long_ago))
    os.utime(folder / "a", (long_ago, long_ago))
    cache.prepare(_ENTRY)
    assert sorted(path.name for path in folder.iterdir()) == ["a", "tmpnew"]


def test_a_folder_that_cannot_be_made(tmp_path):
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(FileError, match="Cannot use"):
        DownloadCache(tmp_path / "file").prepare(_ENTRY)


def test_both_kinds_of_published_hashes(tmp_path):
    path = tmp_path / "a"
    path.write_bytes(b"alpha")
    assert is_published(path, remote("a", b"alpha"))
    assert is_published(path, RemoteFile("a", 5, "md5:2c1743a391305fbf367df8e4f069f9f9", ()))
    assert not is_published(path, remote("a", b"beta"))
    with pytest.raises(DataError, match="Cannot read"):
        is_published(tmp_path / "b", remote("b", b""))


def test_a_file_packed_anew_is_the_published_one_where_its_content_is(tmp_path):
    content, packed = b"alpha" * 100, gzip.compress(b"alpha" * 100, mtime=1)
    known = f"sha256:{hashlib.sha256(content).hexdigest()}"
    published = RemoteFile("a.gz", 500, "sha256:" + "0" * 64, (), known)
    path = tmp_path / "a.gz"
    for other in (packed, gzip.compress(content, 1, mtime=2), content):
        path.write_bytes(other)
        assert is_published(path, published)
    for wrong in (gzip.compress(b"beta"), packed[:-9], packed[:20] + b"!" + packed[21:], b""):
        path.write_bytes(wrong)
        assert not is_published(path, published)


def test_no_more_is_unpacked_than_any_published_file_holds(tmp_path, monkeypatch):
    content = bytes(3 << 20)
    published = RemoteFile(
        "a.gz", 500, "sha256:" + "0" * 64, (), f"sha256:{hashlib.sha256(content).hexdigest()}"
    )
    (tmp_path / "a.gz").write_bytes(gzip.compress(content))
    assert is_published(tmp_path / "a.gz", published)
    monkeypatch.setattr(cache_module, "_MAX_BYTES", 2 << 20)
    assert not is_published(tmp_path / "a.gz", published)


@pytest.mark.mnist
def test_mnists_test_files_are_known_however_they_are_packed(mnist_folder):
    for file in find_download("mnist").files[2:]:
        assert is_published(mnist_folder / file.name, file)


def test_the_users_cache_is_where_the_system_wants_caches():
    assert default_cache_folder().name == "data-sets"
    assert "cnnviz" in default_cache_folder().parts
