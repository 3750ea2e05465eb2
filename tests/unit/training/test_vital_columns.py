"""Vitals as columns, and in run files of every version."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest

from cnnviz.training.events import LayerVitals, Vitals
from cnnviz.training.runfile import load_run
from cnnviz.training.vital_columns import MEASURES, vital_columns, vital_layers, vital_steps, vitals_of
from tests.helpers.run_files import NO_VITALS, a_run, refusal, saved
from tests.helpers.runs import finished, same_arrays

CONV = LayerVitals("conv1", 0.001, 2.5, None, None)
SOME = (
    Vitals(1, (CONV, LayerVitals("relu1", None, None, 0.25, None))),
    Vitals(2, (dataclasses.replace(CONV, update_ratio=None), LayerVitals("relu1", None, None, None, None))),
)


def test_columns_have_a_row_for_each_look_and_a_column_for_each_layer():
    columns = vital_columns(SOME)
    assert vital_layers(SOME) == ("conv1", "relu1")
    assert vital_steps(SOME).tolist() == [1, 2]
    assert columns["dead_share"][0].tolist() == [pytest.approx(np.nan, nan_ok=True), 0.25]
    assert columns["gradient_norm"][:, 0].tolist() == [2.5, 2.5]
    assert np.isnan(columns["saturated_share"]).all()
    assert {column.shape for column in columns.values()} == {(2, 2)}


@pytest.mark.parametrize("vitals", [SOME, SOME[:1], ()])
def test_columns_become_the_same_vitals_again(vitals):
    assert vitals_of(vital_layers(vitals), vital_steps(vitals), vital_columns(vitals)) == vitals


def test_layers_that_come_later_have_columns_too():
    later = (Vitals(1, (CONV,)), SOME[0])
    assert vital_columns(later)["dead_share"][:, 1].tolist() == [pytest.approx(np.nan, nan_ok=True), 0.25]


def test_a_run_without_steps_has_columns_without_rows():
    assert vital_steps(()).shape == (0,)
    assert [vital_columns(())[name].shape for name in MEASURES] == [(0, 0)] * 4


# In run files


@pytest.mark.parametrize("version", ["2", "3"])
def test_a_file_from_before_vitals_opens_and_goes_on_with_them(tmp_path, version):
    changes = {"changes": None} if version == "2" else {}
    path = saved(
        tmp_path / "r.cnnviz",
        metadata={"version": version, "vital_layers": None, **changes},
        tensors=NO_VITALS,
    )
    read = load_run(path).result
    assert read.history.vitals == ()
    assert np.array_equal(read.history.steps.gradient_norm, a_run().history.steps.gradient_norm)
    continued = finished(resume_from=read)
    assert same_arrays(continued.parameters, finished().parameters)
    assert continued.history.vitals == finished().history.vitals[-1:]


@pytest.mark.parametrize(
    ("metadata", "reason"),
    [
        ({"vital_layers": None}, '"vital_layers" must be text'),
        ({"vital_layers": "[1]"}, '"vital_layers" must be a list of different layers'),
        ({"vital_layers": '["conv1", "conv1"]'}, '"vital_layers" must be a list of different layers'),
        ({"vital_layers": '["conv1", "relu1", "odd"]'}, 'in vitals: the design has no layer "odd"'),
        ({"vital_layers": '["conv1"]'}, "in vitals"),
        ({"version": "3"}, 'in vitals: "step" does not belong here'),
    ],
)
def test_wrong_names_of_measured_layers_are_refused(tmp_path, metadata, reason):
    assert reason in refusal(saved(tmp_path / "r.cnnviz", metadata=metadata))


@pytest.mark.parametrize(
    ("tensors", "reason"),
    [
        ({"vitals/step": None}, "in vitals"),
        ({"vitals/step": np.array([1, 3, 2])}, "in vitals: the steps must be steps of the run"),
        ({"vitals/step": np.array([1, 2, 5])}, "in vitals: the steps must be steps of the run"),
        ({"vitals/dead_share": np.full((3, 3), 1.5)}, 'in vitals: "dead_share" holds numbers'),
        ({"vitals/update_ratio": np.full((3, 3), -1.0)}, 'in vitals: "update_ratio" holds numbers'),
        ({"vitals/update_ratio": np.full((3, 3), np.inf)}, "not a number"),
        ({"vitals/other": np.zeros(3)}, '"other" does not belong here'),
    ],
)
def test_wrong_measures_are_refused(tmp_path, tensors, reason):
    assert reason in refusal(saved(tmp_path / "r.cnnviz", tensors=tensors))
