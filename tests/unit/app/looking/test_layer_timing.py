"""Timing the layers: on a thread of its own, the latest wish wins, and a run comes first."""

from __future__ import annotations

import dataclasses
import threading

import pytest

from cnnviz.app.looking import layer_timing
from cnnviz.app.looking.layer_timing import LayerTiming
from cnnviz.errors import TrainingError
from cnnviz.spec.layers import ReLU
from cnnviz.training.layer_times import MeasurementCancelled
from tests.helpers.designs import ENDLESS, short_training, small_design
from tests.helpers.runs import few_digits

pytestmark = pytest.mark.usefixtures("qapp")

TRAINING = dataclasses.replace(short_training(), batch_size=16)


@pytest.fixture
def timing(session):
    timing = LayerTiming(session)
    yield timing
    assert timing.close()


@pytest.fixture
def endless(monkeypatch):
    """Measurements that end only when they are cancelled; the set holds the designs under way."""
    under_way = []

    def measure(spec, parameters, dataset, training, *, is_cancelled):
        under_way.append(spec)
        while not is_cancelled():
            threading.Event().wait(0.001)
        under_way.remove(spec)
        raise MeasurementCancelled

    real = layer_timing.measure_layers
    monkeypatch.setattr(layer_timing, "measure_layers", measure)
    yield under_way
    monkeypatch.setattr(layer_timing, "measure_layers", real)


def test_it_measures_the_design_with_the_weights_on_screen(timing, qtbot):
    spec = small_design()
    with qtbot.waitSignals([timing.measured, timing.busy_changed]):
        timing.measure(spec, TRAINING, few_digits())
        assert timing.is_busy
    assert set(timing.times.layers) == {layer.id for layer in spec.walk()}
    assert timing.times.is_of(spec, 16)
    qtbot.waitUntil(lambda: not timing.is_busy)


def test_the_latest_wish_wins(timing, endless, monkeypatch, qtbot):
    first, second = small_design(), small_design().insert(0, ReLU())
    timing.measure(first, TRAINING, few_digits())
    qtbot.waitUntil(lambda: endless == [first])
    said = []
    timing.busy_changed.connect(said.append)
    timing.measure(second, TRAINING, few_digits())
    qtbot.waitUntil(lambda: endless == [second])
    assert timing.is_busy
    timing.cancel()
    assert endless == []
    assert said == [False]
    assert timing.times is None


def test_a_run_ends_the_measurement_before_it_begins(timing, session, endless, qtbot):
    timing.measure(small_design(), TRAINING, few_digits())
    qtbot.waitUntil(lambda: bool(endless))
    session.start(small_design(), ENDLESS, few_digits())
    assert endless == []
    assert not timing.is_busy


def test_nothing_is_measured_while_a_run_is_under_way(timing, session):
    session.start(small_design(), ENDLESS, few_digits())
    with pytest.raises(TrainingError, match="run is under way"):
        timing.measure(small_design(), TRAINING, few_digits())
    assert not timing.is_busy


def test_a_refused_run_lets_the_measurement_go_on(timing, session, endless, qtbot):
    timing.measure(small_design(), TRAINING, few_digits())
    qtbot.waitUntil(lambda: bool(endless))
    with pytest.raises(TrainingError):
        session.start(small_design().remove("dense1"), ENDLESS, few_digits())
    assert timing.is_busy
    assert endless


@pytest.mark.parametrize("error", [MemoryError(), ValueError("odd")])
def test_what_goes_wrong_is_said(timing, monkeypatch, qtbot, error, caplog):
    def fail(*args, **options):
        raise error

    monkeypatch.setattr(layer_timing, "measure_layers", fail)
    with qtbot.waitSignal(timing.failed) as blocker:
        timing.measure(small_design(), TRAINING, few_digits())
    assert "memory" in blocker.args[0] or "odd" in blocker.args[0]
    assert not timing.is_busy


def test_a_design_that_cannot_be_trained_is_named(timing, qtbot):
    with qtbot.waitSignal(timing.failed) as blocker:
        timing.measure(small_design().remove("dense1"), TRAINING, few_digits())
    assert blocker.args[0]
