from __future__ import annotations

import dataclasses

import numpy as np
import pytest

from cnnviz.cli import evaluate, runs
from cnnviz.data.dataset import Split
from cnnviz.data.quantities import AnglePart, Quantity
from cnnviz.engine.parallel import Executor, default_threads
from cnnviz.spec.losses import MeanSquaredError
from cnnviz.training.runfile import load_run, save_run
from tests.helpers.data_files import small_dataset
from tests.helpers.designs import small_design
from tests.helpers.picture_folders import fill
from tests.helpers.runs import SETTINGS, few_digits, finished, linear_design, measured_digits, stopped_after


def trained(call, design_file, data_file, folder):
    """A run made by the command line, so that it knows where its data set is."""
    out = folder / "trained.cnnviz"
    words = ("--dataset", data_file, "--epochs", 2, "--out", out, "--json")
    status, text, err = call("train", design_file, *words)
    assert status == 0, err
    return out, text


def test_it_measures_what_training_measured(call, call_json, design_file, data_file, tmp_path):
    out, text = trained(call, design_file, data_file, tmp_path)
    measured = call_json("evaluate", out)
    assert f'"test_accuracy": {measured["accuracy"]}' in text
    assert (measured["split"], measured["same_data"], measured["images"]) == ("test", True, 13)
    validation = call_json("evaluate", out, "--split", "validation")
    assert f'"val_accuracy": {validation["accuracy"]}' in text
    assert validation["loss"] == pytest.approx(load_run(out).result.history.epochs.val_loss[-1])


def test_the_best_weights_can_be_chosen(call_json, tmp_path):
    run = finished(spec=small_design())
    nothing = {name: np.zeros_like(array) for name, array in run.parameters.items()}
    save_run(tmp_path / "r.cnnviz", dataclasses.replace(run, best_parameters=nothing))
    words = ("evaluate", tmp_path / "r.cnnviz", "--dataset", "digits")
    assert call_json(*words, "--weights", "best")["loss"] == pytest.approx(np.log(10))
    assert call_json(*words)["loss"] != pytest.approx(np.log(10))


def test_each_class_has_its_figures_and_its_row_of_the_confusion_matrix(call_json, run_file):
    measured = call_json("evaluate", run_file, "--dataset", "digits", "--split", "validation")
    table = np.array(measured["confusion_matrix"])
    assert table.shape == (10, 10)
    assert table.sum() == measured["images"]
    assert table.trace() / table.sum() == pytest.approx(measured["accuracy"])
    assert [row["class"] for row in measured["classes"]] == [str(digit) for digit in range(10)]
    for digit, row in enumerate(measured["classes"]):
        assert row["images"] == table[digit].sum()
        assert row["recall"] == pytest.approx(table[digit, digit] / table[digit].sum())
        taken = table[:, digit].sum()
        assert row["precision"] == (pytest.approx(table[digit, digit] / taken) if taken else None)


def test_numbers_have_no_classes(call_json, tmp_path, monkeypatch):
    monkeypatch.setattr(evaluate, "dataset_of", lambda data, named: measured_digits())
    training = dataclasses.replace(SETTINGS, loss=MeanSquaredError())
    run = finished(training, spec=linear_design(2), dataset=measured_digits())
    save_run(tmp_path / "r.cnnviz", run)
    measured = call_json("evaluate", tmp_path / "r.cnnviz")
    assert (measured["classes"], measured["confusion_matrix"]) == (None, None)
    assert measured["r_squared"] is not None
    assert [number["name"] for number in measured["numbers"]] == ["output 0", "output 1"]
    errors = [number["mean_absolute_error"] for number in measured["numbers"]]
    assert np.mean(errors) == pytest.approx(measured["mean_absolute_error"], rel=1e-5)
    assert measured["mean_absolute_degrees"] is None


