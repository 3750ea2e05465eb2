"""The learning rate of each step.

A rate is a function of the step and of how long the run is, so that it can be drawn before training. Only
the reduction on a plateau depends on what happens; its memory is a `PlateauState`.
"""

from __future__ import annotations

import dataclasses
import math

from cnnviz.spec.schedules import (
    Constant,
    Cosine,
    Exponential,
    OneCycle,
    ReduceOnPlateau,
    Schedule,
    StepDecay,
)

_IMPROVEMENT = 1e-4
"""By which share a validation loss must be below the lowest so far to count as better (PyTorch's default)."""


@dataclasses.dataclass(frozen=True, slots=True)
class PlateauState:
    """What a reduction on a plateau remembers.

    Attributes
    ----------
    best
        Lowest validation loss so far; None before the first epoch is done.
    waited
        Epochs since then.
    share
        Share of the learning rate that is left.
    """

    best: float | None = None
    waited: int = 0
    share: float = 1.0


@dataclasses.dataclass(frozen=True, slots=True)
class RateSchedule:
    """The learning rate over a run: a schedule, perhaps after a linear warm-up.

    During `warmup_steps` steps the rate rises in equal parts to `learning_rate`; then the schedule begins,
    and it ends with the run.
    """

    schedule: Schedule
    learning_rate: float
    warmup_steps: int = 0

    def rate(
        self, step: int, steps_per_epoch: int, epochs: int, plateau: PlateauState | None = None
    ) -> float:
        """Return the rate of step `step`, from 0, in a run of `epochs` epochs of `steps_per_epoch` steps.

        `plateau` is what a reduction on a plateau remembers at that time; without it, no plateau was met.
        """
        if step < self.warmup_steps:
            return self.learning_rate * ((step + 1) / self.warmup_steps)
        total = max(1, steps_per_epoch * epochs - self.warmup_steps)
        left = plateau.share if plateau is not None else 1.0
        return self.learning_rate * _share(
            self.schedule, step - self.warmup_steps, total, steps_per_epoch, left
        )

    def after_epoch(self, plateau: PlateauState, val_loss: float) -> PlateauState:
        """Return what is remembered after an epoch with this validation loss."""
        if not isinstance(self.schedule, ReduceOnPlateau):
            return plateau
        if plateau.best is None or val_loss < plateau.best * (1 - _IMPROVEMENT):
            return PlateauState(val_loss, 0, plateau.share)
        waited = plateau.waited + 1
        if waited > self.schedule.patience:
            return PlateauState(plateau.best, 0, plateau.share * self.schedule.factor)
        return PlateauState(plateau.best, waited, plateau.share)


def _share(schedule: Schedule, step: int, total: int, steps_per_epoch: int, left: float) -> float:
    """Return the share of the learning rate that is in force at a step of `total`, warm-up left out."""
    match schedule:
        case Constant():
            return 1.0
        case StepDecay():
            return schedule.factor ** (step // (schedule.every * steps_per_epoch))
        case Exponential():
            return schedule.factor ** (step // steps_per_epoch)
        case Cosine():
            fall = total if schedule.restart == 0 else schedule.restart * steps_per_epoch
            place = _place_in_fall(step, fall, schedule.growth if schedule.restart else 1)
            return _between(1.0, schedule.lowest, place)
        case OneCycle():
            return _one_cycle(schedule, step, total)
        case ReduceOnPlateau():
            return left


def _place_in_fall(step: int, fall: int, growth: int) -> float:
    """Return how far, from 0 to 1, a step is in its fall, where each takes `growth` times the one before."""
    while step >= fall:
        step -= fall
        fall *= growth
        if growth == 1:
            step %= fall
    return step / fall


def _one_cycle(schedule: OneCycle, step: int, total: int) -> float:
    first = 1 / schedule.start_divisor
    last = first / schedule.end_divisor
    top = schedule.rise * total - 1
    end = total - 1
    if step >= end:
        return last
    if step < top:
        return _between(first, 1.0, step / top)
    return _between(1.0, last, (step - top) / (end - top))


def _between(start: float, end: float, place: float) -> float:
    """Go from `start` to `end` along half a cosine; `place` is from 0 to 1."""
    return end + (start - end) * (1 + math.cos(math.pi * place)) / 2
