"""Layers that steady training: dropping numbers, and putting them on one scale."""

from __future__ import annotations

import dataclasses
from typing import ClassVar

from cnnviz.spec.fields import FieldInfo, FieldKind, described
from cnnviz.spec.layer_parts import Category, rate


def _number(
    label: str, meaning: str, minimum: float, maximum: float, *, effect: str = "", step: float = 1
) -> FieldInfo:
    return FieldInfo(FieldKind.NUMBER, label, meaning, effect, minimum=minimum, maximum=maximum, step=step)


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
        rate("Share of the numbers set to zero in each training step. Nothing is dropped afterwards."),
    )


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class SpatialDropout:
    """Silences a random share of whole feature maps during training (Tompson et al. 2015)."""

    category: ClassVar = Category.REGULARISATION
    title: ClassVar = "SpatialDropout"
    stem: ClassVar = "spatialdropout"
    summary: ClassVar = "Silences whole random maps while training, since neighbouring pixels know the same."

    id: str = ""
    rate: float = described(
        0.25,
        rate("Share of the feature maps set to zero in each training step. Nothing is dropped afterwards."),
    )


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class BatchNorm:
    """Gives each channel (or unit) mean 0 and variance 1 over the batch, then scales and shifts it.

    While training the statistics are those of the whole batch; running statistics are kept beside, and used
    whenever the network is not training (Ioffe & Szegedy 2015). As in PyTorch, momentum is the share of the
    new: running = (1 - momentum) · running + momentum · batch, with the unbiased variance.
    """

    category: ClassVar = Category.REGULARISATION
    title: ClassVar = "BatchNorm"
    stem: ClassVar = "batchnorm"
    summary: ClassVar = "Puts every map on the same scale, so that deep networks learn faster."

    id: str = ""
    momentum: float = described(
        0.1,
        _number(
            "Momentum",
            "Share of each batch in the running statistics, which are used after training.",
            0.0,
            1.0,
            effect="A larger share forgets earlier batches faster.",
            step=0.05,
        ),
    )
    epsilon: float = described(
        1e-5,
        _number(
            "Epsilon",
            "Added to the variance, so that nothing is divided by 0.",
            1e-12,
            1.0,
            effect="A larger one flattens maps that hardly vary.",
            step=1e-5,
        ),
    )


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class LocalResponseNorm:
    """Divides each number by a sum over neighbouring channels at the same place (Krizhevsky et al. 2012).

    y = x / (k + alpha / size · Σ x²) ** beta over `size` channels around its own, as PyTorch computes it.
    The paper does not divide by the size: its alpha of 1e-4 for 5 channels is 5e-4 here.
    """

    category: ClassVar = Category.REGULARISATION
    title: ClassVar = "LocalResponseNorm"
    stem: ClassVar = "lrn"
    summary: ClassVar = "Lets strong responses quiet the same place in neighbouring maps, as in AlexNet."

    id: str = ""
    size: int = described(
        5,
        FieldInfo(
            FieldKind.INTEGER,
            "Size",
            "How many neighbouring channels are summed over.",
            "More: each map is quieted by more of the others.",
            minimum=1,
            maximum=4096,
        ),
    )
    alpha: float = described(
        1e-4,
        _number(
            "Alpha",
            "Weight of the mean square.",
            0.0,
            100.0,
            effect="More: strong neighbours quiet a response harder.",
            step=1e-4,
        ),
    )
    beta: float = described(
        0.75,
        _number(
            "Beta",
            "Power of the divisor.",
            0.0,
            10.0,
            effect="More: large sums count more than in proportion; 0 switches the layer off.",
            step=0.05,
        ),
    )
    k: float = described(
        2.0,
        _number(
            "k",
            "The divisor where all neighbours are 0, before the power is taken.",
            1e-3,
            100.0,
            effect="More: all responses are smaller, and their neighbours matter less.",
            step=0.5,
        ),
    )
