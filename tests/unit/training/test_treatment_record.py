"""Runs on prepared images, kept in files."""

from __future__ import annotations

import json

import numpy as np
import pytest

from cnnviz.data.preparing import prepared, prepared_as
from cnnviz.data.treatment import Treatment
from cnnviz.errors import FileError, TrainingError
from cnnviz.spec.preparing import RAW, Preparing
from cnnviz.training.run_metadata import to_metadata
from cnnviz.training.runfile import load_run, save_run
from cnnviz.training.treatment_record import treatment_from_dict, treatment_to_dict
from tests.helpers.runs import few_digits, finished, same_arrays, stopped_after

STANDARDISED = Preparing(standardise=True)


def plain(**changes):
    return {**treatment_to_dict(prepared(few_digits(), STANDARDISED).treatment), **changes}


def test_a_run_keeps_the_numbers_and_goes_on_with_them(tmp_path):
    dataset = prepared(few_digits(), STANDARDISED)
    save_run(tmp_path / "run.cnnviz", stopped_after(4, dataset=dataset))
    earlier = load_run(tmp_path / "run.cnnviz").result
    assert earlier.data.treatment == dataset.treatment
    again = prepared_as(few_digits(), earlier.data.treatment)
    whole, continued = finished(dataset=dataset), finished(dataset=again, resume_from=earlier)
    assert same_arrays(continued.parameters, whole.parameters)
    assert not same_arrays(whole.parameters, finished().parameters)
    with pytest.raises(TrainingError, match="other images"):
        finished(resume_from=earlier)


def test_a_run_on_plain_images_says_nothing_of_it_as_before():
    data = json.loads(to_metadata(finished())["data"])
    assert "treatment" not in data
    assert finished().data.treatment == Treatment()


@pytest.mark.parametrize("preparing", [STANDARDISED, Preparing(height=4, width=4, scaling=RAW)])
def test_a_treatment_comes_back_as_it_was(preparing):
    treatment = prepared(few_digits(), preparing).treatment
    value = json.loads(json.dumps(treatment_to_dict(treatment)))
    assert treatment_from_dict(value, "it") == treatment


@pytest.mark.parametrize(
    ("value", "message"),
    [
        (None, "must have deviations, max_value, means"),
        (plain(more=1), "must have deviations, max_value, means"),
        (plain(max_value=0), '"max_value" must be'),
        (plain(original_shape=[8, 8]), '"original_shape" must be'),
        (plain(means=["a"]), '"means" must be'),
        (plain(means=[1e300]), '"means" must be'),
        (plain(deviations=[0.0]), "above 0"),
        (plain(preparing={"grey": 1}), "in preparing, at grey: Grey must be true or false"),
        (plain(preparing={"blue": True}), '"blue" is not known'),
        (plain(preparing={}), "only there"),
    ],
)
def test_a_damaged_treatment_is_named(value, message):
    with pytest.raises(FileError, match=message):
        treatment_from_dict(value, "the file")


def test_learning_from_standardised_images_is_no_worse():
    losses = [
        finished(dataset=one).history.epochs.val_loss[-1]
        for one in (few_digits(), prepared(few_digits(), STANDARDISED))
    ]
    assert np.isfinite(losses).all()
    assert losses[1] < 1.5 * losses[0]
