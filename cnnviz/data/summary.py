"""What there is in a part of a data set: how many images of each class, and their means."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from cnnviz.data.dataset import Dataset, Split

_BLOCK_BYTES = 1 << 21  # images added up at a time; small enough to rest and to stop in between
_MOST_MEAN_VALUES = 1 << 24
"""Mean images of more values than this in all are made of every second pixel, or of fewer still."""


def class_counts(dataset: Dataset, split: Split) -> NDArray[np.int64]:
    """Return how many images of `split` there are of each of the K classes, int64 (K,)."""
    labels = dataset.labels[dataset.indices(split)]
    return np.bincount(labels, minlength=dataset.class_count).astype(np.int64)


def positions_of_class(dataset: Dataset, split: Split, label: int | None) -> NDArray[np.int64]:
    """Return the places in `split` of the images of a class, ascending int64 (n,); None stands for all."""
    indices = dataset.indices(split)
    if label is None:
        return np.arange(len(indices))
    return np.flatnonzero(dataset.labels[indices] == label)


def class_means(
    dataset: Dataset, split: Split, *, is_stopping: Callable[[], bool] = lambda: False
) -> NDArray[np.float32] | None:
    """Return the mean of the images of each class of `split`, float32 (K, C, H, W) in [0, 1].

    Where a class has no image, its mean is not a number. Very many large means have fewer pixels. None where
    `is_stopping`, which is asked after every few images, said so.
    """
    stride = _stride(dataset)
    images, indices = dataset.images[:, ::stride, ::stride], dataset.indices(split)
    shape = images.shape[1:]
    totals = np.zeros((dataset.class_count, math.prod(shape)), np.int64)
    block = max(1, _BLOCK_BYTES // totals.shape[1])
    for start in range(0, len(indices), block):
        _add_images(totals, images, indices[start : start + block], dataset.labels)
        if is_stopping():
            return None
    counts = class_counts(dataset, split)[:, None]
    with np.errstate(invalid="ignore"):  # 0 / 0 is no number, as it should be
        means = (totals / (counts * dataset.max_value)).astype(np.float32)
    planes: NDArray[np.float32] = means.reshape(-1, *shape).transpose(0, 3, 1, 2)
    return planes


def pixel_counts(
    dataset: Dataset, split: Split, *, is_stopping: Callable[[], bool] = lambda: False
) -> NDArray[np.int64] | None:
    """Return how often each brightness occurs, int64 (K, C, L): by class, colour and level.

    Levels are those of the pixels, 0 to `max_value`. None where `is_stopping`, which is asked after every few
    images, said so.
    """
    indices, classes = dataset.indices(split), dataset.class_count
    *_, channels = dataset.image_shape
    levels = dataset.max_value + 1
    counts = np.zeros(classes * channels * levels, np.int64)
    # As many numbers at a time as there are counts, for those are gone through each time.
    block = max(1, max(_BLOCK_BYTES, counts.nbytes) // (8 * math.prod(dataset.image_shape)))
    colors = levels * np.arange(channels)
    for start in range(0, len(indices), block):
        some = indices[start : start + block]
        of_class = (levels * channels * dataset.labels[some])[:, None, None, None]
        # Where every pixel is counted: one row of numbers for all classes and colours.
        counts += np.bincount((dataset.images[some] + (of_class + colors)).ravel(), minlength=len(counts))
        if is_stopping():
            return None
    return counts.reshape(classes, channels, levels)


def _add_images(
    totals: NDArray[np.int64],
    images: NDArray[np.uint8],
    indices: NDArray[np.int64],
    labels: NDArray[np.int64],
) -> None:
    """Add each image to the total of its class: sorted by class, a class is one run of rows."""
    ordered = indices[np.argsort(labels[indices], kind="stable")]
    classes, starts = np.unique(labels[ordered], return_index=True)
    rows = images[ordered].reshape(len(ordered), -1)
    totals[classes] += np.add.reduceat(rows, starts, axis=0, dtype=np.uint32)


def _stride(dataset: Dataset) -> int:
    values = dataset.class_count * math.prod(dataset.image_shape)
    return max(1, math.ceil(math.sqrt(values / _MOST_MEAN_VALUES)))
