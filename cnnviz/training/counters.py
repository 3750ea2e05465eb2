"""How far a run is, while it runs."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from cnnviz.training.events import EpochDone
from cnnviz.training.result import RunState

if TYPE_CHECKING:
    from collections.abc import Mapping

    import numpy as np
    from numpy.typing import NDArray

    from cnnviz.engine.parallel import Evaluation
    from cnnviz.training.random_state import RandomState


class Counters:
    """The numbers of a `RunState` while they move."""

    def __init__(self, state: RunState) -> None:
        self.step = state.step
        self.epoch = state.epoch
        self.images_in_epoch = state.images_in_epoch
        self.images = state.images
        self.seconds = state.seconds
        self.plateau = state.plateau
        self._loss_sum = state.loss_sum
        self._correct = state.correct
        self._epoch_start = (self.images, self.seconds)

    @property
    def current_epoch(self) -> int:
        """The epoch, from 1, that the last step belongs to; 0 before the first step."""
        return self.epoch + (self.images_in_epoch > 0)

    def begin_epoch(self) -> None:
        """Measure the speed of the epoch from here on."""
        self._epoch_start = (self.images, self.seconds)

    def add_step(self, loss: float, correct: int, images: int, seconds: float) -> None:
        """Count a step over `images` images with this mean loss and so many right answers."""
        self.step += 1
        self.images += images
        self.images_in_epoch += images
        self.seconds += seconds
        self._loss_sum += loss * images
        self._correct += correct

    def end_epoch(self, validation: Evaluation) -> EpochDone:
        """Return the report of the epoch under way, and begin to count the next."""
        of_numbers = validation.mean_absolute_error is not None
        images, seconds = self.images - self._epoch_start[0], self.seconds - self._epoch_start[1]
        self.epoch += 1
        event = EpochDone(
            epoch=self.epoch,
            step=self.step,
            train_loss=self._loss_sum / self.images_in_epoch,
            train_accuracy=math.nan if of_numbers else self._correct / self.images_in_epoch,
            val_loss=validation.loss,
            val_accuracy=math.nan if of_numbers else validation.accuracy,
            seconds=self.seconds,
            images_per_second=images / seconds if seconds > 0 else 0.0,
            val_mean_absolute_error=_or_nan(validation.mean_absolute_error),
            val_r_squared=_or_nan(validation.r_squared),
        )
        self.images_in_epoch, self._loss_sum, self._correct = 0, 0.0, 0
        return event

    def state(
        self, order: RandomState, dropout: RandomState, optimizer: Mapping[str, NDArray[np.floating]]
    ) -> RunState:
        """Return the numbers as they are now, with the states that others hold."""
        return RunState(
            step=self.step,
            epoch=self.epoch,
            images_in_epoch=self.images_in_epoch,
            loss_sum=self._loss_sum,
            correct=self._correct,
            order=order,
            dropout=dropout,
            optimizer=optimizer,
            images=self.images,
            seconds=self.seconds,
            plateau=self.plateau,
        )


def _or_nan(value: float | None) -> float:
    return math.nan if value is None else value
