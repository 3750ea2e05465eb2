from __future__ import annotations

import dataclasses

import numpy as np
import pytest

from cnnviz.data.quantities import AnglePart, Quantity
from cnnviz.engine.build import build
from cnnviz.interpret.activations import view_image
from cnnviz.spec.losses import CrossEntropy, MeanSquaredError, MulticlassSVM
from cnnviz.ui.inspector.answers import Answers, Meaning, answers_of
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
    else:
        assert answers.values is view.layers[-1].values


def test_a_design_without_scores_has_no_answer(view):
    flatless = small_design().remove("dense1")
    network = build(small_design(), np.random.default_rng(0))
    part = view_image(flatless.remove("flatten1"), network.parameters, np.ones((1, 8, 8), np.float32))
    answers = answers_of(part, MulticlassSVM())
    assert answers.values is None
    assert answers.predicted() is None
    assert "appear here" in answers.sentence((), None)
    assert len(answers.spans()) == 0


def test_bars_of_probabilities_begin_at_nothing():
    spans = Answers(np.array([0.25, 0.75], np.float32)).spans()
    np.testing.assert_allclose(spans, [[0, 0.25], [0, 0.75]])


def test_bars_of_scores_begin_where_0_lies():
    answers = Answers(np.array([-1.0, 3.0, 1.0], np.float32), Meaning.SCORES)
    np.testing.assert_allclose(answers.spans(), [[0.25, 0], [0.25, 1], [0.25, 0.5]])
    assert answers.predicted() == 1
    assert answers.text(-1.0) == "−1.000"
    below = Answers(np.array([-1.0, -4.0], np.float32), Meaning.SCORES)
    np.testing.assert_allclose(below.spans(), [[1, 0.75], [1, 0]])


def test_bars_of_numbers_show_their_sign():
    answers = Answers(np.array([-4.0, 1.0], np.float32), Meaning.NUMBERS)
    np.testing.assert_allclose(answers.spans(), [[0.8, 0], [0.8, 1]])
    assert answers.predicted() is None
    assert answers.name(("cat",), 1) == "output 1"
    assert answers.line(0) is None
    assert answers.remark(1, 0) == ""


def test_the_margin_below_the_true_score_is_a_line():
    answers = Answers(np.array([-1.0, 3.0, 2.5, -2.0], np.float32), Meaning.SCORES, margin=1.0)
    assert answers.line(1) == pytest.approx(0.8), "at 2, of −2 to 3"
    assert answers.line(2) == pytest.approx(0.7)
    assert answers.line(3) is None, "below all scores"
    assert answers.line(None) is None
    assert answers.line(9) is None
    assert answers.remark(2, 1) == "0.5000 below the true class, which costs 0.5000"
    assert answers.remark(0, 1) == "4.000 below the true class, which is enough"
    assert answers.remark(1, 2) == "0.5000 above the true class, which costs 1.500"
    assert answers.remark(1, 1) == answers.remark(1, None) == ""


def test_the_lead_of_the_highest_score_is_said():
    answers = Answers(np.array([-1.0, 3.0, 2.5], np.float32), Meaning.SCORES)
    assert answers.sentence("abc", None) == "b with the highest score, 3.000, 0.500 ahead of c"


def test_numbers_have_the_names_and_units_of_the_data_set():
    size = (Quantity("size", "of the side"),)
    answers = Answers(np.array([0.5], np.float32), Meaning.NUMBERS, size)
    assert answers.name((), 0) == "size"
    assert answers.sentence((), None) == "size 0.5000 of the side"
    angle = (Quantity("sine", part=AnglePart.SINE), Quantity("cosine", part=AnglePart.COSINE))
    turned = Answers(np.array([2.0, 0.0], np.float32), Meaning.NUMBERS, angle)
    assert turned.sentence((), None) == "An angle of 90°"
    right = dataclasses.replace(turned, targets=np.array([0.0, -1.0], np.float32))
    assert right.sentence((), None) == "An angle of 90°; it is 180°"
    right = dataclasses.replace(answers, targets=np.array([0.25], np.float32))
    assert right.sentence((), None) == "size 0.5000 of the side; it is 0.2500"


def test_numbers_that_broke_have_no_bars():
    with np.errstate(all="raise"):
        spans = Answers(np.array([np.nan, 1.0, np.inf], np.float32), Meaning.SCORES).spans()
    assert spans[0, 0] == spans[0, 1]
    assert np.isfinite(spans).all()
    zeros = Answers(np.zeros(3, np.float32), Meaning.SCORES).spans()
    np.testing.assert_array_equal(zeros[:, 0], zeros[:, 1])


SIZE = (Quantity("size", "of the side"),)


def test_the_right_number_has_a_mark_on_the_bar():
    answers = Answers(np.array([0.5], np.float32), Meaning.NUMBERS, SIZE)
    assert answers.marks() is None
    assert answers.legend(None) == "Scale 0 to 0.5"
    known = dataclasses.replace(
        answers, targets=np.array([0.25], np.float32), ranges=np.array([[0.1], [0.9]], np.float32)
    )
    np.testing.assert_allclose(known.marks(), [0.25])
    np.testing.assert_allclose(known.spans(), [[0, 0.5]])
    assert known.legend(None) == "Scale 0 to 1; marks: what is right"
    assert known.told(0) == "0.500 of the side; it is 0.250; bar from 0 to 1"


def test_plain_numbers_stay_in_their_order_where_not_all_have_room():
    values = np.array([1.0, 3.0, 2.0], np.float32)
    assert Answers(values, Meaning.NUMBERS).rows(2) == [0, 1]
    assert Answers(values, Meaning.SCORES).rows(2) == [1, 2]
    assert Answers(values).rows(5) == [0, 1, 2]
    assert Answers().rows(5) == []
