"""What a run reports. Events are frozen and their arrays read-only, so they cross threads as they are."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from cnnviz.spec.training import TrainingSpec
    from cnnviz.training.result import RunResult

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
    Where numbers are learned instead of classes, the accuracy is NaN. `learning_rate` is that of the step,
    and `gradient_norm` the Euclidean norm of the loss's gradients over everything that learns, before
    penalties and clipping; both are NaN in runs from before they were recorded.
    """

    step: int
    epoch: int
    loss: float
    accuracy: float
    images: int
    seconds: float
    learning_rate: float = math.nan
    gradient_norm: float = math.nan


@dataclasses.dataclass(frozen=True, slots=True)
class LayerVitals:
    """What was measured of one layer in one step; None where a measure does not apply, or is not finite.

    `update_ratio` is the Euclidean norm of the change of the layer's kernel over that of the kernel before.
    `gradient_norm` is that of the loss's gradients over all its parameters, before penalties and clipping.
    Both are None for frozen layers. `dead_share` is the share of channels or units of a ReLU or ELU that pass
    no gradient for any image of the batch, `saturated_share` that of the outputs of a Sigmoid or Tanh that
    are near its ends. All shares are from 0 to 1.
    """

    layer: str
    update_ratio: float | None
    gradient_norm: float | None
    dead_share: float | None
    saturated_share: float | None


@dataclasses.dataclass(frozen=True, slots=True)
class Vitals:
    """How the layers did in `step`, for the layers with something to measure in the design's order.

    Reported after the `StepDone` of the same step, and only for some steps.
    """

    step: int
    layers: tuple[LayerVitals, ...]


@dataclasses.dataclass(frozen=True, slots=True)
class EpochDone:
    """Every training image was seen once more, and the validation images were classified.

    `train_loss` and `train_accuracy` are means over the epoch's batches, taken while the weights moved. Where
    numbers are learned instead of classes, the accuracies are NaN; elsewhere `val_mean_absolute_error` and
    `val_r_squared` are.
    """

    epoch: int
    step: int
    train_loss: float
    train_accuracy: float
    val_loss: float
    val_accuracy: float
    seconds: float
    images_per_second: float
    val_mean_absolute_error: float = math.nan
    val_r_squared: float = math.nan


@dataclasses.dataclass(frozen=True, slots=True)
class SettingsChanged:
    """From the step after `step` on, the run has other settings; `text` says what differs."""

    step: int
    text: str
    training: TrainingSpec


@dataclasses.dataclass(frozen=True, slots=True)
class Snapshot:
    """The weights as they were after `step`."""

    step: int
    epoch: int
    parameters: Parameters


@dataclasses.dataclass(frozen=True, slots=True)
class MomentSnapshot:
    """The weights as they were after `step`, to be kept so that one can look back at them."""

    step: int
    epoch: int
    parameters: Parameters


@dataclasses.dataclass(frozen=True, slots=True)
class Checkpoint:
    """The run as it is, so that it can go on from here whatever becomes of it."""

    result: RunResult


@dataclasses.dataclass(frozen=True, slots=True)
class Paused:
    """The run waits; `step` is the last step done."""

    step: int


@dataclasses.dataclass(frozen=True, slots=True)
class Resumed:
    """The run goes on after a pause."""

    step: int


@dataclasses.dataclass(frozen=True, slots=True)
class Finished:
    """The last event of a run that did all its epochs, or ended early for the reason in `note`."""

    result: RunResult
    note: str = ""


@dataclasses.dataclass(frozen=True, slots=True)
class Stopped:
    """The last event of a run that was asked to stop; it can be continued from its result."""

    result: RunResult


@dataclasses.dataclass(frozen=True, slots=True)
class Failed:
    """The last event of a run that could not go on. `result` holds the last good weights.

    `reason` is one or two sentences for the user; `details` a traceback for the log, empty where the reason
    says it all. `step` is the step that failed. `layer_id` names the layer to blame, where one is known.
    `diverged` says that numbers became infinite, which a lower rate or clipping may prevent.
    """

    reason: str
    details: str
    step: int
    layer_id: str | None
    result: RunResult
    diverged: bool = False


Ending = Finished | Stopped | Failed
"""Exactly one of these is the last event of every run."""

Event = (
    RunStarted
    | StepDone
    | Vitals
    | EpochDone
    | SettingsChanged
    | Snapshot
    | MomentSnapshot
    | Checkpoint
    | Paused
    | Resumed
    | Ending
)
"""Everything a run can report."""
