"""Numbers of thousands are learned as those of 1, and told in their own units everywhere."""

from __future__ import annotations

import dataclasses
import functools
import json
from types import SimpleNamespace

import numpy as np
import pytest
from PIL import Image

from cnnviz.cli import predict
from cnnviz.data.dataset import Dataset, Split
from cnnviz.data.preparing import prepared, prepared_as
from cnnviz.data.quantities import Quantity, told
from cnnviz.data.treatment import Treatment
from cnnviz.engine.network import Network
from cnnviz.engine.parallel import Executor
from cnnviz.errors import DataError, FileError
from cnnviz.spec.layers import Dense, Flatten
from cnnviz.spec.losses import MeanSquaredError
from cnnviz.spec.network import InputSpec, NetworkSpec
from cnnviz.spec.preparing import Preparing
from cnnviz.spec.training import Adam
from cnnviz.training.evaluation import evaluate, examine, in_short
from cnnviz.training.run_metadata import from_metadata, to_metadata
from cnnviz.training.runfile import load_run, save_run
from cnnviz.training.treatment_record import treatment_from_dict, treatment_to_dict
from tests.helpers.runs import SETTINGS, few_digits, finished, measured_digits, noisy_design, same_arrays

STANDARDISED = Preparing(standardise_targets=True)
NUMBERS = dataclasses.replace(
    SETTINGS, loss=MeanSquaredError(), epochs=150, optimizer=Adam(learning_rate=0.02)
)
LINEAR = NetworkSpec(
    name="Linear",
    input=InputSpec(height=8, width=8, channels=1),
    layers=(Flatten(id="flat"), Dense(id="fc", units=1)),
)


@functools.cache
def prices() -> Dataset:
    """Digits with a number from 1,000 to 100,000 to learn: how much ink there is."""
    dataset = measured_digits()
    ink = dataset.targets.sum(axis=1, keepdims=True)
    wide = (ink - ink.min()) / np.ptp(ink) * 99_000 + 1_000
    return dataclasses.replace(
        dataset, name="prices", targets=wide.astype(np.float32), quantities=(Quantity("price", "€"),)
    )


@functools.cache
def run():
    return finished(NUMBERS, spec=LINEAR, dataset=prepared(prices(), STANDARDISED))


def test_targets_of_the_training_part_have_mean_0_and_deviation_1():
    made = prepared(prices(), STANDARDISED)
    train = made.targets[made.indices(Split.TRAIN)].astype(np.float64)
    assert abs(train.mean()) < 1e-6
    assert train.std() == pytest.approx(1)
    np.testing.assert_allclose(told(made.quantities, made.targets), prices().targets, rtol=1e-5)
    assert prepared(made, Preparing()) is prices()
    assert made.content_hash != prices().content_hash


def test_a_constant_target_is_only_moved():
    dataset = dataclasses.replace(prices(), targets=np.full_like(prices().targets, 7e4))
    made = prepared(dataset, STANDARDISED)
    assert not made.targets.any()
    assert made.treatment.target_deviations == (1.0,)


def test_classes_have_no_targets_to_standardise():
    with pytest.raises(DataError, match='"few-digits" has classes, and no numbers to learn'):
        prepared(few_digits(), STANDARDISED)
    with pytest.raises(DataError, match="has 2 numbers to learn for each image, but the means are those"):
        prepared_as(measured_digits(), prepared(prices(), STANDARDISED).treatment)


def test_what_was_hopeless_is_learned():
    hopeless = finished(NUMBERS, spec=LINEAR, dataset=prices())
    assert hopeless.history.epochs.val_r_squared[-1] < 0
    assert run().history.epochs.val_r_squared[-1] > 0.3


def test_errors_are_told_in_their_own_units():
    made = prepared(prices(), STANDARDISED)
    with Executor(Network.with_parameters(run().spec, run().parameters), 1, NUMBERS.loss) as executor:
        indices = made.indices(Split.TEST)
        short, report = evaluate(executor, made, indices), examine(executor, made, indices)
    assert short.mean_absolute_error == pytest.approx(in_short(report).mean_absolute_error, rel=1e-4)
    assert short.mean_absolute_error > 500
    assert short.loss < 1.0  # of the numbers as they are learned
    np.testing.assert_allclose(report.targets, prices().targets[indices], rtol=1e-5)
    assert run().history.epochs.val_mean_absolute_error[-1] > 500


def test_the_run_file_keeps_them_and_predictions_are_prices(tmp_path, capsys):
    save_run(tmp_path / "r.cnnviz", run())
    earlier = load_run(tmp_path / "r.cnnviz").result
    assert earlier.data.treatment == run().data.treatment
    assert earlier.data.quantities == run().data.quantities
    again = prepared_as(prices(), earlier.data.treatment)
    assert again.content_hash == earlier.data.content_hash
    on = dataclasses.replace(NUMBERS, epochs=151)
    assert finished(on, dataset=again, spec=LINEAR, resume_from=earlier).state.epoch == 151
    index = int(prices().indices(Split.TEST)[0])
    pixels = np.rint(prices().unit_image(index)[0] * 255).astype(np.uint8)
    Image.fromarray(pixels).save(tmp_path / "a.png")
    options = SimpleNamespace(
        run=tmp_path / "r.cnnviz", weights="last", images=[tmp_path / "a.png"], json=False
    )
    predict.run(options)
    said = capsys.readouterr().out.split(": price ")[1].split(" €")[0]
    assert 1_000 < float(said) < 150_000
    assert abs(float(said) - float(prices().targets[index, 0])) < 40_000


def test_a_file_that_names_more_numbers_than_it_scales_is_refused():
    metadata = to_metadata(run())
    data = json.loads(metadata["data"])
    assert from_metadata(metadata, "it").data.quantities == run().data.quantities
    data["quantities"].append({"name": "rent", "unit": "€", "part": ""})
    with pytest.raises(FileError, match='^it, in data: "quantities" must be 1 name, .*; received 2'):
        from_metadata(metadata | {"data": json.dumps(data)}, "it")


def test_files_and_hashes_without_it_are_as_before():
    plain = prepared(few_digits(), Preparing(standardise=True))
    assert "target" not in plain.treatment.signature
    assert not any("target" in name for name in treatment_to_dict(plain.treatment))
    assert "standardise_targets" not in treatment_to_dict(plain.treatment)["preparing"]
    data = json.loads(
        to_metadata(finished(dataset=measured_digits(), spec=noisy_design(2), training=NUMBERS))["data"]
    )
    assert data["quantities"] == []


@pytest.mark.parametrize(
    "changes",
    [
        {"target_means": ["a"]},
        {"target_means": [1.0, 2.0]},
        {"target_deviations": [0.0]},
        {"target_means": [1e300]},
        {"target_means": [0.0] * 65, "target_deviations": [1.0] * 65},
        {"target_means": [], "target_deviations": []},
    ],
)
def test_wrong_numbers_in_a_file_are_refused(changes):
    good = treatment_to_dict(prepared(prices(), STANDARDISED).treatment)
    assert treatment_from_dict(good, "it") == prepared(prices(), STANDARDISED).treatment
    with pytest.raises(FileError, match="^it: "):
        treatment_from_dict(good | changes, "it")


def test_a_treatment_without_the_wish_has_no_such_numbers():
    with pytest.raises(DataError, match="where it standardises this"):
        Treatment(target_means=(1.0,), target_deviations=(2.0,))
    assert same_arrays({"a": told((Quantity("x"),), np.ones((2, 1)))}, {"a": np.ones((2, 1), np.float32)})
