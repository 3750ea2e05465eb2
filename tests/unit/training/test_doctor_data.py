"""What the doctor finds in images and labels."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest

from cnnviz.data.digits import open_digits
from cnnviz.data.preparing import prepared
from cnnviz.spec.layers import BatchNorm
from cnnviz.spec.losses import MeanSquaredError
from cnnviz.spec.preparing import RAW, Preparing
from cnnviz.spec.training import TrainingSpec
from cnnviz.training import doctor_data
from cnnviz.training.findings import Case, Kind, Severity
from cnnviz.training.history import empty_history
from tests.helpers.runs import measured_digits
from tests.helpers.sick_runs import images, plain_design

THIRDS = {"train": slice(0, 180), "validation": slice(180, 240), "test": slice(240, 300)}


def case_of(dataset, spec=None):
    return Case(spec or plain_design(), TrainingSpec(), empty_history(), dataset)


def findings(dataset, spec=None):
    return {one.kind: one for one in doctor_data.examine_data(case_of(dataset, spec), dataset)}


def test_nothing_is_found_in_the_bundled_digits():
    found = findings(open_digits())
    assert {one.severity for one in found.values()} == {Severity.FINE}
    assert set(found) == {Kind.SCALE, Kind.BALANCE, Kind.SPLIT, Kind.ORDER}


def test_nothing_is_found_in_evenly_mixed_labels():
    found = findings(images([0, 1, 2] * 100, **THIRDS))
    assert {one.severity for one in found.values()} == {Severity.FINE}


def test_nearly_black_images_are_found_and_a_normalisation_helps():
    dark = images([0, 1, 2] * 100, **THIRDS, brightest=16)
    found = findings(dark)[Kind.SCALE]
    assert found.severity is Severity.NOTICE
    assert found.value == pytest.approx(16 / 255)
    assert "16 of 255" in found.number
    standardise, normalise = found.fixes
    assert isinstance(normalise.spec.layers[0], BatchNorm)
    assert findings(dark, normalise.spec)[Kind.SCALE].severity is Severity.FINE
    assert standardise.preparing == Preparing(standardise=True)
    assert findings(prepared(dark, standardise.preparing))[Kind.SCALE].severity is Severity.FINE


def test_pixels_as_they_are_stored_are_found_too_large():
    raw = prepared(images([0, 1, 2] * 100, **THIRDS), Preparing(scaling=RAW))
    found = findings(raw)[Kind.SCALE]
    assert found.severity is Severity.NOTICE
    assert "up to 255" in found.number
    assert found.fixes[0].preparing == Preparing(scaling=RAW, standardise=True)
    assert findings(prepared(raw, found.fixes[0].preparing))[Kind.SCALE].severity is Severity.FINE


def test_the_scale_counts_not_the_number_in_the_file():
    found = findings(images([0, 1, 2] * 100, **THIRDS, brightest=16, max_value=16))
    assert found[Kind.SCALE].severity is Severity.FINE


@pytest.mark.parametrize(
    ("few", "severity"), [(60, Severity.FINE), (40, Severity.NOTICE), (10, Severity.PROBLEM)]
)
def test_unbalanced_classes_are_found(few, severity):
    labels = ([0] * (180 - few) + [1] * few) + [0, 1] * 60
    found = findings(images(labels, **THIRDS, classes=2))[Kind.BALANCE]
    assert found.severity is severity
    assert f'{180 - few} images of "a"' in found.number
    assert found.value == pytest.approx((180 - few) / few)


def test_classes_of_one_size_are_told_as_such():
    found = findings(images([0, 1, 2] * 100, **THIRDS))[Kind.BALANCE]
    assert found.number.endswith(" images of every class")
    assert found.value == 1.0


def test_a_class_without_training_images_is_a_problem():
    found = findings(images([0, 1] * 90 + [0, 1, 2] * 40, **THIRDS))
    assert found[Kind.BALANCE].severity is Severity.PROBLEM
    assert 'No training image shows "c"' in found[Kind.BALANCE].meaning
    assert found[Kind.BALANCE].value is None


def test_splits_that_were_cut_from_sorted_images_are_found():
    found = findings(images([0] * 100 + [1] * 100 + [2] * 100, **THIRDS))[Kind.SPLIT]
    assert found.severity is Severity.PROBLEM
    assert found.value == pytest.approx(2 / 3)


def test_small_splits_differ_by_chance_without_a_finding():
    rng = np.random.default_rng(3)
    for _ in range(20):
        labels = rng.integers(0, 3, 300).tolist()
        few = {"train": slice(0, 180), "validation": slice(180, 200), "test": slice(200, 300)}
        assert findings(images(labels, **few))[Kind.SPLIT].severity is Severity.FINE


def test_a_sorted_order_is_found_and_a_shuffled_one_is_not():
    labels = np.repeat(np.arange(10), 50)
    found = doctor_data.order(labels)
    assert found.severity is Severity.PROBLEM
    assert found.value > 0.85
    assert doctor_data.order(np.random.default_rng(0).permutation(labels)).severity is Severity.FINE


def test_the_order_is_the_one_that_a_run_uses():
    dataset = images([0] * 100 + [1] * 100 + [2] * 100, **THIRDS)
    case = case_of(dataset)
    used = doctor_data.first_order(case, dataset)
    assert sorted(used.tolist()) == list(range(180))
    assert used.tolist() != list(range(180))
    assert doctor_data.order(dataset.labels[used]).severity is Severity.FINE


def test_where_numbers_are_learned_only_the_scale_is_judged():
    dataset = measured_digits()
    case = Case(plain_design(), TrainingSpec(loss=MeanSquaredError()), empty_history(), dataset)
    kinds = [one.kind for one in doctor_data.examine_data(case, dataset)]
    assert kinds == [Kind.SCALE, Kind.TARGETS]


def test_targets_far_from_0_are_named_and_can_be_standardised():
    dataset = measured_digits()
    case = Case(plain_design(), TrainingSpec(loss=MeanSquaredError()), empty_history(), dataset)
    assert doctor_data.scale_of_targets(dataset).severity is Severity.FINE
    for factor, severity in ((20, Severity.NOTICE), (50_000, Severity.PROBLEM)):
        wide = dataclasses.replace(dataset, targets=dataset.targets * np.float32(factor))
        finding = doctor_data.scale_of_targets(wide)
        assert finding.severity is severity
        assert finding.number.startswith("from ")
        cured = prepared(wide, finding.fixes[0].preparing)
        *_, again = doctor_data.examine_data(case, cured)
        assert (again.kind, again.severity) == (Kind.TARGETS, Severity.FINE)
        assert again.number.startswith("standardised: output 0 less ")
