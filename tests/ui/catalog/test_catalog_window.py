"""The catalog: download, use, remove; nothing waits for it, and it never says what is not so."""

from __future__ import annotations

import threading

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication

from cnnviz.app.data import dataset_opener
from cnnviz.data.downloading import entries
from cnnviz.data.downloading.cache import DownloadCache
from cnnviz.errors import FileError
from cnnviz.ui.catalog.catalog_window import CatalogWindow
from cnnviz.ui.dataset_chooser import DatasetChooser
from cnnviz.ui.opening_label import OpeningLabel
from tests.helpers.downloads import digit_files, entry_of, mirror_server, send_slowly
from tests.helpers.open_windows import open_window

_FILES = digit_files()
_FIRST = next(iter(_FILES))
_NOWHERE = "http://127.0.0.1:9/"


@pytest.fixture
def server():
    with mirror_server() as server:
        for name, content in _FILES.items():
            server.offer(name, content)
        yield server


@pytest.fixture
def window(server, qapp, tmp_path, monkeypatch):
    here = entry_of("mnist", _FILES, lambda file: (server.address + file,))
    gone = entry_of("kmnist", _FILES, lambda file: (_NOWHERE + file,))
    monkeypatch.setattr(entries, "DOWNLOADS", (here, gone))
    with open_window(tmp_path) as window:
        yield window


@pytest.fixture
def catalog(window, qtbot):
    window.commands["get_data"].trigger()
    catalog = window.findChild(CatalogWindow)
    assert catalog is not None
    qtbot.waitUntil(lambda: window.workbench.download_room.used is not None)
    return catalog


def _downloaded(catalog, qtbot, name="mnist"):
    card = catalog.cards[name]
    qtbot.mouseClick(card.download, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: card.samples.count > 0 and card.use.isVisible())
    return card


def test_a_data_set_that_is_not_here_is_offered_and_shows_no_pictures(catalog):
    card = catalog.cards["mnist"]
    assert card.download.isVisible()
    assert not (card.use.isVisible())
    assert not (card.remove.isVisible())
    assert not (card.cancel.isVisible())
    assert not card.samples.isVisible()
    assert "to download" in card.state.text()
    assert "CC BY-SA 3.0" in card.facts.text()
    assert card.classes.text() == "10 classes: 0, 1, 2, 3, 4, 5, 6, 7, 8, 9"


def test_the_window_waits_for_no_disk(window, qtbot, monkeypatch):
    cache, gate = window.workbench.downloader.cache, threading.Event()
    measured, seen = type(cache).bytes_used, []

    def slow(self, entry):
        seen.append(threading.current_thread() is threading.main_thread())
        gate.wait(10)
        return measured(self, entry)

    monkeypatch.setattr(type(cache), "bytes_used", slow)
    window.commands["get_data"].trigger()
    catalog = window.findChild(CatalogWindow)
    card = catalog.cards["mnist"]
    qtbot.waitUntil(lambda: bool(seen))
    assert not card.download.isVisible(), "it may be here"
    assert str(cache.folder) in catalog.place.text()
    assert "take" not in catalog.place.text()
    gate.set()
    qtbot.waitUntil(card.download.isVisible)
    assert catalog.place.text().endswith("where they take 0 bytes")
    assert not any(seen)


def test_download_use_and_remove(window, catalog, qtbot):
    card = _downloaded(catalog, qtbot)
    assert card.state.text().startswith("On this computer")
    chooser = window.findChild(DatasetChooser)
    assert chooser.findText(card.entry.title) >= 0
    with qtbot.waitSignal(window.workbench.selection.dataset_changed):
        qtbot.mouseClick(card.use, Qt.MouseButton.LeftButton)
    assert window.workbench.selection.dataset.name == "mnist"
    assert card.use.text() == "In Use"
    assert not card.use.isEnabled()
    qtbot.mouseClick(card.remove, Qt.MouseButton.LeftButton)
    assert not card.remove.isVisible()
    assert card.state.text() == "Removing…"
    qtbot.waitUntil(card.download.isVisible)
    assert not card.samples.isVisible()
    assert window.workbench.selection.dataset.name == "mnist"  # what is in memory stays


