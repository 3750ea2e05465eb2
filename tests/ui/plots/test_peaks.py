"""Outlines of long curves: few points, no peak lost, the same however the curve has grown."""

from __future__ import annotations

import numpy as np
import pytest

from cnnviz.ui.plots.peaks import Peaks


def grown(x, y, pieces):
    peaks = Peaks()
    for stop in np.linspace(0, len(y), pieces + 1).astype(int):
        peaks.set(x[:stop], y[:stop])
    return peaks


@pytest.mark.parametrize("count", [1, 2, 63, 64, 65, 511, 512, 513, 4095, 50_001])
@pytest.mark.parametrize("most", [10, 100])
def test_every_stretch_is_shown_by_its_least_and_largest_value(count, most):
    x, y = np.arange(1, count + 1), np.random.default_rng(count).normal(size=count)
    at, values = grown(x, y, pieces=7).outline(0, count, most)
    if count <= 2 * most:
        np.testing.assert_array_equal(values, y)
        return
    assert len(values) <= 2 * (most + 2)
    starts = np.searchsorted(x, at[::2])
    for start, stop, low, high in zip(starts, [*starts[1:], count], values[::2], values[1::2], strict=True):
        assert (low, high) == (y[start:stop].min(), y[start:stop].max())


def test_growing_in_pieces_gives_what_all_at_once_gives():
    y = np.random.default_rng(0).normal(size=20_000).cumsum()
    x = np.arange(len(y)) * 0.5
    for left, right in ((0, 10_000), (3_000, 3_020), (9_990, 12_000)):
        for one, other in zip(
            grown(x, y, 1).outline(left, right, 50), grown(x, y, 900).outline(left, right, 50), strict=True
        ):
            np.testing.assert_array_equal(one, other)


def test_values_that_are_not_finite_leave_gaps_only_where_nothing_else_is():
    y = np.ones(10_000)
    y[5] = np.inf
    y[4096:8192] = np.nan
    _, values = grown(np.arange(10_000), y, 3).outline(0, 10_000, 20)
    assert np.nanmax(values) == 1
    assert 0 < np.isnan(values).mean() < 0.5


def test_another_curve_takes_the_place_of_the_old_one():
    peaks = grown(np.arange(5_000), np.zeros(5_000), 2)
    peaks.set(np.arange(6_000), np.ones(6_000))
    assert peaks.outline(0, 6_000, 10)[1].min() == 1


def test_a_part_comes_with_a_neighbour_on_each_side():
    x, _ = grown(np.arange(100), np.arange(100.0), 1).outline(40.5, 50.5, 100)
    assert (x[0], x[-1]) == (40, 51)
    assert len(Peaks().outline(0, 1, 10)[0]) == 0
