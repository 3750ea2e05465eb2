from __future__ import annotations

import numpy as np
import pytest

from cnnviz.data.quantities import AnglePart, Quantity
from cnnviz.engine.build import build
from cnnviz.interpret.activations import view_image
from cnnviz.spec.losses import CrossEntropy, MeanSquaredError, MulticlassSVM
from cnnviz.ui.inspector.answers import Answers, Meaning, answers_of, shown_view
from tests.helpers.designs import small_design


@pytest.fixture(scope="module")
def view():
    network = build(small_design(), np.random.default_rng(0))
    return view_image(network.spec, network.parameters, np.ones((1, 8, 8), np.float32))


@pytest.mark.parametrize(
    ("loss", "meaning"),
    [
        (CrossEntropy(), Meaning.PROBABILITIES),
        (MulticlassSVM(), Meaning.SCORES),
        (MeanSquaredError(), Meaning.NUMBERS),
    ],
)
def test_the_loss_says_what_the_last_numbers_mean(view, loss, meaning):
    answers = answers_of(view, loss)
    assert answers.meaning is meaning
    if meaning is Meaning.PROBABILITIES:
        assert answers.values.sum() == pytest.approx(1)
        assert shown_view(view, loss) is view
    else:
        assert answers.values is view.layers[-1].values
        assert shown_view(view, loss).probabilities is None
        assert shown_view(view, loss).layers is view.layers


def test_a_design_without_scores_has_no_answer(view):
    flatless = small_design().remove("dense1")
    network = build(small_design(), np.random.default_rng(0))
    part = view_image(flatless.remove("flatten1"), network.parameters, np.ones((1, 8, 8), np.float32))
    answers = answers_of(part, MulticlassSVM())
    assert answers.values is None
    assert answers.predicted() is None
    assert "appear here" in answers.sentence((), None)
    assert len(answers.shares()) == 0


def test_bars_of_scores_reach_from_the_lowest_to_the_highest():
    answers = Answers(np.array([-1.0, 3.0, 1.0], np.float32), Meaning.SCORES)
    assert answers.shares().tolist() == [0, 1, 0.5]
    assert answers.predicted() == 1
    assert answers.text(-1.0) == "−1.000"


def test_bars_of_numbers_are_as_long_as_their_size():
    answers = Answers(np.array([-4.0, 1.0], np.float32), Meaning.NUMBERS)
    assert answers.shares().tolist() == [1, 0.25]
    assert answers.predicted() is None
    assert answers.name(("cat",), 1) == "output 1"


def test_numbers_have_the_names_and_units_of_the_data_set():
    size = (Quantity("size", "of the side"),)
    answers = Answers(np.array([0.5], np.float32), Meaning.NUMBERS, size)
    assert answers.name((), 0) == "size"
    assert answers.sentence((), None) == "size 0.5000 of the side"
    angle = (Quantity("sine", part=AnglePart.SINE), Quantity("cosine", part=AnglePart.COSINE))
    turned = Answers(np.array([2.0, 0.0], np.float32), Meaning.NUMBERS, angle)
    assert turned.sentence((), None) == "An angle of 90°"


def test_equal_scores_have_no_bars():
    assert Answers(np.ones(3, np.float32), Meaning.SCORES).shares().tolist() == [0, 0, 0]