def test_the_way_from_the_chooser(window, qtbot):
    chooser = window.findChild(DatasetChooser)
    more = chooser.count() - 1
    assert chooser.itemText(more) == "Get More Data Sets…"
    chooser.setCurrentIndex(more)
    chooser.activated.emit(more)
    assert window.findChild(CatalogWindow).isVisible()
    assert chooser.currentData() == "digits"


def test_a_failure_is_told_with_the_way_to_do_it_by_hand(window, catalog, qtbot):
    card = catalog.cards["kmnist"]
    qtbot.mouseClick(card.download, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: bool(card.problem.text))
    assert "127.0.0.1 cannot be reached" in card.problem.text
    folder = window.workbench.downloader.cache.folder_of(card.entry)
    assert str(folder) in card.remedy.text()
    assert card.download.isVisible()
    for name, content in _FILES.items():
        (folder / name).write_bytes(content)
    qtbot.mouseClick(card.download, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: card.use.isVisible())
    assert not card.problem.isVisible()
    assert not card.remedy.isVisible()


def test_files_put_there_by_hand_are_found_when_the_catalog_is_shown(window, catalog, qtbot):
    card = catalog.cards["kmnist"]
    catalog.hide()
    folder = window.workbench.downloader.cache.prepare(card.entry)
    for name, content in _FILES.items():
        (folder / name).write_bytes(content)
    catalog.show()
    qtbot.waitUntil(card.use.isVisible)
    qtbot.waitUntil(lambda: card.samples.count == 10)


def test_files_that_are_not_as_published_are_told(window, catalog, qtbot):
    card = catalog.cards["kmnist"]
    folder = window.workbench.downloader.cache.prepare(card.entry)
    for name in _FILES:
        (folder / name).write_bytes(b"something else")
    catalog.hide()
    catalog.show()
    qtbot.waitUntil(lambda: "not as published" in card.problem.text)
    qtbot.mouseClick(card.remove, Qt.MouseButton.LeftButton)
    assert not card.problem.isVisible()
    qtbot.waitUntil(card.download.isVisible)


def test_a_download_is_shown_and_can_be_cancelled(catalog, server, qtbot):
    server.answer(_FIRST, send_slowly(server, _FILES[_FIRST]))
    card = catalog.cards["mnist"]
    card.download.setFocus()
    qtbot.mouseClick(card.download, Qt.MouseButton.LeftButton)
    assert card.cancel.isVisible()
    assert not card.download.isVisible()
    qtbot.waitUntil(lambda: "from 127.0.0.1" in card.moving.text())
    assert card.bar.isVisible()
    qtbot.mouseClick(card.cancel, Qt.MouseButton.LeftButton)
    assert card.download.isVisible()
    assert not card.bar.isVisible()


def test_a_download_goes_on_while_the_catalog_is_closed(window, catalog, server, qtbot):
    server.answer(_FIRST, send_slowly(server, _FILES[_FIRST]))
    card = catalog.cards["mnist"]
    qtbot.mouseClick(card.download, Qt.MouseButton.LeftButton)
    catalog.close()
    with qtbot.waitSignal(window.workbench.downloader.finished):
        server.released.set()
    assert "is on this computer now" in window.banner.text
    catalog.show()
    qtbot.waitUntil(card.use.isVisible)


def test_a_failure_while_the_catalog_is_closed_is_told_in_the_window(window, catalog, qtbot):
    with qtbot.waitSignal(window.workbench.downloader.failed):
        qtbot.mouseClick(catalog.cards["kmnist"].download, Qt.MouseButton.LeftButton)
        catalog.close()
    assert "cannot be reached" in window.banner.text
    assert "To add it by hand" in window.banner.text


def test_the_keyboard_never_lands_on_remove(catalog, qtbot):
    card = catalog.cards["mnist"]
    catalog.activateWindow()
    qtbot.waitUntil(catalog.isActiveWindow)
    card.download.setFocus()
    qtbot.keyClick(card.download, Qt.Key.Key_Space)
    assert QApplication.focusWidget() is card.cancel or card.use.isVisible()
    qtbot.waitUntil(lambda: card.use.isVisible())
    assert QApplication.focusWidget() is card.use
    qtbot.keyClick(card.use, Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: not card.use.isEnabled())
    assert QApplication.focusWidget() is not card.remove


