from __future__ import annotations

import gc
import threading
import tracemalloc

import numpy as np
import pytest
from threadpoolctl import threadpool_info

from cnnviz.engine import parallel
from cnnviz.engine.build import build
from cnnviz.engine.network import scores_to_probabilities
from cnnviz.engine.optimizers import make_optimizer
from cnnviz.engine.parallel import Executor, cut, default_threads
from cnnviz.errors import SpecError, TrainingError
from cnnviz.spec.layers import Conv2D, Dense, Dropout, Flatten, MaxPool2D, ReLU, Softmax
from cnnviz.spec.network import InputSpec, NetworkSpec
from cnnviz.spec.training import Adam

SPEC = NetworkSpec(
    name="small",
    input=InputSpec(height=8, width=8, channels=1),
    layers=(
        Conv2D(filters=8, padding="same"),
        ReLU(),
        MaxPool2D(),
        Dropout(rate=0.25),
        Flatten(),
        Dense(units=16),
        ReLU(),
        Dropout(rate=0.5),
        Dense(units=10),
        Softmax(),
    ),
)


@pytest.fixture(autouse=True)
def lanes_for_little_work(monkeypatch):
    """Let even this small network use every lane."""
    monkeypatch.setattr(parallel, "MIN_LANE_WORK", 1)


def batch(count, dtype=np.float32, seed=0):
    rng = np.random.default_rng(seed)
    return rng.random((1, 8, 8, count)).astype(dtype), rng.integers(0, 10, count)


def train(threads, counts, dtype=np.float32):
    """Return losses and final parameters of a few steps on batches of these sizes."""
    network = build(SPEC, np.random.default_rng(0), dtype)
    optimizer = make_optimizer(Adam(learning_rate=0.01), network.parameters)
    rng = np.random.default_rng(1)
    losses = []
    with Executor(network, threads) as executor:
        for number, count in enumerate(counts):
            result = executor.step(*batch(count, dtype, number), rng)
            optimizer.step(result.gradients)
            losses.append(result.loss)
    return losses, network.parameters.flat.copy()


@pytest.mark.parametrize("threads", [1, 2, 3])
def test_same_seed_and_threads_give_the_same_bits(threads):
    first, second = (train(threads, [32, 32, 7, 32]) for _ in range(2))
    assert first[0] == second[0]
    np.testing.assert_array_equal(first[1], second[1])


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_threads_and_shards_change_nothing_but_rounding(dtype, monkeypatch):
    losses, parameters = train(1, [40, 40, 9], dtype)
    tolerance = 1e-4 if dtype is np.float32 else 1e-11
    for threads, largest in ((2, 64), (3, 64), (1, 8), (2, 5)):
        monkeypatch.setattr(parallel, "MAX_SHARD_IMAGES", largest)
        other_losses, other_parameters = train(threads, [40, 40, 9], dtype)
        np.testing.assert_allclose(other_losses, losses, rtol=tolerance)
        np.testing.assert_allclose(other_parameters, parameters, rtol=tolerance, atol=tolerance)


@pytest.mark.parametrize("images", [1, 2, 7, 32, 64, 65, 128, 129, 1000])
@pytest.mark.parametrize("lanes", [1, 2, 3, 8])
def test_shards_cover_every_image_once_and_are_of_like_size(images, lanes):
    plan = cut(images, lanes, 1000)
    assert 1 <= len(plan) <= lanes
    covered = np.concatenate([np.arange(images)[shard] for shards in plan for shard in shards])
    np.testing.assert_array_equal(np.sort(covered), np.arange(images))
    sizes = [shard.stop - shard.start for shards in plan for shard in shards]
    assert max(sizes) - min(sizes) <= 1
    assert max(sizes) <= parallel.MAX_SHARD_IMAGES
    assert min(sizes) >= min(images, parallel.MIN_SHARD_IMAGES)


def test_little_work_stays_in_one_lane(monkeypatch):
    monkeypatch.setattr(parallel, "MIN_LANE_WORK", 1_000_000)
    assert [len(cut(128, 4, work)) for work in (1_000, 10_000, 20_000, 1_000_000)] == [1, 1, 2, 4]


def test_a_used_executor_computes_like_a_fresh_one():
    network = build(SPEC, np.random.default_rng(0))
    with Executor(network, 2) as used:
        for count in (50, 8, 33):
            used.step(*batch(count, seed=count), np.random.default_rng(3))
            used.predict(batch(count)[0])
        received = used.step(*batch(20), np.random.default_rng(4))
        with Executor(network, 2) as fresh:
            expected = fresh.step(*batch(20), np.random.default_rng(4))
    assert received.loss == expected.loss
    assert received.correct == expected.correct
    for name, gradient in expected.gradients.items():
        np.testing.assert_array_equal(received.gradients[name], gradient)


