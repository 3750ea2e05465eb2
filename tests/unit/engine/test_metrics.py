from __future__ import annotations

import numpy as np
import pytest

from cnnviz.engine.metrics import accuracy, correct_count, mean_absolute_error, r_squared, top_k_count


def test_accuracy_counts_the_largest_scores():
    scores = np.array([[3, 0, 1], [1, 2, 5]], np.float32)
    labels = np.array([0, 0, 1])
    assert correct_count(scores, labels) == 2
    assert accuracy(scores, labels) == 2 / 3
    assert accuracy(np.zeros((2, 0), np.float32), np.zeros(0, np.int64)) == 0


def test_top_k_equals_sorting_also_for_equal_scores():
    scores = np.random.default_rng(0).integers(0, 4, (7, 200)).astype(np.float32)
    labels = np.random.default_rng(1).integers(0, 7, 200)
    order = np.argsort(-scores, axis=0, kind="stable")
    for k in (1, 2, 5, 7):
        assert top_k_count(scores, labels, k) == (order[:k] == labels).any(axis=0).sum()
    assert top_k_count(scores, labels, 1) == correct_count(scores, labels)


def test_absolute_error_is_the_mean_over_all_numbers():
    assert mean_absolute_error(np.array([[1.0, 2], [0, 0]]), np.array([[0.0, 4], [0, -1]])) == 1


def test_r_squared_is_1_for_the_truth_0_for_the_mean_and_an_average_over_outputs():
    targets = np.random.default_rng(0).standard_normal((2, 50)).astype(np.float32)
    means = np.repeat(targets.mean(axis=1, keepdims=True), 50, axis=1)
    assert r_squared(targets, targets) == 1
    assert r_squared(means, targets) == pytest.approx(0, abs=1e-6)
    assert r_squared(np.stack([targets[0], means[1]]), targets) == pytest.approx(0.5, abs=1e-6)
    assert r_squared(-targets, targets) < -2


def test_r_squared_of_equal_targets_is_finite():
    flat = np.ones((1, 5))
    assert r_squared(flat, flat) == 1
    assert r_squared(flat + 1, flat) == 0
