"""The quantities of a run that can be drawn, and the curves of each."""

from __future__ import annotations

import dataclasses
import enum
from typing import TYPE_CHECKING

import numpy as np

from cnnviz.ui.format import number, share
from cnnviz.ui.plots.curves import Curve, Curves, Guide, Mark
from cnnviz.ui.training.ratio_curves import GUIDE, RatioCurves

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from cnnviz.training.history import History, Values
    from cnnviz.ui.plots.smoothing import TrailingMean

TRAINING, VALIDATION = "training", "validation"
_RATIO_DIGITS = 2
"""More would say no more: ratios jump from step to step."""


class Quantity(enum.Enum):
    """What a plot draws over the steps."""

    LOSS = "Loss"
    ACCURACY = "Accuracy"
    ERROR = "Mean absolute error"
    R_SQUARED = "R²"
    RATE = "Learning rate"
    GRADIENT = "Gradient norm"
    UPDATE_RATIO = "Update / weight ratio"


@dataclasses.dataclass(frozen=True, slots=True)
class PlotWords:
    """How the plot of a quantity looks: the note beside its title, and its axis.

    A plot `of_layers` has a curve for each layer, on an axis that is always logarithmic.
    """

    note: str
    written: Callable[[float], str] = number
    top: float | None = None
    axis_scale: float = 1.0
    tip: str = ""
    guide: Guide | None = None
    of_layers: bool = False


OF_NUMBERS = (Quantity.ERROR, Quantity.R_SQUARED)
"""What stands in the place of the accuracy where numbers are learned instead of classes."""

WORDS = {
    Quantity.LOSS: PlotWords("what training makes small", tip="What training makes small."),
    Quantity.ACCURACY: PlotWords(
        "% right", share, 1.0, 100.0, "The share of images that are classified right."
    ),
    Quantity.ERROR: PlotWords(
        "of the numbers learned, in validation", tip="How far the outputs are from the targets, on average."
    ),
    Quantity.R_SQUARED: PlotWords(
        "share of the variance that is explained, in validation",
        top=1.0,
        tip="1 is perfect, 0 as good as always saying the mean.",
    ),
    Quantity.RATE: PlotWords("as the schedule gives it", tip="The learning rate of every step."),
    Quantity.GRADIENT: PlotWords(
        "all gradients together, before clipping",
        tip="The length of all gradients together, before clipping: very large or very small is a bad sign.",
    ),
    Quantity.UPDATE_RATIO: PlotWords(
        "for each layer; about 0.001 is usual",
        lambda value: number(value, _RATIO_DIGITS),
        tip="How far a step moves the weights of each layer, as a share of how large they are: the length of "
        "the change over the length of the weights.",
        guide=GUIDE,
        of_layers=True,
    ),
}


def curves_of(
    quantity: Quantity, history: History, means: TrailingMean, ratios: RatioCurves | None = None
) -> Curves:
    """Return the curves of one quantity; `means` smooths those that jump from batch to batch.

    `ratios` keeps what was made of a run that goes on.
    """
    steps, epochs = history.steps, history.epochs
    match quantity:
        case Quantity.LOSS:
            return _learned(history, steps.loss, epochs.val_loss, means)
        case Quantity.ACCURACY:
            return _learned(history, steps.accuracy, epochs.val_accuracy, means)
        case Quantity.ERROR:
            return _validated(history, epochs.val_mean_absolute_error)
        case Quantity.R_SQUARED:
            return _validated(history, epochs.val_r_squared)
        case Quantity.RATE:
            return Curves((Curve("rate", steps.step, steps.learning_rate),))
        case Quantity.GRADIENT:
            values = steps.gradient_norm
            return Curves((Curve("norm", steps.step, means.extended(values), raw=values),))
        case Quantity.UPDATE_RATIO:
            return Curves((ratios or RatioCurves()).extended(history.vitals), changes=_changes(history))


def steps_per_epoch(history: History) -> int:
    """Return how many steps an epoch has; 0 before one is done."""
    epochs = history.epochs
    return int(epochs.step[0]) // int(epochs.epoch[0]) if len(epochs) else 0


def _learned(history: History, batches: Values, validation: Values, means: TrailingMean) -> Curves:
    training = Curve(TRAINING, history.steps.step, means.extended(batches), raw=batches)
    return _validated(history, validation, training)


def _validated(history: History, validation: Values, *before: Curve) -> Curves:
    epochs = history.epochs
    best = history.best_epoch
    return Curves(
        (
            *before,
            Curve(VALIDATION, epochs.step, validation, color="plot_validation", dashed=True, dots=True),
        ),
        best=Mark(float(epochs.step[best]), f"best: epoch {best + 1}") if best is not None else None,
        changes=_changes(history),
    )


def _changes(history: History) -> tuple[Mark, ...]:
    return tuple(Mark(float(change.step), change.text) for change in history.changes)


def fitting(shown: Sequence[Quantity], history: History) -> list[Quantity]:
    """Return what there is to draw of the quantities wanted: errors where numbers have no accuracy."""
    accuracy = history.steps.accuracy
    if not len(accuracy) or np.isfinite(accuracy[0]):
        return list(shown)
    return [part for one in shown for part in (OF_NUMBERS if one is Quantity.ACCURACY else (one,))]
