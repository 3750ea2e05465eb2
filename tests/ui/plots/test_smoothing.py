from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cnnviz.ui.plots.smoothing import TrailingMean

numbers = st.lists(st.floats(-100, 100), min_size=1, max_size=60)


def plain(values: np.ndarray, window: int) -> list[float]:
    return [float(np.mean(values[max(0, end - window) : end])) for end in range(1, len(values) + 1)]


@given(numbers, st.integers(1, 9), st.integers(0, 60))
def test_growing_values_give_the_plain_means(values: list[float], window: int, cut: int) -> None:
    array = np.array(values)
    mean = TrailingMean(window)
    mean.extended(array[:cut])
    np.testing.assert_allclose(mean.extended(array), plain(array, window), atol=1e-9)


def test_more_values_than_room_at_first() -> None:
    array = np.random.default_rng(0).normal(size=5000)
    mean = TrailingMean(20)
    mean.extended(array[:900])
    np.testing.assert_allclose(mean.extended(array), plain(array, 20), atol=1e-9)


def test_other_values_begin_anew() -> None:
    mean = TrailingMean(2)
    mean.extended(np.array([1.0, 2.0, 3.0]))
    np.testing.assert_allclose(mean.extended(np.array([5.0, 7.0])), [5.0, 6.0])
    np.testing.assert_allclose(mean.extended(np.array([4.0, 8.0, 2.0])), [4.0, 6.0, 5.0])


def test_another_run_with_an_equal_value_in_the_same_place_begins_anew() -> None:
    mean = TrailingMean(2)
    mean.extended(np.array([1.0, 2.0, 3.0]))
    np.testing.assert_allclose(mean.extended(np.array([5.0, 7.0, 3.0, 1.0])), [5.0, 6.0, 5.0, 2.0])


def test_a_longer_view_of_a_column_goes_on() -> None:
    column = np.arange(10.0)
    mean = TrailingMean(3)
    for count in (2, 3, 9):
        np.testing.assert_allclose(mean.extended(column[:count]), plain(column[:count], 3))


@pytest.mark.parametrize("wild", [np.nan, np.inf, 1e30])
def test_a_wild_value_spoils_only_the_means_it_belongs_to(wild: float) -> None:
    values = np.array([1.0, wild, 1.0, 1.0, 2.0, 3.0])
    mean = TrailingMean(3)
    mean.extended(values[:3])
    means = mean.extended(values)
    np.testing.assert_allclose(means[[0, 4, 5]], [1.0, 4 / 3, 2.0])
    assert not (np.abs(means[1:4]) < 1e20).any()
