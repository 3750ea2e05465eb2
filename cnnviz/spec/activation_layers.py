"""Layers that bend numbers: one at a time, or a row of scores at once."""

from __future__ import annotations

import dataclasses
from typing import ClassVar

from cnnviz.spec.fields import FieldInfo, FieldKind, described
from cnnviz.spec.layer_parts import Category


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class ReLU:
    """max(0, x), element by element."""

    category: ClassVar = Category.ACTIVATION
    title: ClassVar = "ReLU"
    stem: ClassVar = "relu"
    summary: ClassVar = "Keeps positive numbers and sets the others to zero."

    id: str = ""


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class LeakyReLU:
    """x where it is above 0, else `slope` · x, element by element (Maas et al. 2013)."""

    category: ClassVar = Category.ACTIVATION
    title: ClassVar = "LeakyReLU"
    stem: ClassVar = "leakyrelu"
    summary: ClassVar = "Keeps positive numbers and lets a little of the others through."

    id: str = ""
    slope: float = described(
        0.01,
        FieldInfo(
            FieldKind.NUMBER,
            "Slope",
            "What negative numbers are multiplied by.",
            "A larger slope lets more of them through; 0 is ReLU.",
            minimum=0.0,
            maximum=1.0,
            step=0.01,
        ),
    )


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class ELU:
    """x where it is above 0, else `alpha` · (exp(x) - 1) (Clevert et al. 2016)."""

    category: ClassVar = Category.ACTIVATION
    title: ClassVar = "ELU"
    stem: ClassVar = "elu"
    summary: ClassVar = "Keeps positive numbers and bends the others smoothly towards a floor."

    id: str = ""
    alpha: float = described(
        1.0,
        FieldInfo(
            FieldKind.NUMBER,
            "Alpha",
            "The floor that very negative numbers approach is minus this.",
            "A larger alpha lets negative numbers go deeper.",
            minimum=0.0,
            maximum=10.0,
            step=0.1,
        ),
    )


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
    summary: ClassVar = "Squeezes every number between −1 and 1."

    id: str = ""


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Softmax:
    """exp(x) / sum(exp(x)) over a row of scores: probabilities."""

    category: ClassVar = Category.ACTIVATION
    title: ClassVar = "Softmax"
    stem: ClassVar = "softmax"
    summary: ClassVar = "Turns a row of scores into probabilities that add up to 1."

    id: str = ""
