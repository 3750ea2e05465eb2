"""The code that downloads, against a server on this machine and files of the true formats."""

from __future__ import annotations

import errno
import shutil
import threading
from types import SimpleNamespace

import pytest

from cnnviz.data.downloading import fetching, http
from cnnviz.data.downloading.cache import DownloadCache
from cnnviz.data.downloading.entry import RemoteArchive
from cnnviz.data.downloading.fetching import fetch, megabytes
from cnnviz.data.downloading.http import DownloadStopped
from cnnviz.data.downloading.reading import open_download
from cnnviz.errors import DataError, FileError
from tests.helpers.downloads import (
    cifar_records,
    digit_files,
    entry_of,
    mirror_server,
    redirect,
    remote,
    send,
    send_slowly,
    send_status,
    small_cifar_counts,
    tar_gz,
    zip_bytes,
)

_FILES = digit_files()
_CIFAR = "cifar-10-binary.tar.gz"
_CONTENT = tar_gz(cifar_records(small_cifar_counts()))
_NOWHERE = "http://127.0.0.1:9/"  # the discard port: nobody listens


@pytest.fixture
def server():
    with mirror_server() as server:
        yield server


@pytest.fixture
def cache(tmp_path):
    return DownloadCache(tmp_path / "cache")


@pytest.fixture(autouse=True)
def _at_once(monkeypatch):
    monkeypatch.setattr(fetching, "_SECOND_TRY_SECONDS", 0.0)


def _fetch(entry, cache, stop=None):
    """Fetch, and return what was told meanwhile."""
    told = []
    fetch(entry, cache, told.append, stop or threading.Event())
    return told


def _cifar(*mirrors):
    return entry_of("cifar10", {_CIFAR: _CONTENT}, lambda file: mirrors)


def _left(cache, entry):
    return sorted(path.name for path in cache.folder_of(entry).rglob("*"))


def test_four_files_are_fetched_checked_and_opened(server, cache):
    for name, content in _FILES.items():
        server.offer(f"mnist/{name}", content)
    entry = entry_of("mnist", _FILES, lambda file: (f"{server.address}mnist/{file}",))
    told = _fetch(entry, cache)
    assert _left(cache, entry) == sorted(_FILES)
    assert len(open_download(entry, cache)) == 60
    assert [progress.done for progress in told] == sorted(progress.done for progress in told)
    assert told[-1].done == told[-1].total == entry.download_bytes == sum(map(len, _FILES.values()))
    assert {progress.host for progress in told} == {"", "127.0.0.1"}


def test_what_is_there_is_not_fetched_again(server, cache):
    for name, content in _FILES.items():
        server.offer(name, content)
    entry = entry_of("mnist", _FILES, lambda file: (server.address + file,))
    first, second, *_ = _FILES
    folder = cache.prepare(entry)
    (folder / first).write_bytes(_FILES[first])
    (folder / second).write_bytes(b"damaged")
    _fetch(entry, cache)
    assert f"/{first}" not in server.asked
    assert f"/{second}" in server.asked
    server.asked.clear()
    _fetch(entry, cache)
    assert not server.asked


def test_a_mirror_that_has_moved_is_followed(server, cache):
    server.offer("there", _CONTENT)
    entry = _cifar(server.answer("here", redirect(server.address + "there")))
    _fetch(entry, cache)
    assert len(open_download(entry, cache)) == 60


@pytest.mark.parametrize("status", [403, 404, 500, 503])
def test_an_error_of_the_first_mirror_leads_to_the_second(server, cache, status):
    entry = _cifar(server.answer("bad", send_status(status)), server.offer("good", _CONTENT))
    _fetch(entry, cache)
    assert server.asked == ["/bad", "/good"]
    assert cache.is_complete(entry)


def test_a_mirror_that_cannot_be_reached_leads_to_the_next(server, cache):
    entry = _cifar(_NOWHERE + _CIFAR, server.offer("good", _CONTENT))
    _fetch(entry, cache)
    assert cache.is_complete(entry)


def test_other_bytes_than_published_are_never_kept(server, cache):
    entry = _cifar(server.offer("bad", _CONTENT[:-1] + b"!"), server.offer("good", _CONTENT))
    _fetch(entry, cache)
    assert (cache.folder_of(entry) / _CIFAR).read_bytes() == _CONTENT
    only_bad = _cifar(server.offer("bad", _CONTENT[:-1] + b"!"))
    cache.remove(only_bad)
    with pytest.raises(DataError, match=r"what 127\.0\.0\.1 sends is not the published file"):
        _fetch(only_bad, cache)
    assert _left(cache, only_bad) == []


