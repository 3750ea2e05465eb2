"""Preparing a whole data set: another data set, whose images and numbers are those that the network gets."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

import numpy as np

from cnnviz.data.dataset import Dataset, Split
from cnnviz.data.refitting import fit_images
from cnnviz.data.treatment import Treatment, prepared_shape
from cnnviz.errors import DataError

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from cnnviz.spec.preparing import Preparing

_BLOCK_BYTES = 1 << 24


def prepared(dataset: Dataset, preparing: Preparing) -> Dataset:
    """Return `dataset` prepared otherwise: from its original images, with the numbers of its training part.

    Raises
    ------
    DataError
        Images cannot be brought to that size, or there would be too many of them.
    """
    original = dataset.original
    if not preparing.is_on:
        return original
    fitted = _fitted(original, preparing)
    plain = Treatment(
        dataclasses.replace(preparing, standardise=False), fitted.max_value, original.image_shape
    )
    if not preparing.standardise:
        return dataclasses.replace(fitted, treatment=plain, unprepared=original)
    means, deviations = statistics(fitted, plain)
    treatment = dataclasses.replace(plain, preparing=preparing, means=means, deviations=deviations)
    return dataclasses.replace(fitted, treatment=treatment, unprepared=original)


def prepared_as(dataset: Dataset, treatment: Treatment) -> Dataset:
    """Return `dataset` treated as another one was, with the numbers that came out there.

    Raises
    ------
    DataError
        The numbers are for images of another number of channels, or there would be too many images.
    """
    original, preparing = dataset.original, treatment.preparing
    if not preparing.is_on:
        return original
    channels = prepared_shape(original.image_shape, preparing)[2]
    if treatment.means and len(treatment.means) != channels:
        raise DataError(
            f'The images of "{original.name}" have {channels} channels once they are prepared, but the '
            f"means are those of {len(treatment.means)}."
        )
    fitted = _fitted(original, preparing)
    own = dataclasses.replace(treatment, original_shape=original.image_shape)  # white stays the same number
    return dataclasses.replace(fitted, treatment=own, unprepared=original)


def statistics(dataset: Dataset, treatment: Treatment) -> tuple[tuple[float, ...], tuple[float, ...]]:
    """Return mean and standard deviation of each channel over the training images, as numbers.

    They come from counts of whole pixel values, so that they are the same on every machine. Where all pixels
    are the same, the deviation is taken for 1.
    """
    counts = channel_counts(dataset)
    levels = np.arange(counts.shape[1]) / dataset.max_value
    low, high = treatment.range()
    values = low + (high - low) * levels
    total = counts.sum(axis=1)
    means = counts @ values / total
    variances = (counts * np.square(values - means[:, None])).sum(axis=1) / total
    deviations = np.where(variances > 0, np.sqrt(variances), 1.0)
    return tuple(means.tolist()), tuple(deviations.tolist())


def channel_counts(dataset: Dataset) -> NDArray[np.int64]:
    """Return how often each pixel value stands in each channel of the training images: int64 (C, 256)."""
    channels = dataset.image_shape[2]
    counts = np.zeros((channels, 256), np.int64)
    indices = dataset.indices(Split.TRAIN)
    step = max(1, _BLOCK_BYTES // max(1, dataset.images[0].size))
    for start in range(0, len(indices), step):
        block = dataset.images[indices[start : start + step]]
        for channel in range(channels):
            counts[channel] += np.bincount(block[..., channel].ravel(), minlength=256)
    return counts


def _fitted(original: Dataset, preparing: Preparing) -> Dataset:
    """Return the data set in its new colour and size."""
    if prepared_shape(original.image_shape, preparing) == original.image_shape:
        return original
    images = fit_images(original.images, original.max_value, preparing)
    return dataclasses.replace(original, images=images, max_value=255)
