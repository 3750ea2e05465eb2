"""Preparing a whole data set: another data set, whose images and numbers are those that the network gets."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, TypeAlias

import numpy as np

from cnnviz.data.dataset import Dataset, Split
from cnnviz.data.fitted_images import fitted_images, settle_hash
from cnnviz.data.importing.cache import PictureCache
from cnnviz.data.importing.watch import Stage, Watch
from cnnviz.data.quantities import with_scale
from cnnviz.data.treatment import LEAST_DEVIATION, Treatment, prepared_shape
from cnnviz.errors import DataError

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from cnnviz.spec.preparing import Preparing

Numbers: TypeAlias = tuple[tuple[float, ...], tuple[float, ...]]
"""Means and deviations."""

_BLOCK_BYTES = 1 << 21  # counting takes eight times as much


def prepared(dataset: Dataset, preparing: Preparing, watch: Watch | None = None) -> Dataset:
    """Return `dataset` prepared otherwise: from its original images, with the numbers of its training part.

    Images that are large all together are kept on disk, see `cnnviz.data.fitted_images`.

    Raises
    ------
    DataError
        Images cannot be brought to that size, or there would be too many of them.
    ImportCancelled
        Nobody wants it any more.
    """
    return _prepared(dataset, preparing, watch or Watch(), PictureCache())


def prepared_in_memory(dataset: Dataset, preparing: Preparing, watch: Watch | None = None) -> Dataset:
    """Return the same, but for a moment only: nothing is written to the disk."""
    return _prepared(dataset, preparing, watch or Watch(), None)


def _prepared(dataset: Dataset, preparing: Preparing, watch: Watch, cache: PictureCache | None) -> Dataset:
    original = dataset.original
    if not preparing.is_on:
        return original
    fitted, made = fitted_images(original, preparing, watch, cache)
    plain = Treatment(
        dataclasses.replace(preparing, standardise=False, standardise_targets=False),
        fitted.max_value,
        original.image_shape,
    )
    nothing: Numbers = ((), ())
    of_pixels = statistics(fitted, plain, watch) if preparing.standardise else nothing
    of_targets = target_statistics(original) if preparing.standardise_targets else nothing
    treatment = Treatment(preparing, plain.max_value, plain.original_shape, *of_pixels, *of_targets)
    result = _with_targets(dataclasses.replace(fitted, treatment=treatment, unprepared=original))
    settle_hash(result, made, cache, watch)
    return result


def prepared_as(dataset: Dataset, treatment: Treatment, watch: Watch | None = None) -> Dataset:
    """Return `dataset` treated as another one was, with the numbers that came out there.

    Raises
    ------
    DataError
        The numbers are for images of another number of channels, or there would be too many images.
    ImportCancelled
        Nobody wants it any more.
    """
    original, preparing, watch = dataset.original, treatment.preparing, watch or Watch()
    if not preparing.is_on:
        return original
    channels = prepared_shape(original.image_shape, preparing)[2]
    if treatment.means and len(treatment.means) != channels:
        raise DataError(
            f'The images of "{original.name}" have {channels} channels once they are prepared, but the '
            f"means are those of {len(treatment.means)}."
        )
    cache = PictureCache()
    fitted, made = fitted_images(original, preparing, watch, cache)
    own = dataclasses.replace(treatment, original_shape=original.image_shape)  # white stays the same number
    result = _with_targets(dataclasses.replace(fitted, treatment=own, unprepared=original))
    settle_hash(result, made, cache, watch)
    return result


def target_statistics(dataset: Dataset) -> Numbers:
    """Return mean and standard deviation of each number to be learned, over the training images.

    Where all are the same, the deviation is taken for 1.

    Raises
    ------
    DataError
        The data set has classes only.
    """
    if dataset.targets is None:
        raise DataError(f'"{dataset.name}" has classes, and no numbers to learn that could be standardised.')
    targets = dataset.targets[dataset.indices(Split.TRAIN)].astype(np.float64)
    deviations = targets.std(axis=0)
    usable = deviations >= LEAST_DEVIATION * np.maximum(1.0, np.abs(targets).max(axis=0))
    return tuple(targets.mean(axis=0).tolist()), tuple(np.where(usable, deviations, 1.0).tolist())


def _with_targets(dataset: Dataset) -> Dataset:
    """Return the data set with its numbers standardised as its treatment says."""
    treatment, targets = dataset.treatment, dataset.targets
    if not treatment.target_means or targets is None:
        return dataset
    means, deviations = treatment.target_means, treatment.target_deviations
    if len(means) != targets.shape[1]:
        raise DataError(
            f'"{dataset.name}" has {targets.shape[1]} numbers to learn for each image, but the means are '
            f"those of {len(means)}."
        )
    return dataclasses.replace(
        dataset,
        targets=((targets - np.array(means)) / np.array(deviations)).astype(np.float32),
        quantities=with_scale(dataset.quantities, means, deviations),
    )


def statistics(dataset: Dataset, treatment: Treatment, watch: Watch | None = None) -> Numbers:
    """Return mean and standard deviation of each channel over the training images, as numbers.

    They come from counts of whole pixel values, so that they are the same on every machine. Where all pixels
    are the same, the deviation is taken for 1.
    """
    counts = channel_counts(dataset, watch)
    levels = np.arange(counts.shape[1]) / dataset.max_value
    low, high = treatment.range()
    values = low + (high - low) * levels
    total = counts.sum(axis=1)
    means = counts @ values / total
    variances = (counts * np.square(values - means[:, None])).sum(axis=1) / total
    deviations = np.where(variances > 0, np.sqrt(variances), 1.0)
    return tuple(means.tolist()), tuple(deviations.tolist())


def channel_counts(dataset: Dataset, watch: Watch | None = None) -> NDArray[np.int64]:
    """Return how often each pixel value stands in each channel of the training images: int64 (C, 256)."""
    channels = dataset.image_shape[2]
    counts = np.zeros((channels, 256), np.int64)
    indices = dataset.indices(Split.TRAIN)
    step = max(1, _BLOCK_BYTES // max(1, dataset.images[0].size))
    watch = watch or Watch()
    for start in range(0, len(indices), step):
        watch.check()
        watch.tell(Stage.MEASURING, start, len(indices))
        block = dataset.images[indices[start : start + step]]
        for channel in range(channels):
            counts[channel] += np.bincount(block[..., channel].ravel(), minlength=256)
    return counts
