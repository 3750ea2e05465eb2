"""Which columns of a table are to be learned, and whether as classes or as numbers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cnnviz.data.dataset import MAX_CLASSES
from cnnviz.data.importing.layout import Column
from cnnviz.data.importing.recipe import MAX_COLUMNS, Goal
from cnnviz.errors import DataError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cnnviz.data.importing.tables import Table

_LABEL_HEADINGS = frozenset(
    {"label", "labels", "class", "classes", "class_name", "classname", "category", "target", "species"}
    | {"breed", "diagnosis", "tag", "y"}
)
_ROW_HEADINGS = frozenset({"", "id", "index", "row", "unnamed: 0", "no", "nr"})
_MAX_NUMBERED_CLASSES = 100
"""Whole numbers of more different values than this are taken for numbers, not for classes."""

_SLIPS = 0.05
"""A column of numbers may have so many other things in it; their rows are left out and told of."""


def learnable(
    headings: tuple[str, ...], rows: tuple[tuple[str, ...], ...], table: Table, taken: set[int]
) -> tuple[Column, ...]:
    """Return the columns that could be learned; mere numbers of rows are left out."""
    columns = []
    for place, heading in enumerate(headings):
        if place in taken:
            continue
        written = [row[place] for row in rows if row[place]]
        values = set(written)
        numbers = {value for value in values if table.number(value) is not None}
        is_numeric = _are_numbers(written, numbers)
        is_counting = heading.casefold() in _ROW_HEADINGS and len(values) == len(rows)
        if values and not is_counting and (is_numeric or len(values) <= MAX_CLASSES):
            is_whole = all(value.isascii() and value.isdecimal() for value in numbers or values)
            columns.append(Column(heading, len(values), is_numeric, is_whole))
    return tuple(columns)


def _are_numbers(written: list[str], numbers: set[str]) -> bool:
    """Return whether these cells are meant as numbers: all are, or so many that the others are slips."""
    slips = sum(value not in numbers for value in written)
    return slips <= _SLIPS * len(written)


def choose_columns(
    found: tuple[Column, ...], goal: Goal | None, wanted: tuple[str, ...], where: str
) -> tuple[Goal, tuple[str, ...]]:
    """Return what is to be learned: as it is wanted, and where that is not said, what is likely.

    Raises
    ------
    DataError
        There is no such column, or none that could be learned so.
    """
    if not found:
        raise DataError(f"{where} has no column with labels or numbers beside the names of the pictures.")
    named = {column.name: column for column in found}
    unknown = [name for name in wanted if name not in named]
    if unknown:
        raise DataError(f"{where} has no column {unknown[0]!r} to learn. Found: {', '.join(named)}.")
    if wanted:
        columns = [named[name] for name in wanted]
        goal = goal or _likely_goal(columns)
        _check(columns, goal, where)
        return goal, wanted
    if goal is None:
        return _likely(found)
    return goal, _for_goal(found, goal, where)


def _check(columns: list[Column], goal: Goal, where: str) -> None:
    if goal is Goal.CLASSES and len(columns) > 1:
        raise DataError(f"{where}: classes are in one column; received {len(columns)} columns.")
    wrong = [column.name for column in columns if not _suits(column, goal)]
    if wrong:
        kind = "numbers" if goal is Goal.NUMBERS else f"up to {MAX_CLASSES:,} classes"
        raise DataError(f"{where}: the column {wrong[0]!r} does not hold {kind}.")


def _suits(column: Column, goal: Goal) -> bool:
    return column.is_numeric if goal is Goal.NUMBERS else column.distinct <= MAX_CLASSES


def _is_class_like(column: Column) -> bool:
    return not column.is_numeric or (column.is_whole and column.distinct <= _MAX_NUMBERED_CLASSES)


def _likely_goal(columns: list[Column]) -> Goal:
    return Goal.CLASSES if len(columns) == 1 and _is_class_like(columns[0]) else Goal.NUMBERS


def _label_columns(found: Sequence[Column]) -> list[Column]:
    """Return the columns that are called a label, or where there are none, those with words."""
    named = [column for column in found if column.name.casefold() in _LABEL_HEADINGS]
    return named or [column for column in found if not column.is_numeric]


def _likely(found: tuple[Column, ...]) -> tuple[Goal, tuple[str, ...]]:
    """Take the column that is called a label, else the first with words, else all with numbers."""
    alone = found if len(found) == 1 else ()
    first = next(iter(_label_columns(found) or alone), None)
    if first is not None:
        return _likely_goal([first]), (first.name,)
    return Goal.NUMBERS, tuple(column.name for column in found[:MAX_COLUMNS])


def _for_goal(found: tuple[Column, ...], goal: Goal, where: str) -> tuple[str, ...]:
    suited = [column for column in found if _suits(column, goal)]
    if not suited:
        raise DataError(f"{where} has no column with {goal.value} to learn.")
    if goal is Goal.CLASSES:
        return ((_label_columns(suited) or suited)[0].name,)
    return tuple(column.name for column in suited[:MAX_COLUMNS])
