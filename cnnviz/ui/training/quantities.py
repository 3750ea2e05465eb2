"""The quantities of a run that can be drawn, and the curves of each."""

from __future__ import annotations

import dataclasses
import enum
from typing import TYPE_CHECKING

import numpy as np

from cnnviz.training.history import best_epoch
from cnnviz.ui.format import number, share
from cnnviz.ui.plots.curves import Curve, Curves, Mark

if TYPE_CHECKING:
    from collections.abc import Callable

    from cnnviz.training.history import History, Values
    from cnnviz.ui.plots.smoothing import TrailingMean

TRAINING, VALIDATION = "training", "validation"


class Quantity(enum.Enum):
    """What a plot draws over the steps."""

    LOSS = "Loss"
    ACCURACY = "Accuracy"
    RATE = "Learning rate"
    GRADIENT = "Gradient norm"


@dataclasses.dataclass(frozen=True, slots=True)
class PlotWords:
    """How the plot of a quantity looks: the note beside its title, and its axis."""

    note: str
    written: Callable[[float], str] = number
    top: float | None = None
    axis_scale: float = 1.0
    tip: str = ""


WORDS = {
    Quantity.LOSS: PlotWords("what training makes small", tip="What training makes small."),
    Quantity.ACCURACY: PlotWords(
        "% right", share, 1.0, 100.0, "The share of images that are classified right."
    ),
    Quantity.RATE: PlotWords("as the schedule gives it", tip="The learning rate of every step."),
    Quantity.GRADIENT: PlotWords(
        "all gradients together, before clipping",
        tip="The length of all gradients together, before clipping: very large or very small is a bad sign.",
    ),
}


def curves_of(quantity: Quantity, history: History, means: TrailingMean) -> Curves:
    """Return the curves of one quantity; `means` smooths those that jump from batch to batch."""
    steps, epochs = history.steps, history.epochs
    match quantity:
        case Quantity.LOSS:
            return _learned(history, steps.loss, epochs.val_loss, means)
        case Quantity.ACCURACY:
            return _learned(history, steps.accuracy, epochs.val_accuracy, means)
        case Quantity.RATE:
            return Curves((Curve("rate", steps.step, steps.learning_rate),))
        case Quantity.GRADIENT:
            values = steps.gradient_norm
            return Curves((Curve("norm", steps.step, means.extended(values), raw=values),))


def steps_per_epoch(history: History) -> int:
    """Return how many steps an epoch has; 0 before one is done."""
    epochs = history.epochs
    return int(epochs.step[0]) // int(epochs.epoch[0]) if len(epochs) else 0


def _learned(history: History, batches: Values, validation: Values, means: TrailingMean) -> Curves:
    epochs = history.epochs
    best = best_epoch(epochs)
    return Curves(
        (
            Curve(TRAINING, history.steps.step, means.extended(batches), raw=batches),
            Curve(VALIDATION, epochs.step, validation, color="plot_validation", dashed=True, dots=True),
        ),
        best=Mark(float(epochs.step[best]), f"best: epoch {best + 1}") if best is not None else None,
    )


def has_accuracy(history: History) -> bool:
    """Return whether answers are right or wrong, and not numbers with an error."""
    accuracy = history.steps.accuracy
    return not len(accuracy) or bool(np.isfinite(accuracy[:1]).all())
