"""A run of another window is found to be over within seconds, however that window has ended."""

from __future__ import annotations

import errno
import os
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from cnnviz.app.runs import runs_on_disk
from cnnviz.app.runs.other_windows import LOOK_MS, OtherWindows
from cnnviz.app.runs.run_about import RunKind
from cnnviz.app.runs.run_folder import RunFolder
from cnnviz.app.runs.run_library import RunLibrary
from tests.helpers.runs import finished, run_elsewhere, stopped_after

HOLD = """
import pathlib, sys
from cnnviz.app.runs.run_folder import RunFolder
RunFolder(pathlib.Path(sys.argv[1])).take()
print("taken", flush=True)
sys.stdin.read()
"""


@pytest.fixture
def folder(tmp_path):
    """A run that somebody trains, with a checkpoint."""
    with run_elsewhere(tmp_path / "runs") as folder:
        yield folder


@pytest.fixture
def program(folder):
    """Another process, which trains that run."""
    folder.release()
    command = [sys.executable, "-c", HOLD, str(folder.path)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as program:
        assert program.stdout.readline() == "taken\n"
        yield program
        program.kill()


@pytest.fixture
def library(qtbot, folder):
    library = RunLibrary(folder.path.parent)
    yield library
    assert library.close()


@pytest.fixture
def others(qtbot, library):
    """What looks after the library, as soon as that is loaded."""
    others = OtherWindows(library)
    with qtbot.waitSignal(library.loaded, timeout=20_000):
        library.load()
    yield others
    for timer in (others._ticks, others._soon):
        timer.stop()


def test_the_run_of_a_killed_program_is_interrupted_within_seconds(qtbot, program, library, others):
    (entry,) = library.entries
    assert entry.kind is RunKind.RUNNING
    assert others._ticks.interval() == LOOK_MS <= 3_000
    with qtbot.waitSignal(others.run_over, timeout=LOOK_MS + 20_000) as over:
        program.kill()
    assert over.args == [entry.id]
    (entry,) = library.entries
    assert (entry.kind, entry.can_resume) == (RunKind.INTERRUPTED, True)
    assert not others._ticks.isActive(), "there is nothing more to look at"


def test_the_run_of_a_window_that_was_closed_is_as_it_was_left(qtbot, folder, library, others):
    library.look_again()
    assert library.flush(20)
    assert library.foreign == {folder.id}
    folder.write_end(RunKind.FINISHED, finished())
    folder.release()
    with qtbot.waitSignal(others.run_over, timeout=20_000):
        library.look_again()
    assert library.entries[0].kind is RunKind.FINISHED
    assert library.entries[0].epochs == 2


def test_looks_do_not_pile_up_behind_a_slow_disk(folder, library, others, monkeypatch):
    go, looked = threading.Event(), []

    def slow(path):
        looked.append(path)
        assert go.wait(20)
        return True

    monkeypatch.setattr(runs_on_disk, "is_trained", slow)
    for _ in range(5):
        library.look_again()
    go.set()
    assert library.flush(20)
    assert looked == [folder.path]
    library.look_again()
    assert library.flush(20)
    assert looked == [folder.path] * 2


@pytest.mark.parametrize("is_gone", [True, False])
def test_a_run_that_left_nothing_leaves_the_list(qtbot, folder, library, others, is_gone):
    folder.checkpoints.clear()
    if is_gone:
        folder.remove()
    folder.release()
    library.look_again()
    qtbot.waitUntil(lambda: library.entries == (), timeout=20_000)
    assert not others._ticks.isActive()


def test_a_run_that_another_window_begins_is_listed_within_seconds(qtbot, folder, library, others):
    with run_elsewhere(folder.path.parent, "Later", is_begun=False) as later:
        qtbot.waitUntil(lambda: library.entry(later.id) is not None, timeout=LOOK_MS + 20_000)
        entry = library.entry(later.id)
        assert (entry.about.name, entry.kind, entry.facts) == ("Later", RunKind.RUNNING, None)
        assert library.foreign == {folder.id, later.id}
        later.checkpoints.write(stopped_after(4))
        qtbot.waitUntil(lambda: library.entry(later.id).facts is not None, timeout=LOOK_MS + 20_000)
        assert library.entry(later.id).steps == 4, "its figures follow its checkpoints"
        library.rename(later.id, "Mine")
        assert not library.delete(later.id), "its window decides on it"
        assert library.flush(20)
        assert library.entry(later.id).about.name == later.read_about().name == "Later"
    qtbot.waitUntil(lambda: library.entry(later.id).can_resume, timeout=LOOK_MS + 20_000)
    library.rename(later.id, "Mine")
    assert library.entry(later.id).about.name == "Mine"


@pytest.fixture
def let_go(folder):
    """The run is left by its window before it is listed here."""
    folder.release()


def test_a_listed_run_that_another_window_goes_on_with_is_known_within_seconds(
    qtbot, folder, let_go, library, others
):
    assert library.entries[0].can_resume
    folder.take()
    folder.rewrite_about(kind=RunKind.RUNNING)
    qtbot.waitUntil(lambda: library.foreign == {folder.id}, timeout=LOOK_MS + 20_000)
    assert library.entries[0].kind is RunKind.RUNNING
    folder.write_end(RunKind.FINISHED, finished())
    with qtbot.waitSignal(others.run_over, timeout=LOOK_MS + 20_000):
        folder.release()
    assert library.entries[0].kind is RunKind.FINISHED


def test_a_name_that_another_window_gives_is_seen_within_seconds(qtbot, folder, let_go, library, others):
    folder.rewrite_about(name="Another name")
    qtbot.waitUntil(lambda: library.entries[0].about.name == "Another name", timeout=LOOK_MS + 20_000)


def test_a_name_given_here_while_others_are_looked_after_stays(qtbot, folder, let_go, library, others):
    folder.rewrite_about(name="Another name")
    library.look_again()
    library.rename(folder.id, "Mine")
    assert library.flush(20)
    qtbot.waitUntil(lambda: library.entries[0].noted_at == folder.noted_at)
    assert library.entries[0].about.name == folder.read_about().name == "Mine"


def test_a_run_that_begins_is_not_disturbed_by_a_look_at_it(qtbot, folder, library, others, monkeypatch):
    later = folder.path.with_name("later")
    later.mkdir()  # its window has neither locked nor named it yet
    monkeypatch.setattr(
        runs_on_disk.RunFolder, "is_empty", property(lambda self: pytest.fail(str(self.path)))
    )
    library.look_again()
    assert library.flush(20)
    assert library.entry(later.name) is None


def test_a_run_that_is_deleted_while_it_is_read_is_no_damaged_one(folder, monkeypatch):
    read = RunFolder.read

    def too_late(self):
        self.path.rename(self.path.parent.with_name("deleted"))
        return read(self)

    folder.release()
    monkeypatch.setattr(RunFolder, "read", too_late)
    assert runs_on_disk.seen_elsewhere(folder.path.parent, {}, frozenset()).entries == ()
    folder.path.parent.with_name("deleted").rename(folder.path)
    assert runs_on_disk.runs_on_disk(folder.path.parent, besides="") == []


def test_a_new_folder_that_may_not_be_looked_into_hides_no_other(folder, monkeypatch):
    closed, stat = folder.path.with_name("closed"), os.stat
    closed.mkdir()

    def refused(path, *arguments, **named):
        if not isinstance(path, int) and closed in Path(path).parents:
            raise PermissionError(errno.EACCES, "Permission denied", str(path))
        return stat(path, *arguments, **named)

    monkeypatch.setattr(os, "stat", refused)
    (entry,) = runs_on_disk.seen_elsewhere(folder.path.parent, {}, frozenset()).entries
    assert entry.id == folder.id


def test_a_run_that_another_window_deletes_leaves_the_list(qtbot, folder, library, others):
    folder.release()
    folder.path.rename(folder.path.parent.with_name("deleted"))
    qtbot.waitUntil(lambda: library.entries == (), timeout=LOOK_MS + 20_000)


def test_runs_that_cannot_be_seen_for_a_moment_stay(folder, library, others):
    root = folder.path.parent
    root.rename(root.with_name("elsewhere"))
    library.look_again()
    assert library.flush(20)
    root.with_name("elsewhere").rename(root)
    assert library.entry(folder.id) is not None


def test_the_first_run_of_all_is_found_too(qtbot, tmp_path):
    library = RunLibrary(tmp_path / "none" / "runs")
    others = OtherWindows(library)
    with qtbot.waitSignal(library.loaded, timeout=20_000):
        library.load()
    with run_elsewhere(tmp_path / "none" / "runs", is_begun=False):
        qtbot.waitUntil(lambda: len(library.entries) == 1, timeout=LOOK_MS + 20_000)
    qtbot.waitUntil(lambda: library.entries == (), timeout=LOOK_MS + 20_000)
    qtbot.waitUntil(lambda: not others._ticks.isActive() and not others._soon.isActive())
    assert library.close()
