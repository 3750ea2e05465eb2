"""How the learning rate changes during a run."""

from __future__ import annotations

import dataclasses
from typing import ClassVar

from cnnviz.spec.fields import FieldInfo, FieldKind, described


def _factor(default: float, meaning: str) -> float:
    info = FieldInfo(
        FieldKind.NUMBER,
        "Factor",
        meaning,
        "Smaller: the rate falls faster.",
        minimum=0.0001,
        maximum=1.0,
        step=0.05,
    )
    value: float = described(default, info)
    return value


def _epochs(default: int, label: str, meaning: str, effect: str = "", minimum: int = 1) -> int:
    info = FieldInfo(FieldKind.INTEGER, label, meaning, effect, minimum=minimum, maximum=100_000)
    value: int = described(default, info)
    return value


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Constant:
    """The rate stays as it is."""

    title: ClassVar = "Constant"
    summary: ClassVar = "The rate stays the same from the first step to the last."


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class StepDecay:
    """The rate is multiplied by `factor` after every `every` epochs, as PyTorch's `StepLR`."""

    title: ClassVar = "Steps"
    summary: ClassVar = "The rate falls by a factor after every few epochs."

    every: int = _epochs(10, "Every", "Epochs from one fall of the rate to the next.")
    factor: float = _factor(0.1, "What is left of the rate after each fall.")


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Exponential:
    """The rate is multiplied by `factor` after every epoch, as PyTorch's `ExponentialLR`."""

    title: ClassVar = "Exponential"
    summary: ClassVar = "The rate falls by a small factor after every epoch."

    factor: float = _factor(0.95, "What is left of the rate after each epoch.")


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Cosine:
    """The rate falls along half a cosine, once or again and again (Loshchilov & Hutter 2017).

    The first fall takes `restart` epochs, each later one `growth` times as long as the one before; with a
    `restart` of 0 there is one fall over all epochs. As PyTorch's `CosineAnnealingWarmRestarts` step by step.
    """

    title: ClassVar = "Cosine"
    summary: ClassVar = "The rate glides to its lowest value, and may begin anew at the top."

    restart: int = _epochs(
        0,
        "Restart after",
        "Epochs until the rate begins anew at the top; 0 for one fall to the end.",
        minimum=0,
    )
    growth: int = described(
        1,
        FieldInfo(
            FieldKind.INTEGER,
            "Growth",
            "How many times as long each fall takes as the one before.",
            minimum=1,
            maximum=10,
        ),
    )
    lowest: float = described(
        0.0,
        FieldInfo(
            FieldKind.NUMBER,
            "Lowest",
            "Share of the learning rate that is left at the bottom.",
            minimum=0.0,
            maximum=1.0,
            step=0.01,
        ),
    )


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class OneCycle:
    """The rate rises to its value and then falls far below, both along cosines (Smith & Topin 2019).

    It begins at 1/`start_divisor` of the learning rate and ends at 1/`end_divisor` of where it began, as
    PyTorch's `OneCycleLR`.
    """

    title: ClassVar = "One cycle"
    summary: ClassVar = "The rate rises to its value during the first part of the run, then falls far below."

    rise: float = described(
        0.3,
        FieldInfo(
            FieldKind.NUMBER,
            "Rise",
            "Share of the steps during which the rate rises.",
            minimum=0.01,
            maximum=0.99,
            step=0.05,
        ),
    )
    start_divisor: float = described(
        25.0,
        FieldInfo(
            FieldKind.NUMBER,
            "Start divisor",
            "The learning rate is divided by this for the first step.",
            minimum=1.0,
            maximum=1e6,
            step=1,
        ),
    )
    end_divisor: float = described(
        10_000.0,
        FieldInfo(
            FieldKind.NUMBER,
            "End divisor",
            "The rate of the first step is divided by this for the last one.",
            minimum=1.0,
            maximum=1e9,
            step=100,
        ),
    )


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class ReduceOnPlateau:
    """The rate falls when the validation loss has not fallen for a while, as PyTorch's `ReduceLROnPlateau`.

    An epoch counts as better where its validation loss is below (1 - 0.0001) times the lowest so far.
    """

    title: ClassVar = "Reduce on plateau"
    summary: ClassVar = "The rate falls by a factor when the validation loss no longer improves."

    factor: float = _factor(0.1, "What is left of the rate after each fall.")
    patience: int = _epochs(
        5,
        "Patience",
        "How many epochs in a row may bring nothing before the rate falls.",
        "Larger: falls come later.",
        minimum=0,
    )


Schedule = Constant | StepDecay | Exponential | Cosine | OneCycle | ReduceOnPlateau
SCHEDULE_TYPES: tuple[type[Schedule], ...] = (
    Constant,
    StepDecay,
    Exponential,
    Cosine,
    OneCycle,
    ReduceOnPlateau,
)
"""Every schedule, in the order in which a form offers them."""
