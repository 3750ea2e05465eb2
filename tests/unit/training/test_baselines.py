"""Baselines: made from the training images alone, measured on the same splits, and interruptible."""

from __future__ import annotations

import dataclasses
import threading

import numpy as np
import pytest

from cnnviz.data.dataset import Split
from cnnviz.engine.neighbors import Metric
from cnnviz.engine.network import Network
from cnnviz.engine.parallel import Executor
from cnnviz.errors import TrainingError
from cnnviz.spec.layers import Dense, Flatten, Sigmoid
from cnnviz.spec.losses import BinaryCrossEntropy, CrossEntropy, MeanSquaredError
from cnnviz.spec.network import InputSpec, NetworkSpec
from cnnviz.spec.training import BEST, Adam, TrainingSpec
from cnnviz.training.baselines import (
    NeighborBaseline,
    NetworkBaseline,
    measure_network,
    measure_test,
    run_baseline,
)
from cnnviz.training.evaluation import evaluate
from cnnviz.training.gate import Gate, Interrupted
from tests.helpers.runs import few_digits, finished, measured_digits, odd_digits

LINEAR = NetworkSpec(
    name="Linear", input=InputSpec(height=8, width=8, channels=1), layers=(Flatten(), Dense(units=10))
)
TRAINING = TrainingSpec(optimizer=Adam(learning_rate=0.05), epochs=8, patience=3, final_weights=BEST)
BASELINE = NetworkBaseline("linear", "Linear", LINEAR, TRAINING)


def ignore(share: float) -> None:
    """Take no notice of the progress."""


def test_a_network_is_trained_and_its_best_weights_are_measured():
    shares: list[float] = []
    result = run_baseline(BASELINE, few_digits(), Gate(), shares.append, threads=1)
    with Executor(Network.with_parameters(result.spec, result.weights), 1) as executor:
        for split, measured in (
            (Split.VALIDATION, result.validation),
            (Split.TEST, measure_test(result, few_digits(), Gate(), ignore).test),
        ):
            expected = evaluate(executor, few_digits(), few_digits().indices(split))
            assert (measured.accuracy, measured.images) == (expected.accuracy, 20)
            assert measured.seconds_per_image == measured.seconds / 20 > 0
    assert result.validation.accuracy > 0.5
    assert result.parameters == 650
    assert result.training_seconds > 0
    assert result.test is None
    assert shares == sorted(shares)
    assert "Cross-entropy, Adam with rate 0.05, batches of 32" in result.how


def test_nearest_neighbours_learn_nothing_and_keep_everything():
    result = run_baseline(NeighborBaseline(), few_digits(), Gate(), ignore, threads=1)
    assert result.training_seconds is None
    assert result.parameters == 0
    assert result.choice.metric in Metric
    assert result.choice.chosen_on == 20
    assert "all 90 training images are kept" in result.how
    tested = measure_test(result, few_digits(), Gate(), ignore)
    assert tested.test.images == 20
    assert tested.test.accuracy > 0.5
    assert tested.validation is result.validation


@pytest.mark.parametrize("baseline", [BASELINE, NeighborBaseline()])
def test_cancelled_work_ends_without_threads_left(baseline):
    gate, before = Gate(), threading.active_count()

    def cancel(share: float) -> None:
        gate.cancel()

    with pytest.raises(Interrupted):
        run_baseline(baseline, few_digits(), gate, cancel, threads=2)
    assert threading.active_count() == before


def test_two_classes_may_have_one_unit():
    spec = NetworkSpec(name="Odd", input=LINEAR.input, layers=(Flatten(), Dense(units=1), Sigmoid()))
    training = dataclasses.replace(TRAINING, loss=BinaryCrossEntropy(), patience=0)
    learned = finished(training, spec=spec, dataset=odd_digits())
    indices = odd_digits().indices(Split.VALIDATION)
    measured = measure_network(
        learned.spec, learned.parameters, training.loss, odd_digits(), indices, Gate(), ignore
    )
    with Executor(Network.with_parameters(learned.spec, learned.parameters), 1, training.loss) as executor:
        assert measured.accuracy == evaluate(executor, odd_digits(), indices).accuracy > 0.5


def test_what_learns_numbers_cannot_be_compared():
    spec = NetworkSpec(name="Ink", input=LINEAR.input, layers=(Flatten(), Dense(units=2)))
    training = dataclasses.replace(TRAINING, loss=MeanSquaredError(), epochs=1, patience=0)
    learned = finished(training, spec=spec, dataset=measured_digits())
    with pytest.raises(TrainingError, match="numbers, not classes"):
        measure_network(spec, learned.parameters, MeanSquaredError(), measured_digits(),
                        np.arange(3), Gate(), ignore)  # fmt: skip


def test_a_network_that_does_not_fit_is_refused():
    wide = LINEAR.with_input(InputSpec(height=9, width=9, channels=1))
    with pytest.raises(TrainingError, match="9×9"):
        measure_network(wide, {}, CrossEntropy(), few_digits(), np.arange(3), Gate(), ignore)
    with pytest.raises(TrainingError, match="9×9"):
        run_baseline(dataclasses.replace(BASELINE, spec=wide), few_digits(), Gate(), ignore)
