from __future__ import annotations

import dataclasses

import numpy as np
import pytest

from cnnviz.engine.build import build
from cnnviz.engine.parallel import Executor
from cnnviz.resource_files import resource_path
from cnnviz.spec.io import load
from cnnviz.spec.memory import training_bytes
from cnnviz.spec.training import SGD, Adam


@pytest.fixture
def vgg():
    return load(resource_path("networks", "vgg-small.json"))


def test_more_of_anything_needs_more_memory(vgg):
    base = training_bytes(vgg, 32, 2, Adam()).total
    assert training_bytes(vgg, 128, 2, Adam()).total > base
    assert training_bytes(vgg, 32, 4, Adam()).total > base
    assert training_bytes(vgg, 32, 2, SGD()).total < base


def test_the_largest_layer_is_named(vgg):
    assert training_bytes(vgg, 128, 2, Adam()).largest_layer == "conv2"
    alexnet = load(resource_path("networks", "alexnet.json"))
    estimate = training_bytes(alexnet, 1, 1, Adam())
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
    assert larger - large < 4 * 512 * image


def test_an_empty_design_has_no_largest_layer(vgg):
    empty = dataclasses.replace(vgg, layers=())
    assert training_bytes(empty, 1, 1, Adam()).largest_layer is None


@pytest.mark.parametrize(("network", "batch"), [("digits-cnn", 32), ("vgg-small", 32), ("resnet-small", 32)])
def test_the_estimate_is_no_less_than_what_the_engine_keeps(network, batch):
    spec = load(resource_path("networks", f"{network}.json"))
    net = build(spec, np.random.default_rng(0))
    shape = (spec.input.channels, spec.input.height, spec.input.width, batch)
    x, y = np.ones(shape, np.float32), np.zeros(batch, np.int64)
    with Executor(net, 2) as executor:
        executor.step(x, y, np.random.default_rng(0))
        executor.evaluate([np.ones((*shape[:3], 256), np.float32)], np.zeros(256, np.int64))
        kept = executor.nbytes
    estimate = training_bytes(spec, batch, 2, Adam()).total
    copies = 10 * net.parameters.flat.nbytes
    assert kept + copies * 0.9 < estimate < 1.6 * (kept + copies) + 8e6
