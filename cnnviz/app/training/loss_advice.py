"""Which loss goes with a design and a data set."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

from cnnviz.spec.layers import Sigmoid
from cnnviz.spec.losses import BinaryCrossEntropy, CrossEntropy, MeanSquaredError, end_left_to_loss
from cnnviz.spec.words import counted

if TYPE_CHECKING:
    from cnnviz.spec.losses import Loss
    from cnnviz.spec.network import NetworkSpec
    from cnnviz.spec.validate import DataShape


@dataclasses.dataclass(frozen=True, slots=True)
class LossAdvice:
    """A loss that fits where the chosen one does not, and why in one sentence."""

    loss: Loss
    reason: str


def loss_advice(spec: NetworkSpec, data: DataShape, loss: Loss) -> LossAdvice | None:
    """Return a better loss, or None where the one chosen can be trained with or no other could."""
    if data.targets and data.classes < 2:
        advice = LossAdvice(MeanSquaredError(), "The data set has numbers to learn, and no classes.")
    elif data.classes == 2 and end_left_to_loss(spec) is Sigmoid:
        advice = LossAdvice(BinaryCrossEntropy(), "The network ends in one sigmoid unit, for two classes.")
    elif isinstance(loss, MeanSquaredError) and not data.targets:
        advice = LossAdvice(CrossEntropy(), "The data set has classes to learn, and no numbers.")
    elif isinstance(loss, BinaryCrossEntropy) and data.classes != 2:
        advice = LossAdvice(
            CrossEntropy(), f"The data set has {counted(data.classes, 'class', 'classes')}, not two."
        )
    else:
        return None
    return None if isinstance(loss, type(advice.loss)) else advice
