"""Downloads go on beside the window, and are given up at once."""

from __future__ import annotations

import threading

import pytest
from PySide6.QtCore import QCoreApplication

from cnnviz.app.data import downloader as module
from cnnviz.app.data.downloader import Downloader
from cnnviz.app.data.sample_finder import SampleFinder
from cnnviz.data.downloading.cache import DownloadCache
from cnnviz.errors import FileError
from tests.helpers.downloads import digit_files, entry_of, mirror_server, send_slowly

pytestmark = pytest.mark.usefixtures("qapp")
_FILES = digit_files()


@pytest.fixture
def server():
    with mirror_server() as server:
        for name, content in _FILES.items():
            server.offer(name, content)
        yield server


@pytest.fixture
def entry(server):
    return entry_of("mnist", _FILES, lambda file: (server.address + file,))


@pytest.fixture
def downloader(tmp_path):
    downloader = Downloader(cache=DownloadCache(tmp_path / "cache"))
    yield downloader
    downloader.close()


def test_what_was_downloaded_is_there_and_has_pictures(downloader, entry, qtbot):
    with qtbot.waitSignal(downloader.finished) as blocker:
        downloader.start(entry)
        assert downloader.is_running("mnist")
        assert downloader.transfer("mnist").total == entry.download_bytes
    name, pictures = blocker.args
    assert (name, pictures.shape) == ("mnist", (10, 28, 28, 1))
    assert downloader.cache.is_complete(entry)
    assert not downloader.is_running("mnist")
    assert downloader.transfer("mnist") is None


def test_a_failure_is_told_in_words(downloader, server, entry, qtbot):
    server.answers.clear()
    with qtbot.waitSignal(downloader.failed) as blocker:
        downloader.start(entry)
    name, why, remedy = blocker.args
    assert name == "mnist"
    assert "answered 404" in why
    assert str(downloader.cache.folder_of(entry)) in remedy
    assert not downloader.is_running("mnist")


def test_an_unforeseen_error_is_told_too(downloader, entry, qtbot, monkeypatch):
    def explode(*args):
        raise MemoryError

    monkeypatch.setattr(module, "samples", explode)
    with qtbot.waitSignal(downloader.failed) as blocker:
        downloader.start(entry)
    assert "MemoryError" in blocker.args[1]
    assert blocker.args[2] == ""


def test_a_download_that_is_stuck_is_given_up_at_once(downloader, server, entry, qtbot):
    first = entry.files[0].name
    server.answer(first, send_slowly(server, _FILES[first]))
    ended, failed = [], []
    downloader.finished.connect(ended.append)
    downloader.failed.connect(failed.append)
    downloader.start(entry)
    qtbot.waitUntil(lambda: downloader.transfer("mnist").done > 0)
    downloader.cancel("mnist")
    assert not downloader.is_running("mnist")
    server.released.set()
    downloader.close()
    qtbot.wait(0)
    assert (ended, failed) == ([], [])
    assert list(downloader.cache.folder.rglob("*")) == []


def test_a_download_that_is_given_up_when_it_is_ready_is_not_told(downloader, entry):
    ended = []
    downloader.finished.connect(ended.append)
    downloader.start(entry)
    for thread in downloader._threads:
        thread.join(10)  # its answer lies ready, and nobody has fetched it yet
    downloader.cancel("mnist")
    QCoreApplication.sendPostedEvents()
    assert ended == []


def test_progress_is_told_while_it_goes_on(downloader, server, entry, qtbot):
    first = entry.files[0].name
    server.answer(first, send_slowly(server, _FILES[first]))
    downloader.start(entry)
    with qtbot.waitSignal(downloader.progressed):
        pass
    qtbot.waitUntil(lambda: downloader.transfer("mnist").host == "127.0.0.1")
    with qtbot.waitSignal(downloader.finished):
        server.released.set()


