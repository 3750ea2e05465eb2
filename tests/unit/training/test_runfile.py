from __future__ import annotations

import dataclasses
import functools
import json
import os
from pathlib import Path

import numpy as np
import pytest
import safetensors
import safetensors.numpy
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import cnnviz
from cnnviz.data.importing.recipe import MAX_COLUMNS, Goal, Recipe, to_source
from cnnviz.data.quantities import AnglePart, Quantity
from cnnviz.errors import FileError
from cnnviz.spec import io
from cnnviz.spec.fields import field_infos
from cnnviz.spec.losses import MeanSquaredError
from cnnviz.spec.training import SGD, TrainingSpec
from cnnviz.training import runfile
from cnnviz.training.history import EpochColumns, column_types
from cnnviz.training.result import UseOfTestSet
from cnnviz.training.run_metadata import to_metadata
from cnnviz.training.runfile import load_facts, load_run, save_run
from tests.helpers.data_files import mutated
from tests.helpers.run_files import NO_VITALS, a_run, content, refusal, saved
from tests.helpers.runs import (
    SETTINGS,
    failure,
    finished,
    linear_design,
    measured_digits,
    noisy_design,
    same_arrays,
    stopped_after,
)

STEPS_SINCE_2 = ("learning_rate", "gradient_norm")
EPOCHS_SINCE_2 = ("val_mean_absolute_error", "val_r_squared")


# Round trip


def test_a_loss_as_large_as_numbers_can_be_comes_back(tmp_path):
    run = a_run()
    huge = dataclasses.replace(run.history.epochs, train_loss=np.array([1e38]))
    save_run(
        tmp_path / "r.cnnviz",
        dataclasses.replace(run, history=dataclasses.replace(run.history, epochs=huge)),
    )
    assert load_run(tmp_path / "r.cnnviz").result.history.epochs.train_loss.tolist() == [1e38]


def test_a_name_that_is_no_unicode_comes_back(tmp_path):
    """A file name of other bytes, or an escape in a design file, gives Python such a text."""
    odd = "b\udcffd"
    run = dataclasses.replace(
        a_run(),
        spec=a_run().spec.renamed(odd),
        data=dataclasses.replace(a_run().data, source=odd, class_names=(odd,) * 10),
    )
    save_run(tmp_path / "r.cnnviz", run)
    result = load_run(tmp_path / "r.cnnviz").result
    assert (result.spec.name, result.data.source, result.data.class_names[0]) == (odd, odd, odd)


@pytest.mark.parametrize("run", [a_run, finished, functools.partial(stopped_after, 1)])
def test_everything_comes_back(tmp_path, run):
    before = run()
    save_run(tmp_path / "r.cnnviz", before)
    saved_run = load_run(tmp_path / "r.cnnviz")
    after = saved_run.result
    for name in ("spec", "training", "data", "best_epoch", "threads"):
        assert getattr(after, name) == getattr(before, name)
    assert same_arrays(after.parameters, before.parameters)
    assert same_arrays(after.best_parameters or {}, before.best_parameters or {})
    assert (after.best_parameters is None) == (before.best_parameters is None)
    assert same_arrays(after.state.optimizer, before.state.optimizer)
    for field in dataclasses.fields(before.state):
        if field.name != "optimizer":
            assert getattr(after.state, field.name) == getattr(before.state, field.name)
    for table in ("steps", "epochs"):
        one, two = getattr(before.history, table), getattr(after.history, table)
        for field in dataclasses.fields(one):
            columns = (getattr(table, field.name) for table in (one, two))
            assert np.array_equal(*columns, equal_nan=True), field.name
    assert len(after.history.vitals) >= 1
    assert after.history.vitals == before.history.vitals
    assert saved_run.program_version == cnnviz.__version__
    assert saved_run.saved_at.startswith("20")
    assert not any(array.flags.writeable for array in after.parameters.values())


def test_a_run_of_as_many_epochs_as_the_settings_allow_comes_back(tmp_path):
    run, count = a_run(), field_infos(TrainingSpec)["epochs"].maximum
    numbers = np.random.default_rng(0).random(int(count))
    epochs = EpochColumns(
        **{
            name: np.arange(1, int(count) + 1) if kind is np.int64 else numbers
            for name, kind in column_types(EpochColumns).items()
        }
    )
    long = dataclasses.replace(run, history=dataclasses.replace(run.history, epochs=epochs))
    save_run(tmp_path / "run.cnnviz", long)
    loaded = load_run(tmp_path / "run.cnnviz").result.history.epochs
    assert np.array_equal(loaded.val_loss, numbers)
    assert len(load_facts(tmp_path / "run.cnnviz").epochs) == count


