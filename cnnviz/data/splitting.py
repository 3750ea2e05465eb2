"""Fixed splits: the same images for training, validation and test on every machine and in every run."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from cnnviz.data.dataset import Split
from cnnviz.errors import DataError
from cnnviz.spec.words import counted

if TYPE_CHECKING:
    from numpy.typing import NDArray

_SEED = 1998


def default_splits(labels: NDArray[np.int64], where: str) -> dict[Split, NDArray[np.int64]]:
    """Divide a set of `labels` (N,) into about 80 % training, 10 % validation and 10 % test.

    Raises
    ------
    DataError
        There are fewer than three images; `where` names their source.
    """
    count = len(labels)
    check_count(count, where)
    tenth = max(1, round(count / 10))
    return stratified_splits(labels, validation=tenth, test=tenth)


def check_count(count: int, where: str) -> None:
    """Raise `DataError` where there are too few images to be divided; `where` names their source."""
    if count < len(Split):
        raise DataError(
            f"{where} holds {counted(count, 'image')}; at least 3 are needed, "
            "one each for training, validation and test."
        )


def stratified_splits(
    labels: NDArray[np.int64],
    *,
    validation: int,
    test: int,
    seed: int = _SEED,
    sizes: NDArray[np.int64] | None = None,
) -> dict[Split, NDArray[np.int64]]:
    """Divide images so that every split has the classes in the proportions of the whole, with exact sizes.

    What is left of `labels` (N,) after `validation` and `test` images is the training split. The images of
    each class are shuffled by `seed` and spread evenly over one line; the line is then cut. A cut
    rounds each class by half an image at most, and as sizes are exact a class also takes its share of what
    the others were rounded by: with K classes, one that is a part s of all images is at most
    (1 + s (K - 2)) / 2 images away from its share behind a cut. A class of one image falls to training.

    Where `sizes` (N,) says that some stand for several images, which stay together, the line is cut where the
    number of images is nearest to what is wanted.

    Returns
    -------
    dict
        int64 indices, ascending, for each split.

    Raises
    ------
    DataError
        A size is negative, or nothing is left for training.
    """
    count = len(labels) if sizes is None else int(sizes.sum())
    if validation < 0 or test < 0 or validation + test >= count:
        raise DataError(
            f"Cannot divide {counted(count, 'image')}: validation ({validation}) and test ({test}) must not "
            "be negative and must leave at least one image for training."
        )
    line = _evenly_mixed(labels, seed)
    first, second = _cuts(np.ones(len(line), np.int64) if sizes is None else sizes[line], test, validation)
    parts = {Split.TRAIN: line[second:], Split.VALIDATION: line[first:second], Split.TEST: line[:first]}
    return {split: np.sort(indices) for split, indices in parts.items()}


def _cuts(sizes: NDArray[np.int64], test: int, validation: int) -> tuple[int, int]:
    """Return the places in a line behind which the test images end, and the validation images after them."""
    ends = np.cumsum(sizes)
    first = _cut(ends, 0, test, leave=1 + (validation > 0))
    return first, _cut(ends, first, validation, leave=1)


def _cut(ends: NDArray[np.int64], start: int, amount: int, *, leave: int) -> int:
    """Return the place behind `start` that the nearest number of images to `amount` lies before.

    `ends` says how many images there are up to each place. So many places are left behind the cut.
    """
    if not amount:
        return start
    wanted = amount + (int(ends[start - 1]) if start else 0)
    place = int(np.searchsorted(ends, wanted))
    if place > start and wanted - ends[place - 1] <= ends[min(place, len(ends) - 1)] - wanted:
        place -= 1
    return max(start, min(place, len(ends) - 1 - leave)) + 1


def _evenly_mixed(labels: NDArray[np.int64], seed: int) -> NDArray[np.int64]:
    """Return all indices (N,) in an order whose every stretch has the classes in proportion."""
    # A bit generator's raw stream never changes; NumPy keeps the right to change `Generator.permutation`.
    chance = np.random.PCG64(seed).random_raw(len(labels))
    by_class = np.lexsort((chance, labels))
    sizes = np.bincount(labels)
    starts = np.cumsum(sizes) - sizes
    sorted_labels = labels[by_class]
    rank = np.arange(len(labels)) - starts[sorted_labels]
    position = (rank + 0.5) / sizes[sorted_labels]
    order: NDArray[np.int64] = by_class[np.lexsort((chance[by_class], position))].astype(np.int64)
    return order
