from __future__ import annotations

import dataclasses

import numpy as np
import pytest

from cnnviz.engine.build import build
from cnnviz.errors import TrainingError
from cnnviz.spec.layers import BatchNorm, Conv2D, Dense, Flatten, Residual
from cnnviz.spec.network import InputSpec, NetworkSpec
from cnnviz.training.events import Finished
from cnnviz.training.freezing import frozen_parameters, without_missing
from cnnviz.training.loop import train
from cnnviz.training.random_state import initial_rng
from cnnviz.training.runfile import load_run, save_run
from tests.helpers.runs import SETTINGS, events_of, few_digits, finished, noisy_design

BLOCKS = NetworkSpec(
    name="Blocks",
    input=InputSpec(height=8, width=8, channels=1),
    layers=(
        Residual(layers=(Conv2D(filters=3, padding="same"), BatchNorm())),
        Flatten(),
        Dense(units=10),
    ),
)


def test_a_frozen_layer_keeps_its_weights_and_the_others_learn():
    first = build(noisy_design(), initial_rng(SETTINGS.seed)).snapshot()
    result = finished(dataclasses.replace(SETTINGS, frozen=("conv1",)))
    for name, array in result.parameters.items():
        assert np.array_equal(array, first[name]) == name.startswith("conv1/"), name


def test_a_block_stands_for_the_layers_inside_of_it():
    block, inner = BLOCKS.layers[0], BLOCKS.layers[0].layers
    names = frozen_parameters(BLOCKS, (block.id,))
    assert {name.partition("/")[0] for name in names} == {block.id, inner[0].id, inner[1].id}
    first = build(BLOCKS, initial_rng(SETTINGS.seed)).snapshot()
    result = finished(dataclasses.replace(SETTINGS, frozen=(block.id,), epochs=1), spec=BLOCKS)
    assert all(np.array_equal(result.parameters[name], first[name]) for name in names)
    mean = f"{inner[1].id}/running_mean"
    assert not np.array_equal(result.parameters[mean], first[mean]), "statistics are still collected"


def test_what_is_frozen_is_kept_in_the_run_file(tmp_path):
    run = finished(dataclasses.replace(SETTINGS, frozen=("conv1",), epochs=1))
    save_run(tmp_path / "r.cnnviz", run)
    read = load_run(tmp_path / "r.cnnviz").result
    assert read.training.frozen == ("conv1",)
    more = finished(dataclasses.replace(read.training, epochs=2), resume_from=read)
    assert np.array_equal(more.parameters["conv1/weight"], run.parameters["conv1/weight"])


def test_what_the_caller_froze_holds_where_the_settings_name_nothing():
    network = build(noisy_design(), initial_rng(0))
    network.freeze(["dense1/bias"])
    before = network.snapshot()
    *_, end = train(network, few_digits(), SETTINGS, threads=1)
    assert isinstance(end, Finished)
    assert np.array_equal(end.result.parameters["dense1/bias"], before["dense1/bias"])
    assert not np.array_equal(end.result.parameters["dense1/weight"], before["dense1/weight"])


@pytest.mark.parametrize(
    ("frozen", "words"),
    [
        (("conv9",), 'no layer "conv9" with weights.*are conv1, dense1'),
        (("relu1",), 'no layer "relu1" with weights'),
        (("conv1", "dense1"), "leave at least one to learn"),
    ],
)
def test_what_cannot_be_frozen_is_refused_before_the_run(frozen, words):
    with pytest.raises(TrainingError, match=words):
        events_of(dataclasses.replace(SETTINGS, frozen=frozen))


def test_frozen_layers_that_were_taken_out_are_forgotten():
    training = dataclasses.replace(SETTINGS, frozen=("conv1", "gone", "flatten1", "residual1"))
    assert without_missing(training, noisy_design()).frozen == ("conv1",)
    assert without_missing(training, BLOCKS).frozen == ("conv1", "residual1")
