"""How well a network does on images it did not learn from."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cnnviz.data.batches import ordered_batches
from cnnviz.engine.parallel import Evaluation, Executor

if TYPE_CHECKING:
    from collections.abc import Callable

    import numpy as np
    from numpy.typing import NDArray

    from cnnviz.data.dataset import Dataset

BATCH_SIZE = 256
"""Images classified at a time: enough to keep every thread busy, few enough to stop in between."""


def evaluate(
    executor: Executor,
    dataset: Dataset,
    indices: NDArray[np.int64],
    *,
    is_stopping: Callable[[], bool] = lambda: False,
) -> Evaluation | None:
    """Classify the images `indices` (N,); None where `is_stopping` said so between two batches."""
    loss_sum, correct = 0.0, 0.0
    for batch in ordered_batches(indices, BATCH_SIZE):
        if is_stopping():
            return None
        part = executor.evaluate([dataset.scaled(batch)], dataset.labels[batch])
        loss_sum += part.loss * part.images
        correct += part.accuracy * part.images
    return Evaluation(loss_sum / len(indices), round(correct) / len(indices), len(indices))
