"""Two windows share one folder of runs: neither takes a run from the other, or what it has deleted."""

from __future__ import annotations

import os
import stat
import sys
import threading
import time

import pytest
from PySide6.QtWidgets import QApplication

from cnnviz.app.runs.run_about import RunKind
from cnnviz.app.runs.run_folder import RunFolder
from cnnviz.app.runs.run_library import RunLibrary
from cnnviz.app.training.session import Session, SessionState
from cnnviz.training.result import UseOfTestSet
from tests.helpers.designs import small_design
from tests.helpers.runs import SETTINGS, few_digits


class Window:
    def __init__(self, root) -> None:
        self.session, self.library, self.told = Session(threads=1), RunLibrary(root), []
        self.session.keeping = self.library.keeping
        self.library.failed.connect(self.told.append)


@pytest.fixture
def windows(qtbot, tmp_path):
    """Open one window after another on the same folder of runs."""
    made = []

    def start() -> Window:
        window = Window(tmp_path / "runs")
        with qtbot.waitSignal(window.library.loaded, timeout=20_000):
            window.library.load()
        made.append(window)
        return window

    yield start
    for window in made:
        window.session.close()
        assert window.library.close()


def train(qtbot, window, earlier=None) -> None:
    spec = small_design()
    window.session.show_design(spec)
    if earlier is not None:
        window.session.bring_back(earlier)
    with qtbot.waitSignal(window.session.run_ended, timeout=20_000):
        window.session.start(spec, SETTINGS, few_digits())
    assert window.library.flush(20)
    qtbot.waitUntil(lambda: all(entry.kind is not RunKind.RUNNING for entry in window.library.entries))


def entry_of(window):
    (entry,) = window.library.entries
    return entry


def test_a_run_that_one_window_trains_is_not_deleted_by_another(qtbot, windows):
    first = windows()
    train(qtbot, first)
    second = windows()
    run_id = entry_of(second).id
    first.library.folder_of(first.session.result.state).take()
    assert not second.library.delete(run_id)
    assert second.told == ["The run was not deleted: another window trains it."]
    assert entry_of(second).path.exists()
    first.library.folder_of(first.session.result.state).release()
    assert second.library.delete(run_id)


def test_a_run_that_one_window_trains_goes_on_in_the_memory_of_another(qtbot, windows):
    first = windows()
    train(qtbot, first)
    result, folder = first.session.result, first.library.folder_of(first.session.result.state)
    second = windows()
    folder.take()
    before = folder.run_file.read_bytes()
    train(qtbot, second, result)
    assert "is used by another window" in second.told[0]
    assert folder.run_file.read_bytes() == before
    assert not second.library.holds(second.session.result)
    folder.release()


def test_a_run_begun_here_and_resumed_in_another_window_is_that_windows(qtbot, windows):
    first = windows()
    train(qtbot, first)
    assert first.library.foreign == frozenset()
    second = windows()
    folder = RunFolder(entry_of(second).path.parent)
    folder.take()
    folder.rewrite_about(kind=RunKind.RUNNING)
    first.library.look_again()
    qtbot.waitUntil(lambda: first.library.foreign == {folder.id}, timeout=20_000)
    folder.release()


def test_what_another_window_has_added_to_a_run_is_not_overwritten(qtbot, windows):
    first = windows()
    train(qtbot, first)
    earlier = first.session.result
    second = windows()
    train(qtbot, second, earlier)
    (run_id,) = (entry.id for entry in second.library.entries)
    assert entry_of(second).epochs == 2 * earlier.state.epoch
    first.library.look_again()
    qtbot.waitUntil(lambda: entry_of(first).steps == entry_of(second).steps, timeout=20_000)
    train(qtbot, first, earlier)
    ends = {entry.id: entry.epochs for entry in first.library.entries}
    assert len(ends) == 2, "it is a run of its own"
    assert ends[run_id] == RunFolder(entry_of(second).path.parent).read().epochs == 2 * earlier.state.epoch


def test_what_this_window_has_added_to_a_run_is_not_overwritten_either(qtbot, windows):
    window = windows()
    train(qtbot, window)
    earlier = window.session.result
    for count in (1, 2):
        train(qtbot, window, earlier)
        assert len(window.library.entries) == count
    assert {entry.epochs for entry in window.library.entries} == {2 * earlier.state.epoch}


