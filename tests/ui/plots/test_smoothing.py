from __future__ import annotations

import numpy as np
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


def test_a_curve_that_broke_stays_broken() -> None:
    means = TrailingMean(3).extended(np.array([1.0, np.nan, 1.0, 1.0]))
    assert np.isfinite(means).tolist() == [True, False, False, False]
