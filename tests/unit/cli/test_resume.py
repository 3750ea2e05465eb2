from __future__ import annotations

import dataclasses

import pytest

from cnnviz.cli.resume import run_file_of, run_to_resume
from cnnviz.errors import FileError
from cnnviz.training.checkpoints import checkpoints_of
from cnnviz.training.runfile import load_run, save_run
from tests.helpers.runs import finished, same_arrays, stopped_after


def train(call_json, out, design_file, data_file, epochs):
    words = ("--epochs", epochs, "--seed", 3, "--threads", 1, "--out", out)
    return call_json("train", design_file, "--dataset", data_file, *words)


def test_more_epochs_of_a_finished_run_are_those_of_a_longer_one(call_json, design_file, data_file, tmp_path):
    train(call_json, tmp_path / "short.cnnviz", design_file, data_file, 1)
    train(call_json, tmp_path / "long.cnnviz", design_file, data_file, 3)
    result = call_json("train", "--resume", tmp_path / "short.cnnviz", "--epochs", 3)
    assert result["epochs"] == 3
    short, long = (load_run(tmp_path / f"{name}.cnnviz").result for name in ("short", "long"))
    assert same_arrays(short.parameters, long.parameters)
    assert not checkpoints_of(tmp_path / "short.cnnviz").path.exists()


def test_another_file_leaves_the_first_one_alone(call_json, design_file, data_file, tmp_path):
    first = tmp_path / "short.cnnviz"
    train(call_json, first, design_file, data_file, 1)
    before = first.read_bytes()
    call_json("train", "--resume", first, "--epochs", 2, "--out", tmp_path / "other.cnnviz")
    assert first.read_bytes() == before
    assert load_run(tmp_path / "other.cnnviz").result.state.epoch == 2


def test_checkpoints_are_newer_than_the_file_they_are_beside(tmp_path):
    path = tmp_path / "run.cnnviz"
    save_run(path, finished())
    checkpoints_of(path).write(stopped_after(4))
    assert run_to_resume(path).state.step == 4
    assert run_to_resume(checkpoints_of(path).path).state.step == 4
    checkpoints_of(path).clear()
    assert run_to_resume(path).state.step == 6


def test_what_is_not_there_is_named(tmp_path):
    assert run_file_of(tmp_path / "a.cnnviz") == tmp_path / "a.cnnviz"
    with pytest.raises(FileError, match=r"no file .*gone\.cnnviz"):
        run_to_resume(tmp_path / "gone.cnnviz")


def test_a_run_that_is_done_says_so(call, tmp_path):
    save_run(tmp_path / "run.cnnviz", finished())
    status, _, errors = call("train", "--resume", tmp_path / "run.cnnviz")
    assert status == 1
    assert "has done 2 epochs already. Name more in all with --epochs." in errors


def test_a_new_run_takes_no_checkpoints_away(call, design_file, data_file, tmp_path):
    out = tmp_path / "run.cnnviz"
    checkpoints_of(out).write(stopped_after(4))
    status, _, errors = call("train", design_file, "--dataset", data_file, "--out", out)
    assert status == 1
    assert f"--resume {out}" in errors
    assert run_to_resume(out).state.step == 4


@pytest.mark.parametrize(
    "words",
    [(), ("x", "--resume", "y"), ("--resume", "y", "--lr", "0.1"), ("--resume", "y", "--batch-size", "4")],
)
def test_wrong_usage(call, words):
    status, _, errors = call("train", *words)
    assert status == 2
    assert "--resume" in errors or "is resumed" in errors


def test_a_network_beside_a_run_is_told_from_neither(call):
    for given, said in (((), "needs either a NETWORK or"), (("x", "--resume", "y"), "was given both")):
        _, _, errors = call("train", *given)
        assert said in errors


def test_a_run_whose_data_is_elsewhere_needs_it_named(call_json, call, data_file, tmp_path):
    path = tmp_path / "run.cnnviz"
    run = stopped_after(4)
    save_run(path, dataclasses.replace(run, data=dataclasses.replace(run.data, source="")))
    status, _, errors = call("train", "--resume", path)
    assert status == 1
    assert "Name it with --dataset" in errors
