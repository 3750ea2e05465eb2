"""What the doctor finds in the curves of a run."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from cnnviz.spec.losses import BinaryCrossEntropy, CrossEntropy, MeanSquaredError, MulticlassSVM
from cnnviz.training.doctor_fixes import clipped, dropped_out, keep_best, penalised, varied, with_rate
from cnnviz.training.findings import Finding, Kind, Severity, figure, fine, percent, unknown

if TYPE_CHECKING:
    from cnnviz.spec.losses import Loss
    from cnnviz.training.findings import Case
    from cnnviz.training.history import History

MOST_FIRST_LOSS = 2.0
"""The first loss may be so many times that of a network that knows nothing."""
MOST_GAP, BAD_GAP = 0.1, 0.2
"""Training accuracy may be so far above validation accuracy."""
MOST_RISE, LEAST_RISE = 1.3, 0.05
"""The validation loss may have risen by so much above its least, as a factor and as a number."""
RISE_EPOCHS = 3
"""Epochs over which the gap and the rise are averaged, and since the least loss."""
MOST_DRAWDOWN = 0.25
"""The training loss may rise, from epoch to epoch, by this share of the first loss."""
MOST_JUMP = 3.0
"""No batch may have so many times the first loss."""
SLOW_PROGRESS = 0.1
"""A share of the first loss that a run should have gained after `SLOW_EPOCHS` epochs."""
SLOW_EPOCHS = 2
_FIRST_STEPS = 10
_RATE_THRESHOLD = (
    f"no epoch's loss is above an earlier one by more than {percent(MOST_DRAWDOWN)} of the first loss, and "
    f"no batch's loss above {MOST_JUMP:g} times the first"
)


def chance_loss(loss: Loss, classes: int) -> float | None:
    """Return the loss of a network that gives all classes the same score; None where there is no such number.

    ln K for the cross-entropy, with smoothing or without; (K - 1)·Δ for the SVM; ln 2 for two classes.
    """
    match loss:
        case CrossEntropy():
            return math.log(classes) if classes > 1 else None
        case MulticlassSVM():
            return (classes - 1) * loss.margin or None
        case BinaryCrossEntropy():
            return math.log(2)
    return None


def expected_loss(case: Case) -> float | None:
    """Return the loss of a network that knows nothing of these images; None where it cannot be known.

    Where numbers are learned it is that of always saying 0.
    """
    dataset = case.dataset
    if dataset is None:
        return None
    if isinstance(case.training.loss, MeanSquaredError):
        return None if dataset.targets is None else float(np.square(dataset.targets).mean())
    return chance_loss(case.training.loss, dataset.class_count)


def first_loss(case: Case) -> Finding | None:
    """Compare the loss of the first batch with that of a network that knows nothing.

    CS231n, "Neural Networks Part 3", sanity checks: a much higher loss says that the first weights are too
    large or the images not scaled, so that a run begins with unlearning. A lower one is no trouble: the
    weights may have learned before. None where the loss has no such number.
    """
    expected = expected_loss(case)
    if expected is None or isinstance(case.training.loss, MeanSquaredError):
        return None
    threshold = f"at most {MOST_FIRST_LOSS:g} times the {expected:.3f} of a network that knows nothing"
    steps = case.history.steps
    if not len(steps) or steps.step[0] != 1:
        return unknown(Kind.FIRST_LOSS, "Train for one step.", threshold)
    loss = float(steps.loss[0])
    number = f"{loss:.3f} in the first batch; {expected:.3f} would be expected"
    if math.isfinite(loss) and loss <= MOST_FIRST_LOSS * expected:
        return fine(Kind.FIRST_LOSS, number, threshold, loss)
    meaning = (
        "The network is sure of wrong answers before it has seen anything: its first weights are too large "
        "for these images. Look at the initializers of the layers, above all the last one."
    )
    return Finding(Kind.FIRST_LOSS, Severity.NOTICE, number, threshold, meaning, value=loss)


def over_fitting(case: Case) -> Finding:
    """Compare what the network does on images that it learns from with images that it has never seen.

    CS231n, "Neural Networks Part 3": the gap of the accuracies is the amount of over-fitting. A validation
    loss that rises while the training loss falls says the same (Prechelt 1998, "Early stopping - but when?").
    """
    threshold = f"a validation loss of at most {MOST_RISE:g} times its least"
    if not isinstance(case.training.loss, MeanSquaredError):
        threshold = f"at most {100 * MOST_GAP:g} points between the accuracies, and {threshold}"
    epochs = case.history.epochs
    if len(epochs) < RISE_EPOCHS:
        return unknown(Kind.GAP, f"Train for {RISE_EPOCHS} epochs.", threshold)
    gap = float((epochs.train_accuracy - epochs.val_accuracy)[-RISE_EPOCHS:].mean())
    number, trouble = _rise(case.history)
    if math.isfinite(gap):
        number = f"{_gap_words(gap)}; {number}"
    severity = Severity.PROBLEM if gap > BAD_GAP else Severity.NOTICE
    if not (gap > MOST_GAP or trouble):
        return fine(Kind.GAP, number, threshold, gap if math.isfinite(gap) else None)
    meaning = (
        "The network learns its training images by heart instead of what they have in common. More or varied "
        "images, fewer parameters, dropout or a price of large weights help; the best epoch is better than "
        "the last."
    )
    fixes = (
        *varied(case.training),
        *dropped_out(case.spec),
        *penalised(case.training),
        *keep_best(case.training),
    )
    value = gap if math.isfinite(gap) else None
    return Finding(Kind.GAP, severity, number, threshold, meaning, fixes=fixes[:2], value=value)


def _gap_words(gap: float) -> str:
    points = f"{100 * abs(gap):.1f} points"
    if gap < 0:
        return f"validation accuracy is {points} above training accuracy"
    return f"training accuracy is {points} above validation accuracy"


def _rise(history: History) -> tuple[str, bool]:
    """Return how far the validation loss is above its least, in words, and whether that is too far."""
    epochs = history.epochs
    best = int(np.argmin(epochs.val_loss))
    least, last = float(epochs.val_loss[best]), float(epochs.val_loss[-RISE_EPOCHS:].mean())
    learns = epochs.train_loss[-RISE_EPOCHS:].mean() < epochs.train_loss[best]
    is_late = len(epochs) - 1 - best >= RISE_EPOCHS
    rises = bool(is_late and learns and last > MOST_RISE * least and last - least > LEAST_RISE)
    return f"validation loss {figure(last)}, least {figure(least)} in epoch {best + 1}", rises


def rate(case: Case) -> Finding:
    """Judge the learning rate by what the loss has done.

    CS231n, "Neural Networks Part 3", the loss function: with a rate too high it explodes or jumps, with one
    too low it falls in a straight, flat line. Too low is said only where the measured steps are small, too,
    see `doctor_layers.small_steps`; and where a rate test was made, that is what counts.
    """
    steps = case.history.steps
    lower = with_rate(case.training, case.training.optimizer.learning_rate / 10)
    if case.failure:
        meaning = "Each step made the weights larger, until the numbers were beyond all bounds."
        fixes = (lower, *clipped(case.training))
        return Finding(Kind.RATE, Severity.PROBLEM, case.failure, _RATE_THRESHOLD, meaning, fixes=fixes)
    if len(steps) <= _FIRST_STEPS:
        return unknown(Kind.RATE, f"Train for more than {_FIRST_STEPS} steps.", _RATE_THRESHOLD)
    number, value = _worst_rise(case)
    if value is None:
        return fine(Kind.RATE, number, _RATE_THRESHOLD)
    meaning = (
        "The steps are so long that they jump over the valley that they should go down. A lower rate takes "
        "more steps, and gets further."
    )
    fixes = (lower,)
    return Finding(Kind.RATE, Severity.PROBLEM, number, _RATE_THRESHOLD, meaning, fixes=fixes, value=value)


def _worst_rise(case: Case) -> tuple[str, float | None]:
    """Return what the loss has done, in words; and the number that is too high, if one is.

    A run that begins with learned weights has a small first loss, so chance is the least that is compared
    with. What the run has recovered from is no trouble.
    """
    steps, epochs = case.history.steps, case.history.epochs.train_loss
    losses = steps.loss
    first = float(losses[0])
    scale = max(first, expected_loss(case) or 0.0)
    recent = float(epochs[-1]) if len(epochs) else float(losses[-_FIRST_STEPS:].mean())
    top = int(np.argmax(losses))
    if recent <= SLOW_PROGRESS * scale:
        return f"the loss went from {figure(first)} to {figure(recent)}", None
    if losses[top] > MOST_JUMP * scale:
        jump = float(losses[top])
        return (
            f"the loss jumped to {figure(jump)} at step {steps.step[top]:,}; it began at {figure(first)}",
            jump,
        )
    drawdown = epochs - np.minimum.accumulate(epochs) if len(epochs) else np.zeros(1)
    worst = int(np.argmax(drawdown))
    if drawdown[worst] > MOST_DRAWDOWN * scale:
        least = float(epochs[: worst + 1].min())
        words = f"the training loss rose from {figure(least)} to {figure(epochs[worst])} in epoch {worst + 1}"
        return words, float(drawdown[worst])
    return f"the loss went from {figure(first)} to {figure(recent)} without jumps", None


def gained(history: History) -> float | None:
    """Return the share of the first loss that the run has gained; None before `SLOW_EPOCHS` epochs."""
    losses, epochs = history.steps.loss, history.epochs.train_loss
    if len(epochs) < SLOW_EPOCHS or not len(losses):
        return None
    first = float(losses[:_FIRST_STEPS].mean())
    return 1 - float(epochs[-1]) / first if first > 0 else None
