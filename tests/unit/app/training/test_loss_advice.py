"""A loss is suggested exactly where the chosen one does not fit and another one does."""

from __future__ import annotations

import dataclasses

import pytest

from cnnviz.app.training.loss_advice import loss_advice
from cnnviz.spec.layers import Dense, Flatten, Sigmoid
from cnnviz.spec.losses import BinaryCrossEntropy, CrossEntropy, MeanSquaredError, MulticlassSVM
from cnnviz.spec.network import InputSpec, NetworkSpec
from cnnviz.spec.validate import DataShape, check

TEN = DataShape(8, 8, 1, classes=10)
TWO = dataclasses.replace(TEN, classes=2)
NUMBERS = DataShape(8, 8, 1, classes=0, targets=1)
INPUT = InputSpec(height=8, width=8, channels=1)


def ending_in(*layers):
    return NetworkSpec(name="", input=INPUT, layers=(Flatten(), *layers))


ONE_SIGMOID = ending_in(Dense(units=1), Sigmoid())
ONE_NUMBER = ending_in(Dense(units=1))
TEN_SCORES = ending_in(Dense(units=10))


@pytest.mark.parametrize(
    ("spec", "data", "chosen", "wanted"),
    [
        (ONE_NUMBER, NUMBERS, CrossEntropy(), MeanSquaredError()),
        (ONE_NUMBER, NUMBERS, MulticlassSVM(), MeanSquaredError()),
        (ONE_SIGMOID, TWO, CrossEntropy(), BinaryCrossEntropy()),
        (TEN_SCORES, TEN, MeanSquaredError(), CrossEntropy()),
        (TEN_SCORES, TEN, BinaryCrossEntropy(), CrossEntropy()),
    ],
)
def test_a_loss_that_fits_is_suggested_and_can_be_trained_with(spec, data, chosen, wanted):
    advice = loss_advice(spec, data, chosen)
    assert check(spec, data, chosen)
    assert advice.loss == wanted
    assert advice.reason.endswith(".")
    assert check(spec, data, advice.loss) == ()
    assert loss_advice(spec, data, advice.loss) is None


@pytest.mark.parametrize("chosen", [CrossEntropy(), MulticlassSVM(), CrossEntropy(label_smoothing=0.1)])
def test_where_the_loss_fits_nothing_is_said(chosen):
    assert loss_advice(TEN_SCORES, TEN, chosen) is None
