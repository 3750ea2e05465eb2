"""Unsaved work is on the disk soon after an edit, and gone from there once it is saved."""

from __future__ import annotations

import threading

import pytest

from cnnviz.app.document import Document
from cnnviz.app.files.autosave import DELAY_MS, Autosave
from cnnviz.app.files.recovery import RecoveryFolder, find_orphans
from cnnviz.errors import FileError
from cnnviz.spec.layers import ReLU
from tests.helpers.designs import small_design
from tests.unit.app.files.test_recovery import leave, unsaved

pytestmark = pytest.mark.usefixtures("qapp")


class Desk:
    def __init__(self, root, delay_ms=0):
        self.root = root
        self.document = Document(small_design())
        self.autosave = Autosave(self.document, root, delay_ms=delay_ms)
        self.told = []
        self.autosave.failed.connect(self.told.append)

    def edit(self):
        self.document.insert_layer(ReLU(), 0)

    def kept(self):
        """Return how many layers each design has that is kept now."""
        try:
            return [path.read_text().count('"type"') for path in self.root.rglob("design.json")]
        except FileNotFoundError:  # it was cleared away meanwhile
            return []

    def is_kept(self):
        return self.kept() == [len(self.document.spec.layers)]


@pytest.fixture
def desk(tmp_path):
    desk = Desk(tmp_path / "recovery")
    yield desk
    assert desk.autosave.close()
    assert desk.kept() == []


def test_the_delay_leaves_time_to_spare_of_five_seconds():
    assert DELAY_MS <= 2000


def test_an_edit_is_kept_and_the_next_one_takes_its_place(desk, qtbot):
    desk.edit()
    qtbot.waitUntil(desk.is_kept)
    desk.edit()
    qtbot.waitUntil(desk.is_kept)


def test_edits_that_do_not_end_are_kept_all_the_same(tmp_path, qtbot):
    desk = Desk(tmp_path, delay_ms=50)

    def edit_until_kept():
        desk.edit()
        return bool(desk.kept())

    qtbot.waitUntil(edit_until_kept)
    assert desk.autosave.close()


def test_nothing_is_written_where_nothing_is_unsaved(desk, tmp_path, qtbot):
    desk.document.new(small_design().renamed("other"))
    qtbot.waitUntil(lambda: not desk.autosave._timer.isActive())
    assert not desk.root.exists()


def test_a_save_an_undo_and_another_design_clear_what_was_kept(desk, tmp_path, qtbot):
    for settle in (
        lambda: desk.document.save(tmp_path / "mine.json"),
        lambda: desk.document.undo_stack.undo(),
        lambda: desk.document.new(small_design()),
    ):
        desk.edit()
        qtbot.waitUntil(desk.is_kept)
        settle()
        qtbot.waitUntil(lambda: desk.kept() == [])


def test_writing_is_not_done_by_the_thread_of_the_window(desk, qtbot, monkeypatch):
    threads = []
    write = RecoveryFolder.write

    def watched(folder, unsaved):
        threads.append(threading.current_thread())
        write(folder, unsaved)

    monkeypatch.setattr(RecoveryFolder, "write", watched)
    desk.edit()
    qtbot.waitUntil(desk.is_kept)
    assert threading.main_thread() not in threads


def test_a_full_disk_is_told_once_until_it_works_again(desk, qtbot, monkeypatch):
    tries = []

    def full(folder, unsaved):
        tries.append(unsaved)
        raise FileError("Cannot write design.json: No space left on device.")

    with monkeypatch.context() as patch:
        patch.setattr(RecoveryFolder, "write", full)
        for number in (1, 2):
            desk.edit()
            qtbot.waitUntil(lambda number=number: len(tries) == number)
        qtbot.waitUntil(lambda: bool(desk.told))
    desk.edit()
    qtbot.waitUntil(desk.is_kept)
    assert len(desk.told) == 1
    assert "No space left" in desk.told[0]
    monkeypatch.setattr(RecoveryFolder, "write", full)
    desk.edit()
    qtbot.waitUntil(lambda: len(desk.told) == 2)


def test_an_unforeseen_error_does_not_end_the_keeping(desk, qtbot, monkeypatch, caplog):
    def explode(folder, unsaved):
        raise RuntimeError("The roof fell in.")

    with monkeypatch.context() as patch:
        patch.setattr(RecoveryFolder, "write", explode)
        desk.edit()
        qtbot.waitUntil(lambda: "could not be kept" in caplog.text)
    desk.edit()
    qtbot.waitUntil(desk.is_kept)


def test_an_orphan_goes_only_when_its_design_is_kept_anew(desk, qtbot, monkeypatch):
    leave(desk.root)
    (orphan,), _ = find_orphans(desk.root)
    desk.document.recover(orphan.unsaved.spec, orphan.unsaved.file)
    assert not desk.document.is_clean

    def full(folder, unsaved):
        raise FileError("The disk is full.")

    with monkeypatch.context() as patch:
        patch.setattr(RecoveryFolder, "write", full)
        desk.autosave.adopt(orphan)
        qtbot.waitUntil(lambda: bool(desk.told))
    (again,), _ = find_orphans(desk.root)
    assert again.unsaved == unsaved()
    desk.autosave.adopt(again)
    folder = again._lock.folder
    qtbot.waitUntil(lambda: not folder.exists())
    assert desk.is_kept()