def test_two_wishes_for_the_same_data_set_are_one_download(downloader, server, entry, qtbot):
    with qtbot.waitSignal(downloader.finished):
        downloader.start(entry)
        downloader.start(entry)
    assert len(server.asked) == 4


def test_files_are_removed_beside_the_window_and_that_is_told(downloader, entry, qtbot, monkeypatch):
    with qtbot.waitSignal(downloader.finished):
        downloader.start(entry)
    go, remove = threading.Event(), DownloadCache.remove

    def slow(self, entry):
        assert go.wait(20)
        remove(self, entry)

    monkeypatch.setattr(DownloadCache, "remove", slow)
    with qtbot.waitSignal(downloader.changed):
        downloader.remove(entry)
    assert downloader.is_removing(entry.name), "the window goes on"
    downloader.start(entry)
    assert not downloader.is_running(entry.name), "it would be removed, too"
    with qtbot.waitSignals([downloader.removed, downloader.changed]):
        go.set()
    assert not downloader.is_removing(entry.name)
    assert downloader.cache.bytes_used(entry) == 0


@pytest.mark.parametrize(
    ("error", "told"), [(FileError("Not now."), "Not now."), (ValueError("odd"), "cannot be removed: odd.")]
)
def test_what_cannot_be_removed_is_told(downloader, entry, monkeypatch, qtbot, error, told):
    def refuse(self, entry):
        raise error

    monkeypatch.setattr(DownloadCache, "remove", refuse)
    with qtbot.waitSignal(downloader.removed) as removed:
        downloader.remove(entry)
    assert removed.args[0] == entry.name
    assert removed.args[1].endswith(told)
    assert not downloader.is_removing(entry.name)


def test_a_removal_that_outlasts_the_window_is_told_to_nobody(downloader, entry, monkeypatch):
    go, told = threading.Event(), []
    monkeypatch.setattr(module, "_CLOSE_SECONDS", 0.0)
    monkeypatch.setattr(DownloadCache, "remove", lambda self, entry: go.wait(20))
    downloader.removed.connect(lambda *answer: told.append(answer))
    downloader.remove(entry)
    downloader.close()
    go.set()
    for thread in downloader._threads:
        thread.join(20)
    QCoreApplication.sendPostedEvents()
    assert told == [], "whoever would be told is gone"


def test_what_a_removal_left_that_broke_off_is_cleared_away_beside_the_window(downloader):
    (downloader.cache.folder / ".removed-before").mkdir(parents=True)
    downloader.clear_away()
    downloader.close()
    assert list(downloader.cache.folder.iterdir()) == []


def test_the_speed_is_that_of_the_last_seconds(entry):
    job = module._Job(entry)
    for now in range(10):
        job.tell(module.Progress(1_000 * now, 20_000, "host"))
        transfer = job.transfer(float(now))
    assert transfer.bytes_per_second == 1_000
    assert transfer.seconds_left == 11
    job.tell(module.Progress(0, 20_000, "another"))
    assert job.transfer(11.0).bytes_per_second == 0


def test_pictures_are_found_for_one_set_after_the_other(tmp_path, qtbot):
    cache = DownloadCache(tmp_path)
    good, bad = (entry_of(name, _FILES, lambda file: ()) for name in ("kmnist", "mnist"))
    for entry in (good, bad):
        for name, content in _FILES.items():
            (cache.prepare(entry) / name).write_bytes(content)
    (cache.folder_of(bad) / next(iter(_FILES))).write_bytes(b"other")
    finder = SampleFinder(cache)
    found, failed = [], []
    finder.found.connect(lambda name, pictures: found.append((name, pictures.shape)))
    finder.failed.connect(lambda name, why: failed.append((name, "not as published" in why)))
    try:
        finder.request([bad, good])
        qtbot.waitUntil(lambda: bool(found))
    finally:
        assert finder.close()
    assert (found, failed) == ([("kmnist", (10, 28, 28, 1))], [("mnist", True)])
