from __future__ import annotations

import dataclasses

import numpy as np
import pytest

from cnnviz.data.dataset import Split
from cnnviz.data.quantities import AnglePart, Quantity
from cnnviz.spec.losses import MeanSquaredError
from cnnviz.training.number_report import number_report
from tests.helpers.runs import linear_design, measured_digits


def test_figures_of_numbers_equal_their_definitions():
    dataset = measured_digits()
    indices = dataset.indices(Split.TEST)
    scores = np.random.default_rng(0).random((2, len(indices)), np.float32)
    made = number_report(dataset, indices, linear_design(2), MeanSquaredError(), scores)
    targets = dataset.targets[indices].astype(np.float64)
    off = scores.T - targets
    assert (made.images, made.numbers) == (20, 2)
    np.testing.assert_allclose(made.losses, (off**2).mean(axis=1), rtol=1e-5)
    assert made.loss == pytest.approx((off**2).mean(), rel=1e-5)
    assert made.mean_absolute_error() == pytest.approx(np.abs(off).mean(), rel=1e-5)
    explained = [
        1 - (off[:, k] ** 2).sum() / ((targets[:, k] - targets[:, k].mean()) ** 2).sum() for k in (0, 1)
    ]
    assert made.r_squared() == pytest.approx(np.mean(explained), rel=1e-5)
    for k in (0, 1):
        assert made.mean_absolute_error(k) == pytest.approx(np.abs(off[:, k]).mean(), rel=1e-5)
        assert made.r_squared(k) == pytest.approx(explained[k], rel=1e-5)
        np.testing.assert_allclose(made.residuals(k), off[:, k], atol=1e-6)
    assert list(made.losses[made.hardest]) == sorted(made.losses, reverse=True)


def test_an_angle_is_compared_the_short_way_round():
    turned = np.radians([[350.0]])
    digits = measured_digits()
    targets = np.concatenate([np.sin(turned), np.cos(turned)], axis=1).repeat(len(digits), axis=0)
    quantities = (Quantity("sine", part=AnglePart.SINE), Quantity("cosine", part=AnglePart.COSINE))
    dataset = dataclasses.replace(digits, targets=targets.astype(np.float32), quantities=quantities)
    scores = np.repeat(np.array([[np.sin(np.radians(20))], [np.cos(np.radians(20))]], np.float32), 3, axis=1)
    report = number_report(dataset, np.arange(3), linear_design(2), MeanSquaredError(), scores)
    said, true = report.angles()
    assert true == pytest.approx(350, abs=1e-3)
    assert said == pytest.approx(380, abs=1e-3)
    assert report.names == ("sine", "cosine")
    plain = dataclasses.replace(report, quantities=())
    assert plain.angles() is None
    assert plain.names == ("output 0", "output 1")
