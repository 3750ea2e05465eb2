from __future__ import annotations

import dataclasses

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cnnviz.engine import parallel
from cnnviz.engine.build import build
from cnnviz.engine.optimizers import make_optimizer
from cnnviz.engine.parallel import Executor
from cnnviz.resource_files import resource_path
from cnnviz.spec import memory
from cnnviz.spec.io import load
from cnnviz.spec.layers import Conv2D, Dense, Flatten, MaxPool2D
from cnnviz.spec.memory import EVALUATION_BATCH, training_bytes
from cnnviz.spec.network import InputSpec, NetworkSpec
from cnnviz.spec.trace import trace
from cnnviz.spec.training import OPTIMIZER_TYPES, SGD, Adam
from cnnviz.training import evaluation
from tests.helpers.random_designs import random_designs


def bundled(name):
    return load(resource_path("networks", f"{name}.json"))


@pytest.fixture
def vgg():
    return bundled("vgg-small")


def kept_by_lanes(spec, batch, threads):
    """Return the bytes that the lanes hold after a step and an evaluation, weight gradients left out."""
    net = build(spec, np.random.default_rng(0))
    height, width, channels = spec.input.shape
    with Executor(net, threads) as executor:
        executor.step(
            np.ones((channels, height, width, batch), np.float32),
            np.zeros(batch, np.int64),
            np.random.default_rng(0),
        )
        gradients = sum(net.parameters.flat.nbytes for lane in executor._lanes if lane._gradients is not None)
        executor.scores(np.ones((channels, height, width, EVALUATION_BATCH), np.float32))
        return executor.nbytes - gradients


def estimated_for_lanes(spec, batch, threads):
    traced = trace(spec)
    cuts = (memory._cut(images, threads, traced.multiply_adds) for images in (batch, EVALUATION_BATCH))
    return memory.BYTES_PER_NUMBER * sum(room.total for room in memory._rooms(traced, *cuts))


def test_more_of_anything_needs_more_memory(vgg):
    base = training_bytes(vgg, 32, 2, Adam()).total
    assert training_bytes(vgg, 128, 2, Adam()).total > base
    assert training_bytes(vgg, 32, 4, Adam()).total > base
    assert training_bytes(vgg, 32, 2, SGD()).total < base


def test_the_largest_layer_is_named(vgg):
    assert training_bytes(vgg, 128, 2, Adam()).largest_layer == "conv2"
    estimate = training_bytes(bundled("alexnet"), 1, 1, Adam())
    weights = 4 * (9216 + 1) * 4096
    assert estimate.largest_layer == "dense1"
    assert estimate.largest_bytes > 11 * weights


def test_what_each_layer_needs_is_part_of_the_total(vgg):
    estimate = training_bytes(vgg, 32, 2, Adam())
    assert list(estimate.layers) == [layer.id for layer in vgg.walk()]
    assert max(estimate.layers.values()) == estimate.largest_bytes
    assert 0 < sum(estimate.layers.values()) < estimate.total


def test_shards_bound_what_a_large_batch_needs(vgg):
    """More images than a lane holds at a time cost no more than themselves."""
    image = 4 * 3 * 32 * 32
    larger, large = (training_bytes(vgg, batch, 2, Adam()).total for batch in (1024, 512))
    assert larger - large < 2 * 512 * image


def test_an_empty_design_has_no_largest_layer(vgg):
    empty = dataclasses.replace(vgg, layers=())
    assert training_bytes(empty, 1, 1, Adam()).largest_layer is None


def test_layers_behind_a_problem_count_nothing(vgg):
    broken = vgg.insert(1, dataclasses.replace(vgg.layers[-1], id="early"))
    estimate = training_bytes(broken, 32, 2, Adam())
    assert list(estimate.layers) == ["conv1"]


def test_batches_are_cut_as_the_engine_cuts_them():
    assert memory.EVALUATION_BATCH == evaluation.BATCH_SIZE
    for images in (1, 3, 4, 31, 64, 65, 129, 300, 1024):
        for threads in (1, 2, 5):
            for work in (0, 10_000, 10_000_000):
                plan = parallel.cut(images, threads, work)
                cut = memory._cut(images, threads, work)
                assert cut.lanes == len(plan)
                assert cut.shards == len(plan[0])
                assert cut.images == max(part.stop - part.start for lane in plan for part in lane)


@pytest.mark.parametrize("kind", OPTIMIZER_TYPES)
def test_copies_of_the_weights_are_counted(kind):
    """The last good state twice, the best weights, and what the optimizer itself keeps."""
    network = build(bundled("digits-cnn"), np.random.default_rng(0))
    optimizer = make_optimizer(kind(), network.parameters)
    state = sum(array.size for array in optimizer.state().values()) - 1
    weights = sum(array.size for array in network.parameters.values())
    assert memory._copies_of_a_run(kind()) * weights == state + 2 * (weights + state) + weights


@pytest.mark.parametrize(
    "name", ["digits-cnn", "lenet5", "two-conv", "two-conv-rgb", "vgg-small", "dropout-cnn", "resnet-small"]
)
@pytest.mark.parametrize(("batch", "threads"), [(1, 2), (32, 2), (96, 1)])
def test_the_buffers_of_bundled_networks_are_known(name, batch, threads):
    spec = bundled(name)
    kept, estimated = kept_by_lanes(spec, batch, threads), estimated_for_lanes(spec, batch, threads)
    assert 0.99 * kept < estimated < 1.02 * kept


@settings(suppress_health_check=[HealthCheck.too_slow])
@given(
    spec=random_designs(dropout=True),
    batch=st.sampled_from([1, 3, 7, 32, 100]),
    threads=st.sampled_from([1, 2, 3]),
)
def test_the_buffers_of_any_design_are_known(spec, batch, threads):
    """A change in what an operation keeps has to be told to `cnnviz.spec.buffers`."""
    kept, estimated = kept_by_lanes(spec, batch, threads), estimated_for_lanes(spec, batch, threads)
    assert 0.98 * kept - 20_000 < estimated < 1.02 * kept + 40_000


@pytest.mark.parametrize(("filters", "side", "batch"), [(8, 40, 16), (64, 24, 20), (160, 12, 8), (16, 32, 1)])
def test_wide_and_deep_convolutions_are_known(filters, side, batch):
    """Sizes at which the engine works through Winograd in blocks, and with large products."""
    convolution = Conv2D(filters=filters, padding="same")
    spec = NetworkSpec(
        name="wide",
        input=InputSpec(height=side, width=side, channels=3),
        layers=(convolution, convolution, MaxPool2D(), convolution, Flatten(), Dense(units=10)),
    )
    kept, estimated = kept_by_lanes(spec, batch, 2), estimated_for_lanes(spec, batch, 2)
    assert 0.99 * kept < estimated < 1.01 * kept
