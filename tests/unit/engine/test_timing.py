from __future__ import annotations

import threading
import time

import numpy as np
import pytest

from cnnviz.engine.build import build
from cnnviz.engine.parallel import Executor
from cnnviz.engine.stages import Stage
from cnnviz.engine.timing import Direction, LayerClock, TimedNetwork, TimingCancelled
from cnnviz.spec.layers import BatchNorm, Conv2D, Dense, Flatten, MaxPool2D, ReLU, Residual, Softmax
from cnnviz.spec.network import InputSpec, NetworkSpec
from tests.helpers.gradients import relative_error


@pytest.fixture
def spec():
    block = Residual(layers=(Conv2D(filters=8, padding="same"), BatchNorm(), ReLU()))
    layers = (Conv2D(filters=8), ReLU(), MaxPool2D(), block, Flatten(), Dense(units=10), Softmax())
    return NetworkSpec(name="timed", input=InputSpec(height=16, width=16, channels=3), layers=layers)


def batch(spec, images=64):
    rng = np.random.default_rng(1)
    x = rng.random((spec.input.channels, spec.input.height, spec.input.width, images), np.float32)
    return x, rng.integers(0, 10, images)


def slow_stage(layer_id, seconds):
    def run(x, around):
        yield from ()
        time.sleep(seconds)

        def backward(dy, input_gradient, taps):
            yield from ()
            return dy, {}

        return x, backward

    return Stage(layer_id, (), run)


def drained(generator):
    try:
        while True:
            next(generator)
    except StopIteration as end:
        return end.value


@pytest.mark.parametrize("threads", [1, 2])
def test_a_timed_network_computes_the_same(spec, threads):
    """To rounding, because layers that are computed together are taken apart to be timed."""
    network = build(spec, np.random.default_rng(0))
    x, y = batch(spec)
    results = []
    for one in (network, TimedNetwork(network, LayerClock(lambda: False))):
        with Executor(one, threads) as executor:
            step = executor.step(x, y, np.random.default_rng(2))
            results.append((step.loss, {name: array.copy() for name, array in step.gradients.items()}))
    assert results[0][0] == pytest.approx(results[1][0], rel=1e-6)
    for name, gradient in results[0][1].items():
        assert relative_error(gradient, results[1][1][name]) < 1e-5


@pytest.mark.parametrize("threads", [1, 2])
def test_every_layer_that_is_computed_has_both_times(spec, threads):
    clock = LayerClock(lambda: False)
    network = TimedNetwork(build(spec, np.random.default_rng(0)), clock)
    x, y = batch(spec)
    with Executor(network, threads) as executor:
        executor.step(x, y, np.random.default_rng(2))
        clock.take()
        began = time.perf_counter()
        executor.step(x, y, np.random.default_rng(2))
        passed = time.perf_counter() - began
    times = clock.take()
    timed = [layer.id for layer in spec.walk() if not isinstance(layer, Softmax)]
    assert {layer_id for layer_id, _ in times} == set(timed)
    assert all(seconds > 0 for seconds in times.values())
    assert all((layer_id, way) in times for layer_id in timed for way in Direction)
    outer = [seconds for (layer_id, _), seconds in times.items() if layer_id in {la.id for la in spec.layers}]
    assert sum(outer) <= passed
    for way in Direction:
        inside = sum(times[layer.id, way] for layer in spec.layer("residual1").layers)
        assert inside <= times["residual1", way]
    assert clock.take() == {}


def test_the_weights_that_are_timed_are_copies(spec):
    network = build(spec, np.random.default_rng(0))
    timed = TimedNetwork(network, LayerClock(lambda: False))
    for name, array in timed.arrays.items():
        assert not np.shares_memory(array, network.arrays[name])


def test_frozen_weights_stay_frozen(spec):
    network = build(spec, np.random.default_rng(0))
    network.freeze(["conv1/weight"])
    assert TimedNetwork(network, LayerClock(lambda: False)).frozen == {"conv1/weight"}


def test_the_time_of_a_layer_is_the_time_it_took():
    clock = LayerClock(lambda: False)
    stage = clock.watch(slow_stage("slow", 0.02))
    drained(stage.run(np.zeros(1), None))
    assert 0.02 <= clock.take()["slow", Direction.FORWARD] < 0.2


def test_threads_side_by_side_count_once():
    clock = LayerClock(lambda: False)
    stage = clock.watch(slow_stage("slow", 0.05))
    meet = threading.Barrier(2)

    def work():
        meet.wait()
        drained(stage.run(np.zeros(1), None))

    threads = [threading.Thread(target=work) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert 0.05 <= clock.take()["slow", Direction.FORWARD] < 0.095


def test_waiting_for_others_does_not_count():
    def run(x, around):
        yield np.zeros(1)
        return x, None

    clock = LayerClock(lambda: False)
    meeting = clock.watch(Stage("meets", (), run)).run(np.zeros(1), None)
    next(meeting)
    time.sleep(0.05)
    with pytest.raises(StopIteration):
        meeting.send([np.zeros(1)])
    assert clock.take()["meets", Direction.FORWARD] < 0.04


@pytest.mark.parametrize("threads", [1, 2])
def test_a_cancelled_measurement_ends_before_the_next_layer(spec, threads):
    asked = []

    def is_cancelled():
        asked.append(1)
        return len(asked) > 3

    network = TimedNetwork(build(spec, np.random.default_rng(0)), LayerClock(is_cancelled))
    x, y = batch(spec)
    with Executor(network, threads) as executor, pytest.raises(TimingCancelled):
        executor.step(x, y, np.random.default_rng(2))
    assert len(asked) <= 3 + threads
