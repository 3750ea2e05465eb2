from __future__ import annotations

import dataclasses
import datetime
import os

import pytest

from cnnviz.app.runs import runs_on_disk
from cnnviz.app.runs.run_about import About, RunKind
from cnnviz.app.runs.run_folder import RunFolder
from cnnviz.app.runs.run_library import RunLibrary
from cnnviz.app.training.session import Session
from cnnviz.spec.training import SGD
from cnnviz.training.result import UseOfTestSet
from tests.helpers.designs import small_design
from tests.helpers.runs import SETTINGS, few_digits, linear_design, same_arrays, stopped_after

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
        assert (entry.kind, entry.epochs) == (RunKind.FINISHED, 2)
        assert entry.about.name == f"{spec.name} on few-digits 1"
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
    os.utime(folder.path, (1, 1))
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


def test_an_error_of_the_program_is_told_and_the_list_is_kept_up_further(
    qtbot, tmp_path, monkeypatch, caplog
):
    library = RunLibrary(tmp_path)
    with monkeypatch.context() as patch:
        patch.setattr(runs_on_disk, "folders_in", lambda *_: 1 / 0)
        with qtbot.waitSignal(library.failed) as told:
            library.load()
    assert told.args == ["The list of runs could not be kept up: an error of the program."]
    assert "ZeroDivisionError" in caplog.text
    with qtbot.waitSignal(library.changed):
        library.load()
    assert library.close()


def test_a_run_that_is_on_disk_is_no_longer_held_in_memory(qtbot, make):
    session, library = make()
    library.kept.connect(session.note_saved)
    result = train(qtbot, session, library, small_design())
    qtbot.waitUntil(lambda: not session.unsaved)
    assert library.is_keeping
    assert library.holds(result)
    assert library.entry_of(result.state).id == library.entries[0].id
    library.delete(library.entries[0].id)
    assert not library.holds(result)


def test_what_is_asked_for_is_done_when_it_is_flushed(qtbot, make, tmp_path):
    session, library = make()
    train(qtbot, session, library, small_design())
    library.rename(library.entries[0].id, "another")
    assert library.flush(20.0)
    assert make()[1].entries[0].about.name == "another"


def test_a_run_gets_the_name_that_was_asked_for_once(qtbot, make):
    session, library = make()
    names = []
    for wanted in ("rate  0.1 → 0.2", "rate 0.1 → 0.2", ""):
        library.name_next(wanted, twin_of="somebody" if wanted else "")
        session.reset_weights()
        train(qtbot, session, library, small_design())
        names.append((library.entries[0].about.name, library.entries[0].about.twin_of))
    assert names == [
        ("rate 0.1 → 0.2", "somebody"),
        ("rate 0.1 → 0.2 2", "somebody"),
        ("Small on few-digits 1", ""),
    ]


def test_the_list_knows_whether_the_seed_gives_a_run_again(qtbot, make):
    session, library = make()
    train(qtbot, session, library, small_design())
    session.show_design(small_design().renamed("Other").remove("relu1"))
    train(qtbot, session, library, small_design().renamed("Other").remove("relu1"))
    assert [entry.about.is_from_first for entry in library.entries] == [False, True]
    assert [entry.about.is_from_first for entry in make()[1].entries] == [False, True]


def test_an_entry_says_how_far_its_run_was_to_go(qtbot, make, tmp_path):
    folder = interrupted(tmp_path)
    folder.rewrite_about(steps_per_epoch=3)
    _, library = make()
    (entry,) = library.entries
    assert (entry.steps, entry.all_steps, entry.can_resume, entry.is_done) == (4, 6, True, False)
    assert not entry.about.is_offered
    library.note_offered(entry.id)
    library.flush(20.0)
    assert make()[1].entries[0].about.is_offered


def test_a_look_at_the_test_set_is_kept_and_comes_with_the_run(qtbot, make):
    session, library = make()
    result = train(qtbot, session, library, small_design())
    use = UseOfTestSet("2026-01-02T03:04:05+00:00", 6, 2)
    library.note_test_use(library.entries[0].id, use)
    assert library.entries[0].test_uses == (use,)
    assert library.marked(result).test_uses == (use,)
    library.flush(20.0)
    again = make()[1]
    assert again.entries[0].test_uses == (use,)
    read_back = read(qtbot, again, again.entries[0].id)
    assert read_back.test_uses == (use,)
    assert again.marked(read_back) is read_back


def test_why_a_run_has_failed_is_listed(qtbot, make):
    session, library = make()
    train(qtbot, session, library, linear_design())
    wild = dataclasses.replace(SETTINGS, optimizer=SGD(learning_rate=100.0), epochs=30)
    with qtbot.waitSignal(session.run_ended, timeout=20_000) as told:
        session.start(session.result.spec, wild, few_digits())
    qtbot.waitUntil(lambda: library.entries[0].kind is RunKind.FAILED)
    (entry,) = library.entries
    assert entry.about.ended == told.args[0].reason
    assert "step" in entry.about.ended


def test_a_run_that_fails_in_its_first_epoch_is_listed_and_never_mistaken_for_another(qtbot, make):
    session, library = make()
    wild = dataclasses.replace(SETTINGS, optimizer=SGD(learning_rate=100.0))
    for _ in range(2):
        assert train(qtbot, session, library, linear_design(), wild) is None
    assert [entry.kind for entry in library.entries] == [RunKind.FAILED] * 2
    assert all("At step" in entry.about.ended and entry.facts.failure.diverged for entry in library.entries)
    failed = read(qtbot, library, library.entries[0].id)
    session.bring_back(failed)
    gentle = dataclasses.replace(wild, optimizer=SGD(learning_rate=0.001))
    train(qtbot, session, library, failed.spec, gentle)
    kinds = [entry.kind for entry in library.entries]
    assert kinds == [RunKind.FINISHED, RunKind.FAILED, RunKind.FAILED]