def test_a_mirror_that_breaks_off_gets_a_second_try(server, cache):
    def half(handler):
        server.offer("file", _CONTENT)  # from now on
        send(handler, _CONTENT[:1000], promised=len(_CONTENT))

    entry = _cifar(server.answer("file", half))
    _fetch(entry, cache)
    assert server.asked == ["/file", "/file"]
    assert cache.is_complete(entry)


def test_a_mirror_that_always_breaks_off_is_given_up(server, cache):
    entry = _cifar(
        server.answer("file", lambda handler: send(handler, _CONTENT[:1000], promised=len(_CONTENT)))
    )
    with pytest.raises(DataError, match=r"127\.0\.0\.1 broke off"):
        _fetch(entry, cache)
    assert server.asked == ["/file", "/file"]
    assert _left(cache, entry) == []


def test_a_mirror_that_falls_silent_is_given_up(server, cache, monkeypatch):
    monkeypatch.setattr(http, "READ_SECONDS", 0.1)
    entry = _cifar(server.answer("silent", send_slowly(server, _CONTENT)), server.offer("good", _CONTENT))
    _fetch(entry, cache)
    assert server.asked == ["/silent", "/good"]
    assert cache.is_complete(entry)


def test_a_mirror_that_never_ends_is_cut_off(server, cache):
    def endless(handler):
        handler.send_response(200)
        handler.end_headers()
        while not server.released.is_set():
            handler.wfile.write(bytes(1 << 16))

    entry = _cifar(server.answer("endless", endless))
    with pytest.raises(DataError, match=r"127\.0\.0\.1 sends more than is published"):
        _fetch(entry, cache)
    assert _left(cache, entry) == []


def test_a_slow_download_can_be_stopped_and_leaves_nothing(server, cache):
    entry = _cifar(server.answer("slow", send_slowly(server, _CONTENT)))
    stop = threading.Event()

    def tell(progress):
        if progress.done:
            stop.set()
            server.released.set()

    with pytest.raises(DownloadStopped):
        fetch(entry, cache, tell, stop)
    assert _left(cache, entry) == []


def test_what_is_removed_while_its_last_bytes_arrive_stays_removed(server, cache, monkeypatch):
    entry, stop = _cifar(server.offer("file", _CONTENT)), threading.Event()
    take_in = cache.take_in

    def removed_before(*arguments):
        stop.set()
        cache.remove(entry)
        return take_in(*arguments)

    monkeypatch.setattr(cache, "take_in", removed_before)
    with pytest.raises(DownloadStopped):
        _fetch(entry, cache, stop)
    assert not cache.folder_of(entry).exists()


def test_a_download_that_is_given_up_before_it_begins_makes_no_folder(server, cache):
    entry, stop = _cifar(server.offer("file", _CONTENT)), threading.Event()
    stop.set()
    with pytest.raises(DownloadStopped):
        _fetch(entry, cache, stop)
    assert not cache.folder_of(entry).exists()


def test_without_a_connection_one_sentence_says_what_to_do(cache):
    entry = entry_of("mnist", _FILES, lambda file: (_NOWHERE + file,))
    with pytest.raises(DataError) as caught:
        _fetch(entry, cache)
    text = str(caught.value)
    assert text.startswith("MNIST handwritten digits cannot be downloaded: 127.0.0.1 cannot be reached. ")
    assert str(cache.folder_of(entry)) in text
    assert all(name in text for name in _FILES)
    for name, content in _FILES.items():  # what the sentence says, done
        (cache.folder_of(entry) / name).write_bytes(content)
    _fetch(entry, cache)
    assert len(open_download(entry, cache)) == 60


def test_mirrors_that_cannot_be_reached_are_named_once(cache):
    entry = _cifar(_NOWHERE + "a/" + _CIFAR, "http://localhost:9/" + _CIFAR, _NOWHERE + "b/" + _CIFAR)
    with pytest.raises(DataError, match=r"downloaded: 127\.0\.0\.1 and localhost cannot be reached\. To add"):
        _fetch(entry, cache)
    with pytest.raises(DataError, match=rf"put {_CIFAR}, as published at {_NOWHERE}a/, into "):
        _fetch(entry, cache)


