"""What the dock says, for every kind of answer."""

from __future__ import annotations

import dataclasses
import types

import numpy as np
import pytest

from cnnviz.app.attribution.attribution_work import Snapshot
from cnnviz.data.dataset import Split
from cnnviz.data.quantities import Quantity
from cnnviz.interpret.attribution.difference import Difference
from cnnviz.interpret.attribution.methods import METHODS
from cnnviz.interpret.attribution.result import Completeness
from cnnviz.interpret.attribution.top_images import Excitement, TopImages
from cnnviz.interpret.attribution.unit import Box
from cnnviz.spec.losses import BinaryCrossEntropy, CrossEntropy, MeanSquaredError, MulticlassSVM
from cnnviz.spec.receptive import ReceptiveField
from cnnviz.ui.attribution.words import (
    answer_text,
    class_chances,
    completeness_text,
    difference_text,
    excitement_text,
    most_text,
    of_output,
    output_name,
    role_text,
    score_text,
    share_text,
    top_texts,
    when_text,
)


def answer_of(scores, explained, *, true=None, predicted=None, against=None):
    score = scores[min(explained, len(scores) - 1)] - (0 if against is None else scores[against])
    attribution = types.SimpleNamespace(class_index=explained, score=score, against=against)
    return types.SimpleNamespace(
        attribution=attribution,
        question=types.SimpleNamespace(true_class=true),
        scores=np.array(scores, np.float32),
        predicted=predicted,
    )


@pytest.mark.parametrize(
    ("predicted", "true", "role"),
    [
        (1, 1, "predicted and true"),
        (1, 0, "predicted"),
        (0, 1, "true"),
        (0, 2, "neither predicted nor true"),
        (0, None, "not predicted"),
        (None, 0, ""),
    ],
)
def test_the_role_of_the_explained_class_is_said(predicted, true, role):
    assert role_text(answer_of([1.0, 2.0], 1, true=true, predicted=predicted)) == role


def test_a_difference_is_said_with_both_classes():
    answer = answer_of([1.0, 4.0, 3.0], 1, true=2, predicted=1, against=2)
    said = answer_text(answer, ["cat", "dog", "fox"], CrossEntropy())
    assert said == "dog rather than fox: score 1.000 higher"
    assert score_text(answer, CrossEntropy()) == ""
    assert role_text(answer) == "predicted against true"
    right = answer_of([1.0, 4.0, 3.0], 1, true=1, predicted=1, against=2)
    assert role_text(right) == "predicted against second"


def found_difference(value, *, against=None, has_target=False):
    field = ReceptiveField(size=(1, 1), jump=(1, 1), start=(0, 0))
    shares = np.array([[[0.5, -2.0]]], np.float32)
    return Difference(1, against, value, "relu", shares, field, has_target)


def test_a_difference_is_said_as_what_it_is_between():
    ahead = found_difference(2.5, against=0)
    above, below = (found_difference(value, has_target=True) for value in (2.5, -2.5))
    assert difference_text(ahead, ["cat", "dog"], 2) == "dog is 2.500 ahead of cat"
    assert difference_text(above, [], 3) == "output 1 is 2.500 above its target"
    assert difference_text(below, [], 1) == "output 0 is 2.500 below its target"
    assert difference_text(found_difference(-2.5), [], 1) == "output 0 is −2.500"
    named = difference_text(below, [], 1, (Quantity("size", "of the side"),))
    assert named == "size is 2.500 below its target"


def test_a_share_is_said_with_its_sign_and_its_place():
    found = found_difference(1.0, against=0)
    assert share_text(found, (0, 0, 0)) == "relu map 0, row 0, column 0: +0.5000"
    assert share_text(found, (0, 0, 1)) == "relu map 0, row 0, column 1: −2.000"


