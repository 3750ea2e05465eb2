"""How far a run has come, in the numbers that people read."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from cnnviz.training.events import RunStarted
    from cnnviz.training.history import History
    from cnnviz.training.result import RunResult

_RATE_SECONDS = 3.0
"""The speed is that of the last few seconds of computing."""
_MOST_STEPS = 10_000
"""More steps are not looked at, however quick they are."""
_NEWEST_STEPS = 5
_UNUSUAL_FACTOR = 10
"""A step that took so many times as long as the newest ones do says nothing of those to come."""


@dataclasses.dataclass(frozen=True, slots=True)
class Progress:
    """Steps and epochs count from 1; 0 means before the first. `epoch` is the one under way.

    `seconds` is the time spent in training steps, and `images_per_second` what was learned in that time; of
    late, as `images_per_step`. `seconds_left` is None as long as nothing can be said.
    """

    step: int = 0
    steps: int = 0
    epoch: int = 0
    epochs: int = 0
    images_per_second: float = 0.0
    seconds: float = 0.0
    seconds_left: float | None = None
    images_per_step: float = 0.0

    @property
    def fraction(self) -> float:
        """Share of the steps that are done, 0 to 1."""
        return min(self.step / self.steps, 1.0) if self.steps else 0.0

    def speed(self, delay: float) -> float:
        """Return the images that are learned in a second by the clock, if a step begins each `delay` seconds.

        Without a delay that is the speed of computing.
        """
        if not delay:
            return self.images_per_second
        return min(self.images_per_second, self.images_per_step / delay)


def progress_of(started: RunStarted, history: History) -> Progress:
    """Return the progress of a run that began with `started` and has `history` so far."""
    steps = history.steps
    epoch = int(steps.epoch[-1]) if len(steps) else 0
    epochs = max(started.epochs, epoch)  # told to end sooner, a run still ends the epoch under way
    total = _steps_of(started, epochs)
    if not len(steps):
        return Progress(steps=total, epochs=epochs)
    step, seconds = int(steps.step[-1]), float(steps.seconds[-1])
    done = len(steps) - int(np.searchsorted(steps.step, started.first_step, side="right"))
    rate = step_rate = per_step = 0.0
    if done > 0:
        images, spent, count = _of_late(history, min(done, _MOST_STEPS))
        rate, step_rate = (images / spent, count / spent) if spent > 0 else (0.0, 0.0)
        per_step = images / count
    return Progress(
        step=step,
        steps=total,
        epoch=epoch,
        epochs=epochs,
        images_per_second=rate,
        seconds=seconds,
        seconds_left=max(total - step, 0) / step_rate if step_rate > 0 else None,
        images_per_step=per_step,
    )


def _steps_of(started: RunStarted, epochs: int) -> int:
    """Return the last step of a run of so many epochs that has begun, or goes on with other batches."""
    before = started.first_step - started.first_epoch * started.steps_per_epoch
    is_other_size = not 0 <= before < max(started.steps_per_epoch, 1)
    return started.steps_per_epoch * epochs + is_other_size * before


def progress_of_result(result: RunResult) -> Progress:
    """Return how far a run had come when it was written to a file.

    How many steps an epoch has is known once one is done.
    """
    state, epochs = result.state, result.history.epochs
    steps_per_epoch = int(epochs.step[0]) // int(epochs.epoch[0]) if len(epochs) else 0
    planned = max(result.training.epochs, state.current_epoch)
    return Progress(
        step=state.step,
        steps=steps_per_epoch * planned,
        epoch=state.current_epoch,
        epochs=planned,
        images_per_second=result.images_per_second,
        seconds=result.seconds,
    )


def _of_late(history: History, most: int) -> tuple[int, float, int]:
    """Return the images, the seconds and the number of the steps of the last seconds, at most `most`.

    A step during which the computer slept, or the program was halted, is left out.
    """
    first, steps = len(history.steps) - most, history.steps
    before = (steps.images[first - 1], steps.seconds[first - 1]) if first else (0, 0.0)
    images, spent = (
        np.diff(steps.images[first:], prepend=before[0]),
        np.diff(steps.seconds[first:], prepend=before[1]),
    )
    usual = float(np.quantile(spent[-_NEWEST_STEPS:], 0.5, method="lower"))
    is_usual = spent <= max(_RATE_SECONDS, _UNUSUAL_FACTOR * usual)
    images, spent = images[is_usual], spent[is_usual]
    since = spent[::-1].cumsum()[::-1] - spent  # the time from the end of each step until now
    count = max(int(np.count_nonzero(since <= _RATE_SECONDS)), 1)
    return int(images[-count:].sum()), float(spent[-count:].sum()), count
