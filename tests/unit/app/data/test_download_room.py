"""What is on this computer is looked up beside the window, and what has just changed is believed at once."""

from __future__ import annotations

import dataclasses
import threading

import pytest

from cnnviz.app.data.download_room import DownloadRoom, Kept
from cnnviz.app.data.downloader import Downloader
from cnnviz.data.downloading import entries
from cnnviz.data.downloading.cache import DownloadCache
from tests.helpers.downloads import digit_files, entry_of

_FILES = digit_files()


@pytest.fixture
def entry(monkeypatch):
    made = entry_of("mnist", _FILES, lambda file: ("http://127.0.0.1:9/" + file,))
    monkeypatch.setattr(entries, "DOWNLOADS", (made,))
    return made


@pytest.fixture
def room(entry, tmp_path, qapp):
    made = DownloadRoom(Downloader(cache=DownloadCache(tmp_path)))
    yield made
    assert made.close()


def test_a_look_tells_what_is_there(room, entry, tmp_path, qtbot):
    assert room.kept("mnist") is None
    assert room.used is None
    with qtbot.waitSignal(room.looked):
        room.look()
    assert room.kept("mnist") == Kept(0, False)
    folder = DownloadCache(tmp_path).prepare(entry)
    for name, content in _FILES.items():
        (folder / name).write_bytes(content)
    with qtbot.waitSignal(room.looked):
        room.look()
    size = sum(map(len, _FILES.values()))
    assert (room.kept("mnist"), room.used) == (Kept(size, True), size)


def test_the_last_look_counts_and_none_is_made_on_the_thread_of_the_window(room, entry, qtbot, monkeypatch):
    threads, gate = [], threading.Event()

    def measured(self, entry):
        threads.append(threading.current_thread())
        gate.wait(10)
        return len(threads)

    monkeypatch.setattr(DownloadCache, "bytes_used", measured)
    with qtbot.waitSignal(room.looked):
        room.look()
        qtbot.waitUntil(lambda: bool(threads))
        room.look()
        gate.set()
    assert room.used == 2
    assert threading.main_thread() not in threads


def test_the_room_of_all_is_not_told_as_long_as_that_of_some_is_unknown(room, entry, monkeypatch):
    other = dataclasses.replace(entry, name="other")
    monkeypatch.setattr(entries, "DOWNLOADS", (entry, other))
    room.note_complete(entry)
    assert room.used is None
    room.note_gone(other)
    assert room.used == entry.download_bytes


def test_what_was_done_here_is_known_at_once(room, entry):
    room.note_complete(entry)
    assert room.kept("mnist") == Kept(entry.download_bytes, True)
    room.note_gone(entry)
    assert room.kept("mnist") == Kept(0, False)
