"""The kinds of layer a design can hold.

Each kind is one frozen dataclass. Its described fields are its settings; `category`, `title` and `summary`
are what a palette shows. To add a kind: write its dataclass here, add it to `Layer` and `LAYER_TYPES`, give
it a shape rule in `cnnviz.spec.shapes` and an operation in `cnnviz.engine`.
"""

from __future__ import annotations

import dataclasses
import enum
from typing import ClassVar, Literal

from cnnviz.spec.fields import FieldInfo, FieldKind, described
from cnnviz.spec.initializers import AUTO, DEFAULT_INITIAL_VALUE, INITIAL_VALUE, INITIALIZER

Pair = tuple[int, int]
"""(vertical, horizontal)."""
Padding = Literal["valid", "same"] | tuple[int, int, int, int]
"""No padding, padding that keeps the size at stride 1, or (top, bottom, left, right)."""

MAX_FILTERS = 4096
MAX_UNITS = 65_536
MAX_WINDOW = 1024
MAX_PADDING = 512


class Category(enum.Enum):
    """The groups of the palette; each has one colour everywhere in the program."""

    CONVOLUTION = "Convolution"
    POOLING = "Pooling"
    ACTIVATION = "Activation"
    DENSE = "Dense"
    REGULARISATION = "Regularisation"
    STRUCTURE = "Structure"


_STRIDE = FieldInfo(
    FieldKind.PAIR,
    "Stride",
    "How far the window moves between two neighbouring outputs, down and to the right.",
    "A stride of 2 halves height and width.",
    minimum=1,
    maximum=MAX_WINDOW,
)


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Conv2D:
    """Slides filters over a volume; each filter spans its full depth and gives one feature map."""

    category: ClassVar = Category.CONVOLUTION
    title: ClassVar = "Conv2D"
    stem: ClassVar = "conv"
    summary: ClassVar = "Slides small filters over the image; each filter draws one feature map."

    id: str = ""
    filters: int = described(
        16,
        FieldInfo(
            FieldKind.INTEGER,
            "Filters",
            "How many filters look at the input; each gives one feature map.",
            "More filters: more parameters and a deeper output.",
            minimum=1,
            maximum=MAX_FILTERS,
        ),
    )
    kernel_size: Pair = described(
        (3, 3),
        FieldInfo(
            FieldKind.PAIR,
            "Kernel",
            "Height and width of the patch that a filter sees at once.",
            "A larger kernel sees more of the image and costs more.",
            minimum=1,
            maximum=MAX_WINDOW,
        ),
    )
    stride: Pair = described((1, 1), _STRIDE)
    padding: Padding = described(
        "valid",
        FieldInfo(
            FieldKind.PADDING,
            "Padding",
            "Zeros added around the input: none (valid), enough to keep the size at stride 1 (same), "
            "or a number for each side.",
            "Padding keeps the edge pixels in play and the output large.",
            minimum=0,
            maximum=MAX_PADDING,
        ),
    )
    initializer: str = described(AUTO, INITIALIZER)
    initial_value: float = described(DEFAULT_INITIAL_VALUE, INITIAL_VALUE)


_POOL_SIZE = FieldInfo(
    FieldKind.PAIR,
    "Window",
    "Height and width of the window that becomes one number.",
    "A larger window keeps fewer numbers.",
    minimum=1,
    maximum=MAX_WINDOW,
)


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class MaxPool2D:
    """Keeps the largest number of each window, channel by channel."""

    category: ClassVar = Category.POOLING
    title: ClassVar = "MaxPool2D"
    stem: ClassVar = "maxpool"
    summary: ClassVar = "Keeps the strongest response in each window, so that the maps shrink."

    id: str = ""
    pool_size: Pair = described((2, 2), _POOL_SIZE)
    stride: Pair = described((2, 2), _STRIDE)


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class AvgPool2D:
    """Averages each window, channel by channel."""

    category: ClassVar = Category.POOLING
    title: ClassVar = "AvgPool2D"
    stem: ClassVar = "avgpool"
    summary: ClassVar = "Averages each window, so that the maps shrink smoothly."

    id: str = ""
    pool_size: Pair = described((2, 2), _POOL_SIZE)
    stride: Pair = described((2, 2), _STRIDE)


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class ReLU:
    """max(0, x), element by element."""

    category: ClassVar = Category.ACTIVATION
    title: ClassVar = "ReLU"
    stem: ClassVar = "relu"
    summary: ClassVar = "Keeps positive numbers and sets the others to zero."

    id: str = ""


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Sigmoid:
    """1 / (1 + exp(-x)), element by element."""

    category: ClassVar = Category.ACTIVATION
    title: ClassVar = "Sigmoid"
    stem: ClassVar = "sigmoid"
    summary: ClassVar = "Squeezes every number between 0 and 1."

    id: str = ""


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Tanh:
    """The hyperbolic tangent, element by element."""

    category: ClassVar = Category.ACTIVATION
    title: ClassVar = "Tanh"
    stem: ClassVar = "tanh"
    summary: ClassVar = "Squeezes every number between -1 and 1."

    id: str = ""


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Softmax:
    """exp(x) / sum(exp(x)) over a row of scores: probabilities."""

    category: ClassVar = Category.ACTIVATION
    title: ClassVar = "Softmax"
    stem: ClassVar = "softmax"
    summary: ClassVar = "Turns a row of scores into probabilities that add up to 1."

    id: str = ""


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
    summary: ClassVar = "Every unit weighs all inputs; the last one gives a score per class."

    id: str = ""
    units: int = described(
        64,
        FieldInfo(
            FieldKind.INTEGER,
            "Units",
            "How many numbers come out. The last Dense layer needs one for each class.",
            "More units: more parameters.",
            minimum=1,
            maximum=MAX_UNITS,
        ),
    )
    initializer: str = described(AUTO, INITIALIZER)
    initial_value: float = described(DEFAULT_INITIAL_VALUE, INITIAL_VALUE)


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Dropout:
    """Silences a random share of the numbers during training, and scales the others up."""

    category: ClassVar = Category.REGULARISATION
    title: ClassVar = "Dropout"
    stem: ClassVar = "dropout"
    summary: ClassVar = "Silences random units while training, so that none is relied on alone."

    id: str = ""
    rate: float = described(
        0.5,
        FieldInfo(
            FieldKind.NUMBER,
            "Rate",
            "Share of the numbers set to zero in each training step. Nothing is dropped afterwards.",
            "A higher rate fights over-fitting harder and slows learning.",
            minimum=0.0,
            maximum=0.95,
            step=0.05,
        ),
    )


Layer = Conv2D | MaxPool2D | AvgPool2D | ReLU | Sigmoid | Tanh | Softmax | Flatten | Dense | Dropout
"""Any layer of a design."""

LAYER_TYPES: tuple[type[Layer], ...] = (
    Conv2D,
    MaxPool2D,
    AvgPool2D,
    ReLU,
    Sigmoid,
    Tanh,
    Softmax,
    Dense,
    Dropout,
    Flatten,
)
"""Every kind of layer, in the order in which a palette shows them."""


def type_name(layer: Layer | type[Layer]) -> str:
    """Return the name of a layer's kind as design files write it."""
    kind = layer if isinstance(layer, type) else type(layer)
    return kind.__name__
