"""What a table says about pictures: which picture each row means, and what is to be learned of it."""

from __future__ import annotations

import posixpath
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from cnnviz.data.importing.columns import choose_columns, learnable
from cnnviz.data.importing.layout import (
    NO_PART,
    SPLIT_WORDS,
    SPLITS,
    Layout,
    LayoutKind,
    TableFacts,
    number_classes,
    wrapper_of,
)
from cnnviz.data.importing.recipe import Goal
from cnnviz.data.importing.remarks import Remark, remark
from cnnviz.data.importing.tables import Table, read_table
from cnnviz.data.pictures import SUFFIXES
from cnnviz.errors import DataError
from cnnviz.spec.words import counted

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cnnviz.data.importing.listing import Listing

_SAMPLE_ROWS = 500
_LARGEST = float(np.finfo(np.float32).max)
_PART_HEADINGS = frozenset({"split", "set", "subset", "usage", "partition", "part"})
_MAX_HEADING = 100
"""Characters. A run keeps the names of what it learned, and they are shown beside numbers."""
_NOT_ONE = -1


class PictureFinder:
    """Finds pictures by what tables call them: path, name, or name without its ending.

    Only what the listing holds can be found, so no name in a table leads out of the folder.
    """

    def __init__(self, pictures: Sequence[str]) -> None:
        start = len(wrapper_of(pictures)) if pictures else 0
        self._places: dict[str, int] = {}
        self._rough: dict[str, int] = {}
        for place, name in enumerate(pictures):
            inner = name[start:]
            base = posixpath.basename(inner)
            self._places[name] = self._places[inner] = place
            for key in (base, posixpath.splitext(inner)[0], posixpath.splitext(base)[0]):
                known = self._rough.get(key.casefold(), place)
                self._rough[key.casefold()] = place if known == place else _NOT_ONE

    def find(self, text: str) -> int | None:
        """Return the place of the picture that is meant; None where there is none, or more than one."""
        name = text.replace("\\", "/").removeprefix("./")
        place = self._places.get(name)
        if place is None and ".." not in name.split("/"):
            rough = name.casefold()
            place = self._rough.get(rough, self._rough.get(posixpath.basename(rough)))
        return None if place == _NOT_ONE else place


@dataclass(frozen=True, slots=True, eq=False)
class _Reading:
    """A table of which it is known where the names of the pictures stand."""

    name: str
    table: Table
    file_column: int
    headings: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    places: tuple[int | None, ...]

    @property
    def found(self) -> int:
        return len({place for place in self.places if place is not None})


def table_layout(
    listing: Listing, goal: Goal | None, columns: tuple[str, ...], least: int, wanted: str = ""
) -> tuple[Layout | None, tuple[Remark, ...]]:
    """Return what a table says that names at least so many pictures, or None, and remarks on the tables.

    Raises
    ------
    DataError
        The wanted columns are not there, or there are too many classes; or it is the `wanted` table which is
        not there, cannot be read, or names no picture.
    """
    names = _tables(listing) if not wanted else [wanted]
    if not names:
        return None, ()
    remarks: list[Remark] = []
    finder = PictureFinder(listing.pictures)
    readings = []
    for name in names:
        try:
            reading = _read(name, read_table(listing.root / name), finder)
        except DataError as error:
            if wanted:
                raise
            remarks.append(remark(f"The table {name} was left out", [str(error)]))
            continue
        if reading is not None:
            readings.append(reading)
    best = max(readings, key=lambda reading: reading.found, default=None)
    if wanted and best is None:
        raise DataError(
            f"{listing.root / wanted} names no picture in its folder: a column of it must hold their names."
        )
    if best is None or best.found < least:
        return None, tuple(remarks)
    others = [reading.name for reading in readings if reading is not best]
    if others:
        remarks.append(remark(f"Of several tables, {best.name} was taken", others))
    return _laid_out(listing, best, goal, columns, remarks), tuple(remarks)


def _tables(listing: Listing) -> list[str]:
    """Return the tables beside the pictures or above them; those in class folders are something else."""
    wrapper = wrapper_of(listing.pictures)
    return [name for name in listing.tables if "/" not in name.removeprefix(wrapper)]


def _read(name: str, table: Table, finder: PictureFinder) -> _Reading | None:
    """Find the column with the names of pictures; None where there is none."""
    sample = table.rows[:_SAMPLE_ROWS]
    hits = [sum(finder.find(row[column]) is not None for row in sample) for column in range(table.width)]
    best = max(range(table.width), key=hits.__getitem__)
    if not hits[best] or table.width < 2:
        return None
    has_heading = finder.find(sample[0][best]) is None and not _has_ending(sample[0][best])
    headings = table.rows[0] if has_heading else tuple(f"column {n + 1}" for n in range(table.width))
    rows = table.rows[1:] if has_heading else table.rows
    places = tuple(finder.find(row[best]) for row in rows)
    return _Reading(name, table, best, _unique(headings), rows, places)


