"""Runs of designs with blocks, running statistics and frozen weights."""

from __future__ import annotations

import numpy as np
import pytest

from cnnviz.engine.build import build
from cnnviz.engine.network import Network
from cnnviz.errors import FileError
from cnnviz.spec.layers import BatchNorm, Conv2D, Dense, GlobalAvgPool2D, ReLU, Residual, SpatialDropout
from cnnviz.spec.network import InputSpec, NetworkSpec
from cnnviz.training import runfile
from cnnviz.training.loop import train
from cnnviz.training.runfile import load_run, save_run
from tests.helpers.runs import SETTINGS, few_digits, finished, same_arrays, stopped_after

BODY = (Conv2D(filters=6, padding="same", stride=(2, 2), use_bias=False), BatchNorm(), ReLU())
SPEC = NetworkSpec(
    name="Normed",
    input=InputSpec(height=8, width=8, channels=1),
    layers=(Residual(layers=BODY), SpatialDropout(), BatchNorm(), GlobalAvgPool2D(), Dense(units=10)),
)
STATES = {f"batchnorm{number}/{name}" for number in (1, 2) for name in ("running_mean", "running_var")}


def test_running_statistics_are_kept_with_the_weights_and_no_optimizer_moves_them(tmp_path):
    run = finished(spec=SPEC)
    assert set(run.parameters) > STATES
    assert (run.parameters["batchnorm1/running_mean"] != 0).any()
    assert not any("running" in name for name in run.state.optimizer)
    save_run(tmp_path / "r.cnnviz", run)
    loaded = load_run(tmp_path / "r.cnnviz").result
    assert loaded.spec == SPEC
    assert same_arrays(loaded.parameters, run.parameters)
    assert same_arrays(loaded.best_parameters, run.best_parameters)
    x = few_digits().scaled(np.arange(4))
    scores = [
        Network.with_parameters(SPEC, arrays).forward(x) for arrays in (run.parameters, loaded.parameters)
    ]
    np.testing.assert_array_equal(*scores)


@pytest.mark.parametrize("steps", [1, 4])
def test_a_continued_run_with_statistics_is_bit_for_bit_that_without_interruption(steps):
    whole = finished(spec=SPEC)
    continued = finished(spec=SPEC, resume_from=stopped_after(steps, spec=SPEC))
    assert same_arrays(continued.parameters, whole.parameters)
    assert same_arrays(continued.state.optimizer, whole.state.optimizer)


def test_a_run_file_without_its_statistics_is_refused_by_name(tmp_path):
    run = finished(spec=SPEC)
    content = runfile.to_bytes(run)
    assert b"model/batchnorm1/running_mean" in content
    (tmp_path / "r.cnnviz").write_bytes(
        content.replace(b"model/batchnorm1/running_mean", b"model/batchnorm1/running_team")
    )
    with pytest.raises(FileError, match='in model: "batchnorm1/running_mean" is missing'):
        load_run(tmp_path / "r.cnnviz")


def test_frozen_weights_stay_while_the_others_learn_and_the_run_can_be_saved(tmp_path):
    network = build(SPEC, np.random.default_rng(0))
    frozen = {"conv1/weight", "residual1/bias"}
    network.freeze(frozen)
    before = network.snapshot()
    *_, last = train(network, few_digits(), SETTINGS, threads=1)
    changed = {
        name for name in network.parameters if not np.array_equal(network.parameters[name], before[name])
    }
    assert changed == set(network.parameters) - frozen
    save_run(tmp_path / "r.cnnviz", last.result)
    assert same_arrays(load_run(tmp_path / "r.cnnviz").result.parameters, last.result.parameters)