def test_gradients_are_those_of_the_mean_loss():
    network = build(SPEC, np.random.default_rng(0), np.float64)
    x, y = batch(6, np.float64)
    with Executor(network, 1) as executor:
        result = executor.step(x, y, np.random.default_rng(5))
        gradient = result.gradients["dense2/bias"].copy()
        bias = network.parameters["dense2/bias"]
        step = 1e-6
        for place in range(len(bias)):
            bias[place] += step
            above = executor.step(x, y, np.random.default_rng(5)).loss
            bias[place] -= 2 * step
            below = executor.step(x, y, np.random.default_rng(5)).loss
            bias[place] += step
            np.testing.assert_allclose(gradient[place], (above - below) / (2 * step), atol=1e-8)


def test_predictions_come_in_the_order_of_the_images():
    network = build(SPEC, np.random.default_rng(0))
    x, _ = batch(150)
    with Executor(network, 2) as executor:
        received = executor.predict(x)
    np.testing.assert_allclose(received.sum(axis=0), 1, rtol=1e-5)
    for image in (0, 1, 63, 64, 149):
        alone = scores_to_probabilities(network.forward(np.ascontiguousarray(x[..., image : image + 1])))
        np.testing.assert_allclose(received[:, image], alone[:, 0], rtol=1e-4, atol=1e-6)


def test_evaluation_weighs_every_image_alike():
    network = build(SPEC, np.random.default_rng(0))
    x, y = batch(70)
    with Executor(network, 2) as executor:
        whole = executor.evaluate([x], y)
        parts = executor.evaluate([x[..., :64], x[..., 64:]], y)
        probabilities = executor.predict(x)
    assert whole.images == parts.images == 70
    np.testing.assert_allclose(parts.loss, whole.loss, rtol=1e-5)
    assert parts.accuracy == whole.accuracy == np.mean(probabilities.argmax(axis=0) == y)
    np.testing.assert_allclose(whole.loss, -np.log(probabilities[y, np.arange(70)]).mean(), rtol=1e-4)


def test_memory_does_not_grow_from_step_to_step():
    network = build(SPEC, np.random.default_rng(0))
    rng = np.random.default_rng(1)
    x, y = batch(64)
    with Executor(network, 2) as executor:
        for _ in range(3):
            executor.step(x, y, rng)
        held = executor.nbytes
        gc.collect()
        tracemalloc.start()
        before = tracemalloc.get_traced_memory()[0]
        for _ in range(10):
            executor.step(x, y, rng)
        gc.collect()
        grown = tracemalloc.get_traced_memory()[0] - before
        tracemalloc.stop()
        assert executor.nbytes == held
    assert grown < 20_000


def test_threads_that_a_batch_has_no_work_for_cost_no_memory():
    network = build(SPEC, np.random.default_rng(0))
    held = []
    for threads in (2, 1000):
        with Executor(network, threads) as executor:
            assert executor.nbytes == 0
            executor.predict(batch(8)[0])
            executor.step(*batch(8), np.random.default_rng(1))
            held.append(executor.nbytes)
    assert held[0] == held[1]


def test_blas_runs_single_threaded_while_open_and_gets_its_threads_back():
    def blas_threads():
        return [pool["num_threads"] for pool in threadpool_info() if pool["user_api"] == "blas"]

    before = blas_threads()
    with Executor(build(SPEC, np.random.default_rng(0)), 2):
        assert set(blas_threads()) == {1}
    assert blas_threads() == before


def test_what_does_not_fit_is_refused_and_the_executor_stays_usable():
    network = build(SPEC, np.random.default_rng(0))
    rng = np.random.default_rng(0)
    x, y = batch(32)
    with Executor(network, 2) as executor:
        with pytest.raises(TrainingError, match="one label for each image"):
            executor.step(x, y[:-1], rng)
        with pytest.raises(TrainingError, match="Labels must be from 0 to 9; received"):
            executor.step(x, np.full(32, 10), rng)
        with pytest.raises(SpecError, match="received an array of shape"):
            executor.step(x[:, :7], y, rng)
        with pytest.raises(TrainingError, match="a label for each image"):
            executor.evaluate([x], np.concatenate([y, y]))
        assert np.isfinite(executor.step(x, y, rng).loss)
    with pytest.raises(TrainingError, match="At least 1 thread"):
        Executor(network, 0)


def test_a_network_that_diverged_gives_a_loss_that_is_not_finite_and_no_warning():
    network = build(SPEC, np.random.default_rng(0))
    for array in network.parameters.values():
        array[:] = 1e30
    with Executor(network, 2) as executor:
        result = executor.step(*batch(32), np.random.default_rng(0))
        make_optimizer(Adam(), network.parameters).step(result.gradients)
    assert not np.isfinite(result.loss)


def test_the_default_is_at_least_one_thread():
    assert default_threads() >= 1


def test_work_is_shared_by_the_lanes_and_an_error_of_any_is_told():
    network = build(SPEC, np.random.default_rng(0))
    with Executor(network, threads=3) as executor:
        parts, done = [], threading.Lock()

        def work(part):
            with done:
                parts.append((part.start, part.stop))

        executor.share(work, 8)
        assert sorted(parts) == [(0, 2), (2, 5), (5, 8)]
        parts.clear()
        executor.share(work, 2)
        assert sorted(parts) == [(0, 1), (1, 2)]

        def fail(part):
            if part.stop == 8:
                raise MemoryError("the last part")

        with pytest.raises(MemoryError, match="the last part"):
            executor.share(fail, 8)
