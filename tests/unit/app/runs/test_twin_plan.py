from __future__ import annotations

import dataclasses

import pytest

from cnnviz.app.runs.twin_plan import fields_of, planned, subject_of
from cnnviz.spec.schedules import Cosine
from cnnviz.spec.training import SGD, Adam, TrainingSpec
from cnnviz.spec.validate import DataShape
from tests.helpers.designs import small_design

DIGITS = DataShape(8, 8, 1, 10)
TRAINING = TrainingSpec(optimizer=Adam(learning_rate=0.001))


def field(label, group=""):
    found = fields_of(small_design(), TRAINING)
    return next(one for one in found if one.label == label and one.group.startswith(group))


def plan(label, value, group="", data=DIGITS):
    return planned(field(label, group), value, small_design(), TRAINING, data)


def test_everything_that_a_form_shows_can_differ_and_is_listed_once():
    found = fields_of(small_design(), TRAINING)
    places = [(one.part, one.layer, one.name) for one in found]
    assert len(places) == len(set(places))
    assert found[0].label == "Learning rate"
    assert found[0].value == "0.001"
    assert {"Seed", "Batch size", "Schedule", "Loss", "Beta 1", "Filters", "Units"} <= {
        one.label for one in found
    }
    for one in found:
        subject = subject_of(one, small_design(), TRAINING)
        assert not one.name or hasattr(subject, one.name)


@pytest.mark.parametrize(
    ("label", "value", "words"),
    [
        ("Learning rate", 0.01, "learning rate 0.001 → 0.01"),
        ("Batch size", 64, "batch size 32 → 64"),
        ("Seed", 7, "seed 0 → 7"),
        ("Schedule", Cosine(), "schedule Constant → Cosine"),
        ("Optimizer", SGD(), "optimizer Adam → SGD"),
        ("Beta 1", 0.8, "beta 1 0.9 → 0.8"),
    ],
)
def test_a_twin_differs_in_one_setting_and_in_nothing_else(label, value, words):
    found = plan(label, value)
    assert found.words == words
    assert found.is_sound
    assert found.spec == small_design()
    place = field(label)
    if place.part:
        part = dataclasses.replace(TRAINING.optimizer, beta1=value) if place.name == "beta1" else value
        if place.name == "learning_rate":
            part = Adam(learning_rate=value)
        assert found.training == dataclasses.replace(TRAINING, **{place.part: part})
    else:
        assert found.training == dataclasses.replace(TRAINING, **{place.name: value})


def test_a_twin_differs_in_a_field_of_a_layer():
    found = plan("Filters", 32, "conv1")
    assert found.words.startswith("conv1 filters ")
    assert found.words.endswith(" → 32")
    assert found.spec.layer("conv1").filters == 32
    assert found.spec.replace(small_design().layer("conv1")) == small_design()
    assert found.training == TRAINING
    assert found.is_sound


def test_the_same_value_is_no_twin():
    found = plan("Batch size", 32)
    assert found.words == ""
    assert not found.is_sound


def test_a_twin_that_cannot_be_trained_says_why():
    dense = [one for one in fields_of(small_design(), TRAINING) if one.label == "Units"][-1]
    found = planned(dense, 7, small_design(), TRAINING, DIGITS)
    assert found.words
    assert found.problems
    assert not found.is_sound
    assert planned(dense, 7, small_design(), TRAINING, None).is_sound
