"""Random designs that are mostly broken, for tests of problems and their repairs."""

from __future__ import annotations

from random import Random

from cnnviz.spec.layers import (
    LAYER_TYPES,
    AvgPool2D,
    Conv2D,
    Dense,
    Dropout,
    Flatten,
    GlobalAvgPool2D,
    Layer,
    MaxPool2D,
    ReLU,
    Residual,
    Sigmoid,
    Softmax,
    SpatialDropout,
    ZeroPadding2D,
)
from cnnviz.spec.losses import LOSS_TYPES, Loss
from cnnviz.spec.network import InputSpec, NetworkSpec
from cnnviz.spec.validate import DataShape

_ENDS: tuple[tuple[Layer, ...], ...] = (
    (),
    (Dense(units=10),),
    (Flatten(), Dense(units=3)),
    (Flatten(), Dense(units=2), Softmax()),
)
_PADDINGS = ("valid", "valid", "same", (1, 1, 1, 1), (0, 1, 2, 3))


def broken_design(random: Random) -> NetworkSpec:
    """Return a design of up to eight layers, drawn without any regard to whether they fit."""
    size = (3, 5, 8, 11)
    given = InputSpec(height=random.choice(size), width=random.choice(size), channels=random.choice((1, 3)))
    layers = [_layer(random) for _ in range(random.randint(0, 5))]
    end = random.choice(
        ((), (Dense(units=10),), (Flatten(), Dense(units=3)), (Flatten(), Dense(units=2), Softmax()))
    )
    return NetworkSpec(name="broken", input=given, layers=(*layers, *end))


def demand(random: Random, spec: NetworkSpec) -> tuple[DataShape | None, Loss]:
    """Return a data set that does not always go with a design, and a loss that does not always go with it."""
    height, width, channels = spec.input.shape
    if random.random() < 0.2:
        height += 1
    data = DataShape(height, width, channels, random.choice((2, 2, 3, 10)), random.choice((0, 0, 3)))
    return random.choice((None, data, data, data)), random.choice(LOSS_TYPES)()


def _layer(random: Random, depth: int = 0) -> Layer:
    kind = random.choice((Conv2D, Conv2D, Conv2D, MaxPool2D, Flatten, Residual, Dense, *LAYER_TYPES))
    pair = (random.randint(1, 6), random.randint(1, 6))
    stride = random.choice(((1, 1), (2, 2), (1, 3)))
    if kind is Conv2D:
        return Conv2D(
            filters=random.choice((1, 2, 4, 6, 9)),
            kernel_size=random.choice((pair, (3, 3), (5, 5))),
            stride=stride,
            padding=random.choice(_PADDINGS),
            dilation=random.choice(((1, 1), (1, 1), (2, 3))),
            groups=random.choice((1, 1, 2, 3)),
        )
    if kind in (MaxPool2D, AvgPool2D):
        return kind(pool_size=random.choice((pair, (2, 2))), stride=stride, padding=random.choice(_PADDINGS))
    if kind is Residual:
        inside = 0 if depth > 1 else random.randint(0, 3)
        return Residual(layers=tuple(_layer(random, depth + 1) for _ in range(inside)))
    if kind is Dense:
        return random.choice((Dense(units=4), Dense(units=4), Dense(units=0), Dense(initializer="none")))
    return random.choice(
        (kind(), kind(), ReLU(), Sigmoid(), Dropout(rate=2.0), SpatialDropout(), _edge(random))
    )


def _edge(random: Random) -> Layer:
    return random.choice(
        (ZeroPadding2D(top=random.randint(0, 3)), ZeroPadding2D(left=9999), GlobalAvgPool2D())
    )
