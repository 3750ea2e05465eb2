"""How well a network does on images it did not learn from."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

import numpy as np

from cnnviz.data.batches import ordered_batches
from cnnviz.data.quantities import deviations_of
from cnnviz.engine.parallel import TOP, Evaluation
from cnnviz.engine.stages import BrokenOff
from cnnviz.spec.losses import MeanSquaredError
from cnnviz.training.class_report import ClassReport, class_report
from cnnviz.training.examples import right_answers
from cnnviz.training.number_report import NumberReport, number_report

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from numpy.typing import NDArray

    from cnnviz.data.dataset import Dataset
    from cnnviz.engine.parallel import Executor

BATCH_SIZE = 256
"""Images classified at a time: enough to keep every thread busy, few enough to stop in between."""

Report: TypeAlias = ClassReport | NumberReport
"""All there is to know of a network's answers to some images."""


def evaluate(
    executor: Executor,
    dataset: Dataset,
    indices: NDArray[np.int64],
    *,
    is_stopping: Callable[[], bool] = lambda: False,
) -> Evaluation | None:
    """Measure the images `indices` (N,) by the executor's loss.

    None where `is_stopping` said so between two batches, or the executor was told to stop.
    """

    def batches() -> Iterator[NDArray[np.float32]]:
        for batch in ordered_batches(indices, BATCH_SIZE):
            if is_stopping():
                raise BrokenOff
            yield dataset.scaled(batch)

    try:
        right = right_answers(dataset, indices, executor.loss)
        return executor.evaluate(batches(), right, deviations_of(dataset.quantities))
    except BrokenOff:
        return None


def examine(
    executor: Executor,
    dataset: Dataset,
    indices: NDArray[np.int64],
    *,
    batch_size: int = BATCH_SIZE,
    is_stopping: Callable[[], bool] = lambda: False,
) -> Report | None:
    """Return all there is to know of the network's answers to the images `indices` (N,).

    The data set fits the executor's design and loss, see `cnnviz.training.loop.check_fit`. None where
    `is_stopping`, which is asked before each batch, said so.
    """
    parts = []
    for batch in ordered_batches(indices, batch_size):
        if is_stopping():
            return None
        parts.append(executor.scores(dataset.scaled(batch)))
    make = number_report if isinstance(executor.loss, MeanSquaredError) else class_report
    scores = np.concatenate(parts, axis=-1)
    return make(dataset, indices, executor.network.spec, executor.loss, scores)


def in_short(report: Report) -> Evaluation:
    """Return the figures of a report that `evaluate` gives too."""
    if isinstance(report, NumberReport):
        errors = report.mean_absolute_error(), report.r_squared()
        return Evaluation(report.loss, 0.0, report.images, None, *errors)
    top = report.top(TOP) if len(report.class_names) > TOP else None
    return Evaluation(report.loss, report.accuracy, report.images, top)