@pytest.mark.parametrize(
    ("value", "options", "said"),
    [
        (2.5, {"against": 0}, "dog is 2.500 ahead of cat; 0.5000 of that comes from one number of relu."),
        (
            0.25,
            {"against": 0},
            "dog is 0.2500 ahead of cat: one number of relu alone makes 0.5000, "
            "and the rest takes 0.2500 back.",
        ),
        (-2.5, {}, "dog is −2.500; −2.000 of that comes from one number of relu."),
        (
            -0.5,
            {"has_target": True},
            "dog is 0.5000 below its target: one number of relu alone makes 2.000, "
            "and the rest takes 1.500 back.",
        ),
    ],
)
def test_the_number_that_did_most_is_said_in_words(value, options, said):
    quantities = tuple(Quantity(name, "") for name in ("cat", "dog"))
    assert most_text(found_difference(value, **options), ["cat", "dog"], 2, quantities) == said


def test_where_no_number_adds_to_a_difference_that_is_said():
    found = found_difference(2.5, against=0)
    found = dataclasses.replace(found, shares=-np.abs(found.shares))
    said = most_text(found, ["cat", "dog"], 2)
    assert said == "dog is 2.500 ahead of cat; no single number of relu adds to that."


def test_what_is_learned_standardised_is_told_in_its_own_unit_and_as_its_shares_are_counted():
    price = (Quantity("price", "", mean=1_000.0, deviation=100.0),)
    below = found_difference(-0.5, has_target=True)
    assert difference_text(below, [], 1, price) == "price is 50.00 below its target, learned as 0.5000"
    assert difference_text(found_difference(-2.5), [], 1, price) == "price is 750.0, learned as −2.500"
    assert most_text(below, [], 1, price).startswith("price is 50.00 below its target, learned as 0.5000: ")


def test_what_the_network_gives_is_said_as_the_loss_means_it():
    answer = answer_of([0.0, np.log(3.0)], 1, predicted=1)
    assert answer_text(answer, ["cat", "dog"], CrossEntropy()) == "dog with 75.0 %"
    assert score_text(answer, CrossEntropy()) == "score 1.099"
    assert answer_text(answer, ["cat", "dog"], MulticlassSVM()) == "dog with the score 1.099"
    assert score_text(answer, MulticlassSVM()) == ""
    assert answer_text(answer, ["cat", "dog"], MeanSquaredError()) == "output 1: 1.099"
    assert output_name(["cat"], 1, MeanSquaredError(), 1) == "output 0"
    np.testing.assert_allclose(
        class_chances(np.array([np.log(3.0)], np.float32), BinaryCrossEntropy()), [0.25, 0.75], rtol=1e-6
    )


def test_a_sum_that_is_right_is_said_to_be_and_one_that_misses_by_how_much():
    right = completeness_text(Completeness(3.0, 1.0, 2.0001))
    assert "by so much" in right
    assert "Missed" not in right
    assert "Missed: 0.5000 (25.0 %)" in completeness_text(Completeness(3.0, 1.0, 2.5))
    assert Completeness(1.0, 1.0, 0.0).relative_error == 0


def test_how_much_was_looked_through_is_said():
    one = Excitement(2.5, 6, 40, 1, 2, Box(1, 2, 4, 5))
    top = TopImages("conv1", 3, Split.TRAIN, (one,), 200, 50)
    whole, *shorter = top_texts(top, "epoch 2, step 80")
    assert (
        whole == "Most exciting of 200 training images; above 0 in 25.0 % of them. Weights: epoch 2, step 80."
    )
    assert shorter == [
        "of 200 training images, above 0 in 25.0 %; epoch 2, step 80",
        "of 200 training images; epoch 2, step 80",
        "epoch 2, step 80",
    ]
    assert "may be dead" in top_texts(TopImages("conv1", 3, Split.TEST, (one,), 1, 0), "untrained")[0]
    said = excitement_text(one, "7, training")
    assert said == (
        "2.500 at row 1, column 2 of the map, which sees rows 1 to 3, columns 2 to 4; 7, training, image 7"
    )


def test_when_the_weights_were_taken_is_said():
    assert when_text(Snapshot(None, {}, 0, 0)) == "untrained"
    assert when_text(Snapshot(None, {}, 1234, 3)) == "epoch 3, step 1,234"


@pytest.mark.parametrize("method", METHODS)
def test_of_a_learned_number_nothing_is_said_about_classes_and_scores(method):
    for words in (method.tells, method.cannot):
        assert of_output(words, is_class=True) == words
        said = of_output(words, is_class=False)
        assert "class" not in said
        assert "score" not in said
