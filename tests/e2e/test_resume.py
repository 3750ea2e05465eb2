"""`cnnviz train` is killed without warning, and goes on as if nothing had happened."""

from __future__ import annotations

import signal
import subprocess
import sys
import time

import pytest

from cnnviz.spec import io
from cnnviz.training.checkpoints import checkpoints_of
from cnnviz.training.runfile import load_run
from tests.helpers.runs import noisy_design, same_arrays

PATIENCE_S = 120.0
EPOCHS = 40
pytestmark = pytest.mark.slow


def train(folder, *words):
    command = [sys.executable, "-m", "cnnviz", "train", *map(str, words)]
    return subprocess.Popen(command, cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def finish(program):
    output, errors = program.communicate(timeout=PATIENCE_S)
    assert program.returncode == 0, errors
    return output


def kill_after_a_checkpoint(program, out):
    """Kill the program once the step of its newest checkpoint is another one than before."""
    seen = [path.name for path in checkpoints_of(out).files[:1]]
    until = time.monotonic() + PATIENCE_S
    while [path.name for path in checkpoints_of(out).files[:1]] in ([], seen):
        assert program.poll() is None, "the run was over before it could be killed"
        assert time.monotonic() < until
        time.sleep(0.01)
    program.kill()
    program.communicate(timeout=PATIENCE_S)
    assert program.returncode == -signal.SIGKILL


def test_a_run_killed_twice_gives_the_bits_of_one_never_interrupted(tmp_path):
    io.save(noisy_design(), tmp_path / "noisy.json")
    whole, killed = tmp_path / "whole.cnnviz", tmp_path / "killed.cnnviz"
    words = ("noisy.json", "--epochs", EPOCHS, "--seed", 7, "--threads", 2, "--schedule", "cosine", "--out")
    finish(train(tmp_path, *words, whole))
    kill_after_a_checkpoint(train(tmp_path, *words, killed), killed)
    assert not killed.exists()
    kill_after_a_checkpoint(train(tmp_path, "--resume", killed), killed)
    finish(train(tmp_path, "--resume", killed))
    one, other = load_run(whole).result, load_run(killed).result
    assert one.state.epoch == EPOCHS
    assert same_arrays(one.parameters, other.parameters)
    assert same_arrays(one.best_parameters, other.best_parameters)
    assert same_arrays(one.state.optimizer, other.state.optimizer)
    assert one.history.steps.loss.tolist() == other.history.steps.loss.tolist()
    assert one.state.dropout == other.state.dropout
    assert not checkpoints_of(killed).path.exists()
