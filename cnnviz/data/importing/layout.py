"""What the folders of pictures say: which class each belongs to, and perhaps for what it is meant."""

from __future__ import annotations

import enum
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from cnnviz.data.dataset import MAX_CLASSES, Split
from cnnviz.data.importing.remarks import Remark, printable, remark
from cnnviz.data.pictures import SUFFIXES
from cnnviz.errors import DataError
from cnnviz.spec.words import counted

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from cnnviz.data.importing.listing import Listing
    from cnnviz.data.importing.recipe import Goal

SPLITS = tuple(Split)
NO_PART = -1
"""Stands for the split of a picture where nobody has said it."""

SPLIT_WORDS = {
    **dict.fromkeys(("train", "training", "trn"), Split.TRAIN),
    **dict.fromkeys(("val", "valid", "validation", "dev"), Split.VALIDATION),
    **dict.fromkeys(("test", "testing", "tst"), Split.TEST),
}


class LayoutKind(enum.Enum):
    """How a folder says what is on its pictures."""

    CLASS_FOLDERS = "one folder per class"
    SPLIT_FOLDERS = "folders for training and test, with one folder per class"
    TABLE = "a table of names and labels"


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table that could be learned.

    `distinct` is how many different values it has. Where it `is_numeric`, all but a few slips are numbers,
    and these whole ones where it `is_whole`.
    """

    name: str
    distinct: int
    is_numeric: bool
    is_whole: bool


@dataclass(frozen=True, slots=True)
class TableFacts:
    """Which table says what is on the pictures, what could be learned from it, and what is."""

    name: str
    columns: tuple[Column, ...]
    goal: Goal
    learned: tuple[str, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Layout:
    """The pictures of a folder that are used, N of them, and what is known of each.

    Attributes
    ----------
    listing
        The files.
    kind
        How the folder says what is on them.
    pictures
        int64 (N,): places in the listing.
    labels
        int64 (N,): classes; all 0 where numbers are learned.
    class_names
        One for each class.
    parts
        int8 (N,): places in `SPLITS`, or `NO_PART`.
    targets
        float32 (N, K): numbers that are learned; None where classes are.
    table
        The table, where there is one.
    remarks
        What was left out, and why.
    """

    listing: Listing
    kind: LayoutKind
    pictures: NDArray[np.int64]
    labels: NDArray[np.int64]
    class_names: tuple[str, ...]
    parts: NDArray[np.int8]
    targets: NDArray[np.float32] | None = None
    table: TableFacts | None = None
    remarks: tuple[Remark, ...] = ()

    @property
    def has_parts(self) -> bool:
        """Whether the folder says what is for training and what for test."""
        return bool((self.parts != NO_PART).any())


def wrapper_of(pictures: Sequence[str]) -> str:
    """Return the folders that all sorted pictures lie in and that say nothing, such as `pets/`; often none.

    Archives are often unpacked into a folder of their own name once more.
    """
    first, last = pictures[0].split("/"), pictures[-1].split("/")
    least = min(name.count("/") for name in pictures) - 1
    shared = 0
    while shared < least and first[shared] == last[shared]:
        shared += 1
    return "".join(f"{part}/" for part in first[:shared])


def folder_layout(listing: Listing) -> Layout | None:
    """Return what the folders say; None where no picture lies in one.

    Raises
    ------
    DataError
        There are too many classes.
    """
    start = len(wrapper_of(listing.pictures))
    is_split = _is_split(listing.pictures, start)
    places, classes, splits, loose, apart = [], [], [], [], []
    for place, name in enumerate(listing.pictures):
        folder, _, rest = name[start:].partition("/")
        split = None
        if is_split:
            split = SPLIT_WORDS.get(folder.casefold())
            folder, _, rest = rest.partition("/")
        if not rest:
            loose.append(name)
        elif is_split and split is None:
            apart.append(name)
        else:
            places.append(place)
            classes.append(folder)
            splits.append(NO_PART if split is None else SPLITS.index(split))
    if not places:
        return None
    class_names, labels = number_classes(classes, str(listing.root))
    remarks = _closed(listing)
    if loose:
        remarks.append(remark(f"{counted(len(loose), 'picture')} in no class folder left out", loose))
    if apart:
        text = f"{counted(len(apart), 'picture')} outside the folders for training and test left out"
        remarks.append(remark(text, apart))
    return Layout(
        listing=listing,
        kind=LayoutKind.SPLIT_FOLDERS if is_split else LayoutKind.CLASS_FOLDERS,
        pictures=np.array(places, np.int64),
        labels=labels,
        class_names=class_names,
        parts=np.array(splits, np.int8),
        remarks=tuple(remarks),
    )


def number_classes(classes: list[str], where: str) -> tuple[tuple[str, ...], NDArray[np.int64]]:
    """Return the names of classes in order, and the number of each; numbers are sorted as numbers.

    Raises
    ------
    DataError
        There are too many.
    """
    found = set(classes)
    if len(found) > MAX_CLASSES:
        raise DataError(f"{where} has {len(found):,} classes; at most {MAX_CLASSES:,} are allowed.")
    if all(name.isascii() and name.isdecimal() for name in found):
        names = sorted(found, key=lambda name: (int(name), name))
    else:
        names = sorted(found)
    numbers = {name: number for number, name in enumerate(names)}
    labels = np.array([numbers[name] for name in classes], np.int64)
    return tuple(printable(name) for name in names), labels


def no_layout(listing: Listing) -> DataError:
    """Return the error for a folder that says nothing about its pictures."""
    kinds = ", ".join(sorted(SUFFIXES))
    if not listing.pictures:
        return DataError(
            f"{listing.root} holds no pictures ({kinds}). Needed is one folder per class with pictures in "
            "it, or pictures and a table (.csv) of their names and labels."
        )
    return DataError(
        f"{listing.root} holds {counted(len(listing.pictures), 'picture')}, but nothing says what is on "
        "them: it must hold one folder per class, or a table (.csv) of their names and labels."
    )


def _is_split(pictures: Sequence[str], start: int) -> bool:
    """Return whether the first folders are for training and test, and the classes lie in them."""
    deep = {name[start:].partition("/")[0] for name in pictures if name.count("/", start) > 1}
    return any(SPLIT_WORDS.get(name.casefold()) is Split.TRAIN for name in deep)


def _closed(listing: Listing) -> list[Remark]:
    if not listing.closed:
        return []
    text = f"{counted(len(listing.closed), 'folder')} may not be read and {_were(listing.closed)} left out"
    return [remark(text, listing.closed)]


def _were(names: tuple[str, ...]) -> str:
    return "was" if len(names) == 1 else "were"