def test_what_cannot_be_removed_is_told(window, catalog, qtbot, monkeypatch):
    card = _downloaded(catalog, qtbot)

    def refuse(self, entry):
        raise FileError("Cannot remove it: it is in use.")

    monkeypatch.setattr(DownloadCache, "remove", refuse)
    qtbot.mouseClick(card.remove, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: card.problem.text == "Cannot remove it: it is in use.")
    assert card.remove.isVisible()
    assert card.use.isVisible()


def test_what_cannot_be_removed_is_told_also_while_the_catalog_is_closed(window, catalog, qtbot, monkeypatch):
    card = _downloaded(catalog, qtbot)

    def refuse(self, entry):
        raise FileError("Cannot remove it now.")

    monkeypatch.setattr(DownloadCache, "remove", refuse)
    qtbot.mouseClick(card.remove, Qt.MouseButton.LeftButton)
    catalog.close()
    qtbot.waitUntil(lambda: "Cannot remove it now." in window.banner.text)


def test_what_is_left_of_a_removal_goes_when_the_catalog_is_shown(window, catalog, qtbot):
    catalog.close()
    left = window.workbench.downloader.cache.folder / ".removed-before"
    left.mkdir(parents=True)
    catalog.show()
    qtbot.waitUntil(lambda: not left.exists())


def test_the_folder_is_shown_and_copied(window, catalog, qtbot):
    folder = str(window.workbench.downloader.cache.folder)
    assert folder in catalog.place.text()
    qtbot.mouseClick(catalog.copy_place, Qt.MouseButton.LeftButton)
    assert QGuiApplication.clipboard().text() == folder


def test_colour_pictures_keep_their_colours(catalog):
    card = catalog.cards["mnist"]
    pictures = np.zeros((2, 8, 8, 3), np.uint8)
    pictures[0, ..., 0] = 255
    pictures[1, ..., 2] = 255
    card.show_samples(pictures)
    card.samples.resize(200, 32)
    image = card.samples.grab().toImage()
    ratio = image.devicePixelRatio()
    assert image.pixelColor(round(10 * ratio), round(10 * ratio)).name() == "#ff0000"
    assert image.pixelColor(round(46 * ratio), round(10 * ratio)).name() == "#0000ff"


def test_a_set_that_is_being_read_says_so(window, catalog, qtbot, monkeypatch):
    card = _downloaded(catalog, qtbot)
    gate = threading.Event()
    read = dataset_opener.open_dataset
    monkeypatch.setattr(dataset_opener, "open_dataset", lambda name, watch: (gate.wait(10), read(name))[1])
    qtbot.mouseClick(card.use, Qt.MouseButton.LeftButton)
    assert card.use.text() == "Opening…"
    note = window.findChild(OpeningLabel)
    qtbot.waitUntil(note.isVisible)
    gate.set()
    qtbot.waitUntil(lambda: card.use.text() == "In Use")
    assert not note.isVisible()


def test_reading_a_set_can_be_given_up(window, catalog, qtbot, monkeypatch):
    card = _downloaded(catalog, qtbot)
    ended = threading.Event()

    def slow(name, watch):
        while not watch.is_stopping():
            ended.wait(0.001)
        ended.set()
        watch.check()

    monkeypatch.setattr(dataset_opener, "open_dataset", slow)
    qtbot.mouseClick(card.use, Qt.MouseButton.LeftButton)
    note = window.findChild(OpeningLabel)
    qtbot.waitUntil(note.isVisible)
    qtbot.mouseClick(note.cancel_button, Qt.MouseButton.LeftButton)
    assert ended.wait(5)
    assert not note.isVisible()
    assert card.use.text() == "Use"
    assert window.workbench.selection.dataset.name == "digits"


def test_what_cannot_be_read_is_told_beside_it(window, catalog, qtbot):
    card = _downloaded(catalog, qtbot)
    (window.workbench.downloader.cache.folder_of(card.entry) / _FIRST).write_bytes(b"damaged meanwhile")
    qtbot.mouseClick(card.use, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: "not as published" in card.problem.text)
    assert card.use.text() == "Use"
    assert window.workbench.selection.dataset.name == "digits"


def test_no_other_data_set_is_taken_while_a_run_learns(window, catalog, qtbot):
    card = _downloaded(catalog, qtbot)
    window.commands["train"].trigger()
    qtbot.waitUntil(lambda: not card.use.isEnabled())
    assert card.use.text() == "Training"
    window.commands["stop"].trigger()
    qtbot.waitUntil(lambda: card.use.isEnabled())
