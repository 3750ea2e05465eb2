"""Designs as people build them, made up by chance, the same for the same seed."""

from __future__ import annotations

import random

from cnnviz.spec.layers import (
    ELU,
    AvgPool2D,
    BatchNorm,
    Conv2D,
    Dense,
    Dropout,
    Flatten,
    GlobalAvgPool2D,
    Layer,
    LeakyReLU,
    MaxPool2D,
    Padding,
    ReLU,
    Residual,
    SpatialDropout,
    Tanh,
)
from cnnviz.spec.network import InputSpec, NetworkSpec
from cnnviz.spec.trace import trace

BATCHES = (1, 2, 8, 16, 32, 64, 100, 128)
CLASSES = 10


def random_design(seed: int) -> NetworkSpec:
    """Return a design that can be trained: one to four stages of convolutions, then rows."""
    chance = random.Random(seed)
    size = chance.choice((8, 12, 20, 28, 32, 48))
    image = InputSpec(height=size, width=size, channels=chance.choice((1, 3)))
    spec = NetworkSpec(name=f"random {seed}", input=image, layers=())
    filters = chance.choice((4, 8, 16, 32))
    for _ in range(chance.randint(1, 4)):
        spec = _longer(spec, _stage(chance, filters))
        filters = min(128, filters * chance.choice((1, 2)))
    spec = _longer(spec, [chance.choice((Flatten(), Flatten(), GlobalAvgPool2D()))])
    for _ in range(chance.randint(0, 2)):
        spec = _longer(spec, [Dense(units=chance.choice((16, 64, 128, 256))), _activation(chance)])
    return _longer(spec, [Dense(units=CLASSES)])


def random_batch(seed: int) -> int:
    """Return a number of images."""
    return random.Random(-1 - seed).choice(BATCHES)


def _stage(chance: random.Random, filters: int) -> list[Layer]:
    layers: list[Layer] = []
    for _ in range(chance.randint(1, 3)):
        layers.append(_convolution(chance, filters))
        layers.extend([BatchNorm()] if chance.random() < 0.25 else [])
        layers.append(_activation(chance))
    if chance.random() < 0.3:
        body = (Conv2D(filters=filters, padding="same"), ReLU(), Conv2D(filters=filters, padding="same"))
        layers.append(Residual(layers=body))
    layers.extend(chance.choice(([], [MaxPool2D()], [MaxPool2D()], [AvgPool2D()])))
    layers.extend(chance.choice(([], [], [], [Dropout(rate=0.3)], [SpatialDropout(rate=0.2)])))
    return layers


def _convolution(chance: random.Random, filters: int) -> Conv2D:
    side = chance.choice((1, 3, 3, 3, 5))
    step = chance.choice((1, 1, 1, 1, 2))
    padding: Padding = chance.choice(("same", "same", "valid"))
    if chance.random() < 0.15:
        return Conv2D(filters=filters, kernel_size=(3, 3), padding="same", dilation=(2, 2))
    return Conv2D(filters=filters, kernel_size=(side, side), stride=(step, step), padding=padding)


def _activation(chance: random.Random) -> Layer:
    return chance.choice((ReLU(), ReLU(), ReLU(), LeakyReLU(), ELU(), Tanh()))


def _longer(spec: NetworkSpec, layers: list[Layer]) -> NetworkSpec:
    """Return the design with those of the layers behind it that it can take."""
    for layer in layers:
        longer = spec.insert(len(spec.layers), layer)
        if not trace(longer).problems:
            spec = longer
    return spec
