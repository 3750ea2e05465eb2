"""What several kinds of layer have in common: the groups of the palette, shared settings and limits."""

from __future__ import annotations

import enum
from typing import Literal

from cnnviz.spec.fields import FieldInfo, FieldKind

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


STRIDE = FieldInfo(
    FieldKind.PAIR,
    "Stride",
    "How far the window moves between two neighbouring outputs, down and to the right.",
    "A stride of 2 halves height and width.",
    minimum=1,
    maximum=MAX_WINDOW,
)

POOL_SIZE = FieldInfo(
    FieldKind.PAIR,
    "Window",
    "Height and width of the window that becomes one number.",
    "A larger window keeps fewer numbers.",
    minimum=1,
    maximum=MAX_WINDOW,
)

PADDING = FieldInfo(
    FieldKind.PADDING,
    "Padding",
    "Zeros added around the input: none (valid), enough to keep the size at stride 1 (same), "
    "or a number for each side.",
    "Padding keeps the edge pixels in play and the output large.",
    minimum=0,
    maximum=MAX_PADDING,
)

POOL_PADDING = FieldInfo(
    FieldKind.PADDING,
    "Padding",
    "Room added around the input, which no window counts: none (valid), enough to keep the size at stride 1 "
    "(same), or a number for each side.",
    "Padding lets windows reach over the edge.",
    minimum=0,
    maximum=MAX_PADDING,
)


def rate(meaning: str) -> FieldInfo:
    """Return the description of a share that is dropped while training."""
    return FieldInfo(
        FieldKind.NUMBER,
        "Rate",
        meaning,
        "A higher rate fights over-fitting harder and slows learning.",
        minimum=0.0,
        maximum=0.95,
        step=0.05,
    )
