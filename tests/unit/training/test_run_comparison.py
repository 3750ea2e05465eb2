from __future__ import annotations

import csv
import dataclasses
import io

import numpy as np
import pytest

from cnnviz.data.preparing import prepared
from cnnviz.spec.losses import MeanSquaredError, MulticlassSVM
from cnnviz.spec.preparing import Preparing
from cnnviz.spec.schedules import Cosine
from cnnviz.spec.training import SGD, Adam, TrainingSpec
from cnnviz.training.result import UseOfTestSet
from cnnviz.training.run_comparison import (
    Axis,
    Line,
    Measure,
    compare_runs,
    comparison_csv,
    difference_line,
    line,
    setting_differences,
)
from cnnviz.training.runfile import load_facts, save_run
from tests.helpers.runs import SETTINGS, few_digits, finished, measured_digits, noisy_design, stopped_after


@pytest.fixture
def facts(tmp_path):
    """Write a run and read what its file says of it."""

    def read(result):
        save_run(tmp_path / "one.cnnviz", result)
        return load_facts(tmp_path / "one.cnnviz")

    return read


def test_a_run_is_like_itself(facts):
    one = facts(finished())
    found = compare_runs(one, one)
    assert found.is_set_up_alike
    assert (found.surroundings, found.notes) == ((), ())
    assert found.measures == (Measure.LOSS, Measure.ACCURACY, Measure.TRAIN_LOSS, Measure.TRAIN_ACCURACY)
    assert all(figure.change == 0 for figure in found.figures)
    both = line(one, Measure.LOSS)
    assert difference_line(both, both).y.tolist() == [0.0, 0.0]


def test_settings_are_compared_in_the_words_of_the_form():
    left = TrainingSpec(optimizer=Adam(learning_rate=0.001), l2=0.0)
    right = TrainingSpec(optimizer=SGD(learning_rate=0.05), schedule=Cosine(), l2=0.01, frozen=("conv1",))
    assert [(one.label, one.left, one.right) for one in setting_differences(left, right)] == [
        ("Optimizer", "Adam", "SGD"),
        ("Learning rate", "0.001", "0.05"),
        ("Schedule", "Constant", "Cosine"),
        ("L2", "0", "0.01"),
        ("Frozen layers", "none", "conv1"),
    ]
    assert setting_differences(left, left) == ()


def test_runs_on_images_that_were_prepared_otherwise_say_so(facts):
    left = facts(finished())
    right = facts(finished(dataset=prepared(few_digits(), Preparing(standardise=True))))
    compared = compare_runs(left, right)
    assert "preparation none → standardise" in [one.text for one in compared.surroundings]
    assert any("prepared otherwise" in note for note in compared.notes)
    assert not any("other images" in note for note in compared.notes)


def test_key_figures_and_notes_of_unlike_runs(facts):
    left = facts(finished())
    other = dataclasses.replace(SETTINGS, batch_size=45, epochs=3, seed=6, loss=MulticlassSVM())
    right = facts(finished(other))
    found = compare_runs(left, right)
    figures = {figure.label: figure for figure in found.figures}
    assert (figures["Epochs"].left, figures["Epochs"].right, figures["Epochs"].change) == (2, 3, 1)
    assert figures["Best accuracy"].left == max(left.epochs.val_accuracy)
    assert figures["Parameters"].change == 0
    assert "Best mean absolute error" not in figures
    notes = " ".join(found.notes)
    assert "compare the accuracy" in notes
    assert "Batches of 32 and 45" in notes
    assert "Other seeds" in notes
    assert "One has done 2 epochs, the other 3." in notes
    assert "other images" not in notes


@pytest.mark.parametrize(
    ("best_by", "best"), [("val_accuracy", (0.8, 0.9, 0.2, 2)), ("val_loss", (0.7, 0.5, 0.3, 1))]
)
def test_best_figures_are_those_of_one_epoch_the_best(facts, best_by, best):
    one = facts(finished(dataclasses.replace(SETTINGS, epochs=3, best_by=best_by)))
    epochs = dataclasses.replace(
        one.epochs,
        val_loss=np.array([0.5, 0.9, 1.1]),
        val_accuracy=np.array([0.7, 0.8, 0.6]),
        val_mean_absolute_error=np.array([0.3, 0.2, 0.1]),
    )
    one = dataclasses.replace(one, epochs=epochs)
    figures = {figure.label: figure.left for figure in compare_runs(one, one).figures}
    labels = ("Best accuracy", "Best loss", "Best mean absolute error", "Best epoch")
    assert tuple(figures[label] for label in labels) == best


