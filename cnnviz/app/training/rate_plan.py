"""The learning rate over a whole run, known before the run begins."""

from __future__ import annotations

import dataclasses
import math
from typing import TYPE_CHECKING

import numpy as np

from cnnviz.engine.schedules import RateSchedule
from cnnviz.spec.schedules import ReduceOnPlateau
from cnnviz.spec.words import counted

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from cnnviz.spec.training import TrainingSpec

_POINTS = 480
"""More than a small plot has pixels across, so that steps of the rate look upright."""


@dataclasses.dataclass(frozen=True, slots=True, eq=False)
class RatePlan:
    """The rate at some steps of a run.

    `epochs` (n,) are when each point is, in epochs from the start; `rates` (n,) the learning rates there.
    `depends` says that the rate falls where progress ends, which nobody knows before.
    """

    epochs: NDArray[np.float64]
    rates: NDArray[np.float64]
    steps: int
    depends: bool = False

    @property
    def length(self) -> float:
        """The epochs of the run."""
        return float(self.epochs[-1])

    def rate_at(self, epoch: float) -> float:
        """Return the rate of the point nearest to a time in epochs."""
        return float(self.rates[np.abs(self.epochs - epoch).argmin()])

    def __str__(self) -> str:
        first, top, last = self.rates[0], self.rates.max(), self.rates[-1]
        words = f"The rate is {first:.3g} at first, {top:.3g} at most and {last:.3g} at the end"
        words += f" of {self.length:,.0f} epochs or {counted(self.steps, 'step')}."
        return f"{words} It falls where progress ends, which is not known before." if self.depends else words


def rate_plan(training: TrainingSpec, train_images: int) -> RatePlan:
    """Return the learning rates of a run over so many images."""
    steps_per_epoch = max(1, math.ceil(train_images / training.batch_size))
    total = steps_per_epoch * training.epochs
    schedule = RateSchedule(training.schedule, training.optimizer.learning_rate, training.warmup_steps)
    even = np.linspace(0, total - 1, min(total, _POINTS)).round().astype(np.int64)
    warm = (step for step in (training.warmup_steps - 1, training.warmup_steps) if 0 <= step < total)
    # No `np.union1d`: it loads masked arrays, which takes 18 ms before the window is there.
    steps = np.array(sorted({*even.tolist(), *warm}), np.int64)
    rates = [schedule.rate(step, steps_per_epoch, training.epochs) for step in steps.tolist()]
    return RatePlan(
        epochs=np.append(steps, total) / steps_per_epoch,  # the last rate lasts to the end
        rates=np.array([*rates, rates[-1]]),
        steps=total,
        depends=isinstance(training.schedule, ReduceOnPlateau),
    )
