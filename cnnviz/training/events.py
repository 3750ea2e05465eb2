"""What a run reports. Every event is frozen, and its arrays are read-only, so it can cross threads as it is."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

Parameters = Mapping[str, NDArray[np.floating]]
"""Arrays by `<layer id>/<name>`, such as `conv1/weight`."""


@dataclasses.dataclass(frozen=True, slots=True)
class RunStarted:
    """A run begins. `first_step` and `first_epoch` are above 0 where it goes on from an earlier one."""

    first_step: int
    first_epoch: int
    steps_per_epoch: int
    epochs: int
    threads: int


@dataclasses.dataclass(frozen=True, slots=True)
class StepDone:
    """One batch was learned from. Steps and epochs count from 1; loss and accuracy are those of the batch.

    `seconds` is the time the run has computed so far, without pauses; `images` the images seen in that time.
    """

    step: int
    epoch: int
    loss: float
    accuracy: float
    images: int
    seconds: float


@dataclasses.dataclass(frozen=True, slots=True)
class EpochDone:
    """Every training image was seen once more, and the validation images were classified.

    `train_loss` and `train_accuracy` are means over the epoch's batches, taken while the weights moved.
    """

    epoch: int
    step: int
    train_loss: float
    train_accuracy: float
    val_loss: float
    val_accuracy: float
    seconds: float
    images_per_second: float


@dataclasses.dataclass(frozen=True, slots=True)
class Snapshot:
    """The weights as they were after `step`."""

    step: int
    epoch: int
    parameters: Parameters


@dataclasses.dataclass(frozen=True, slots=True)
class Paused:
    """The run waits; `step` is the last step done."""

    step: int


@dataclasses.dataclass(frozen=True, slots=True)
class Resumed:
    """The run goes on after a pause."""

    step: int
