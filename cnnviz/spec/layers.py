"""The kinds of layer a design can hold.

Each kind is one frozen dataclass. Its described fields are its settings; `category`, `title` and `summary`
are what a palette shows. To add a kind: write its dataclass in the module of its like, add it to `Layer` and
`LAYER_TYPES`, give it a shape rule in `cnnviz.spec.shapes` and an operation in `cnnviz.engine`.
"""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, ClassVar

from cnnviz.spec.activation_layers import ELU, LeakyReLU, ReLU, Sigmoid, Softmax, Tanh
from cnnviz.spec.fields import FieldInfo, FieldKind, described
from cnnviz.spec.initializers import AUTO, DEFAULT_INITIAL_VALUE, INITIAL_VALUE, INITIALIZER
from cnnviz.spec.layer_parts import (
    MAX_FILTERS,
    MAX_PADDING,
    MAX_UNITS,
    MAX_WINDOW,
    Category,
    Padding,
    Pair,
)
from cnnviz.spec.regularising_layers import BatchNorm, Dropout, LocalResponseNorm, SpatialDropout
from cnnviz.spec.window_layers import (
    AvgPool2D,
    Conv2D,
    GlobalAvgPool2D,
    GlobalMaxPool2D,
    MaxPool2D,
    ZeroPadding2D,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

__all__ = [
    "ELU",
    "LAYER_TYPES",
    "MAX_FILTERS",
    "MAX_PADDING",
    "MAX_UNITS",
    "MAX_WINDOW",
    "AvgPool2D",
    "BatchNorm",
    "Category",
    "Conv2D",
    "Dense",
    "Dropout",
    "Flatten",
    "GlobalAvgPool2D",
    "GlobalMaxPool2D",
    "Layer",
    "LeakyReLU",
    "LocalResponseNorm",
    "MaxPool2D",
    "Padding",
    "Pair",
    "ReLU",
    "Residual",
    "Sigmoid",
    "Softmax",
    "SpatialDropout",
    "Tanh",
    "ZeroPadding2D",
    "type_name",
    "walk",
]


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Flatten:
    """Writes a volume as one row of numbers, channel after channel."""

    category: ClassVar = Category.STRUCTURE
    title: ClassVar = "Flatten"
    stem: ClassVar = "flatten"
    summary: ClassVar = "Writes all feature maps as one row of numbers, ready for a Dense layer."

    id: str = ""


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Dense:
    """Weights every input for every unit and adds a bias."""

    category: ClassVar = Category.DENSE
    title: ClassVar = "Dense"
    stem: ClassVar = "dense"
    summary: ClassVar = "Every unit weighs all inputs; the last one gives the scores or numbers."

    id: str = ""
    units: int = described(
        64,
        FieldInfo(
            FieldKind.INTEGER,
            "Units",
            "How many numbers come out. The last Dense layer needs one for each class.",
            "More units: more parameters, and room for finer distinctions.",
            minimum=1,
            maximum=MAX_UNITS,
        ),
    )
    initializer: str = described(AUTO, INITIALIZER)
    initial_value: float = described(DEFAULT_INITIAL_VALUE, INITIAL_VALUE)


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Residual:
    """Adds what comes in to what a body of layers makes of it (He et al. 2016): y = body(x) + x.

    Where the body changes the shape, x goes through a projection of its own instead: a 1×1 convolution with
    the stride that makes the sizes meet, or a Dense layer between rows.
    """

    category: ClassVar = Category.STRUCTURE
    title: ClassVar = "Residual"
    stem: ClassVar = "residual"
    summary: ClassVar = "Adds its input to what the layers inside make of it, so that deep networks learn."

    id: str = ""
    layers: tuple[Layer, ...] = dataclasses.field(
        default_factory=lambda: (Conv2D(padding="same"), ReLU(), Conv2D(padding="same"))
    )


Layer = (
    Conv2D
    | MaxPool2D
    | AvgPool2D
    | GlobalAvgPool2D
    | GlobalMaxPool2D
    | ReLU
    | LeakyReLU
    | ELU
    | Sigmoid
    | Tanh
    | Softmax
    | Dense
    | Dropout
    | SpatialDropout
    | BatchNorm
    | LocalResponseNorm
    | Flatten
    | ZeroPadding2D
    | Residual
)
"""Any layer of a design."""

LAYER_TYPES: tuple[type[Layer], ...] = (
    Conv2D,
    MaxPool2D,
    AvgPool2D,
    GlobalAvgPool2D,
    GlobalMaxPool2D,
    ReLU,
    LeakyReLU,
    ELU,
    Sigmoid,
    Tanh,
    Softmax,
    Dense,
    Dropout,
    SpatialDropout,
    BatchNorm,
    LocalResponseNorm,
    Flatten,
    ZeroPadding2D,
    Residual,
)
"""Every kind of layer, in the order in which a palette shows them."""


def type_name(layer: Layer | type[Layer]) -> str:
    """Return the name of a layer's kind as design files write it."""
    kind = layer if isinstance(layer, type) else type(layer)
    return kind.__name__


def walk(layers: Iterable[Layer]) -> Iterator[Layer]:
    """Yield layers and those inside them, depth first, a block before its body."""
    for layer in layers:
        yield layer
        if isinstance(layer, Residual):
            yield from walk(layer.layers)
