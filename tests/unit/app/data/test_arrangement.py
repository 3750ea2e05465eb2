from __future__ import annotations

import dataclasses

import numpy as np
import pytest

from cnnviz.app.data.arrangement import Arrangement, Kept, Order, arranged, confidences
from cnnviz.data.dataset import Split
from cnnviz.spec.losses import MeanSquaredError
from cnnviz.training.number_report import number_report
from tests.helpers.runs import few_digits, linear_design, measured_digits
from tests.ui.evaluation.reports import report_of

PART = Split.VALIDATION


@pytest.fixture(scope="module")
def report():
    return report_of(said={3: 8})


def listed(report, **wishes):
    return arranged(few_digits(), PART, Arrangement(**wishes), report).tolist()


def test_without_wishes_all_images_stand_by_their_number(report):
    assert listed(report) == list(range(20))
    assert listed(None) == list(range(20))


def test_right_and_wrong_divide_the_images(report):
    labels = few_digits().labels[few_digits().indices(PART)]
    wrong = listed(report, kept=Kept.WRONG)
    assert wrong == np.flatnonzero(labels == 3).tolist()
    assert wrong
    assert sorted(wrong + listed(report, kept=Kept.RIGHT)) == list(range(20))
    assert listed(report, kept=Kept.WRONG, label=4) == []


def test_classes_stand_in_their_order(report):
    labels = few_digits().labels[few_digits().indices(PART)]
    places = listed(report, order=Order.CLASS)
    assert labels[places].tolist() == sorted(labels)
    assert places == np.argsort(labels, kind="stable").tolist()


def test_losses_rise_or_fall(report):
    hardest, easiest = (listed(report, order=order) for order in (Order.HARDEST, Order.EASIEST))
    assert report.losses[hardest].tolist() == sorted(report.losses, reverse=True)
    assert report.losses[easiest].tolist() == sorted(report.losses)


def test_a_loss_that_is_no_number_counts_as_the_highest(report):
    losses = report.losses.copy()
    losses[5] = np.nan
    broken = dataclasses.replace(report, losses=losses)
    assert listed(broken, order=Order.HARDEST)[0] == 5
    assert listed(broken, order=Order.EASIEST)[-1] == 5


def test_confidence_is_the_probability_of_the_class_that_is_named(report):
    sureness = report.answers.max(axis=1)
    assert confidences(report) == pytest.approx(sureness)
    unsure, sure = (listed(report, order=order) for order in (Order.UNSURE, Order.SURE))
    assert sureness[unsure].tolist() == sorted(sureness)
    assert sureness[sure].tolist() == sorted(sureness, reverse=True)


def test_confidence_of_scores_is_the_lead_of_the_highest(report):
    answers = np.array([[1.0, 4.0, 3.5], [-2.0, -3.0, -9.0]], np.float32)
    scores = dataclasses.replace(report, answers=answers, is_scores=True)
    assert confidences(scores).tolist() == [0.5, 1.0]


def test_a_class_is_listed_in_any_order(report):
    label = int(few_digits().labels[few_digits().indices(PART)][0])
    places = listed(report, label=label, order=Order.HARDEST)
    assert sorted(places) == listed(report, label=label)


def test_numbers_are_put_in_order_by_their_error_only():
    dataset = measured_digits()
    indices = dataset.indices(PART)
    scores = np.random.default_rng(0).random((2, len(indices)), np.float32)
    report = number_report(dataset, indices, linear_design(2), MeanSquaredError(), scores)
    hardest = arranged(dataset, PART, Arrangement(order=Order.HARDEST), report)
    assert hardest.tolist() == report.hardest.tolist()
    wishes = Arrangement(order=Order.UNSURE, kept=Kept.WRONG)
    assert arranged(dataset, PART, wishes, report).tolist() == list(range(20))


def test_what_needs_answers_says_so():
    assert not Arrangement(order=Order.CLASS, label=3).needs_answers
    assert Arrangement(kept=Kept.RIGHT).needs_answers
    assert Arrangement(order=Order.SURE).needs_answers
