"""Whether a column goes on from another is told by where both lie, and by their values where they do not."""

from __future__ import annotations

import time

import numpy as np
import pytest

from cnnviz.ui.plots.growing import goes_on, with_room

BOTH = np.arange(20.0)


def test_a_longer_view_of_a_column_goes_on() -> None:
    column = np.full(10, np.nan)
    assert goes_on(column[:8], column[:5])
    assert goes_on(column[:5], column[:5])
    assert not goes_on(column[:5], column[:8])


@pytest.mark.parametrize(
    ("values", "known"),
    [(BOTH[10:], BOTH[:5]), (BOTH[::2], BOTH[:5]), (BOTH.view(np.int64)[:10], BOTH[:5])],
    ids=["another place", "another stride", "another kind of number"],
)
def test_another_column_of_the_same_array_does_not(values: np.ndarray, known: np.ndarray) -> None:
    assert values.base is known.base is BOTH
    assert not goes_on(values, known)


def test_equal_values_go_on_wherever_they_lie() -> None:
    column = np.array([1.0, np.nan, 3.0, 4.0])
    assert goes_on(column, column[:3].copy())
    assert not goes_on(column, np.array([1.0, np.nan, 2.0]))
    assert goes_on(column, column[:0])


def test_it_takes_no_longer_for_a_million_values() -> None:
    column = np.zeros(1_000_001)
    seconds = []
    for _ in range(20):
        before = time.perf_counter()
        goes_on(column[:1_000_001], column[:1_000_000])
        seconds.append(time.perf_counter() - before)
    assert min(seconds) < 100e-6, "no value is looked at"


def test_room_is_made_by_doubling() -> None:
    array = np.arange(4.0)
    assert with_room(array, 4) is array
    assert len(with_room(array, 5)) == 8
    assert with_room(array, 20)[:4].tolist() == array.tolist()