def test_runs_whose_best_epoch_is_told_otherwise_say_so(facts):
    by_loss = facts(finished(dataclasses.replace(SETTINGS, best_by="val_loss")))
    assert any(
        "best epochs are told otherwise" in note for note in compare_runs(facts(finished()), by_loss).notes
    )
    assert not compare_runs(by_loss, by_loss).notes


def test_runs_that_learn_numbers_are_compared_by_their_error(facts):
    settings = dataclasses.replace(SETTINGS, loss=MeanSquaredError())
    one = facts(finished(settings, spec=noisy_design(2), dataset=measured_digits()))
    found = compare_runs(one, one)
    assert found.measures == (Measure.LOSS, Measure.ERROR, Measure.TRAIN_LOSS)
    mixed = compare_runs(one, facts(finished()))
    assert mixed.measures == (Measure.LOSS, Measure.TRAIN_LOSS)
    assert "other images" in mixed.notes[0]
    assert [one.label for one in mixed.surroundings][:2] == ["Data set", "Images"]


def test_without_a_whole_epoch_there_are_no_curves(facts):
    found = compare_runs(facts(stopped_after(2)), facts(finished()))
    assert found.measures == ()
    assert "no curves to compare" in " ".join(found.notes)
    assert next(figure for figure in found.figures if figure.label == "Best epoch").left is None


def test_training_has_lines_of_its_own(facts):
    left, right = facts(finished()), facts(finished(dataclasses.replace(SETTINGS, l2=0.1)))
    both = [line(one, Measure.TRAIN_ACCURACY) for one in (left, right)]
    assert both[0].y.tolist() == left.epochs.train_accuracy.tolist()
    assert difference_line(*both).y.tolist() == (right.epochs.train_accuracy - both[0].y).tolist()
    assert "training loss, difference" in comparison_csv(left, right, Axis.EPOCH, ("a", "b"))


def test_lines_go_along_epochs_steps_and_seconds(facts):
    one = facts(finished())
    assert line(one, Measure.LOSS, Axis.EPOCH).x.tolist() == [1, 2]
    assert line(one, Measure.LOSS, Axis.STEP).x.tolist() == [3, 6]
    assert line(one, Measure.LOSS, Axis.SECONDS).x.tolist() == one.epochs.seconds.tolist()


def test_the_difference_is_taken_where_both_are_and_goes_straight_between_points():
    left = Line(np.array([0.0, 2.0, 4.0]), np.array([0.0, 2.0, 4.0]))
    right = Line(np.array([1.0, 3.0, 9.0]), np.array([5.0, 5.0, 11.0]))
    found = difference_line(left, right)
    assert found.x.tolist() == [1, 2, 3, 4]
    assert found.y.tolist() == [4, 3, 2, 2]
    apart = difference_line(left, Line(np.array([7.0]), np.array([1.0])))
    assert len(apart) == 0


def test_the_table_has_both_runs_and_their_difference(facts):
    left, right = facts(finished()), facts(finished(dataclasses.replace(SETTINGS, epochs=3)))
    rows = list(csv.reader(io.StringIO(comparison_csv(left, right, Axis.EPOCH, ("a", "b, c")))))
    assert rows[0][:4] == [
        "epoch",
        "validation loss, a",
        "validation loss, b, c",
        "validation loss, difference",
    ]
    assert [row[0] for row in rows[1:]] == ["1", "2", "3"]
    assert float(rows[1][1]) == left.epochs.val_loss[0]
    assert float(rows[1][3]) == pytest.approx(right.epochs.val_loss[0] - left.epochs.val_loss[0])
    assert rows[3][1] == rows[3][3] == ""
    assert float(rows[3][2]) == right.epochs.val_loss[2]


def test_looks_at_the_test_set_are_a_figure_where_there_were_any(facts):
    one = facts(finished())
    looked = dataclasses.replace(one, test_uses=(UseOfTestSet("2026-01-02T03:04:05+00:00", 6, 2),))
    assert compare_runs(one, one).figures[-1].label == "Parameters"
    looks = compare_runs(one, looked).figures[-1]
    assert (looks.label, looks.left, looks.right) == ("Looks at the test set", 0, 1)
