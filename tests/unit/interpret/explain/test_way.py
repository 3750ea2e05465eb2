"""The way from a number to the sum that it is made of."""

from __future__ import annotations

import numpy as np
import pytest

from cnnviz.engine.build import build
from cnnviz.interpret.activations import view_image
from cnnviz.interpret.explain.explain import explain
from cnnviz.interpret.explain.place import ExplainError, Look, Unit
from cnnviz.interpret.explain.rows import WeightedRow
from cnnviz.interpret.explain.way import way_to_sum
from cnnviz.interpret.explain.windows import Weighted
from cnnviz.spec.layers import (
    AvgPool2D,
    BatchNorm,
    Conv2D,
    Dense,
    Flatten,
    GlobalAvgPool2D,
    MaxPool2D,
    ReLU,
    Residual,
    Softmax,
)
from cnnviz.spec.network import InputSpec, NetworkSpec


def look_at(*layers):
    spec = NetworkSpec(name="", input=InputSpec(height=6, width=6, channels=2), layers=layers)
    network = build(spec, np.random.default_rng(2))
    image = np.random.default_rng(1).random((2, 6, 6), np.float32)
    arrays = dict(network.arrays)
    return Look(spec, arrays, view_image(spec, arrays, image))


def test_through_norm_activation_and_pool_to_the_patch():
    look = look_at(
        Conv2D(id="conv", filters=3, padding="same"),
        BatchNorm(id="norm"),
        ReLU(id="relu"),
        MaxPool2D(id="pool"),
    )
    way = way_to_sum(look, Unit("pool", 1, 2, 0))
    assert [unit.layer_id for unit in way] == ["pool", "relu", "norm", "conv"]
    assert way[-1] == Unit("conv", 1, *way[1].cell), "the cell that won, in the same map"
    assert look.value(way[1]) == look.value(way[0])
    assert isinstance(explain(look, way[-1]).how, Weighted)


def test_a_sum_is_its_own_end():
    look = look_at(Conv2D(id="conv", filters=3), Flatten(), Dense(id="dense", units=4), Softmax(id="last"))
    assert way_to_sum(look, Unit("conv", 0, 1, 1)) == (Unit("conv", 0, 1, 1),)
    assert way_to_sum(look, Unit("dense", 2)) == (Unit("dense", 2),)
    assert isinstance(explain(look, way_to_sum(look, Unit("last", 1))[-1]).how, WeightedRow)


def test_through_a_block_and_a_mean():
    body = Residual(id="block", layers=(Conv2D(id="inner", filters=2, padding="same"),))
    look = look_at(Conv2D(id="first", filters=2, padding="same"), body, GlobalAvgPool2D(id="mean"))
    way = way_to_sum(look, Unit("mean", 1))
    assert [unit.layer_id for unit in way[:2]] == ["mean", "block"]
    assert way[-1].layer_id in ("inner", "first"), "whichever adds more"


def test_where_the_image_comes_first_there_is_no_sum():
    look = look_at(AvgPool2D(id="pool"), ReLU(id="relu"), Flatten(), Dense(units=2))
    assert way_to_sum(look, Unit("relu", 0, 1, 1)) == (Unit("relu", 0, 1, 1),)
    with pytest.raises(ExplainError):
        way_to_sum(look, Unit("nowhere", 0))
