from __future__ import annotations

import dataclasses

import numpy as np
import pytest

from cnnviz.data.dataset import Split
from cnnviz.data.quantities import AnglePart, Quantity
from cnnviz.spec.losses import MeanSquaredError
from cnnviz.training.number_report import number_report
from cnnviz.ui.evaluation.number_plots import NumberPlots
from tests.helpers.runs import linear_design, measured_digits

ANGLE = (Quantity("sine", part=AnglePart.SINE), Quantity("cosine", part=AnglePart.COSINE))


def report_of(*quantities):
    dataset = dataclasses.replace(measured_digits(), quantities=quantities)
    indices = dataset.indices(Split.VALIDATION)
    scores = np.random.default_rng(0).random((2, len(indices)), np.float32)
    return number_report(dataset, indices, linear_design(2), MeanSquaredError(), scores)


@pytest.fixture
def plots(qtbot):
    plots = NumberPlots()
    qtbot.addWidget(plots)
    return plots


def offered(plots):
    return [plots.choice.itemText(place) for place in range(plots.choice.count())]


def test_numbers_without_names_are_counted(plots):
    plots.set_report(report_of())
    assert offered(plots) == ["output 0", "output 1"]


def test_names_and_units_are_offered(plots):
    plots.set_report(report_of(Quantity("ink above"), Quantity("ink below", "mg")))
    assert offered(plots) == ["ink above", "ink below (mg)"]
    plots.set_report(report_of())
    assert offered(plots) == ["output 0", "output 1"]


def test_an_angle_is_offered_first_and_drawn_in_degrees(plots):
    report = report_of(*ANGLE)
    plots.set_report(report)
    assert offered(plots) == ["angle (degrees)", "sine", "cosine"]
    said, true = report.angles()
    points = plots._points.getData()
    assert points[0] == pytest.approx(true)
    assert points[1] == pytest.approx(said)
    assert "°, half of them within" in plots.note
    plots.choice.setCurrentIndex(2)
    plots.choice.activated.emit(2)
    assert plots._points.getData()[1] == pytest.approx(report.outputs[:, 1])
    assert "R²" in plots.note