def test_a_wrong_file_put_there_by_hand_is_named(cache):
    entry = _cifar(_NOWHERE + _CIFAR)
    (cache.prepare(entry) / _CIFAR).write_bytes(b"the python version")
    with pytest.raises(DataError, match=rf"{_CIFAR} is there, but is not the published file"):
        _fetch(entry, cache)


def test_too_little_room_is_told_before_anything_is_fetched(server, cache, monkeypatch):
    monkeypatch.setattr(shutil, "disk_usage", lambda path: SimpleNamespace(free=3_000_000))
    entry = _cifar(server.offer("file", _CONTENT))
    with pytest.raises(FileError, match=r"CIFAR-10 photographs needs .* where 3\.0 MB are free"):
        _fetch(entry, cache)
    assert not server.asked


def test_a_disk_that_fills_up_is_told_and_leaves_nothing(server, cache, monkeypatch):
    class Full:
        def __init__(self, path):
            self._file = open(path, "wb")

        def __enter__(self):
            return self

        def __exit__(self, *args):
            self._file.close()

        def write(self, chunk):
            raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(http, "_opened", Full)
    entry = _cifar(server.offer("first", _CONTENT), server.offer("second", _CONTENT))
    with pytest.raises(FileError, match=r"Cannot write .*No space left on device"):
        _fetch(entry, cache)
    assert server.asked == ["/first"]  # another mirror does not make room
    assert _left(cache, entry) == []


def test_a_folder_that_may_not_be_written(server, tmp_path):
    (tmp_path / "cache").write_bytes(b"")
    with pytest.raises(FileError, match="Cannot use"):
        _fetch(_cifar(server.offer("file", _CONTENT)), DownloadCache(tmp_path / "cache"))


def _letters(server, zipped):
    """Letters whose own mirror is gone, so that all comes from the large archive."""
    files = _letter_files("")
    archive = RemoteArchive(remote("gzip.zip", zipped, server.offer("gzip.zip", zipped)), "gzip/")
    return entry_of("emnist-letters", files, lambda file: (_NOWHERE + file,), (47, 5, 26), archive)


def _letter_files(prefix="gzip/"):
    return {
        f"{prefix}emnist-letters-{name}": content for name, content in digit_files((52, 26), 26, 1).items()
    }


def test_the_archive_is_the_last_resort_and_only_what_is_needed_stays(server, cache):
    zipped = zip_bytes(_letter_files() | {"gzip/emnist-byclass": bytes(9000), "../evil": b"x"})
    entry = _letters(server, zipped)
    _fetch(entry, cache)
    assert _left(cache, entry) == sorted(file.name for file in entry.files)
    assert len(open_download(entry, cache)) == 78
    assert not list(cache.folder.parent.glob("evil"))


@pytest.mark.parametrize(
    ("zipped", "reason"),
    [
        (zip_bytes({"readme": b""}), "gzip.zip is damaged"),
        (b"no archive at all", "gzip.zip is damaged"),
        (zip_bytes(dict.fromkeys(_letter_files(), b"other")), "in the archive is not the published file"),
    ],
)
def test_an_archive_without_what_is_needed_is_told(server, cache, zipped, reason):
    entry = _letters(server, zipped)
    with pytest.raises(DataError, match=reason):
        _fetch(entry, cache)
    assert _left(cache, entry) == []


def test_no_file_is_asked_for_after_a_stop(server, cache):
    stop = threading.Event()
    stop.set()
    with pytest.raises(DownloadStopped):
        _fetch(_cifar(server.offer("file", _CONTENT)), cache, stop)
    assert not server.asked


@pytest.mark.parametrize("place", ["http://[nonsense/", "file:///etc/hostname", "ftp://127.0.0.1/x"])
def test_a_mirror_that_sends_elsewhere_gets_nowhere(server, cache, place):
    entry = _cifar(server.answer("astray", redirect(place)), server.offer("good", _CONTENT))
    _fetch(entry, cache)
    assert server.asked == ["/astray", "/good"]


def test_a_mirror_that_sends_round_in_circles(server, cache):
    entry = _cifar(server.answer("round", redirect(server.address + "round")))
    with pytest.raises(DataError, match="cannot be downloaded"):
        _fetch(entry, cache)
    assert len(server.asked) < 50


@pytest.mark.parametrize(
    ("count", "text"),
    [(144, "144 bytes"), (79_283, "79.3 kB"), (11_594_722, "11.6 MB"), (1_234_000_000, "1.23 GB")],
)
def test_sizes_in_words(count, text):
    assert megabytes(count) == text
