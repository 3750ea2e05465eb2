"""Batches whose shards have to meet: BatchNorm, blocks and dropout of whole maps on any number of threads."""

from __future__ import annotations

import threading

import numpy as np
import pytest

from cnnviz.engine import parallel
from cnnviz.engine.build import build
from cnnviz.engine.losses import make_loss
from cnnviz.engine.meeting import Room, alone, together
from cnnviz.engine.noise import Noise, draw_noise_key
from cnnviz.engine.optimizers import make_optimizer
from cnnviz.engine.parallel import Executor
from cnnviz.spec.layers import (
    BatchNorm,
    Conv2D,
    Dense,
    GlobalAvgPool2D,
    MaxPool2D,
    ReLU,
    Residual,
    Softmax,
    SpatialDropout,
)
from cnnviz.spec.losses import CrossEntropy
from cnnviz.spec.network import InputSpec, NetworkSpec
from cnnviz.spec.training import Adam

SPEC = NetworkSpec(
    name="norms",
    input=InputSpec(height=8, width=8, channels=2),
    layers=(
        Conv2D(filters=4, padding="same", use_bias=False),
        BatchNorm(),
        ReLU(),
        SpatialDropout(rate=0.25),
        Residual(layers=(Conv2D(filters=6, padding="same", stride=(2, 2)), BatchNorm(), ReLU())),
        MaxPool2D(padding="same"),
        GlobalAvgPool2D(),
        Dense(units=8),
        BatchNorm(),
        ReLU(),
        Dense(units=5),
        Softmax(),
    ),
)


@pytest.fixture(autouse=True)
def lanes_for_little_work(monkeypatch):
    """Let even this small network use every lane."""
    monkeypatch.setattr(parallel, "MIN_LANE_WORK", 1)


def batch(count, dtype, seed):
    rng = np.random.default_rng(seed)
    return rng.standard_normal((2, 8, 8, count)).astype(dtype), rng.integers(0, 5, count)


def train(threads, counts, dtype):
    """Return losses and all arrays after a few steps on batches of these sizes."""
    network = build(SPEC, np.random.default_rng(0), dtype)
    optimizer = make_optimizer(Adam(learning_rate=0.01), network.parameters)
    rng = np.random.default_rng(1)
    losses = []
    with Executor(network, threads) as executor:
        for number, count in enumerate(counts):
            result = executor.step(*batch(count, dtype, number), rng)
            optimizer.step(result.gradients)
            losses.append(result.loss)
        scores = executor.scores(batch(50, dtype, 9)[0])
    return losses, np.concatenate([array.ravel() for array in network.arrays.values()]), scores


@pytest.mark.parametrize("threads", [1, 2, 3])
def test_same_seed_and_threads_give_the_same_bits(threads):
    first, second = (train(threads, [32, 32, 7, 150], np.float32) for _ in range(2))
    assert first[0] == second[0]
    np.testing.assert_array_equal(first[1], second[1])
    np.testing.assert_array_equal(first[2], second[2])


def test_threads_and_shards_change_nothing_but_rounding(monkeypatch):
    losses, arrays, scores = train(1, [40, 40, 9], np.float64)
    for threads, largest in ((2, 64), (3, 64), (1, 8), (2, 5)):
        monkeypatch.setattr(parallel, "MAX_SHARD_IMAGES", largest)
        other_losses, other_arrays, other_scores = train(threads, [40, 40, 9], np.float64)
        np.testing.assert_allclose(other_losses, losses, rtol=1e-9)
        np.testing.assert_allclose(other_arrays, arrays, rtol=1e-6, atol=1e-8)
        np.testing.assert_allclose(other_scores, scores, rtol=1e-6, atol=1e-8)


@pytest.mark.parametrize(("threads", "largest"), [(2, 64), (3, 64), (1, 8), (2, 5)])
def test_in_float32_a_step_equals_that_of_an_uncut_batch(threads, largest, monkeypatch):
    monkeypatch.setattr(parallel, "MAX_SHARD_IMAGES", largest)
    x, labels = batch(40, np.float32, 0)
    network = build(SPEC, np.random.default_rng(0))
    key = draw_noise_key(np.random.default_rng(1))
    shard = alone(network.record_shard(x, training=True, noise=Noise(key)))
    loss, dscores = make_loss(CrossEntropy(), SPEC).compute(shard.scores, labels)
    expected = alone(shard.backward(dscores / 40)).parameters
    with Executor(network, threads) as executor:
        received = executor.step(x, labels, np.random.default_rng(1))
    assert received.loss == pytest.approx(loss / 40, rel=1e-5)
    largest_gradient = max(np.abs(array).max() for array in expected.values())
    for name, gradient in expected.items():
        np.testing.assert_allclose(received.gradients[name], gradient, atol=1e-4 * largest_gradient)
    for name, state in shard.new_states.items():
        np.testing.assert_allclose(network.states[name], state, rtol=1e-5, atol=1e-6)


def test_running_statistics_follow_the_batches_and_are_used_afterwards():
    network = build(SPEC, np.random.default_rng(0))
    x, labels = batch(64, np.float32, 0)
    with Executor(network, 2) as executor:
        fresh = executor.scores(x)
        for _ in range(60):
            executor.step(x, labels, np.random.default_rng(1))
        seen = network.forward(x, training=False)
    first = network.activations(x)["conv1"]
    np.testing.assert_allclose(
        network.states["batchnorm1/running_mean"], first.mean(axis=(1, 2, 3)), rtol=1e-2, atol=1e-3
    )
    np.testing.assert_allclose(
        network.states["batchnorm1/running_var"], first.var(axis=(1, 2, 3), ddof=1), rtol=1e-2
    )
    assert not np.allclose(fresh, seen)


def test_the_error_of_one_lane_ends_the_step_of_all(monkeypatch):
    network = build(SPEC, np.random.default_rng(0))
    loss = make_loss(CrossEntropy(), SPEC)
    main = threading.current_thread()

    def failing(scores, right):
        if threading.current_thread() is not main:
            raise MemoryError("a lane ran out of memory")
        return loss.compute(scores, right)

    with Executor(network, 2) as executor:
        monkeypatch.setattr(
            executor,
            "_loss",
            type(
                "Failing",
                (),
                {
                    "compute": staticmethod(failing),
                    "correct": loss.correct,
                    "check": loss.check,
                },
            )(),
        )
        with pytest.raises(MemoryError, match="a lane ran out"):
            executor.step(*batch(40, np.float32, 0), np.random.default_rng(1))
        monkeypatch.undo()
        executor.step(*batch(40, np.float32, 0), np.random.default_rng(1))


def test_each_hears_everybody_in_the_order_of_the_shards():
    def speaker(number):
        heard = yield np.array([number])
        again = yield np.array([number * 10])
        return [float(item[0]) for item in (*heard, *again)]

    room = Room(threading.Barrier(2))
    results = {}

    def thread(numbers):
        results.update(together({number: speaker(number) for number in numbers}, room))

    other = threading.Thread(target=thread, args=((1, 3),))
    other.start()
    thread((0, 2))
    other.join()
    assert all(heard == [0, 1, 2, 3, 0, 10, 20, 30] for heard in results.values())
    assert len(results) == 4
