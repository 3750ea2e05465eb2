"""How a design is to be trained."""

from __future__ import annotations

import dataclasses
from typing import ClassVar

from cnnviz.spec.augmenting import Augmenting
from cnnviz.spec.fields import FieldInfo, FieldKind, described
from cnnviz.spec.losses import CrossEntropy, Loss
from cnnviz.spec.schedules import Constant, Schedule

MAX_SEED = 2**31 - 1
MAX_THREADS = 64
VAL_LOSS, VAL_ACCURACY = "val_loss", "val_accuracy"
LAST, BEST = "last", "best"


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


def _epsilon(default: float) -> float:
    info = FieldInfo(
        FieldKind.NUMBER,
        "Epsilon",
        "Keeps the division from blowing up where gradients vanish.",
        minimum=1e-12,
        maximum=1.0,
        step=1e-8,
    )
    value: float = described(default, info)
    return value


def _amount(label: str, meaning: str, effect: str, maximum: float, step: float) -> float:
    """Describe a number of which 0 switches something off, which is the default."""
    info = FieldInfo(FieldKind.NUMBER, label, meaning, effect, minimum=0.0, maximum=maximum, step=step)
    value: float = described(0.0, info)
    return value


def _share(default: float, label: str, meaning: str) -> float:
    info = FieldInfo(FieldKind.NUMBER, label, meaning, minimum=0.0, maximum=0.9999, step=0.01)
    value: float = described(default, info)
    return value


def _momentum() -> float:
    return _share(0.9, "Momentum", "Share of the velocity that is kept from step to step.")


def _beta1() -> float:
    return _share(0.9, "Beta 1", "Memory of the running mean of each gradient.")


def _beta2() -> float:
    return _share(0.999, "Beta 2", "Memory of the running mean of each squared gradient.")


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
    momentum: float = _momentum()


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Nesterov:
    """Momentum that looks ahead: v ← µ v + g, w ← w − η (g + µ v) (Nesterov 1983, as PyTorch writes it)."""

    title: ClassVar = "Nesterov"
    summary: ClassVar = "Momentum that looks one step ahead, and so brakes earlier."

    learning_rate: float = _rate(0.01)
    momentum: float = _momentum()


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class AdaGrad:
    """Steps divided by the root of the sum of all squared gradients so far (Duchi et al. 2011)."""

    title: ClassVar = "AdaGrad"
    summary: ClassVar = "Weights that have moved much move ever less."

    learning_rate: float = _rate(0.01)
    epsilon: float = _epsilon(1e-10)


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class RMSProp:
    """Steps divided by the root of a running mean of squared gradients (Tieleman & Hinton 2012)."""

    title: ClassVar = "RMSProp"
    summary: ClassVar = "Scales each weight's step by the recent size of its gradients."

    learning_rate: float = _rate(0.001)
    decay: float = _share(0.99, "Decay", "Memory of the running mean of each squared gradient.")
    epsilon: float = _epsilon(1e-8)


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Adam:
    """Steps scaled by running moments of each gradient (Kingma & Ba 2015)."""

    title: ClassVar = "Adam"
    summary: ClassVar = "Scales each weight's step by its recent gradients. A good first choice."

    learning_rate: float = _rate(0.001)
    beta1: float = _beta1()
    beta2: float = _beta2()
    epsilon: float = _epsilon(1e-8)


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class AdamW:
    """Adam whose weights also shrink by a share of the rate in each step (Loshchilov & Hutter 2019)."""

    title: ClassVar = "AdamW"
    summary: ClassVar = "Adam with a decay of the weights that does not go through the gradients."

    learning_rate: float = _rate(0.001)
    beta1: float = _beta1()
    beta2: float = _beta2()
    epsilon: float = _epsilon(1e-8)
    weight_decay: float = described(
        0.01,
        FieldInfo(
            FieldKind.NUMBER,
            "Weight decay",
            "Share of each weight, times the rate, that is taken away in every step; biases keep all.",
            "More: smaller weights and less over-fitting.",
            minimum=0.0,
            maximum=10.0,
            step=0.01,
        ),
    )


