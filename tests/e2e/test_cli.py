"""The command line as people and programs use it: in processes of its own."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from cnnviz.training.runfile import load_run

REPOSITORY = Path(__file__).resolve().parents[2]


def environment(**changes: str) -> dict[str, str]:
    paths = os.pathsep.join([str(REPOSITORY), os.environ.get("PYTHONPATH", "")])
    return {**os.environ, "PYTHONPATH": paths, **changes}


def cnnviz(*words, cwd: Path, status: int = 0) -> subprocess.CompletedProcess[str]:
    """Run the program and check its exit status."""
    command = [sys.executable, "-m", "cnnviz", *map(str, words)]
    result = subprocess.run(
        command, cwd=cwd, env=environment(), capture_output=True, text=True, timeout=300, check=False
    )
    assert result.returncode == status, result.stderr
    assert "Traceback" not in result.stderr
    return result


def last_json(result: subprocess.CompletedProcess[str]):
    return json.loads(result.stdout.splitlines()[-1])


@pytest.mark.slow
def test_from_training_to_a_look_inside(tmp_path):
    trained = last_json(cnnviz("train", "digits-cnn", "--out", "run.cnnviz", "--json", cwd=tmp_path))
    assert trained["test_accuracy"] >= 0.97
    measured = last_json(cnnviz("evaluate", "run.cnnviz", "--json", cwd=tmp_path))
    assert measured["accuracy"] == trained["test_accuracy"]
    cnnviz("inspect", "run.cnnviz", "--image", 0, "--out", "look", "--npz", cwd=tmp_path)
    assert np.load(tmp_path / "look" / "activations.npz")["conv1"].shape == (16, 8, 8)
    predicted = last_json(cnnviz("predict", "run.cnnviz", "look/input.png", "--json", cwd=tmp_path))
    assert predicted["predictions"][0]["class"] == "0", "the first image of the set is a zero"


def test_a_seed_gives_the_same_file_content_again(tmp_path):
    for name in ("one", "two"):
        words = ("--epochs", 1, "--threads", 2, "--seed", 4, "--out", f"{name}.cnnviz")
        cnnviz("train", "digits-cnn", *words, cwd=tmp_path)
    one, two = (load_run(tmp_path / f"{name}.cnnviz").result for name in ("one", "two"))
    assert all(np.array_equal(one.parameters[name], two.parameters[name]) for name in one.parameters)


def test_errors_and_wrong_usage(tmp_path):
    result = cnnviz("summary", "nothing", cwd=tmp_path, status=1)
    assert (result.stdout, len(result.stderr.splitlines())) == ("", 1)
    cnnviz("train", "digits-cnn", "--epochs", "none", cwd=tmp_path, status=2)


@pytest.mark.skipif(os.name != "posix", reason="Ctrl-C is sent as a POSIX signal")
def test_ctrl_c_keeps_the_run(tmp_path, hears_ctrl_c):
    words = ["train", "digits-cnn", "--epochs", "100000", "--out", "run.cnnviz", "--json"]
    process = subprocess.Popen(
        [sys.executable, "-m", "cnnviz", *words],
        cwd=tmp_path,
        env=environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stderr is not None
    process.stderr.readline()  # the first epoch is done
    process.send_signal(signal.SIGINT)
    out, _ = process.communicate(timeout=120)
    assert process.returncode == 130
    assert json.loads(out)["ended"] == "stopped"
    assert load_run(tmp_path / "run.cnnviz").result.state.step == json.loads(out)["steps"]


@pytest.mark.mnist
@pytest.mark.slow
def test_two_convolutions_learn_mnist_in_five_epochs(tmp_path, mnist_folder):
    words = ("--dataset", mnist_folder, "--epochs", 5, "--out", "run.cnnviz", "--json")
    trained = last_json(cnnviz("train", "two-conv", *words, cwd=tmp_path))
    assert trained["test_accuracy"] >= 0.97
    measured = last_json(cnnviz("evaluate", "run.cnnviz", "--json", cwd=tmp_path))
    assert (measured["accuracy"], measured["same_data"]) == (trained["test_accuracy"], True)
