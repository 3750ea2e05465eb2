from __future__ import annotations

import datetime

import pytest

from cnnviz.app.run_about import About, RunKind
from cnnviz.app.run_folder import RunFolder
from cnnviz.app.run_library import RunLibrary
from cnnviz.app.session import Session
from tests.helpers.designs import small_design
from tests.helpers.runs import SETTINGS, few_digits, same_arrays, stopped_after

BEGAN_AT = datetime.datetime(2026, 1, 2, tzinfo=datetime.UTC)


@pytest.fixture
def make(qtbot, tmp_path):
    """Make a session whose runs are kept, again and again as if the program were started anew."""
    made = []

    def start():
        session, library = Session(threads=1), RunLibrary(tmp_path / "runs")
        session.keeping = library.keeping
        with qtbot.waitSignal(library.changed, timeout=20_000):
            library.load()
        made.append((session, library))
        return session, library

    yield start
    for session, library in made:
        session.close()
        assert library.close()


def train(qtbot, session, library, spec, training=SETTINGS):
    session.show_design(spec)
    with qtbot.waitSignal(session.run_ended, timeout=20_000):
        session.start(spec, training, few_digits())
    qtbot.waitUntil(
        lambda: all(entry.kind is not RunKind.RUNNING for entry in library.entries), timeout=20_000
    )
    return session.result


def read(qtbot, library, run_id):
    with qtbot.waitSignal(library.run_read, timeout=20_000) as told:
        library.want_run(run_id)
    return told.args[1]


def test_a_run_is_listed_with_its_figures_and_again_after_a_restart(qtbot, make):
    session, library = make()
    spec = small_design()
    result = train(qtbot, session, library, spec)
    for shown in (library, make()[1]):
        (entry,) = shown.entries
        assert (entry.kind, entry.epochs, entry.about.name) == (RunKind.FINISHED, 2, f"{spec.name} 1")
        assert entry.best_accuracy == max(result.history.epochs.val_accuracy)
        assert entry.parameters > 0
        assert same_arrays(read(qtbot, shown, entry.id).parameters, result.parameters)


def test_a_run_that_goes_on_stays_one_entry_also_after_a_restart(qtbot, make):
    session, library = make()
    spec = small_design()
    result = train(qtbot, session, library, spec)
    train(qtbot, session, library, spec)
    assert [entry.epochs for entry in library.entries] == [4]
    session, library = make()
    session.show_design(spec)
    session.bring_back(read(qtbot, library, library.entries[0].id))
    train(qtbot, session, library, spec)
    assert [entry.epochs for entry in library.entries] == [6]
    session.bring_back(result)  # an earlier moment of the same run: what comes of it is another run
    train(qtbot, session, library, spec)
    assert sorted(entry.epochs for entry in library.entries) == [4, 6]


def test_a_name_is_kept_and_a_deleted_run_comes_back(qtbot, make):
    session, library = make()
    train(qtbot, session, library, small_design())
    session.reset_weights()
    train(qtbot, session, library, small_design())
    newer, older = library.entries
    assert newer.about.color != older.about.color
    library.rename(older.id, "  the   first ")
    library.rename(newer.id, " ")
    assert library.delete(newer.id)
    library.close()
    assert [entry.about.name for entry in library.entries] == ["the first"]
    assert library.undelete().id == newer.id
    assert [entry.id for entry in library.entries] == [newer.id, older.id]
    assert library.undelete() is None


def test_what_was_deleted_is_gone_after_a_restart(qtbot, make, tmp_path):
    session, library = make()
    train(qtbot, session, library, small_design())
    library.delete(library.entries[0].id)
    assert make()[1].entries == ()
    assert not (tmp_path / "runs" / "trash").exists()


def interrupted(tmp_path, name="one") -> RunFolder:
    """What a program leaves that was killed."""
    folder = RunFolder.made(tmp_path / "runs", About(name, 3, BEGAN_AT))
    folder.checkpoints.write(stopped_after(4))
    folder.release()
    return folder


def test_a_run_whose_program_was_killed_is_interrupted_and_can_be_read(qtbot, make, tmp_path):
    folder = interrupted(tmp_path)
    _, library = make()
    (entry,) = library.entries
    assert (entry.kind, entry.about.name, entry.about.color) == (RunKind.INTERRUPTED, "one", 3)
    assert entry.path.parent == folder.checkpoints.path
    assert read(qtbot, library, entry.id).state.step == 4


def test_a_run_under_way_elsewhere_is_running_and_is_not_deleted(make, tmp_path):
    folder = interrupted(tmp_path)
    folder.take()
    _, library = make()
    assert library.entries[0].kind is RunKind.RUNNING
    assert not library.delete(folder.id)
    folder.release()


@pytest.mark.parametrize("damaged", ["run.cnnviz", "about.json"])
def test_a_damaged_run_is_listed_as_damaged_and_the_others_as_they_are(qtbot, make, tmp_path, damaged):
    session, library = make()
    train(qtbot, session, library, small_design())
    session.reset_weights()
    train(qtbot, session, library, small_design())
    bad = library.entries[0].id
    (tmp_path / "runs" / bad / damaged).write_bytes(b"\xff\x00nonsense")
    _, again = make()
    kinds = {entry.id: entry.kind for entry in again.entries}
    assert kinds.pop(bad) is RunKind.DAMAGED
    assert [*kinds.values()] == [RunKind.FINISHED]
    assert again.entry(bad).problem
    assert again.delete(bad)


def test_a_folder_without_a_run_is_cleared_away(make, tmp_path):
    folder = RunFolder.made(tmp_path / "runs", About("none", 0, BEGAN_AT))
    folder.release()
    assert make()[1].entries == ()
    assert not folder.path.exists()


def test_where_the_disk_takes_nothing_the_run_goes_on_in_memory(qtbot, tmp_path):
    (tmp_path / "file").touch()
    session, library, told = Session(threads=1), RunLibrary(tmp_path / "file" / "runs"), []
    session.keeping = library.keeping
    library.failed.connect(told.append)
    result = train(qtbot, session, library, small_design())
    assert result.state.epoch == 2
    assert len(told) == 1
    assert "not kept in the list of runs" in told[0]
    assert library.close()