Optimizer = SGD | Momentum | Nesterov | AdaGrad | RMSProp | Adam | AdamW
OPTIMIZER_TYPES: tuple[type[Optimizer], ...] = (Adam, AdamW, Momentum, Nesterov, RMSProp, AdaGrad, SGD)
"""Every optimizer, in the order in which a form offers them."""


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class TrainingSpec:
    """Settings of a run.

    The penalties belong to what is made small: λ₁ Σ |w| + λ₂/2 Σ w² over the weights of convolutions and
    dense layers, not over biases, with `l1` = λ₁ and `l2` = λ₂. So `l2` is PyTorch's `weight_decay` for those
    weights under every optimizer but AdamW, which has a decay of its own. The losses that are reported do not
    contain the penalties. Clipping comes after them: first of each number to ± `clip_value`, then of all
    gradients together to the Euclidean norm `clip_norm`; 0 is no clipping.

    `frozen` has the ids of layers whose weights stay as they are; a block stands for the layers inside of it.
    """

    optimizer: Optimizer = Adam()
    loss: Loss = dataclasses.field(default=CrossEntropy())
    schedule: Schedule = dataclasses.field(default=Constant())
    augmenting: Augmenting = dataclasses.field(default=Augmenting())
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
    warmup_steps: int = described(
        0,
        FieldInfo(
            FieldKind.INTEGER,
            "Warm-up steps",
            "Steps during which the rate rises from near 0 to its value, before the schedule begins.",
            "A warm-up keeps the first, wildest gradients from doing harm.",
            minimum=0,
            maximum=10_000_000,
        ),
    )
    l1: float = _amount(
        "L1",
        "Price of each weight's size, λ Σ |w|; 0 for none.",
        "More: many weights become 0.",
        maximum=1000.0,
        step=0.0001,
    )
    l2: float = _amount(
        "L2",
        "Price of each weight's square, λ/2 Σ w²; 0 for none.",
        "More: smaller weights and less over-fitting.",
        maximum=1000.0,
        step=0.0001,
    )
    clip_value: float = _amount(
        "Clip gradients at",
        "No single gradient may be larger than this; 0 for no limit.",
        "Smaller: safer, and slower.",
        maximum=1e6,
        step=0.1,
    )
    clip_norm: float = _amount(
        "Clip their norm at",
        "All gradients together are scaled down to this length; 0 for no limit.",
        "Smaller: safer, and slower.",
        maximum=1e6,
        step=0.1,
    )
    seed: int = described(
        0,
        FieldInfo(
            FieldKind.INTEGER,
            "Seed",
            "Start of all randomness: first weights, order and variations of the images, dropout.",
            "The same seed with the same number of threads gives the same bits again.",
            minimum=0,
            maximum=MAX_SEED,
        ),
    )
    best_by: str = described(
        VAL_ACCURACY,
        FieldInfo(
            FieldKind.CHOICE,
            "Best epoch by",
            "What tells which epoch was the best one.",
            choices=((VAL_ACCURACY, "validation accuracy"), (VAL_LOSS, "validation loss")),
        ),
    )
    patience: int = described(
        0,
        FieldInfo(
            FieldKind.INTEGER,
            "Patience",
            "The run ends early after so many epochs in a row without a better one; 0 for never.",
            "Larger: the run bears longer stretches without progress.",
            minimum=0,
            maximum=100_000,
        ),
    )
    final_weights: str = described(
        LAST,
        FieldInfo(
            FieldKind.CHOICE,
            "Weights at the end",
            "Which weights the run leaves to look at: those of its last step, or of its best epoch.",
            choices=((LAST, "of the last step"), (BEST, "of the best epoch")),
        ),
    )
    threads: int = described(
        0,
        FieldInfo(
            FieldKind.INTEGER,
            "Threads",
            "How many processor cores work on each batch; 0 for as many as are useful.",
            "Another number gives other last bits of the result.",
            minimum=0,
            maximum=MAX_THREADS,
        ),
    )
    frozen: tuple[str, ...] = ()