def test_numbers_of_an_angle_are_measured_in_degrees_too(call_json, tmp_path, monkeypatch):
    quantities = (Quantity("sine", part=AnglePart.SINE), Quantity("cosine", "of it", AnglePart.COSINE))
    dataset = dataclasses.replace(measured_digits(), quantities=quantities)
    monkeypatch.setattr(evaluate, "dataset_of", lambda data, named: dataset)
    training = dataclasses.replace(SETTINGS, loss=MeanSquaredError())
    save_run(tmp_path / "r.cnnviz", finished(training, spec=linear_design(2), dataset=dataset))
    measured = call_json("evaluate", tmp_path / "r.cnnviz")
    assert [(one["name"], one["unit"]) for one in measured["numbers"]] == [("sine", ""), ("cosine", "of it")]
    assert 0 <= measured["mean_absolute_degrees"] <= 180


def test_other_images_than_those_of_the_run_are_pointed_out(call, run_file):
    status, out, err = call("evaluate", run_file, "--dataset", "digits")
    assert status == 0
    assert out.startswith("test accuracy")
    assert "over 300 images" in out
    assert 'the run learned from "few-digits"' in err
    assert "may have been used for training" in err


def test_classes_of_other_names_are_pointed_out(call, run_file, tmp_path):
    digits = few_digits()
    names = (*digits.class_names[:8], "nine", "eight")
    np.savez(tmp_path / "n.npz", images=digits.images, labels=digits.labels, class_names=np.array(names))
    _, _, err = call("evaluate", run_file, "--dataset", tmp_path / "n.npz")
    assert 'class 8 is "nine" here, but "8" in the run' in err
    assert "class 9" not in err


def test_pictures_are_fitted_to_the_size_that_the_run_knows(call_json, tmp_path):
    """A run of before there were settings behind the path of a folder, or another folder named for it."""
    for name in "0123456789":
        fill(tmp_path / "photos" / name, 3, (120, 160))
    run = finished(spec=small_design())
    facts = dataclasses.replace(run.data, source=str(tmp_path / "photos"))
    save_run(tmp_path / "r.cnnviz", dataclasses.replace(run, data=facts))
    for named in ((), ("--dataset", tmp_path / "photos")):
        assert call_json("evaluate", tmp_path / "r.cnnviz", *named)["images"] == 3


def test_a_data_set_that_is_gone_is_asked_for(call, refused, design_file, data_file, tmp_path):
    out, _ = trained(call, design_file, data_file, tmp_path)
    data_file.unlink()
    sentence = refused("evaluate", out)
    assert 'The run learned from "few"' in sentence
    assert "Name it with --dataset" in sentence


def test_a_data_set_that_does_not_fit_is_refused(refused, run_file, tmp_path):

    other = small_dataset()

    np.savez(tmp_path / "other.npz", images=other.images, labels=other.labels)
    assert "5×4×1, but the input is 8×8×1" in refused(
        "evaluate", run_file, "--dataset", tmp_path / "other.npz"
    )


def test_a_run_that_knows_no_place_of_its_data_is_measured_on_those_of_the_same_name(call_json, tmp_path):
    run = finished(spec=small_design())
    save_run(
        tmp_path / "r.cnnviz", dataclasses.replace(run, data=dataclasses.replace(run.data, name="digits"))
    )
    measured = call_json("evaluate", tmp_path / "r.cnnviz")
    assert (measured["dataset"], measured["images"], measured["same_data"]) == ("digits", 300, False)


def test_a_run_from_a_larger_machine_is_measured_with_the_cores_that_are_here(monkeypatch):
    used = []

    class Noted(Executor):
        def __init__(self, network, threads, loss):
            used.append(threads)
            super().__init__(network, threads, loss)

    monkeypatch.setattr(runs, "Executor", Noted)
    run = dataclasses.replace(finished(spec=small_design()), threads=4096)
    assert runs.measure(run, run.parameters, few_digits(), Split.TEST).images == 20
    assert used == [default_threads()]


def test_a_run_without_a_finished_epoch_has_no_best_weights(refused, tmp_path):
    save_run(tmp_path / "r.cnnviz", stopped_after(1, spec=small_design()))
    sentence = refused("evaluate", tmp_path / "r.cnnviz", "--dataset", "digits", "--weights", "best")
    assert "has no best weights" in sentence


@pytest.mark.parametrize("name", ["nothing.cnnviz", "."])
def test_what_is_no_run_is_refused(refused, name, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert name in refused("evaluate", name)


def test_a_design_is_no_run(refused, design_file):
    assert "damaged or is no run file" in refused("evaluate", design_file)
