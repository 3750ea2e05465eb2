"""Networks in float64, to be held against finite differences, and one with a planted pattern."""

from __future__ import annotations

import numpy as np
import pytest

from cnnviz.engine.build import build
from cnnviz.spec.layers import (
    AvgPool2D,
    BatchNorm,
    Conv2D,
    Dense,
    Flatten,
    MaxPool2D,
    ReLU,
    Residual,
    Softmax,
)
from cnnviz.spec.network import InputSpec, NetworkSpec

PLAIN = (
    Conv2D(filters=3, padding="same"),
    ReLU(),
    MaxPool2D(),
    Conv2D(filters=4, padding="same"),
    ReLU(),
    Flatten(),
    Dense(units=6),
    ReLU(),
    Dense(units=3),
    Softmax(),
)
DEEP = (
    Conv2D(filters=4, padding="same", use_bias=False),
    BatchNorm(),
    ReLU(),
    Residual(
        id="block",
        layers=(
            Conv2D(id="inner", filters=4, padding="same"),
            BatchNorm(),
            ReLU(id="inner-relu"),
            Conv2D(filters=4, padding="same"),
        ),
    ),
    ReLU(),
    AvgPool2D(),
    Flatten(),
    Dense(units=3),
)
DESIGNS = {"plain": PLAIN, "residual": DEEP}


def network_of(layers, dtype=np.float64, channels=2, size=6):
    """Return a network with random weights, biases and running statistics."""
    spec = NetworkSpec(
        name="", input=InputSpec(height=size, width=size, channels=channels), layers=tuple(layers)
    )
    rng = np.random.default_rng(5)
    network = build(spec, rng, dtype)
    for name, array in network.arrays.items():
        if name.endswith(("bias", "running_mean")):
            array[:] = 0.3 * rng.standard_normal(array.shape)
        elif name.endswith("running_var"):
            array[:] = rng.uniform(0.5, 2, array.shape)
    return network


@pytest.fixture(params=sorted(DESIGNS))
def network(request):
    return network_of(DESIGNS[request.param])


@pytest.fixture
def image():
    return np.random.default_rng(1).uniform(0.1, 1, (2, 6, 6))


SQUARE = (slice(3, 5), slice(8, 10))
"""Where the planted pattern lies in `planted_image`."""


def planted_network(dtype=np.float32):
    """Return a network for gray 12×12 images whose class 1 is decided by a bright square of 2×2 pixels alone.

    One filter answers only where all four pixels are bright; the largest answer is the score.
    """
    layers = (
        Conv2D(id="square", filters=2, kernel_size=(2, 2)),
        ReLU(),
        MaxPool2D(pool_size=(11, 11), stride=(11, 11)),
        Flatten(),
        Dense(id="scores", units=2),
    )
    spec = NetworkSpec(name="", input=InputSpec(height=12, width=12, channels=1), layers=layers)
    network = build(spec, np.random.default_rng(0), dtype)
    network.put(
        {
            "square/weight": np.array([[[[1, 1], [1, 1]]], [[[0, 0], [0, 0]]]], dtype),
            "square/bias": np.array([-2.5, 0], dtype),
            "scores/weight": np.array([[0, 0], [3, 0]], dtype),
        }
    )
    return network


def planted_image(dtype=np.float32):
    """Return noise too dark to matter with one bright square."""
    image = np.random.default_rng(3).uniform(0, 0.3, (1, 12, 12)).astype(dtype)
    image[0][SQUARE] = 1
    return image
