from __future__ import annotations

import numpy as np
import pytest

from cnnviz.engine.build import build
from cnnviz.errors import SpecError
from cnnviz.interpret.layer_rows import layer_rows, layers_with_rows
from cnnviz.resource_files import resource_path
from cnnviz.spec.io import load
from cnnviz.spec.layers import Dense
from tests.helpers.designs import small_design


@pytest.mark.parametrize("name", ["digits-cnn", "dropout-cnn", "resnet-small"])
def test_rows_are_the_activations_of_the_engine(name: str) -> None:
    spec = load(resource_path("networks", f"{name}.json"))
    network = build(spec, np.random.default_rng(0))
    height, width, channels = spec.input.shape
    images = np.random.default_rng(1).random((channels, height, width, 5), np.float32)
    expected = network.activations(images)
    offered = layers_with_rows(spec)
    assert set(offered) <= set(expected)
    for layer_id, numbers in offered.items():
        rows = layer_rows(spec, network.arrays, layer_id, lambda some: images[..., some].copy(), 5)
        assert rows is not None
        assert rows.shape == (5, numbers)
        np.testing.assert_allclose(rows, expected[layer_id].reshape(-1, 5).T, rtol=1e-4, atol=1e-5)


def test_layers_that_change_nothing_are_left_out() -> None:
    offered = layers_with_rows(small_design())
    assert "flatten1" not in offered
    assert "dense1" in offered


def test_a_layer_that_cannot_be_computed_is_refused() -> None:
    spec = small_design().insert(0, Dense(units=3))
    assert layers_with_rows(spec) == {}
    with pytest.raises(SpecError, match="cannot be computed"):
        layer_rows(spec, {}, "dense1", lambda some: np.zeros((1, 8, 8, 1), np.float32), 1)


def test_it_stops_when_told_to() -> None:
    network = build(small_design(), np.random.default_rng(0))
    rows = layer_rows(
        small_design(),
        network.arrays,
        "dense1",
        lambda some: np.zeros((1, 8, 8, 1), np.float32),
        1,
        is_stopping=lambda: True,
    )
    assert rows is None
