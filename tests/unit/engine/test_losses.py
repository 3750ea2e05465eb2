from __future__ import annotations

import numpy as np

from cnnviz.engine.losses import softmax_cross_entropy
from cnnviz.engine.metrics import accuracy, correct_count
from tests.helpers import naive_ops
from tests.helpers.gradients import numeric_gradient, relative_error


def test_cross_entropy_equals_the_loops_and_central_differences():
    scores = np.random.default_rng(0).standard_normal((5, 4)) * 3
    labels = np.array([4, 0, 2, 2])
    loss, gradient = softmax_cross_entropy(scores, labels)
    np.testing.assert_allclose(loss, naive_ops.cross_entropy(scores, labels), rtol=1e-12)
    numeric = numeric_gradient(lambda: softmax_cross_entropy(scores, labels)[0], scores)
    assert relative_error(gradient, numeric) < 1e-6


def test_cross_entropy_of_equal_scores_is_the_logarithm_of_the_classes():
    loss, gradient = softmax_cross_entropy(np.zeros((10, 3), np.float32), np.array([0, 5, 9]))
    np.testing.assert_allclose(loss, 3 * np.log(10), rtol=1e-6)
    np.testing.assert_allclose(gradient.sum(axis=0), 0, atol=1e-6)


def test_cross_entropy_of_huge_scores_stays_exact():
    scores = np.array([[1e4, -1e4], [0, 0]], np.float32)
    loss, gradient = softmax_cross_entropy(scores, np.array([0, 0]))
    np.testing.assert_allclose(loss, 1e4, rtol=1e-6)
    np.testing.assert_allclose(gradient, [[0, -1], [0, 1]])


def test_accuracy_counts_the_largest_scores():
    scores = np.array([[3, 0, 1], [1, 2, 5]], np.float32)
    labels = np.array([0, 0, 1])
    assert correct_count(scores, labels) == 2
    assert accuracy(scores, labels) == 2 / 3
    assert accuracy(np.zeros((2, 0), np.float32), np.zeros(0, np.int64)) == 0
