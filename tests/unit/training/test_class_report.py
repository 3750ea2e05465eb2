"""Figures of classification against loops that say what each of them means."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cnnviz.data.dataset import Split
from cnnviz.spec.layers import Sigmoid
from cnnviz.spec.losses import BinaryCrossEntropy, CrossEntropy, MulticlassSVM
from cnnviz.training.class_report import class_figures, class_report, confusion, hardest_first
from tests.helpers.runs import few_digits, linear_design, odd_digits


def share(part, whole):
    return part / whole if whole else math.nan


def naive_figures(labels, predicted, classes):
    """Precision, recall and F1 of each class, counted one image after the other."""
    rows = []
    for k in range(classes):
        pairs = list(zip(labels, predicted, strict=True))
        found = sum(label == k and said == k for label, said in pairs)
        true, taken = sum(label == k for label, _ in pairs), sum(said == k for _, said in pairs)
        rows.append((true, share(found, taken), share(found, true), share(2 * found, true + taken)))
    return rows


def report(dataset=None, loss=None, scores=None, spec=None, split=Split.VALIDATION):
    dataset = dataset or few_digits()
    indices = dataset.indices(split)
    if scores is None:
        scores = np.random.default_rng(3).standard_normal((10, len(indices))).astype(np.float32)
    return class_report(dataset, indices, spec or linear_design(), loss or CrossEntropy(), scores)


@given(st.integers(1, 6), st.lists(st.tuples(st.integers(0, 5), st.integers(0, 5)), max_size=40))
def test_figures_of_classes_equal_counting(classes, pairs):
    labels = np.array([label % classes for label, _ in pairs], np.int64)
    predicted = np.array([said % classes for _, said in pairs], np.int64)
    table = confusion(labels, predicted, classes)
    for row in range(classes):
        for column in range(classes):
            assert table[row, column] == np.sum((labels == row) & (predicted == column))
    figures = class_figures(table)
    expected = naive_figures(labels, predicted, classes)
    columns = (figures.images, figures.precision, figures.recall, figures.f1)
    np.testing.assert_allclose(np.array(columns).T, np.array(expected), rtol=1e-12)
    known = [row[3] for row in expected if not math.isnan(row[3])]
    assert figures.means()[2] == pytest.approx(np.mean(known) if known else math.nan, nan_ok=True)


def test_f1_is_the_harmonic_mean():
    figures = class_figures(np.array([[8, 2], [1, 4]]))
    precision, recall = 8 / 9, 8 / 10
    assert figures.precision[0] == pytest.approx(precision)
    assert figures.recall[0] == pytest.approx(recall)
    assert figures.f1[0] == pytest.approx(2 * precision * recall / (precision + recall))


def test_a_report_has_a_row_for_each_image():
    scores = np.random.default_rng(3).standard_normal((10, 20)).astype(np.float32)
    made = report(scores=scores)
    exponents = np.exp(scores.astype(np.float64))
    probabilities = exponents / exponents.sum(axis=0)
    labels = few_digits().labels[few_digits().indices(Split.VALIDATION)]
    np.testing.assert_array_equal(made.labels, labels)
    np.testing.assert_array_equal(made.predicted, scores.argmax(axis=0))
    np.testing.assert_allclose(made.answers, probabilities.T, rtol=1e-5)
    np.testing.assert_allclose(made.losses, -np.log(probabilities[labels, np.arange(20)]), rtol=1e-5)
    assert made.images == 20
    assert made.loss == pytest.approx(made.losses.mean())
    assert made.accuracy == pytest.approx(np.mean(scores.argmax(axis=0) == labels))
    assert not made.is_scores


def test_among_the_likeliest():
    made = report()
    order = np.argsort(-made.answers, axis=1, kind="stable")
    assert made.tops == (3, 5)
    for k in (1, 2, *made.tops, 9):
        hits = [label in row[:k] for label, row in zip(made.labels, order, strict=True)]
        assert made.top(k) == pytest.approx(np.mean(hits))


def test_mistakes_stand_with_the_hardest_first():
    made = report()
    mistakes = made.mistakes()
    assert set(mistakes) == set(np.flatnonzero(made.labels != made.predicted))
    assert list(made.losses[mistakes]) == sorted(made.losses[mistakes], reverse=True)
    cells = [list(made.cell(row, column)) for row in range(10) for column in range(10)]
    assert sorted(place for cell in cells for place in cell) == list(range(20))
    assert [len(cell) for cell in cells] == list(made.confusion.ravel())
    for label in range(10):
        others = [place for k in range(10) if k != label for place in made.cell(label, k)]
        assert sorted(made.mistakes_of(label)) == sorted(others)


def test_shares_of_a_row_sum_to_one_or_nothing():
    made = report()
    present = np.bincount(made.labels, minlength=10) > 0
    np.testing.assert_allclose(made.row_shares().sum(axis=1), present)


def test_scores_of_the_svm_stay_scores():
    scores = np.random.default_rng(3).standard_normal((10, 20)).astype(np.float32)
    made = report(loss=MulticlassSVM(), scores=scores)
    assert made.is_scores
    np.testing.assert_array_equal(made.answers, scores.T)
    label = made.labels[0]
    margins = [max(0, scores[k, 0] - scores[label, 0] + 1) for k in range(10) if k != label]
    assert made.losses[0] == pytest.approx(sum(margins), rel=1e-5)


def test_of_two_classes_the_second_is_predicted_above_one_half():
    indices = odd_digits().indices(Split.VALIDATION)
    scores = np.linspace(-2, 2, len(indices), dtype=np.float32)[None]
    scores[0, 5] = 0
    made = report(odd_digits(), BinaryCrossEntropy(), scores, linear_design(1, Sigmoid()))
    np.testing.assert_array_equal(made.predicted, (made.answers[:, 1] > 0.5).astype(int))
    assert made.predicted[5] == 0
    assert made.confusion.shape == (2, 2)
    assert made.accuracy == np.mean(made.predicted == made.labels)
    assert made.tops == ()


def test_scores_that_are_no_numbers_are_the_hardest_and_never_right():
    scores = np.zeros((10, 20), np.float32)
    scores[:, 7] = np.nan
    scores[3, 8] = np.inf
    made = report(scores=scores)
    assert set(made.hardest[:2]) == {7, 8}
    assert made.accuracy == np.mean(made.predicted == made.labels)
    assert list(hardest_first(np.array([1.0, np.nan, 3.0]))) == [1, 2, 0]
