from __future__ import annotations

import csv
import io

import numpy as np
import pytest

from cnnviz.errors import FileError
from cnnviz.interpret.number_files import MOST_CELLS, NumberSet, Table, csv_bytes, npy_bytes, npz_bytes

TABLE = Table(("name", "value"), [('a "quoted", name', 1 / 3), ("b\nc", 2)])


def test_arrays_come_back_as_they_were_whatever_their_order_in_memory() -> None:
    array = np.arange(12, dtype=np.float32).reshape(3, 4).T
    assert np.array_equal(np.load(io.BytesIO(npy_bytes(array))), array)
    scalar = np.array(1 / 3)
    read = np.load(io.BytesIO(npz_bytes({"conv/a": array, "file": scalar})), allow_pickle=False)
    assert np.array_equal(read["conv/a"], array)
    assert read["file"].shape == ()
    assert read["file"] == scalar


def test_a_table_keeps_every_digit_and_any_text() -> None:
    rows = list(csv.reader(io.StringIO(csv_bytes(TABLE).decode())))
    assert rows[0] == ["name", "value"]
    assert rows[1][0] == 'a "quoted", name'
    assert float(rows[1][1]) == 1 / 3
    assert rows[2] == ["b\nc", "2"]


def test_the_suffix_says_what_is_written() -> None:
    numbers = NumberSet({"main": np.ones(3), "other": np.zeros(2)}, TABLE)
    assert numbers.suffixes == (".npz", ".npy", ".csv")
    assert np.array_equal(np.load(io.BytesIO(numbers.encoded(".NPY"))), np.ones(3))
    assert set(np.load(io.BytesIO(numbers.encoded(".npz")))) == {"main", "other"}
    assert numbers.encoded(".csv") == csv_bytes(TABLE)


def test_an_array_without_a_table_is_written_as_one_with_the_place_of_each_number() -> None:
    array = np.arange(12, dtype=np.float32).reshape(2, 3, 2) / 3
    numbers = NumberSet({"main": array})
    rows = list(csv.reader(io.StringIO(numbers.encoded(".csv").decode())))
    assert rows[0] == ["axis 0", "axis 1", "axis 2", "value"]
    assert len(rows) == 1 + array.size
    assert rows[-1][:3] == ["1", "2", "1"]
    read = np.array([row[3] for row in rows[1:]], dtype=np.float32).reshape(array.shape)
    assert np.array_equal(read, array)
    assert rows[2][3] == "0.33333334", "no digits that a float32 does not have"
    assert numbers.needed_suffixes == (".npz",)


def test_a_large_array_is_not_written_as_a_table() -> None:
    assert NumberSet({"main": np.zeros(MOST_CELLS + 1)}).suffixes == (".npz", ".npy")
    with_table = NumberSet({"main": np.zeros(MOST_CELLS + 1)}, TABLE)
    assert with_table.needed_suffixes == (".npz", ".csv")


@pytest.mark.parametrize(
    ("numbers", "allowed"),
    [(NumberSet({"a": np.ones(1)}), ".npz or .npy or .csv"), (NumberSet({}, TABLE), ".csv")],
)
def test_other_kinds_of_files_are_refused(numbers, allowed) -> None:
    with pytest.raises(FileError, match=rf"end in {allowed}; received \"\.txt\""):
        numbers.encoded(".txt")
