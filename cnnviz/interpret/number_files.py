"""Arrays and tables as files that other programs read: .npy, .npz and .csv."""

from __future__ import annotations

import csv
import dataclasses
import io
import zipfile
from typing import TYPE_CHECKING, Any

import numpy as np

from cnnviz.errors import FileError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from numpy.typing import NDArray

NPY, NPZ, CSV, JSON = ".npy", ".npz", ".csv", ".json"

Cell = str | int | float
MOST_CELLS = 200_000
"""So many numbers of an array are written as a table at most: no program for tables reads more with ease."""


@dataclasses.dataclass(frozen=True, slots=True, eq=False)
class Table:
    """Rows of text and numbers below their headings."""

    headings: tuple[str, ...]
    rows: Sequence[Sequence[Cell]]


@dataclasses.dataclass(frozen=True, slots=True, eq=False)
class NumberSet:
    """What is behind a view: arrays by their names, the main one first, and a table where one is readable.

    `files` makes others, by their suffix, when they are asked for; they go before.
    """

    arrays: Mapping[str, NDArray[Any]]
    table: Table | None = None
    files: Mapping[str, Callable[[], bytes]] = dataclasses.field(default_factory=dict)

    @property
    def suffixes(self) -> tuple[str, ...]:
        """Return as which files the numbers can be written."""
        found = (NPZ, NPY) if self.arrays else ()
        is_small = bool(self.arrays) and self._main.size <= MOST_CELLS
        tables = (CSV,) if self.table is not None or is_small else ()
        return tuple(dict.fromkeys((*found, *tables, *self.files)))

    @property
    def needed_suffixes(self) -> tuple[str, ...]:
        """Return the files that together hold everything: not those with nothing but the main array again."""
        doubled = {NPY} if self.table is not None or CSV in self.files else {NPY, CSV}
        return tuple(suffix for suffix in self.suffixes if suffix not in doubled)

    @property
    def _main(self) -> NDArray[Any]:
        return next(iter(self.arrays.values()))

    def encoded(self, suffix: str) -> bytes:
        """Return the numbers as a file: all arrays as .npz, the main one as .npy, the table as .csv.

        Where there is no table, the main array is written as one.

        Raises
        ------
        FileError
            They cannot be written as such a file.
        """
        kind = suffix.lower()
        if kind not in self.suffixes:
            allowed = " or ".join(self.suffixes)
            raise FileError(f'These numbers are written to files that end in {allowed}; received "{suffix}".')
        if kind in self.files:
            return self.files[kind]()
        if kind == NPZ:
            return npz_bytes(self.arrays)
        if kind == NPY:
            return npy_bytes(self._main)
        return csv_bytes(self.table if self.table is not None else array_table(self._main))


def array_table(array: NDArray[Any]) -> Table:
    """Return an array as a table: one row for each number, after its place along every axis, from 0."""
    headings = (*(f"axis {axis}" for axis in range(array.ndim)), "value")
    # As text: the shortest that is read back as the same number of the same type.
    return Table(headings, [(*place, str(value)) for place, value in np.ndenumerate(array)])


def npy_bytes(array: NDArray[Any]) -> bytes:
    """Return an array as a .npy file."""
    buffer = io.BytesIO()
    np.lib.format.write_array(buffer, np.asarray(array, order="C"), allow_pickle=False)
    return buffer.getvalue()


def npz_bytes(arrays: Mapping[str, NDArray[Any]]) -> bytes:
    """Return arrays by their names as a .npz file."""
    # Not np.savez: it cannot store an array whose name is that of its own first parameter.
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, array in arrays.items():
            with archive.open(f"{name}.npy", "w", force_zip64=True) as member:
                np.lib.format.write_array(member, np.asarray(array, order="C"), allow_pickle=False)
    return buffer.getvalue()


def csv_bytes(table: Table) -> bytes:
    """Return a table as a .csv file: commas, a line of headings, numbers with all of their digits."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(table.headings)
    writer.writerows(table.rows)
    return text.getvalue().encode()
