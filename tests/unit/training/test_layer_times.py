from __future__ import annotations

import dataclasses

import numpy as np
import pytest

from cnnviz.engine.build import build
from cnnviz.errors import TrainingError
from cnnviz.spec.layers import Conv2D, Dense, Flatten, MaxPool2D, ReLU, Residual, Softmax, Tanh
from cnnviz.spec.losses import MeanSquaredError
from cnnviz.spec.network import InputSpec, NetworkSpec
from cnnviz.spec.training import TrainingSpec
from cnnviz.training import layer_times
from cnnviz.training.layer_times import MeasurementCancelled, measure_layers
from tests.helpers.runs import few_digits, measured_digits


@pytest.fixture(autouse=True)
def _short(monkeypatch):
    monkeypatch.setattr(layer_times, "_SECONDS", 0.01)


def design(*layers):
    return NetworkSpec(name="timed", input=InputSpec(height=8, width=8, channels=1), layers=layers)


def measured(spec, batch_size=16, **options):
    parameters = build(spec, np.random.default_rng(0)).snapshot()
    return measure_layers(spec, parameters, few_digits(), TrainingSpec(batch_size=batch_size), **options)


def test_every_layer_is_timed_and_the_parts_make_the_step():
    spec = design(Conv2D(filters=4), Tanh(), MaxPool2D(), Flatten(), Dense(units=10))
    times = measured(spec, threads=1)
    assert list(times.layers) == [layer.id for layer in spec.layers]
    for time in times.layers.values():
        assert time.forward > 0
        assert time.backward > 0
        assert time.note == ""
    parts = times.forward_seconds + times.backward_seconds + times.other_seconds
    assert parts == pytest.approx(times.step_seconds)
    assert times.steps >= 5
    assert (times.images, times.threads) == (16, 1)


def test_what_the_plan_does_otherwise_is_said():
    spec = design(Conv2D(filters=4), ReLU(), MaxPool2D(), Flatten(), Dense(units=10), Softmax())
    layers = measured(spec).layers
    assert layers["relu1"].note.startswith("Computed after maxpool1")
    assert layers["relu1"].forward > 0
    assert (layers["softmax1"].forward, layers["softmax1"].backward) == (None, None)
    assert layers["softmax1"].note == "Computed together with the loss."
    assert layers["maxpool1"].note == ""


def test_before_the_first_weights_there_is_no_way_back():
    layers = measured(design(MaxPool2D(), Flatten(), Dense(units=10))).layers
    for name in ("maxpool1", "flatten1"):
        assert layers[name].forward > 0
        assert layers[name].backward is None
        assert "nothing before it learns" in layers[name].note
    assert layers["dense1"].backward > 0


def test_a_block_contains_its_body():
    block = Residual(layers=(Conv2D(filters=4, padding="same"), ReLU()))
    layers = measured(design(Conv2D(filters=4), block, Flatten(), Dense(units=10))).layers
    assert layers["residual1"].forward >= layers["conv2"].forward
    assert layers["residual1"].backward >= layers["conv2"].backward


def test_only_whole_batches_count():
    """An epoch of 90 images has two batches of 40 and one of 10."""
    spec = design(Flatten(), Dense(units=10))
    assert measured(spec, batch_size=40).images == 40
    assert measured(spec, batch_size=5000).images == 90


def test_times_belong_to_a_design_and_a_batch_size():
    spec = design(Flatten(), Dense(units=10))
    times = measured(spec)
    assert times.is_of(spec, 16)
    assert times.is_of(spec.renamed("other"), 16)
    assert not times.is_of(spec, 32)
    assert not times.is_of(spec.insert(0, ReLU()), 16)


def test_squared_errors_have_times_too():
    spec = design(Flatten(), Dense(units=2))
    parameters = build(spec, np.random.default_rng(0)).snapshot()
    training = TrainingSpec(batch_size=16, loss=MeanSquaredError())
    assert measure_layers(spec, parameters, measured_digits(), training).step_seconds > 0


def test_a_design_that_does_not_fit_is_refused_in_words():
    with pytest.raises(TrainingError, match="units"):
        measured(design(Flatten(), Dense(units=3)))


def test_weights_that_are_too_large_end_the_measurement_in_words():
    spec = design(Flatten(), Dense(units=10))
    parameters = {
        name: np.full_like(array, 1e38)
        for name, array in build(spec, np.random.default_rng(0)).parameters.items()
    }
    with pytest.raises(TrainingError, match="could not be measured"):
        measure_layers(spec, parameters, few_digits(), TrainingSpec())


@pytest.mark.parametrize("calls", [0, 1, 20])
def test_it_can_be_cancelled_at_any_time(calls):
    left = [calls]

    def is_cancelled():
        left[0] -= 1
        return left[0] < 0

    with pytest.raises(MeasurementCancelled):
        measured(design(Conv2D(), Flatten(), Dense(units=10)), is_cancelled=is_cancelled)


def test_the_weights_on_screen_stay_as_they_are():
    spec = design(Flatten(), Dense(units=10))
    parameters = build(spec, np.random.default_rng(0)).snapshot()
    before = {name: array.copy() for name, array in parameters.items()}
    measure_layers(spec, parameters, few_digits(), dataclasses.replace(TrainingSpec(), batch_size=8))
    for name, array in before.items():
        np.testing.assert_array_equal(array, parameters[name])
