"""What the doctor finds in a data set before anything is trained."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from cnnviz.data.batches import epoch_batches
from cnnviz.data.dataset import Split
from cnnviz.spec.layers import BatchNorm
from cnnviz.spec.losses import MeanSquaredError
from cnnviz.spec.preparing import RAW
from cnnviz.training.doctor_fixes import normalised_input, standardised_images, standardised_targets
from cnnviz.training.findings import Finding, Kind, Severity, figure, fine, percent
from cnnviz.training.random_state import order_rng

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from cnnviz.data.dataset import Dataset
    from cnnviz.training.findings import Case

LEAST_TOP = 0.25
"""The brightest training pixel, as the network gets it, should reach this."""
MOST_TARGET, BAD_TARGET = 10.0, 100.0
"""Root mean square that numbers to be learned should have at most; beyond the second, runs go astray."""
MOST_IMBALANCE, BAD_IMBALANCE = 3.0, 10.0
"""The largest class may have so many times the images of the smallest."""
MOST_DISTANCE = 0.15
"""Shares of the classes in training and validation may differ by so much in all."""
SURE_Z = 6.0
"""Standard deviations beyond which a difference of splits is not taken for chance."""
MOST_ORDER = 0.25
"""Neighbours in the order used may be of one class by so much more than chance."""
_RAW_MEANS = (
    "Large numbers make the first outputs and gradients as large, so that the first steps overshoot. "
    "Standardised images have mean 0 and deviation 1."
)
_SAMPLE = 1_000
"""Images that are looked at for their pixels, evenly over the training images."""


def examine_data(case: Case, dataset: Dataset) -> Iterator[Finding]:
    """Yield what the images and their labels say, without any run."""
    yield scale(case, dataset, brightest(dataset))
    if isinstance(case.training.loss, MeanSquaredError) and dataset.targets is not None:
        yield scale_of_targets(dataset)
    yield from examine_labels(case, dataset)


def examine_labels(case: Case, dataset: Dataset) -> Iterator[Finding]:
    """Yield what the labels say.

    Of the case nothing counts but the batch size, the seed, and whether the loss learns numbers.
    """
    if isinstance(case.training.loss, MeanSquaredError) or dataset.class_count < 2:
        return
    train, validation = (_class_counts(dataset, split) for split in (Split.TRAIN, Split.VALIDATION))
    yield balance(train, dataset.class_names)
    yield mix(train, validation, dataset.class_names)
    yield order(dataset.labels[first_order(case, dataset)])


def brightest(dataset: Dataset) -> int:
    """Return the brightest pixel of many training images; takes milliseconds, as these are copied."""
    indices = dataset.indices(Split.TRAIN)
    sample = indices[np.linspace(0, len(indices) - 1, min(len(indices), _SAMPLE)).astype(np.int64)]
    return int(dataset.images[sample].max())


def scale(case: Case, dataset: Dataset, pixel: int) -> Finding:
    """Judge how bright the brightest training pixel is once it has become a number.

    Small numbers of one sign make small gradients and a badly conditioned descent (LeCun et al. 1998,
    "Efficient BackProp", §4.3). A BatchNorm in front of everything else cures that.
    """
    threshold = f"the brightest of the training pixels reaches {LEAST_TOP:g}, on a scale from 0 to 1"
    top = pixel / dataset.max_value
    if dataset.treatment.means:
        return fine(Kind.SCALE, "mean 0 and deviation 1, as images are standardised", threshold, top)
    number = f"up to {figure(top)}, as the brightest is {pixel} of {dataset.max_value}"
    layers = case.spec.layers
    fixes = (standardised_images(dataset.treatment.preparing), *normalised_input(case.spec))
    if dataset.treatment.preparing.scaling == RAW and not (layers and isinstance(layers[0], BatchNorm)):
        number = f"up to {pixel}, as pixels are taken as they are stored"
        return Finding(Kind.SCALE, Severity.NOTICE, number, threshold, _RAW_MEANS, fixes=fixes, value=top)
    if top >= LEAST_TOP or (layers and isinstance(layers[0], BatchNorm)):
        return fine(Kind.SCALE, number, threshold, top)
    meaning = (
        "The images are nearly black for the network: its first layer gets tiny numbers, and so tiny "
        "gradients. Standardised images have mean 0 and deviation 1; batch normalisation as the first layer "
        "puts them on one scale, too."
    )
    return Finding(Kind.SCALE, Severity.NOTICE, number, threshold, meaning, fixes=fixes, value=top)


def scale_of_targets(dataset: Dataset) -> Finding:
    """Judge how far the numbers to be learned are from those that a network begins with, which are about 0.

    Squared errors of thousands are millions, and so are their gradients; the last layer's weights have to
    become as large, by steps whose size the learning rate bounds (Bishop 1995, "Neural networks for pattern
    recognition", §8.2).
    """
    threshold = f"their root mean square is at most {MOST_TARGET:g} in training"
    kept = dataset.quantities
    if dataset.treatment.target_means:
        names = ", ".join(
            f"{what.name} less {figure(what.mean)}, by {figure(what.deviation)}" for what in kept
        )
        return fine(Kind.TARGETS, f"standardised: {names}", threshold, 1.0)
    assert dataset.targets is not None
    targets = dataset.targets[dataset.indices(Split.TRAIN)].astype(np.float64)
    size = float(np.sqrt(np.square(targets).mean(axis=0).max()))
    number = f"from {figure(float(targets.min()))} to {figure(float(targets.max()))}"
    if size <= MOST_TARGET:
        return fine(Kind.TARGETS, number, threshold, size)
    meaning = (
        "A network begins with answers about 0, so its first errors are as large as the targets, and its "
        "squared errors far larger: it overshoots, or needs very long. Standardised targets have mean 0 and "
        "deviation 1; answers are told in their own units all the same."
    )
    severity = Severity.PROBLEM if size > BAD_TARGET else Severity.NOTICE
    fixes = (standardised_targets(dataset.treatment.preparing),)
    return Finding(Kind.TARGETS, severity, number, threshold, meaning, fixes=fixes, value=size)


def balance(counts: NDArray[np.int64], names: tuple[str, ...]) -> Finding:
    """Judge how many training images each class has: `counts` (K,).

    With one class far larger than another, a network does well by neglecting the small one (He & Garcia
    2009), and accuracy does not tell.
    """
    threshold = f"the largest class has at most {MOST_IMBALANCE:g} times the images of the smallest"
    smallest, largest = int(counts.argmin()), int(counts.argmax())
    ratio = counts[largest] / counts[smallest] if counts[smallest] else math.inf
    small = f"{counts[smallest]:,} images" if counts[smallest] != 1 else "1 image"
    number = f'{counts[largest]:,} images of "{names[largest]}", {small} of "{names[smallest]}"'
    if counts[largest] == counts[smallest]:
        number = f"{small} of every class"
    if ratio <= MOST_IMBALANCE:
        return fine(Kind.BALANCE, number, threshold, float(ratio))
    share = counts[largest] / counts.sum()
    meaning = (
        f'Always saying "{names[largest]}" is already right for {percent(share)} of the training images, '
        "so accuracy says little. Look at precision and recall of each class in Evaluation, and collect more "
        "images of the small classes."
    )
    if not counts[smallest]:
        meaning = f'No training image shows "{names[smallest]}", so the network cannot learn it. {meaning}'
    severity = Severity.PROBLEM if ratio > BAD_IMBALANCE else Severity.NOTICE
    value = float(ratio) if math.isfinite(ratio) else None
    return Finding(Kind.BALANCE, severity, number, threshold, meaning, value=value)


def mix(train: NDArray[np.int64], validation: NDArray[np.int64], names: tuple[str, ...]) -> Finding:
    """Judge whether training and validation hold the classes in the same shares: counts (K,) of both.

    The distance is half the sum of the differences of the shares. It counts only where Pearson's χ² for
    equal shares is more than chance allows.
    """
    threshold = f"shares of the classes differ by {percent(MOST_DISTANCE)} at most, or by chance"
    distance = 0.5 * float(np.abs(train / train.sum() - validation / validation.sum()).sum())
    number = f"{percent(distance)} between training and validation"
    if distance <= MOST_DISTANCE or _chance_z(train, validation) <= SURE_Z:
        return fine(Kind.SPLIT, number, threshold, distance)
    unseen = [name for name, seen, asked in zip(names, train, validation, strict=True) if asked and not seen]
    meaning = (
        "The images were not mixed before they were divided, so validation asks for something else than "
        "training shows. Shuffle the images before they are divided."
    )
    if unseen:
        meaning = f'"{unseen[0]}" is asked for in validation, but no training image shows it. {meaning}'
    return Finding(Kind.SPLIT, Severity.PROBLEM, number, threshold, meaning, value=distance)


def order(labels: NDArray[np.int64]) -> Finding:
    """Judge the labels (N,) in the order in which an epoch uses them.

    The share of neighbours of one class is compared with Σ p², that of a random order. In a sorted order
    each batch shows one class, and the network forgets the others (Bengio 2012, "Practical recommendations",
    §3.1: shuffle the examples).
    """
    threshold = f"at most {percent(MOST_ORDER)} more neighbours of one class than by chance"
    shares = np.bincount(labels) / len(labels)
    same = float((labels[1:] == labels[:-1]).mean()) if len(labels) > 1 else 0.0
    excess = same - float(np.square(shares).sum())
    number = (
        f"{percent(same)} of the neighbours are of one class, {percent(same - excess)} would be by chance"
    )
    if excess <= MOST_ORDER:
        return fine(Kind.ORDER, number, threshold, excess)
    meaning = "The images come sorted by class, so each batch shows one class and undoes what others taught."
    return Finding(Kind.ORDER, Severity.PROBLEM, number, threshold, meaning, value=excess)


def first_order(case: Case, dataset: Dataset) -> NDArray[np.int64]:
    """Return the indices (N,) of the training images as the first epoch of the run uses them."""
    indices = dataset.indices(Split.TRAIN)
    batches = epoch_batches(indices, case.training.batch_size, order_rng(case.training.seed))
    return np.concatenate(list(batches))


def _class_counts(dataset: Dataset, split: Split) -> NDArray[np.int64]:
    labels = dataset.labels[dataset.indices(split)]
    return np.bincount(labels, minlength=dataset.class_count).astype(np.int64)


def _chance_z(one: NDArray[np.int64], other: NDArray[np.int64]) -> float:
    """Return how unlikely it is that two counts (K,) are of the same shares, in standard deviations.

    χ² has a mean of its degrees of freedom, and twice as much variance.
    """
    both = one + other
    held = both > 0
    freedom = int(held.sum()) - 1
    if freedom < 1:
        return 0.0
    chi2 = 0.0
    for counts in (one, other):
        expected = both[held] * (counts.sum() / both.sum())
        chi2 += float((np.square(counts[held] - expected) / expected).sum())
    return (chi2 - freedom) / math.sqrt(2 * freedom)