def test_a_run_goes_on_from_its_file_bit_for_bit(tmp_path):
    save_run(tmp_path / "r.cnnviz", a_run())
    continued = finished(resume_from=load_run(tmp_path / "r.cnnviz").result)
    assert same_arrays(continued.parameters, finished().parameters)


def test_a_file_of_version_1_opens_and_what_it_did_not_record_is_nan(tmp_path):
    history = json.loads(to_metadata(a_run())["history"])
    history = {name: column for name, column in history.items() if name not in EPOCHS_SINCE_2}
    path = saved(
        tmp_path / "r.cnnviz",
        metadata={"version": "1", "history": json.dumps(history), "vital_layers": None},
        tensors={f"history/{name}": None for name in STEPS_SINCE_2} | NO_VITALS,
    )
    read = load_run(path).result
    assert read.history.vitals == ()
    for name in STEPS_SINCE_2:
        assert np.isnan(getattr(read.history.steps, name)).all()
    for name in EPOCHS_SINCE_2:
        assert np.isnan(getattr(read.history.epochs, name)).all()
    assert np.array_equal(read.history.steps.loss, a_run().history.steps.loss)
    continued = finished(resume_from=read)
    assert same_arrays(continued.parameters, finished().parameters)
    assert np.isnan(continued.history.steps.gradient_norm).tolist() == [True] * 4 + [False] * 2


def test_what_a_regression_measures_comes_back(tmp_path):
    training = dataclasses.replace(SETTINGS, loss=MeanSquaredError())
    before = finished(training, spec=noisy_design(2), dataset=measured_digits())
    save_run(tmp_path / "r.cnnviz", before)
    after = load_run(tmp_path / "r.cnnviz").result
    assert np.isnan(after.history.epochs.val_accuracy).all()
    assert np.isnan(after.history.steps.accuracy).all()
    assert after.history.epochs.val_r_squared.tolist() == before.history.epochs.val_r_squared.tolist()


def test_any_safetensors_reader_opens_it(tmp_path):
    save_run(tmp_path / "r.cnnviz", a_run())
    with safetensors.safe_open(tmp_path / "r.cnnviz", "numpy") as file:
        metadata = file.metadata()
        assert np.array_equal(file.get_tensor("model/conv1/weight"), a_run().parameters["conv1/weight"])
        assert {name.split("/")[0] for name in file.keys()} == {
            *("model", "best", "optimizer", "history", "vitals")
        }
    assert metadata["format"] == "cnnviz-run"
    assert io.from_json(metadata["design"]) == a_run().spec
    assert json.loads(metadata["data"])["content_hash"] == a_run().data.content_hash
    assert json.loads(metadata["history"])["val_loss"] == a_run().history.epochs.val_loss.tolist()


# Files that are not what they should be


@pytest.mark.parametrize(
    ("metadata", "reason"),
    [
        ({"format": "other"}, "is not a cnnviz run"),
        ({"format": None}, "is not a cnnviz run"),
        ({"version": "5"}, "versions 1 and 2 and 3 and 4; received 5"),
        ({"design": None}, '"design" must be text'),
        ({"design": "{}"}, "in its design is not a cnnviz design"),
        ({"training": "[]"}, "in its training settings"),
        ({"training": "{"}, "not valid JSON"),
        ({"state": None}, '"state" must be text'),
        ({"state": "{}"}, "in state"),
        ({"threads": "0"}, '"threads" must be a whole number from 1'),
        ({"threads": "1e400"}, '"threads" must be'),
        ({"best_epoch": "2"}, '"best_epoch" must be'),
        ({"best_epoch": "null"}, "holds weights of a best epoch, but names none"),
        ({"history": "[1]"}, "in history: must be an object"),
        ({"history": '{"epoch": []}'}, "in history"),
        ({"data": '{"name": "x"}'}, "in data"),
        ({"saved_at": None}, '"saved_at" must be text'),
        ({"changes": "{}"}, '"changes" must be a list'),
        ({"changes": "[[1, 2]]"}, '"changes" must be a list of pairs'),
        ({"changes": '[[-1, "x"]]'}, '"changes" must be a list of pairs'),
        ({"program_version": "x" * 2000}, '"program_version" must be text of at most'),
    ],
)
def test_wrong_metadata_are_named(tmp_path, metadata, reason):
    assert reason in refusal(saved(tmp_path / "r.cnnviz", metadata=metadata))


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"step": -1}, '"step" must be a whole number'),
        ({"step": 4.0}, '"step" must be a whole number'),
        ({"step": True}, '"step" must be a whole number'),
        ({"step": 10**6}, "curves are shorter than the run"),
        ({"correct": 33}, '"correct" must be'),
        ({"loss_sum": "x"}, '"loss_sum" must be a number'),
        ({"loss_sum": 10**400}, '"loss_sum" must be a number'),
        ({"order": {"state": 1}}, '"order" must have'),
        ({"dropout": {"state": -1, "inc": 1, "has_uint32": 0, "uinteger": 0}}, "random state"),
        ({"step": 2}, "in optimizer: the steps must be from 0 to 2; received 4"),
    ],
)
def test_a_wrong_state_is_named(tmp_path, changes, reason):
    state = json.loads(to_metadata(a_run())["state"]) | changes
    assert reason in refusal(saved(tmp_path / "r.cnnviz", metadata={"state": json.dumps(state)}))


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"image_shape": [8, 8]}, "image_shape"),
        ({"image_shape": [8, 8, 0]}, "image_shape"),
        ({"class_names": []}, "class_names"),
        ({"class_names": [1]}, "class_names"),
        ({"max_value": 256}, "max_value"),
        ({"source": 5}, "source"),
    ],
)
def test_wrong_facts_of_the_data_are_named(tmp_path, changes, reason):
    data = json.loads(to_metadata(a_run())["data"]) | changes
    assert reason in refusal(saved(tmp_path / "r.cnnviz", metadata={"data": json.dumps(data)}))


