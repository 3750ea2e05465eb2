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
_LEAST_COPIES, _COPIES_PART = 2, 5
"""Of images with the same pixels, at most two, or a fifth of a part, go to validation or test."""


def divide(
    labels: NDArray[np.int64],
    given: NDArray[np.int8],
    groups: NDArray[np.int64],
    recipe: Recipe,
    where: str,
) -> NDArray[np.int8]:
    """Return the part of each image, int8 (N,), as places in `SPLITS`.

    What `given` says is kept. Where it says nothing of validation or of test, the recipe's share of all that
    is left for training goes there, the same share of each class. Images of one of `groups` have the same
    pixels, and go there together: one that is learned by heart says nothing when it is asked for again. Those
    with very many copies stay for training.

    Raises
    ------
    DataError
        There are too few images.
    """
    check_count(len(labels), where)
    result = np.where(given == NO_PART, _TRAIN, given).astype(np.int8)
    left = np.flatnonzero(result == _TRAIN)
    check_count(len(left), f"{where}, for training,")
    amounts = _amounts(len(left), given, recipe)
    most = max(_LEAST_COPIES, max(amounts.values()) // _COPIES_PART)
    firsts, sizes = _drawable(groups, result == _TRAIN, most)
    if len(firsts) < len(SPLITS) or sum(amounts.values()) >= sizes.sum():  # all are copies
        groups, firsts, sizes = np.arange(len(labels)), left, np.ones(len(left), np.int64)
    chosen = stratified_splits(
        np.unique(labels[firsts] * (most + 1) + sizes, return_inverse=True)[1],  # copies spread, too
        validation=amounts[Split.VALIDATION],
        test=amounts[Split.TEST],
        seed=recipe.seed,
        sizes=sizes,
    )
    for split in (Split.VALIDATION, Split.TEST):
        result[np.isin(groups, groups[firsts[chosen[split]]])] = SPLITS.index(split)
    return result


def _amounts(count: int, given: NDArray[np.int8], recipe: Recipe) -> dict[Split, int]:
    """Return how many of `count` images are to go where; none where the folder says which do."""
    present = set(given.tolist())
    shares = {Split.VALIDATION: recipe.validation, Split.TEST: recipe.test}
    amounts = {
        split: 0 if SPLITS.index(split) in present else max(1, round(count * share / 100))
        for split, share in shares.items()
    }
    while sum(amounts.values()) >= count:  # rounded up, of a few images
        amounts[max(amounts, key=amounts.__getitem__)] -= 1
    return amounts


def _drawable(
    groups: NDArray[np.int64], is_left: NDArray[np.bool_], most: int
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return the first image of each group that may be drawn as a whole, ascending, and their sizes."""
    sizes = np.bincount(groups)
    is_whole = np.bincount(groups[is_left], minlength=len(sizes)) == sizes
    firsts = np.sort(np.unique(groups, return_index=True)[1])
    firsts = firsts[is_whole[groups[firsts]] & (sizes[groups[firsts]] <= most)]
    return firsts, sizes[groups[firsts]]


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
    sizes = np.bincount(groups)
    copied = np.setdiff1d(np.flatnonzero(sizes > 1), crossing_groups(parts, groups))
    if copied.size:
        count = int(sizes[copied].sum())
        text = (
            f"{count:,} images show {counted(len(copied), 'picture')} more than once: copies are in one part"
        )
        remarks.append(_on(copied, text, groups, names))
    for crossing, words in (
        (crossing_groups(parts, groups), "in different parts, so that what is measured may be too good"),
        (crossing_groups(labels, groups), "in different classes"),
    ):
        if crossing.size:
            count = int(sizes[crossing].sum())
            remarks.append(_on(crossing, f"{count:,} images with the same pixels {words}", groups, names))
    return remarks


def _on(chosen: NDArray[np.int64], sentence: str, groups: NDArray[np.int64], names: Sequence[str]) -> Remark:
    """Return a remark on all images of the chosen groups."""
    members = np.flatnonzero(np.isin(groups, chosen))
    members = members[np.argsort(groups[members], kind="stable")]
    return remark(sentence, _lines(members, groups, names))


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
