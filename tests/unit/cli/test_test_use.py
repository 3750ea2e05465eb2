"""Whoever looks at the test set from the command line leaves a mark in the run file."""

from __future__ import annotations

import dataclasses

import pytest

from cnnviz.cli import evaluate
from cnnviz.cli.test_use import note_test_use, with_use
from cnnviz.errors import FileError
from cnnviz.training.runfile import load_facts, load_run, save_run
from tests.helpers.designs import small_design
from tests.helpers.runs import SETTINGS, few_digits, finished, same_arrays


@pytest.fixture
def own_images(monkeypatch):
    """The run learned from the images that are opened for it."""
    monkeypatch.setattr(evaluate, "dataset_of", lambda data, named: few_digits())


@pytest.mark.usefixtures("own_images")
def test_each_look_at_the_test_set_is_counted_in_the_file(call, call_json, run_file):
    before = load_run(run_file).result
    assert call_json("evaluate", run_file)["test_uses"] == 1
    (use,) = load_facts(run_file).test_uses
    assert (use.step, use.epoch) == (before.state.step, before.state.epoch)
    status, _, err = call("evaluate", run_file, "--weights", "best")
    assert status == 0
    assert "The test set has been used 2 times with this run." in err
    after = load_run(run_file).result
    assert len(after.test_uses) == 2
    assert same_arrays(after.parameters, before.parameters)


@pytest.mark.usefixtures("own_images")
def test_looks_at_validation_leave_the_file_alone(call_json, run_file):
    content = run_file.read_bytes()
    assert call_json("evaluate", run_file, "--split", "validation")["test_uses"] == 0
    assert run_file.read_bytes() == content


def test_other_images_are_no_test_set_of_the_run(call_json, run_file):
    content = run_file.read_bytes()
    assert call_json("evaluate", run_file, "--dataset", "digits")["test_uses"] == 0
    assert run_file.read_bytes() == content


def test_the_best_weights_are_those_of_their_epoch():
    run = finished(dataclasses.replace(SETTINGS, epochs=3), spec=small_design())
    early = dataclasses.replace(run, best_epoch=2)
    (use,) = with_use(early, "best").test_uses
    assert (use.step, use.epoch) == (int(run.history.epochs.step[1]), 2)


def test_a_file_that_has_changed_meanwhile_is_left_alone(run_file, capsys):
    run = load_run(run_file).result
    newer = dataclasses.replace(run, state=dataclasses.replace(run.state, step=run.state.step - 1))
    save_run(run_file, newer)
    content = run_file.read_bytes()
    assert note_test_use(run_file, run, "last") == 1
    assert "has changed meanwhile" in capsys.readouterr().err
    assert run_file.read_bytes() == content


@pytest.mark.usefixtures("own_images")
def test_a_file_that_cannot_be_written_is_said_and_the_figures_are_given(call, run_file, monkeypatch):
    def fail(path, run):
        raise FileError("The disk is full.")

    monkeypatch.setattr("cnnviz.cli.test_use.save_run", fail)
    status, out, err = call("evaluate", run_file)
    assert status == 0
    assert out.startswith("test accuracy")
    assert "is not kept with the run. The disk is full." in err


def test_training_that_ends_with_the_test_set_counts_as_a_look(call, design_file, data_file, tmp_path):
    out = tmp_path / "trained.cnnviz"
    call("train", design_file, "--dataset", data_file, "--epochs", 2, "--out", out)
    (use,) = load_facts(out).test_uses
    assert use.epoch == 2