def _has_ending(text: str) -> bool:
    return posixpath.splitext(text)[1].lower() in SUFFIXES


def _unique(headings: tuple[str, ...]) -> tuple[str, ...]:
    """Return the headings, cut where they are long, with a number behind those that have come before."""
    result: list[str] = []
    for number, heading in enumerate(headings, 1):
        name = heading[:_MAX_HEADING] or f"column {number}"
        result.append(f"{name} ({number})" if name in result else name)
    return tuple(result)


def _laid_out(
    listing: Listing, reading: _Reading, goal: Goal | None, columns: tuple[str, ...], remarks: list[Remark]
) -> Layout:
    where = str(listing.root / reading.name)
    part_column, parts = _part_column(reading)
    taken = {reading.file_column, part_column}
    found = learnable(reading.headings, reading.rows, reading.table, taken)
    goal, learned = choose_columns(found, goal, columns, where)
    chosen = [reading.headings.index(name) for name in learned]
    rows = _usable_rows(listing, reading, chosen, goal, remarks)
    places = np.array([reading.places[row] for row in rows], np.int64)
    order = np.argsort(places, kind="stable")
    rows = [rows[place] for place in order.tolist()]
    targets = None
    class_names: tuple[str, ...] = (learned[0] if len(learned) == 1 else "numbers",)
    labels = np.zeros(len(rows), np.int64)
    if goal is Goal.NUMBERS:
        numbers = [[reading.table.number(reading.rows[row][column]) for column in chosen] for row in rows]
        targets = np.array(numbers, np.float32).reshape(-1, len(chosen))
    else:
        class_names, labels = number_classes([reading.rows[row][chosen[0]] for row in rows], where)
    return Layout(
        listing=listing,
        kind=LayoutKind.TABLE,
        pictures=places[order],
        labels=labels,
        class_names=class_names,
        parts=np.array([parts[row] if parts else NO_PART for row in rows], np.int8),
        targets=targets,
        table=TableFacts(reading.name, found, goal, learned),
    )


def _part_column(reading: _Reading) -> tuple[int, list[int]]:
    """Return the column that says what is for training and what for test, and what it says; or -1."""
    for column, heading in enumerate(reading.headings):
        if heading.casefold() in _PART_HEADINGS and column != reading.file_column:
            splits = [SPLIT_WORDS.get(row[column].casefold()) for row in reading.rows]
            if all(split is not None for split in splits):
                return column, [SPLITS.index(split) for split in splits if split is not None]
    return -1, []


def _usable_rows(
    listing: Listing, reading: _Reading, chosen: list[int], goal: Goal, remarks: list[Remark]
) -> list[int]:
    """Return the rows that have a picture and a label, one for each picture; say which have not."""
    missing, empty, other = [], [], []
    first: dict[int, int] = {}
    for row, place in enumerate(reading.places):
        values = [reading.rows[row][column] for column in chosen]
        if place is None:
            missing.append(reading.rows[row][reading.file_column])
        elif not all(_is_label(value, reading.table, goal) for value in values):
            empty.append(listing.pictures[place])
        elif place in first:
            before = [reading.rows[first[place]][column] for column in chosen]
            if before != values:
                other.append(listing.pictures[place])
        else:
            first[place] = row
    named = {place for place in reading.places if place is not None}
    unnamed = [name for place, name in enumerate(listing.pictures) if place not in named]
    wanted = "a label" if goal is Goal.CLASSES else "a number"
    table = reading.name
    for names, text in (
        (missing, f"{counted(len(missing), 'row')} of {table} without a picture left out"),
        (empty, f"{counted(len(empty), 'picture')} without {wanted} in {table} left out"),
        (unnamed, f"{counted(len(unnamed), 'picture')} not named in {table} left out"),
        (other, f"{counted(len(other), 'picture')} named in {table} with different labels; the first counts"),
    ):
        if names:
            remarks.append(remark(text, names))
    if reading.table.uneven:
        lines = (f"line {line}" for line in reading.table.uneven)
        count = counted(len(reading.table.uneven), "line")
        remarks.append(remark(f"{count} of {table} with too many or too few fields left out", lines))
    return list(first.values())


def _is_label(text: str, table: Table, goal: Goal) -> bool:
    if goal is Goal.CLASSES:
        return bool(text)
    number = table.number(text)
    return number is not None and abs(number) <= _LARGEST
