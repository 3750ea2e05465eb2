"""The room of prepared pictures is measured beside the window, and nobody waits for a slow disk."""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING

import pytest

from cnnviz.app.data.prepared_pictures import PreparedPictures
from cnnviz.data.importing.cache import PictureCache

if TYPE_CHECKING:
    from pathlib import Path

    from pytestqt.qtbot import QtBot

_DISK_SECONDS = 20


@pytest.fixture
def pictures(qapp: object, tmp_path: Path) -> PreparedPictures:
    return PreparedPictures(PictureCache(tmp_path / "cache"))


def test_nothing_is_measured_while_it_is_removed(
    pictures: PreparedPictures, monkeypatch: pytest.MonkeyPatch, qtbot: QtBot
) -> None:
    begun, go, measured_by = threading.Event(), threading.Event(), []

    def clear(_cache: PictureCache) -> int:
        begun.set()
        return int(go.wait(_DISK_SECONDS))

    def bytes_used(_cache: PictureCache) -> int:
        measured_by.append(threading.current_thread().name)
        return 7

    monkeypatch.setattr(PictureCache, "clear", clear)
    monkeypatch.setattr(PictureCache, "bytes_used", bytes_used)
    pictures.clear()
    assert begun.wait(_DISK_SECONDS)
    pictures.measure()
    with qtbot.waitSignal(pictures.cleared):
        go.set()
    assert pictures.bytes_used == 7
    assert pictures.close()
    assert measured_by == ["cnnviz-clear"], "what is half removed is no measure"


def test_the_end_does_not_wait_for_a_silent_disk(
    pictures: PreparedPictures, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun, go = threading.Event(), threading.Event()

    def bytes_used(_cache: PictureCache) -> int:
        begun.set()
        return int(go.wait(_DISK_SECONDS))

    monkeypatch.setattr(PictureCache, "bytes_used", bytes_used)
    pictures.measure()
    assert begun.wait(_DISK_SECONDS)
    start = time.perf_counter()
    assert not pictures.close()
    assert time.perf_counter() - start < 4
    go.set()
    assert pictures.close()
