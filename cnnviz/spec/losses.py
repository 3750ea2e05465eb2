"""What training makes small, and which end of a design belongs to it."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, ClassVar

from cnnviz.spec.fields import FieldInfo, FieldKind, described
from cnnviz.spec.layers import Sigmoid, Softmax
from cnnviz.spec.trace import trace

if TYPE_CHECKING:
    from cnnviz.spec.network import NetworkSpec


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class CrossEntropy:
    """-log of the probability that softmax gives the right class, for one score per class.

    With label smoothing ε the right class counts 1 - ε + ε/K, each of the other K - 1 classes ε/K
    (Szegedy et al. 2016).
    """

    title: ClassVar = "Cross-entropy"
    summary: ClassVar = "Classes: how surprised softmax is by the right one. The usual choice."

    label_smoothing: float = described(
        0.0,
        FieldInfo(
            FieldKind.NUMBER,
            "Label smoothing",
            "Share of the certainty that is spread over all classes.",
            "More: the network is kept from being too sure of itself.",
            minimum=0.0,
            maximum=0.99,
            step=0.05,
        ),
    )


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class MulticlassSVM:
    """Σ_{j≠y} max(0, s_j - s_y + Δ): wrong scores must stay Δ below the right one (Weston & Watkins 1999)."""

    title: ClassVar = "Multiclass SVM"
    summary: ClassVar = (
        "Classes: the right score must beat every other by a margin; beyond it, nothing counts."
    )

    margin: float = described(
        1.0,
        FieldInfo(
            FieldKind.NUMBER,
            "Margin",
            "How far the right score must be above each other score.",
            "Larger: larger weights; alone it changes little.",
            minimum=0.0,
            maximum=1000.0,
            step=0.1,
        ),
    )


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class BinaryCrossEntropy:
    """-log of the probability that one sigmoid unit gives the right one of two classes.

    The unit's output is the probability of the second class.
    """

    title: ClassVar = "Binary cross-entropy"
    summary: ClassVar = "Two classes and one sigmoid unit: how surprised it is by the right answer."


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class MeanSquaredError:
    """The square of output minus target, averaged over the outputs."""

    title: ClassVar = "Mean squared error"
    summary: ClassVar = "Numbers instead of classes: how far the outputs are from their targets, squared."


Loss = CrossEntropy | MulticlassSVM | BinaryCrossEntropy | MeanSquaredError
LOSS_TYPES: tuple[type[Loss], ...] = (CrossEntropy, MulticlassSVM, BinaryCrossEntropy, MeanSquaredError)
"""Every loss, in the order in which a form offers them."""


def end_left_to_loss(spec: NetworkSpec) -> type[Softmax] | type[Sigmoid] | None:
    """Return the kind of the last layer where the loss computes it together with its logarithm, or None.

    That is a Softmax, or a Sigmoid of one unit. The network then gives the scores before it.
    """
    last = spec.layers[-1] if spec.layers else None
    if isinstance(last, Softmax):
        return Softmax
    if isinstance(last, Sigmoid) and trace(spec).output_shape == (1,):
        return Sigmoid
    return None
