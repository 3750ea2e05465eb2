"""Images divided for training, validation and test, as the folder says it or by chance."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from cnnviz.data.dataset import Split
from cnnviz.data.importing.layout import NO_PART, SPLITS
from cnnviz.data.importing.remarks import Remark, remark
from cnnviz.data.splitting import check_count, stratified_splits
from cnnviz.spec.words import counted

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from typing import Any

    from numpy.typing import NDArray

    from cnnviz.data.importing.recipe import Recipe

_TRAIN = SPLITS.index(Split.TRAIN)
_PURPOSES = {Split.TRAIN: "training", Split.VALIDATION: "validation", Split.TEST: "test"}
_LINE_NAMES = 4


def divide(
    labels: NDArray[np.int64], parts: NDArray[np.int8], recipe: Recipe, where: str
) -> NDArray[np.int8]:
    """Return the part of each image, int8 (N,), as places in `SPLITS`.

    What `parts` says is kept. Where it says nothing of validation or of test, the recipe's share of all that
    is left for training goes there, the same share of each class.

    Raises
    ------
    DataError
        There are too few images.
    """
    check_count(len(labels), where)
    result = np.where(parts == NO_PART, _TRAIN, parts).astype(np.int8)
    left = np.flatnonzero(result == _TRAIN)
    check_count(len(left), f"{where}, for training,")
    present = set(parts.tolist())
    amounts = [
        0 if SPLITS.index(split) in present else max(1, round(len(left) * share / 100))
        for split, share in ((Split.VALIDATION, recipe.validation), (Split.TEST, recipe.test))
    ]
    chosen = stratified_splits(labels[left], validation=amounts[0], test=amounts[1], seed=recipe.seed)
    for split, indices in chosen.items():
        result[left[indices]] = SPLITS.index(split)
    return result


def together(parts: NDArray[np.int8], groups: NDArray[np.int64], given: NDArray[np.int8]) -> NDArray[np.int8]:
    """Return the parts with equal images in one part, training, where the division was by chance.

    An image that is learned by heart says nothing when it is asked for again. `groups` are equal for images
    with the same pixels. What the folder says itself is not changed, and no part is emptied.
    """
    result = parts.copy()
    moving = np.isin(groups, crossing_groups(parts, groups)) & (given == NO_PART)
    for place in range(len(SPLITS)):
        here = parts == place
        if place != _TRAIN and (here & ~moving).any():
            result[here & moving] = _TRAIN
    return result


def group_equal(digests: NDArray[np.uint64]) -> NDArray[np.int64]:
    """Return a number for each image, int64 (N,), that those with the same digest share."""
    return np.unique(digests, return_inverse=True)[1].astype(np.int64)


def crossing_groups(values: NDArray[np.integer[Any]], groups: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return the groups whose members have different values."""
    count = int(groups.max()) + 1
    low = np.full(count, np.iinfo(np.int64).max)
    high = np.full(count, np.iinfo(np.int64).min)
    np.minimum.at(low, groups, values)
    np.maximum.at(high, groups, values)
    return np.flatnonzero(low != high)


def remarks_on_equals(
    labels: NDArray[np.int64], parts: NDArray[np.int8], groups: NDArray[np.int64], names: Sequence[str]
) -> list[Remark]:
    """Return what is to be said of images with the same pixels; `names` are those of the pictures."""
    remarks = []
    for crossing, words in (
        (crossing_groups(parts, groups), "in different parts, so that what is measured may be too good"),
        (crossing_groups(labels, groups), "in different classes"),
    ):
        if crossing.size:
            members = np.flatnonzero(np.isin(groups, crossing))
            members = members[np.argsort(groups[members], kind="stable")]
            lines = _lines(members, groups, names)
            remarks.append(remark(f"{counted(len(members), 'image')} with the same pixels {words}", lines))
    return remarks


def remarks_on_classes(
    labels: NDArray[np.int64], parts: NDArray[np.int8], class_names: Sequence[str]
) -> list[Remark]:
    """Return what is to be said of classes that some part has no image of."""
    remarks = []
    for place, split in enumerate(SPLITS):
        counts = np.bincount(labels[parts == place], minlength=len(class_names))
        without = [name for name, count in zip(class_names, counts.tolist(), strict=True) if not count]
        if without:
            count = counted(len(without), "class", "classes")
            remarks.append(remark(f"No image for {_PURPOSES[split]} of {count}", without))
    return remarks


def _lines(members: NDArray[np.int64], groups: NDArray[np.int64], names: Sequence[str]) -> Iterator[str]:
    """Yield the names of equal pictures, those of one group in one line."""
    starts = np.flatnonzero(np.diff(groups[members], prepend=-1))
    for group in np.split(members, starts[1:]):
        yield " = ".join(names[index] for index in group[:_LINE_NAMES].tolist())
