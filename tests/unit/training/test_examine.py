"""A report says the same as the short evaluation, and stops when it is asked to."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest

from cnnviz.data.dataset import Split
from cnnviz.engine.build import build
from cnnviz.engine.parallel import Executor
from cnnviz.spec.layers import Sigmoid
from cnnviz.spec.losses import BinaryCrossEntropy, CrossEntropy, MeanSquaredError, MulticlassSVM
from cnnviz.training.class_report import ClassReport
from cnnviz.training.evaluation import evaluate, examine, in_short
from tests.helpers.runs import few_digits, linear_design, measured_digits, odd_digits

CASES = {
    "cross-entropy": (CrossEntropy(), few_digits, linear_design()),
    "svm": (MulticlassSVM(), few_digits, linear_design()),
    "binary": (BinaryCrossEntropy(), odd_digits, linear_design(1, Sigmoid())),
    "squares": (MeanSquaredError(), measured_digits, linear_design(2)),
}


def executor(spec, loss, threads=2):
    return Executor(build(spec, np.random.default_rng(0)), threads, loss)


@pytest.mark.parametrize("name", CASES)
def test_a_report_has_the_figures_of_the_short_evaluation(name):
    loss, data, spec = CASES[name]
    indices = data().indices(Split.TRAIN)
    with executor(spec, loss) as lanes:
        short = evaluate(lanes, data(), indices)
        made = examine(lanes, data(), indices, batch_size=32)
    assert made.images == short.images == 90
    assert made.loss == pytest.approx(short.loss, rel=1e-5)
    for name, value in dataclasses.asdict(in_short(made)).items():
        expected = getattr(short, name)
        assert value == (None if expected is None else pytest.approx(expected, rel=1e-5))


def test_it_stops_before_the_next_batch():
    asked = []

    def is_stopping():
        asked.append(True)
        return len(asked) == 3

    indices = few_digits().indices(Split.TRAIN)
    with executor(linear_design(), CrossEntropy()) as lanes:
        assert examine(lanes, few_digits(), indices, batch_size=10, is_stopping=is_stopping) is None
        assert len(asked) == 3
        assert isinstance(examine(lanes, few_digits(), indices), ClassReport)
