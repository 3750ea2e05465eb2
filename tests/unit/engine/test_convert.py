"""Converted layers compute what the layers they come from did, to the last bits of float32."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from cnnviz.engine.build import build
from cnnviz.engine.convert import converted_arrays
from cnnviz.engine.network import Network, network_array_shapes
from cnnviz.errors import SpecError
from cnnviz.spec.convert import conversion
from cnnviz.spec.layers import Conv2D, Dense, Flatten, ReLU
from cnnviz.spec.network import InputSpec, NetworkSpec
from tests.helpers.random_designs import random_designs


def changes_of(spec):
    for layer in spec.walk():
        try:
            yield conversion(spec, layer.id)
        except SpecError:
            continue


def outputs(spec, arrays, x):
    """What the last layer gives, its Softmax or Sigmoid included."""
    network = Network.with_parameters(spec, arrays)
    return network.activations(x)[spec.layers[-1].id].reshape(-1, x.shape[-1])


def converted(change, arrays):
    """All arrays of the new design."""
    found = {**arrays, **converted_arrays(change, arrays)}
    return {name: found[name] for name in network_array_shapes(change.new_spec)}


def random_network(spec, seed, dtype=np.float32):
    """Weights and biases that are all different, so that no mistake stays unseen."""
    rng = np.random.default_rng(seed)
    network = build(spec, rng, dtype)
    for name, array in network.arrays.items():
        noise = rng.normal(0, 0.1, array.shape)
        array += np.abs(noise) if name.endswith("running_var") else noise
    shape = (spec.input.channels, spec.input.height, spec.input.width, 3)
    return network.arrays, rng.random(shape).astype(dtype)


@given(random_designs(dropout=True), st.integers(0, 2**32 - 1), st.data())
def test_any_conversion_keeps_the_outputs_of_random_designs(spec, seed, data):
    changes = list(changes_of(spec))
    assume(changes)
    arrays, x = random_network(spec, seed, np.float64)
    expected = outputs(spec, arrays, x)
    for _ in range(3):  # the design that comes out can be converted again
        change = data.draw(st.sampled_from(changes))
        arrays = converted(change, arrays)
        np.testing.assert_allclose(outputs(change.new_spec, arrays, x), expected, rtol=1e-9, atol=1e-12)
        changes = list(changes_of(change.new_spec))


KERNELS = {
    "valid": Conv2D(filters=6, kernel_size=(3, 2)),
    "same": Conv2D(filters=6, padding="same"),
    "strided": Conv2D(filters=6, stride=(2, 3), padding=(1, 0, 2, 1)),
    "dilated": Conv2D(filters=6, dilation=(2, 3), padding=(3, 2, 1, 4)),
    "in groups": Conv2D(filters=6, groups=2, use_bias=False),
    "depthwise": Conv2D(filters=4, groups=4, padding="same"),
    "whole": Conv2D(filters=6, kernel_size=(9, 7)),
    "beyond": Conv2D(filters=6, kernel_size=(9, 7), padding="same"),
}


@pytest.mark.parametrize("conv", KERNELS.values(), ids=KERNELS)
def test_every_kind_of_convolution_is_a_matrix(conv):
    layers = (conv, ReLU(), Flatten(), Dense(units=5))
    spec = NetworkSpec(name="Test", input=InputSpec(height=9, width=7, channels=4), layers=layers)
    arrays, x = random_network(spec, 0)
    there = conversion(spec, "conv1")
    matrix = converted(there, arrays)
    np.testing.assert_allclose(outputs(there.new_spec, matrix, x), outputs(spec, arrays, x), atol=1e-5)
    back = conversion(there.new_spec, there.new_layer.id)
    again = converted(back, matrix)
    np.testing.assert_allclose(outputs(back.new_spec, again, x), outputs(spec, arrays, x), atol=1e-5)
