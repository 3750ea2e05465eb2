"""Layers that slide a window over feature maps, and those that change the maps' edges."""

from __future__ import annotations

import dataclasses
from typing import ClassVar

from cnnviz.spec.fields import FieldInfo, FieldKind, described
from cnnviz.spec.initializers import AUTO, DEFAULT_INITIAL_VALUE, INITIAL_VALUE, INITIALIZER
from cnnviz.spec.layer_parts import (
    MAX_FILTERS,
    MAX_PADDING,
    MAX_WINDOW,
    PADDING,
    POOL_PADDING,
    POOL_SIZE,
    STRIDE,
    Category,
    Padding,
    Pair,
)


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Conv2D:
    """Slides filters over a volume; each filter gives one feature map.

    A filter spans the full depth of its input, or with `groups` the depth of its group of channels.
    """

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
    stride: Pair = described((1, 1), STRIDE)
    padding: Padding = described("valid", PADDING)
    dilation: Pair = described(
        (1, 1),
        FieldInfo(
            FieldKind.PAIR,
            "Dilation",
            "Distance between the pixels that neighbouring weights of the kernel look at.",
            "A dilation of 2 leaves out every second pixel: a wider view for the same number of weights.",
            minimum=1,
            maximum=MAX_WINDOW,
        ),
    )
    groups: int = described(
        1,
        FieldInfo(
            FieldKind.INTEGER,
            "Groups",
            "Into how many groups channels and filters are cut; a filter sees the channels of its own group.",
            "More groups: fewer weights. As many groups as channels is a depthwise convolution.",
            minimum=1,
            maximum=MAX_FILTERS,
        ),
    )
    use_bias: bool = described(
        True,
        FieldInfo(
            FieldKind.FLAG,
            "Bias",
            "Whether each filter adds a number of its own to its map.",
            "Without it there is one parameter less for each filter. BatchNorm behind it makes it needless.",
        ),
    )
    initializer: str = described(AUTO, INITIALIZER)
    initial_value: float = described(DEFAULT_INITIAL_VALUE, INITIAL_VALUE)


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class MaxPool2D:
    """Keeps the largest number of each window, channel by channel."""

    category: ClassVar = Category.POOLING
    title: ClassVar = "MaxPool2D"
    stem: ClassVar = "maxpool"
    summary: ClassVar = "Keeps the strongest response in each window, so that the maps shrink."

    id: str = ""
    pool_size: Pair = described((2, 2), POOL_SIZE)
    stride: Pair = described((2, 2), STRIDE)
    padding: Padding = described("valid", POOL_PADDING)


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class AvgPool2D:
    """Averages each window, channel by channel; padding is not counted."""

    category: ClassVar = Category.POOLING
    title: ClassVar = "AvgPool2D"
    stem: ClassVar = "avgpool"
    summary: ClassVar = "Averages each window, so that the maps shrink smoothly."

    id: str = ""
    pool_size: Pair = described((2, 2), POOL_SIZE)
    stride: Pair = described((2, 2), STRIDE)
    padding: Padding = described("valid", POOL_PADDING)


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class GlobalAvgPool2D:
    """Averages each whole feature map; gives one number for each channel."""

    category: ClassVar = Category.POOLING
    title: ClassVar = "GlobalAvgPool2D"
    stem: ClassVar = "globalavgpool"
    summary: ClassVar = "Averages each whole map to one number, which makes Flatten needless."

    id: str = ""


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class GlobalMaxPool2D:
    """Keeps the largest number of each whole feature map."""

    category: ClassVar = Category.POOLING
    title: ClassVar = "GlobalMaxPool2D"
    stem: ClassVar = "globalmaxpool"
    summary: ClassVar = "Keeps the strongest response of each whole map."

    id: str = ""


def _edge(label: str, meaning: str) -> FieldInfo:
    effect = "More: larger maps, and a wider dark frame around them."
    return FieldInfo(FieldKind.INTEGER, label, meaning, effect, maximum=MAX_PADDING)


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class ZeroPadding2D:
    """Adds zeros around every feature map."""

    category: ClassVar = Category.STRUCTURE
    title: ClassVar = "ZeroPadding2D"
    stem: ClassVar = "padding"
    summary: ClassVar = "Adds rows and columns of zeros around every map."

    id: str = ""
    top: int = described(
        1,
        _edge("Top", "Rows of zeros above."),
    )
    bottom: int = described(
        1,
        _edge("Bottom", "Rows of zeros below."),
    )
    left: int = described(
        1,
        _edge("Left", "Columns of zeros on the left."),
    )
    right: int = described(
        1,
        _edge("Right", "Columns of zeros on the right."),
    )
