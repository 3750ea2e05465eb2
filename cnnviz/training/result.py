"""What a run leaves behind: weights, curves, and all that is needed to go on."""

from __future__ import annotations

import dataclasses
import datetime
from typing import TYPE_CHECKING

from cnnviz.data.catalog import suited
from cnnviz.data.plain_names import plain_name
from cnnviz.data.treatment import Treatment
from cnnviz.engine.schedules import PlateauState
from cnnviz.spec.training import BEST
from cnnviz.training.random_state import RandomState, dropout_rng, order_rng

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    import numpy as np
    from numpy.typing import NDArray

    from cnnviz.data.dataset import Dataset
    from cnnviz.data.quantities import Quantity
    from cnnviz.spec.network import NetworkSpec
    from cnnviz.spec.training import TrainingSpec
    from cnnviz.training.events import Parameters
    from cnnviz.training.history import History


@dataclasses.dataclass(frozen=True, slots=True)
class DataFacts:
    """Which images a run learned from, and how their pixels became numbers.

    `image_shape` is (height, width, channels) of the images as the network got them. Their pixels are divided
    by `max_value`, and then treated as `treatment` says: by default nothing more is done to them. `source` is
    what opens the data set again, a catalog name or a path; empty where it is not known.
    `quantities` are what the numbers are that were learned; empty where classes were.
    """

    name: str
    content_hash: str
    image_shape: tuple[int, int, int]
    max_value: int
    class_names: tuple[str, ...]
    source: str = ""
    quantities: tuple[Quantity, ...] = ()
    treatment: Treatment = dataclasses.field(default=Treatment())

    @property
    def plain_name(self) -> str:
        """The name as people say it: that of the folder alone, say."""
        return plain_name(self.name)

    @property
    def original_shape(self) -> tuple[int, int, int]:
        """Height, width and channels of the images before they were treated."""
        return self.treatment.original_shape or self.image_shape

    def suited(self, source: str) -> str:
        """Return what opens `source` for a run that learned from these images, see `cnnviz.data.catalog`.

        Raises
        ------
        DataError
            A setting behind its path is not allowed, or the folder cannot be read.
        """
        numbers = tuple(quantity.name for quantity in self.quantities)
        has_classes = len(self.class_names) > 1
        return suited(source, self.original_shape, self.source, numbers=numbers, has_classes=has_classes)

    @classmethod
    def of(cls, dataset: Dataset) -> DataFacts:
        """Return the facts of a data set."""
        return cls(
            dataset.name,
            dataset.content_hash,
            dataset.image_shape,
            dataset.max_value,
            dataset.class_names,
            dataset.source,
            dataset.quantities,
            dataset.treatment,
        )


@dataclasses.dataclass(frozen=True, slots=True, eq=False)
class RunState:
    """All that a run needs beside its weights to go on as if it had never been interrupted.

    Attributes
    ----------
    step, epoch
        Steps and whole epochs done, validation included.
    images_in_epoch
        Training images seen in the epoch under way.
    loss_sum, correct
        Sum of the losses and number of right answers over those images.
    order
        Random state from which the order of the epoch under way is drawn.
    dropout
        Random state of the next step.
    optimizer
        Arrays by name, as `Optimizer.state()` of the engine gives them; read-only.
    images, seconds
        Training images seen in all, and the time that took, without validation and pauses.
    plateau
        What a reduction of the rate on a plateau remembers.
    """

    step: int
    epoch: int
    images_in_epoch: int
    loss_sum: float
    correct: int
    order: RandomState
    dropout: RandomState
    optimizer: Mapping[str, NDArray[np.floating]] = dataclasses.field(repr=False)
    images: int
    seconds: float
    plateau: PlateauState = dataclasses.field(default=PlateauState())

    @property
    def current_epoch(self) -> int:
        """The epoch, from 1, that the last step belongs to; 0 before the first step."""
        return self.epoch + (self.images_in_epoch > 0)


@dataclasses.dataclass(frozen=True, slots=True)
class UseOfTestSet:
    """That somebody looked at the test set with the weights of a run.

    `at` is the time as ISO 8601 text; `step` and `epoch` are those of the weights, from 1.
    """

    at: str
    step: int
    epoch: int

    @classmethod
    def now(cls, step: int, epoch: int) -> UseOfTestSet:
        """Return a look at this moment."""
        return cls(datetime.datetime.now(datetime.UTC).isoformat(timespec="milliseconds"), step, epoch)


@dataclasses.dataclass(frozen=True, slots=True)
class RunFailure:
    """Why a run could not go on: at which step, in which layer where one is known, and in words.

    `diverged` says that numbers became infinite, rather than that the machine or the program failed.
    """

    reason: str
    step: int
    layer: str | None
    diverged: bool


def first_state(seed: int) -> RunState:
    """Return the state of a run that has done nothing yet."""
    order, dropout = RandomState.of(order_rng(seed)), RandomState.of(dropout_rng(seed))
    return RunState(0, 0, 0, 0.0, 0, order, dropout, {}, 0, 0.0)


@dataclasses.dataclass(frozen=True, slots=True, eq=False)
class RunResult:
    """A run as it was when it ended. All arrays are read-only.

    `parameters` are the last good weights; `best_parameters` those of `best_epoch`, the epoch with the
    highest validation accuracy (of equal ones, the one with the lowest validation loss). Both are None
    before the first epoch is done. `test_uses` are the looks at the test set so far, the first one first.
    `failure` is None where the run has not failed.
    """

    spec: NetworkSpec
    training: TrainingSpec
    data: DataFacts
    history: History = dataclasses.field(repr=False)
    parameters: Parameters = dataclasses.field(repr=False)
    best_parameters: Parameters | None = dataclasses.field(repr=False)
    best_epoch: int | None
    state: RunState
    threads: int
    test_uses: tuple[UseOfTestSet, ...] = ()
    failure: RunFailure | None = None

    def history_until_state(self) -> History:
        """Return the curves up to `state`; a run that failed has some beyond the weights it kept."""
        return self.history.until(self.state.step, self.state.epoch)

    @property
    def shown_parameters(self) -> Parameters:
        """The weights that the run leaves to look at: the last ones, or those of the best epoch."""
        best = self.best_parameters if self.training.final_weights == BEST else None
        return self.parameters if best is None else best

    @property
    def seconds(self) -> float:
        """Time spent in training steps, without validation and pauses."""
        return self.state.seconds

    @property
    def images_per_second(self) -> float:
        """Training images per second of `seconds`; 0 before the first step."""
        return self.state.images / self.state.seconds if self.state.seconds > 0 else 0.0


def with_test_uses(result: RunResult, uses: Iterable[UseOfTestSet]) -> RunResult:
    """Return a run that knows of these looks at the test set, too; the very same where it does."""
    known, uses = set(result.test_uses), tuple(uses)
    if known.issuperset(uses):
        return result
    merged = tuple(sorted(known.union(uses), key=lambda use: use.at))
    return dataclasses.replace(result, test_uses=merged)