@pytest.mark.parametrize(
    ("column", "values"), [("epoch", [1.5]), ("val_loss", ["x"]), ("val_loss", [1, 2]), ("step", [2**70])]
)
def test_wrong_curves_of_epochs_are_named(tmp_path, column, values):
    history = json.loads(to_metadata(a_run())["history"]) | {column: values}
    assert "in history" in refusal(saved(tmp_path / "r.cnnviz", metadata={"history": json.dumps(history)}))


@pytest.mark.parametrize(
    ("tensors", "reason"),
    [
        ({"model/conv1/weight": None}, 'in model: "conv1/weight" is missing'),
        ({"model/other": np.zeros(1, np.float32)}, 'in model: "other" does not belong here'),
        ({"model/conv1/bias": np.zeros(5, np.float32)}, "must be float32 (4,); received float32 (5,)"),
        ({"model/conv1/bias": np.zeros(4, np.float64)}, "must be float32 (4,); received float64 (4,)"),
        ({"model/conv1/bias": np.full(4, np.nan, np.float32)}, "not a number"),
        ({"best/conv1/bias": np.full(4, np.inf, np.float32)}, 'in best: "conv1/bias" holds'),
        ({"best/conv1/bias": None}, 'in best: "conv1/bias" is missing'),
        ({"optimizer/adam/step": None}, "in optimizer"),
        ({"optimizer/adam/step": np.array([-1.0])}, "in optimizer"),
        ({"optimizer/sgd/step": np.array([1.0])}, "in optimizer"),
        ({"history/loss": None}, 'in history: "loss" is missing'),
        ({"history/loss": np.zeros(3)}, "in history"),
        ({"history/loss": np.full(4, np.nan)}, "not a number"),
        ({"history/gradient_norm": np.full(4, np.inf)}, "not a number"),
        ({"history/learning_rate": None}, 'in history: "learning_rate" is missing'),
        ({"history/step": np.zeros((2, 2), np.int64)}, "in history"),
        ({"surprise": np.zeros(1)}, 'holds "surprise"'),
        ({"model/": np.zeros(1)}, 'holds "model/"'),
    ],
)
def test_wrong_tensors_are_named(tmp_path, tensors, reason):
    assert reason in refusal(saved(tmp_path / "r.cnnviz", tensors=tensors))


def test_a_design_that_cannot_be_computed_is_refused(tmp_path):
    design = io.to_dict(a_run().spec)
    del design["layers"][3]  # Flatten
    message = refusal(saved(tmp_path / "r.cnnviz", metadata={"design": json.dumps(design)}))
    assert "a design that cannot be computed" in message


def test_a_file_that_is_too_large_is_not_read(tmp_path, monkeypatch):
    monkeypatch.setattr(runfile, "MAX_FILE_BYTES", 100)
    assert "too large" in refusal(saved(tmp_path / "r.cnnviz"))


@pytest.mark.parametrize("make", [lambda path: None, Path.mkdir, Path.touch])
def test_nothing_a_folder_and_an_empty_file_are_refused(tmp_path, make):
    path = tmp_path / "r.cnnviz"
    make(path)
    with pytest.raises(FileError, match=r"r\.cnnviz"):
        load_run(path)


@settings(max_examples=200, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    changes=st.lists(st.tuples(st.integers(0, 2**20), st.integers(0, 255)), max_size=8),
    length=st.one_of(st.just(-1), st.integers(0, 2**20)),
)
def test_a_damaged_file_is_refused_in_one_sentence_or_read_whole(tmp_path, changes, length):
    path = tmp_path / "r.cnnviz"
    path.write_bytes(mutated(content(), changes, length))
    try:
        run = load_run(path).result
    except FileError as error:
        assert str(error).startswith(str(path))
    else:
        assert all(np.isfinite(array).all() for array in run.parameters.values())


