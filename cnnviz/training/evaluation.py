"""How well a network does on images it did not learn from."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cnnviz.data.batches import ordered_batches
from cnnviz.training.examples import right_answers

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    import numpy as np
    from numpy.typing import NDArray

    from cnnviz.data.dataset import Dataset
    from cnnviz.engine.parallel import Evaluation, Executor

BATCH_SIZE = 256
"""Images classified at a time: enough to keep every thread busy, few enough to stop in between."""


class _Interrupted(Exception):
    """Ends an evaluation between two batches."""


def evaluate(
    executor: Executor,
    dataset: Dataset,
    indices: NDArray[np.int64],
    *,
    is_stopping: Callable[[], bool] = lambda: False,
) -> Evaluation | None:
    """Measure the images `indices` (N,) by the executor's loss.

    None where `is_stopping` said so between two batches.
    """

    def batches() -> Iterator[NDArray[np.float32]]:
        for batch in ordered_batches(indices, BATCH_SIZE):
            if is_stopping():
                raise _Interrupted
            yield dataset.scaled(batch)

    try:
        return executor.evaluate(batches(), right_answers(dataset, indices, executor.loss))
    except _Interrupted:
        return None
