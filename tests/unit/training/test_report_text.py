from __future__ import annotations

import csv
import dataclasses
import io

import numpy as np
import pytest

from cnnviz.data.dataset import Split
from cnnviz.data.quantities import Quantity
from cnnviz.spec.losses import CrossEntropy, MeanSquaredError
from cnnviz.training.class_report import class_report
from cnnviz.training.number_report import number_report
from cnnviz.training.report_text import report_csv
from tests.helpers.runs import few_digits, linear_design, measured_digits


def table(report):
    return list(csv.DictReader(io.StringIO(report_csv(report))))


def test_each_class_has_a_row_with_its_figures_and_counts():
    indices = few_digits().indices(Split.VALIDATION)
    scores = np.zeros((10, len(indices)), np.float32)
    scores[4] = 1  # everything is taken for a 4
    report = class_report(few_digits(), indices, linear_design(), CrossEntropy(), scores)
    rows = table(report)
    assert [row["class"] for row in rows] == [str(digit) for digit in range(10)]
    for digit, row in enumerate(rows):
        assert int(row["images"]) == int(row["predicted as 4"]) == report.figures.images[digit]
        assert row["predicted as 3"] == "0"
    fours = report.figures.images[4]
    assert float(rows[4]["precision"]) == pytest.approx(fours / 20)
    assert rows[3]["precision"] == "", "nothing is taken for a 3"


def test_each_image_has_a_row_with_its_numbers():
    dataset = measured_digits()
    indices = dataset.indices(Split.TEST)
    scores = np.random.default_rng(0).random((2, len(indices)), np.float32)
    report = number_report(dataset, indices, linear_design(2), MeanSquaredError(), scores)
    rows = table(report)
    assert len(rows) == 20
    assert int(rows[3]["image"]) == indices[3]
    assert float(rows[3]["output 1"]) == pytest.approx(scores[1, 3])
    assert float(rows[3]["target 0"]) == pytest.approx(dataset.targets[indices[3], 0])
    assert float(rows[3]["loss"]) == pytest.approx(report.losses[3])


def test_numbers_with_names_have_them_as_headings():
    digits = dataclasses.replace(measured_digits(), quantities=(Quantity("above"), Quantity("below", "ink")))
    indices = digits.indices(Split.TEST)
    scores = np.zeros((2, len(indices)), np.float32)
    report = number_report(digits, indices, linear_design(2), MeanSquaredError(), scores)
    assert list(table(report)[0]) == ["image", "above", "below", "true above", "true below", "loss"]
