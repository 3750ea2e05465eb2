"""The line of imported pictures that are kept prepared: there where there are some, removed when sure."""

from __future__ import annotations

import threading

import numpy as np
import pytest
from PySide6.QtCore import Qt

from cnnviz.app.data.prepared_pictures import PreparedPictures
from cnnviz.data.importing.cache import PictureCache
from cnnviz.data.importing.opening import import_folder
from cnnviz.ui.catalog.catalog_window import CatalogWindow
from cnnviz.ui.catalog.prepared_row import PreparedRow
from tests.helpers.open_windows import open_window
from tests.helpers.picture_folders import fill


@pytest.fixture
def cache(tmp_path):
    return PictureCache(tmp_path / "cache")


@pytest.fixture
def imported(tmp_path, cache):
    fill(tmp_path / "pets" / "cat", 5)
    fill(tmp_path / "pets" / "dog", 5)
    return import_folder(tmp_path / "pets", cache=cache).dataset


@pytest.fixture
def row(qtbot, cache, imported):
    pictures = PreparedPictures(cache)
    row = PreparedRow(pictures)
    qtbot.addWidget(row)
    row.show()
    qtbot.waitUntil(lambda: pictures.bytes_used > 0)
    yield row
    assert pictures.close()


def _click(row, button, qtbot):
    assert button.isVisible()
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)


def test_what_is_kept_is_told_with_its_place_and_its_room(row, cache):
    assert str(cache.folder) in row.told.text()
    assert "kB" in row.told.text() or "MB" in row.told.text()
    assert not row.keep.isVisible()


def test_it_is_removed_only_when_the_person_is_sure(row, cache, qtbot):
    used = cache.bytes_used()
    _click(row, row.remove, qtbot)
    assert row.told.text().startswith("Remove ")
    _click(row, row.keep, qtbot)
    assert cache.bytes_used() == used
    assert str(cache.folder) in row.told.text()
    _click(row, row.remove, qtbot)
    _click(row, row.remove, qtbot)
    qtbot.waitUntil(lambda: not row.isVisible())
    assert cache.bytes_used() == 0


def test_the_data_set_that_is_open_survives(row, imported, qtbot):
    before = np.array(imported.images)
    _click(row, row.remove, qtbot)
    _click(row, row.remove, qtbot)
    qtbot.waitUntil(lambda: not row.isVisible())
    np.testing.assert_array_equal(imported.images, before)


def test_what_is_in_use_and_cannot_go_is_said(row, monkeypatch, qtbot):
    monkeypatch.setattr(PictureCache, "clear", lambda cache: 0)
    _click(row, row.remove, qtbot)
    _click(row, row.remove, qtbot)
    qtbot.waitUntil(lambda: "in use" in row.told.text())
    assert row.remove.isVisible()


def test_why_a_removal_broke_off_is_said(row, monkeypatch, qtbot):
    def fail(_cache):
        raise RuntimeError("the disk is gone")

    monkeypatch.setattr(PictureCache, "clear", fail)
    _click(row, row.remove, qtbot)
    _click(row, row.remove, qtbot)
    qtbot.waitUntil(lambda: "the disk is gone" in row.told.text())
    assert row.remove.isVisible()


def test_room_is_measured_beside_the_window(row, monkeypatch, qtbot):
    gate, threads = threading.Event(), []

    def slow(_cache):
        threads.append(threading.current_thread())
        assert gate.wait(10)
        return 5_000_000

    monkeypatch.setattr(PictureCache, "bytes_used", slow)
    before = row.told.text()
    row.update_room()
    assert row.told.text() == before
    gate.set()
    qtbot.waitUntil(lambda: "5.0 MB" in row.told.text() or "5 MB" in row.told.text())
    assert threads[0] is not threading.main_thread()


def test_the_window_does_not_wait_for_it(row, cache, monkeypatch, qtbot):
    gate, clear, threads = threading.Event(), PictureCache.clear, []

    def slow(cache):
        threads.append(threading.current_thread())
        assert gate.wait(10)
        return clear(cache)

    monkeypatch.setattr(PictureCache, "clear", slow)
    _click(row, row.remove, qtbot)
    _click(row, row.remove, qtbot)
    assert row.told.text().startswith("Removing ")
    row.update_room()
    assert row.told.text().startswith("Removing ")
    assert not row.remove.isVisible()
    gate.set()
    qtbot.waitUntil(lambda: not row.isVisible())
    assert cache.bytes_used() == 0
    assert len(threads) == 1
    assert threads[0] is not threading.main_thread()


def test_the_catalog_has_it_where_something_was_imported(qapp, tmp_path, qtbot):
    with open_window(tmp_path) as window:
        window.commands["get_data"].trigger()
        catalog = window.findChild(CatalogWindow)
        assert not catalog.prepared.isVisible()
        fill(tmp_path / "pets" / "cat", 5)
        dataset = import_folder(tmp_path / "pets").dataset
        window.files.take_dataset(dataset)
        qtbot.waitUntil(catalog.prepared.isVisible)
        catalog.hide()
        PictureCache().clear()
        catalog.show()
        qtbot.waitUntil(lambda: not catalog.prepared.isVisible())
