"""How a design is to be trained."""

from __future__ import annotations

import dataclasses
from typing import ClassVar

from cnnviz.spec.fields import FieldInfo, FieldKind, described

MAX_SEED = 2**31 - 1


def _rate(default: float) -> float:
    info = FieldInfo(
        FieldKind.NUMBER,
        "Learning rate",
        "How far each step moves the weights against their gradient.",
        "Too high: the loss jumps or explodes. Too low: nothing seems to happen.",
        minimum=1e-8,
        maximum=100.0,
        step=0.0005,
    )
    value: float = described(default, info)
    return value


def _share(default: float, label: str, meaning: str) -> float:
    info = FieldInfo(FieldKind.NUMBER, label, meaning, minimum=0.0, maximum=0.9999, step=0.01)
    value: float = described(default, info)
    return value


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class SGD:
    """Plain gradient descent on batches: w ← w − η g."""

    title: ClassVar = "SGD"
    summary: ClassVar = "Plain gradient descent: every weight moves against its gradient."

    learning_rate: float = _rate(0.05)


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Momentum:
    """Gradient descent with a velocity: v ← µ v + g, w ← w − η v (Polyak 1964, as PyTorch writes it)."""

    title: ClassVar = "Momentum"
    summary: ClassVar = "Gradient descent with a velocity, which evens out the zigzag."

    learning_rate: float = _rate(0.01)
    momentum: float = _share(0.9, "Momentum", "Share of the velocity that is kept from step to step.")


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Adam:
    """Steps scaled by running moments of each gradient (Kingma & Ba 2015)."""

    title: ClassVar = "Adam"
    summary: ClassVar = "Scales each weight's step by its recent gradients. A good first choice."

    learning_rate: float = _rate(0.001)
    beta1: float = _share(0.9, "Beta 1", "Memory of the running mean of each gradient.")
    beta2: float = _share(0.999, "Beta 2", "Memory of the running mean of each squared gradient.")
    epsilon: float = described(
        1e-8,
        FieldInfo(
            FieldKind.NUMBER,
            "Epsilon",
            "Keeps the division from blowing up where gradients vanish.",
            minimum=1e-12,
            maximum=1.0,
            step=1e-8,
        ),
    )


Optimizer = SGD | Momentum | Adam
OPTIMIZER_TYPES: tuple[type[Optimizer], ...] = (Adam, Momentum, SGD)
"""Every optimizer, in the order in which a form offers them."""


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class TrainingSpec:
    """Settings of a run. The loss is the softmax cross-entropy."""

    optimizer: Optimizer = Adam()
    batch_size: int = described(
        32,
        FieldInfo(
            FieldKind.INTEGER,
            "Batch size",
            "How many images each step looks at.",
            "Larger batches: fewer, smoother and faster steps.",
            minimum=1,
            maximum=65_536,
        ),
    )
    epochs: int = described(
        20,
        FieldInfo(
            FieldKind.INTEGER,
            "Epochs",
            "How often every training image is seen.",
            "More epochs: a better fit, and in the end over-fitting.",
            minimum=1,
            maximum=100_000,
        ),
    )
    seed: int = described(
        0,
        FieldInfo(
            FieldKind.INTEGER,
            "Seed",
            "Start of all randomness: first weights, order of the images, dropout.",
            "The same seed with the same number of threads gives the same bits again.",
            minimum=0,
            maximum=MAX_SEED,
        ),
    )
