"""What a data set demands of a design, and what is right for its images under a loss."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from cnnviz.data.augmenting import Augmenter
from cnnviz.spec.losses import Loss, MeanSquaredError
from cnnviz.spec.validate import DataShape

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from cnnviz.data.dataset import Dataset
    from cnnviz.engine.parallel import Executor
    from cnnviz.spec.augmenting import Augmenting


class TrainingImages:
    """The images of a data set as a run with this seed learns from them."""

    def __init__(self, dataset: Dataset, seed: int) -> None:
        self._dataset, self._seed = dataset, seed
        self._augmenter = Augmenter(seed)

    def use(self, executor: Executor) -> None:
        """Vary images on the threads of an executor from now on."""
        self._augmenter = Augmenter(self._seed, executor.share)

    def batch(self, indices: NDArray[np.int64], augmenting: Augmenting, epoch: int) -> NDArray[np.float32]:
        """Return the images `indices` (N,) as the network gets them: (C, H, W, N).

        They are varied for this epoch, which counts from 0, before their pixels become numbers.
        """
        units = self._augmenter.varied(self._dataset.units(indices), augmenting, indices, epoch)
        return self._dataset.treatment.numbers(units)


def data_shape(dataset: Dataset) -> DataShape:
    """Return what a data set demands of a design."""
    height, width, channels = dataset.image_shape
    return DataShape(height, width, channels, dataset.class_count, dataset.target_count)


def right_answers(dataset: Dataset, indices: NDArray[np.int64], loss: Loss) -> NDArray[Any]:
    """Return what `loss` compares the scores of the images `indices` (N,) with.

    That are labels, int64 (N,), or for squared errors targets, float32 (K, N). The data set has targets where
    `check` found it fit for such a loss.
    """
    if isinstance(loss, MeanSquaredError) and dataset.targets is not None:
        return np.ascontiguousarray(dataset.targets[indices].T)
    return dataset.labels[indices]