def test_a_run_that_goes_on_while_its_end_is_written_stays_locked(qtbot, windows, monkeypatch):
    first, go, written = windows(), threading.Event(), RunFolder.write_end

    def slow(*arguments) -> None:
        assert go.wait(20)
        written(*arguments)

    monkeypatch.setattr(RunFolder, "write_end", slow)
    spec = small_design()
    first.session.show_design(spec)
    for _ in range(2):
        with qtbot.waitSignal(first.session.run_ended, timeout=20_000):
            first.session.start(spec, SETTINGS, few_digits(), single_step=True)
            qtbot.waitUntil(lambda: first.session.state is SessionState.PAUSED)
            if first.session.progress.step == 1:
                first.session.stop()
                continue
            go.set()
            qtbot.waitUntil(lambda: len(first.library._written) == 1, timeout=20_000)
            assert first.library.flush(20)
            QApplication.processEvents()
            assert entry_of(first).kind is RunKind.RUNNING
            assert not windows().library.delete(entry_of(first).id)
            first.session.stop()
    assert first.library.flush(20)
    qtbot.waitUntil(lambda: entry_of(first).kind is RunKind.STOPPED)


def test_what_one_window_has_deleted_it_can_bring_back_whatever_others_do(qtbot, windows):
    first = windows()
    train(qtbot, first)
    entry = entry_of(first)
    assert first.library.delete(entry.id)
    second = windows()
    assert second.library.entries == ()
    assert first.library.undelete() is not None
    assert entry.path.exists()


def test_what_was_deleted_is_gone_for_good_once_its_window_is(qtbot, windows, tmp_path):
    first = windows()
    train(qtbot, first)
    first.library.delete(entry_of(first).id)
    (own,) = (tmp_path / "runs" / "trash").iterdir()
    first.library._trash._lock.release()  # as the end of the process does
    windows()
    assert not own.exists()


def test_a_name_given_while_the_end_is_written_stays(qtbot, windows, monkeypatch):
    first = windows()
    written = RunFolder.write_end

    def slow(*arguments) -> None:
        time.sleep(0.2)
        written(*arguments)

    monkeypatch.setattr(RunFolder, "write_end", slow)
    spec = small_design()
    first.session.show_design(spec)
    with qtbot.waitSignal(first.session.run_ended, timeout=20_000):
        first.session.start(spec, SETTINGS, few_digits())
    run_id, use = entry_of(first).id, UseOfTestSet
    first.library.rename(run_id, "Mine")
    for step in (1, 2):
        first.library.note_test_use(run_id, use(at=f"2026-01-0{step}T00:00:00+00:00", step=step, epoch=1))
    assert first.library.flush(20)
    qtbot.waitUntil(lambda: entry_of(first).kind is RunKind.FINISHED and entry_of(first).about.name == "Mine")
    qtbot.waitUntil(lambda: len(entry_of(first).test_uses) == 2)
    about = RunFolder(entry_of(first).path.parent).read_about()
    assert (about.name, len(about.test_uses)) == ("Mine", 2)


def test_a_look_at_other_windows_leaves_ones_own_runs_alone(qtbot, windows, monkeypatch):
    first = windows()
    train(qtbot, first)
    qtbot.waitUntil(lambda: entry_of(first).kind is RunKind.FINISHED)
    read = []
    monkeypatch.setattr(RunFolder, "read", lambda self: read.append(self.id))
    first.library.look_again()
    assert first.library.flush(20)
    assert read == [], "to read it takes its lock for a moment, and it could not go on just then"


@pytest.mark.skipif(sys.platform == "win32" or os.geteuid() == 0, reason="everything can be read here")
def test_one_folder_that_cannot_be_read_hides_no_other(qtbot, windows, tmp_path):
    first = windows()
    train(qtbot, first)
    closed = tmp_path / "runs" / "00000000-closed"
    closed.mkdir()
    closed.chmod(0)
    try:
        kinds = {entry.kind for entry in windows().library.entries}
    finally:
        closed.chmod(stat.S_IRWXU)
    assert kinds == {RunKind.FINISHED, RunKind.DAMAGED}


def test_a_folder_that_another_window_has_just_made_is_left_alone(windows, tmp_path):
    made = tmp_path / "runs" / "20260101-000000-new"
    made.mkdir(parents=True)
    windows()
    assert made.is_dir()
    os.utime(made, (1, 1))
    windows()
    assert not made.exists()
