from __future__ import annotations

import dataclasses
import datetime

import pytest

from cnnviz.app.runs.run_about import About, RunKind
from cnnviz.app.runs.run_ends import reason_of
from cnnviz.app.runs.run_folder import RunFolder
from cnnviz.data.treatment import Treatment
from cnnviz.spec.preparing import Preparing
from cnnviz.training.events import Stopped
from cnnviz.training.history import Change
from cnnviz.training.result import UseOfTestSet
from cnnviz.training.run_comparison import compare_runs
from cnnviz.ui.format import number, share
from cnnviz.ui.runs.comparison_words import comparison_text, points, rows_of, signed
from cnnviz.ui.runs.words import (
    began,
    data_words,
    entry_words,
    looks_words,
    percent,
    progress_words,
    short_state,
    state_details,
    state_words,
)
from tests.helpers.runs import SETTINGS, finished, noisy_design, stopped_after

BEGAN_AT = datetime.datetime(2026, 1, 2, tzinfo=datetime.UTC)


@pytest.fixture
def entry(tmp_path):
    """Keep a run and read what a list shows of it."""

    def kept(result, kind, **about):
        folder = RunFolder.made(tmp_path, About("one", 0, BEGAN_AT, **about))
        folder.write_end(kind, result, about.get("ended", ""))
        folder.release()
        return folder.read()

    return kept


def test_a_run_that_was_cut_off_says_where_and_that_it_can_go_on(entry):
    one = entry(stopped_after(4), RunKind.STOPPED, steps_per_epoch=3)
    assert progress_words(one) == "at step 4 of 6"
    assert state_words(one) == "stopped at step 4 of 6"
    assert short_state(one) == "stopped, 66 %"
    assert state_details(one).startswith("stopped at step 4 of 6\nResume goes on")
    early = entry(stopped_after(2), RunKind.STOPPED)
    assert (state_words(early), short_state(early)) == ("stopped at step 2", "stopped, step 2")
    assert entry_words(early) == "one: 2 steps"


def test_a_run_that_is_over_says_why(entry):
    assert state_words(entry(finished(), RunKind.FINISHED)) == "finished"
    over = entry(finished(), RunKind.STOPPED)
    assert (state_words(over), short_state(over)) == ("stopped after all its epochs", "stopped, 100 %")
    early = entry(finished(), RunKind.FINISHED, ended="Ended early: so it was.")
    assert state_words(early) == "finished early"
    assert state_details(early) == "Ended early: so it was."
    failed = entry(finished(), RunKind.FAILED, ended="Too bad: it was.")
    assert (state_words(failed), short_state(failed)) == ("failed: Too bad: it was.", "failed")
    assert entry_words(early).startswith("one: 2 epochs, ")


def test_a_finished_run_that_went_on_a_little_says_both(entry):
    whole = finished()
    state = dataclasses.replace(whole.state, step=whole.state.step + 1)
    end = Stopped(dataclasses.replace(whole, state=state))
    words = reason_of(end, whole)
    assert words == "finished, and 1 step more"
    assert reason_of(end, stopped_after(2)) == reason_of(end) == ""
    one = entry(end.result, RunKind.STOPPED, ended=words)
    assert (state_words(one), short_state(one)) == (words, "finished")


def test_not_all_is_done_before_the_last_step():
    assert (percent(4_999, 5_000), percent(5_000, 5_000), percent(5_001, 5_000)) == ("99 %", "100 %", "100 %")


def test_settings_changed_during_a_run_stand_in_the_comparison(entry):
    left = entry(finished(), RunKind.FINISHED).facts
    right = dataclasses.replace(left, changes=(Change(119, "L2 0 → 10"),))
    found = compare_runs(left, right)
    assert not found.is_set_up_alike
    (row,) = (one for one in found.settings if one.label == "Changed on the way")
    assert (row.left, row.right) == ("nothing", "from step 120: L2 0 → 10")
    assert not compare_runs(right, right).settings


def test_what_it_learned_from_is_named_as_its_folder_is_and_marked_where_it_was_prepared(entry):
    run = finished()
    facts = dataclasses.replace(run.data, name="folder:pets")
    assert data_words(entry(dataclasses.replace(run, data=facts), RunKind.FINISHED)) == "pets"
    treatment = Treatment(Preparing(grey=True, height=8, width=8), original_shape=(9, 9, 3))
    treated = dataclasses.replace(facts, treatment=treatment)
    assert data_words(entry(dataclasses.replace(run, data=treated), RunKind.FINISHED)) == "pets · 8×8, grey"


def test_looks_at_the_test_set_are_counted_with_their_times(entry):
    uses = (UseOfTestSet("2026-01-02T03:04:05+00:00", 1234, 2),)
    assert looks_words(entry(finished(), RunKind.FINISHED, test_uses=uses)) == (
        "1 look at the test set:\n2026-01-02 03:04, step 1,234"
    )
    assert "Nobody" in looks_words(entry(finished(), RunKind.FINISHED))


@pytest.mark.parametrize(
    ("value", "written", "text"),
    [
        (0.25, number, "+0.2500"),
        (-0.017, share, "−1.7 %"),
        (0.0, number, "0"),
        (1e-9, share, "0.0 %"),
        (0.5, points, "+50.0 points"),
    ],
)
def test_a_difference_has_a_sign(value, written, text):
    assert signed(value, written) == text


def test_a_comparison_is_told_in_groups(entry):
    left = entry(finished(), RunKind.FINISHED)
    other = dataclasses.replace(SETTINGS, batch_size=45, epochs=3)
    wider = noisy_design().replace(dataclasses.replace(noisy_design().layer("conv1"), filters=8))
    right = entry(finished(other, spec=wider), RunKind.FINISHED)
    comparison = compare_runs(left.facts, right.facts)
    figures, settings, design, surroundings = rows_of(comparison)
    assert figures.children[0].what == "Best accuracy"
    assert [(row.what, row.left, row.right) for row in settings.children] == [
        ("Batch size", "32", "45"),
        ("Epochs", "2", "3"),
    ]
    assert design.what == "Design: 1 changed"
    assert [row.left for row in design.children[0].children] == ["4"]
    assert surroundings.children[0].is_quiet
    text = comparison_text(comparison, ("a", "b"))
    assert text.startswith("a  |  b\nBatches of 32 and 45")
    assert "  Batch size: 32  |  45\n" in text
    assert "  ~ conv1 Conv2D: filters 4 → 8\n" in text
    assert "relu1" not in text


def test_when_a_run_began_is_short_and_has_the_year_only_where_it_is_another():
    at = datetime.datetime(2026, 11, 2, 12, 5).astimezone()
    assert began(at, datetime.datetime(2026, 11, 2, 23).astimezone()) == "12:05"
    assert began(at, datetime.datetime(2026, 12, 31, 12).astimezone()) == "2 Nov 12:05"
    assert began(at, datetime.datetime(2027, 1, 1, 12).astimezone()) == "2 Nov 2026"