@settings(max_examples=300, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(changes=st.lists(st.tuples(st.integers(0, 6000), st.integers(32, 126)), min_size=1, max_size=4))
def test_a_header_with_other_characters_is_refused_or_read(tmp_path, changes):
    """Printable damage inside the header reaches the deepest checks."""
    header_bytes = int.from_bytes(content()[:8], "little")
    places = [(8 + place % header_bytes, value) for place, value in changes]
    path = tmp_path / "r.cnnviz"
    path.write_bytes(mutated(content(), places, len(content())))
    try:
        load_run(path)
    except FileError as error:
        assert str(error).startswith(str(path))


# Writing


def test_a_failing_write_leaves_the_old_file(tmp_path, monkeypatch):
    path = tmp_path / "r.cnnviz"
    save_run(path, a_run())
    before = path.read_bytes()

    def full(descriptor):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(FileError, match="No space left"):
        save_run(path, finished())
    assert path.read_bytes() == before
    assert [entry.name for entry in tmp_path.iterdir()] == ["r.cnnviz"]


def test_a_run_that_failed_can_be_kept_and_gone_on_with(tmp_path):
    training = dataclasses.replace(SETTINGS, optimizer=SGD(learning_rate=100.0))
    failed = failure(training, spec=linear_design())
    save_run(tmp_path / "r.cnnviz", failed.result)
    kept = load_run(tmp_path / "r.cnnviz").result
    assert len(kept.history.steps) == failed.step - 1
    gentle = dataclasses.replace(training, optimizer=SGD(learning_rate=0.001))
    assert finished(gentle, spec=linear_design(), resume_from=kept).state.epoch == 2


def test_looks_at_the_test_set_are_kept_also_by_a_run_that_goes_on(tmp_path):
    uses = (UseOfTestSet("2026-01-02T03:04:05+00:00", 4, 1), UseOfTestSet("2026-01-03T03:04:05+00:00", 6, 2))
    save_run(tmp_path / "r.cnnviz", dataclasses.replace(a_run(), test_uses=uses))
    assert load_facts(tmp_path / "r.cnnviz").test_uses == uses
    result = load_run(tmp_path / "r.cnnviz").result
    assert result.test_uses == uses
    assert finished(resume_from=result).test_uses == uses


@pytest.mark.parametrize("uses", ["{}", "[1]", '[["x", 1, -1]]', "[[1, 1, 1]]", '[["x", 1]]', "nonsense"])
def test_wrong_looks_at_the_test_set_are_refused(tmp_path, uses):
    assert "test_uses" in refusal(saved(tmp_path / "r.cnnviz", metadata={"test_uses": uses}))


def test_a_file_from_before_they_were_recorded_has_none(tmp_path):
    assert load_run(saved(tmp_path / "r.cnnviz", metadata={"test_uses": None})).result.test_uses == ()


def test_names_and_units_of_numbers_are_kept(tmp_path):
    quantities = (Quantity("sine", part=AnglePart.SINE), Quantity("width", "cm"))
    run = dataclasses.replace(a_run(), data=dataclasses.replace(a_run().data, quantities=quantities))
    save_run(tmp_path / "r.cnnviz", run)
    assert load_run(tmp_path / "r.cnnviz").result.data.quantities == quantities


def test_the_names_of_all_columns_that_can_be_learned_are_kept(tmp_path):
    """They stand behind the path of a folder: as many and as long as tables may have them."""
    recipe = Recipe(
        goal=Goal.NUMBERS, columns=tuple(f"{number:02}" + "é" * 110 for number in range(MAX_COLUMNS))
    )
    data = dataclasses.replace(a_run().data, source=to_source(tmp_path, recipe))
    save_run(tmp_path / "r.cnnviz", dataclasses.replace(a_run(), data=data))
    assert load_run(tmp_path / "r.cnnviz").result.data.source == data.source


@pytest.mark.parametrize("quantities", [3, ["sine"], [{"name": 1, "unit": "", "part": ""}], [{"name": "x"}]])
def test_wrong_names_of_numbers_are_named(tmp_path, quantities):
    data = json.loads(to_metadata(a_run())["data"]) | {"quantities": quantities}
    assert "quantities" in refusal(saved(tmp_path / "r.cnnviz", metadata={"data": json.dumps(data)}))


def test_files_from_before_numbers_had_names_are_read(tmp_path):
    data = json.loads(to_metadata(a_run())["data"])
    del data["quantities"]
    path = saved(tmp_path / "r.cnnviz", metadata={"data": json.dumps(data)})
    assert load_run(path).result.data.quantities == ()
