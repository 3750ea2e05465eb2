from __future__ import annotations

import numpy as np
import pytest

from cnnviz.ui.inspector.answer_scale import scale_of


def scale(values, right=None, ranges=None, units=()):
    made = (None if one is None else np.array(one, np.float32) for one in (right, ranges))
    return scale_of(np.array(values, np.float32), *made, units)


@pytest.mark.parametrize(
    ("values", "ends"),
    [
        ([0.62], ("0", "0.8")),
        ([1.0], ("0", "1")),
        ([-0.31, 1.01], ("−0.4", "1.5")),
        ([-4.0, -1.0], ("−4", "0")),
        ([0.0, 0.0], ("0", "1")),
        ([3.2e9, -1], ("−1", "4×10⁹")),
        ([1e-12], ("0", "1×10⁻¹²")),
        ([np.nan, np.inf, 2], ("0", "2")),
        ([3e38, -3e38], ("−3×10³⁸", "3×10³⁸")),
    ],
)
def test_the_ends_are_round_and_0_lies_between_them(values, ends):
    assert scale(values).ends(0) == ends


def test_the_scale_is_that_of_the_data_set_as_long_as_it_holds_the_numbers():
    ranges = [[-0.9], [0.8]]
    assert scale([0.1], ranges=ranges).ends(0) == scale([-0.7], [0.79], ranges).ends(0) == ("−1", "0.8")
    assert scale([0.1], [7.2], ranges).ends(0) == ("−1", "8")


def test_numbers_of_other_units_or_sizes_have_scales_of_their_own():
    years = scale([0.5, 41.0], units=("of the side", "years"))
    assert not years.is_shared
    assert (years.ends(0), years.ends(1)) == (("0", "0.5"), ("0", "50"))
    assert "own scale" in years.sentence()
    assert not scale([0.5, 41.0], units=("mm", "mm")).is_shared
    assert scale([5.0, 41.0], units=("mm", "mm")).is_shared
    assert scale([0.5, 41.0]).is_shared, "scores are compared with each other"


def test_places_reach_from_0_to_1():
    np.testing.assert_allclose(scale([-1.0, 3.0, 1.0]).places(np.array([-1.0, 3.0, 0.0])), [0, 1, 0.25])


@pytest.mark.parametrize(
    ("high", "value", "text"),
    [(1.0, 0.25, "0.250"), (1.0, -0.25, "−0.250"), (800.0, 0.5, "0.500"), (5e6, 1234567.0, "1,234,567")],
)
def test_a_number_has_as_many_decimals_as_its_scale_asks_for(high, value, text):
    made = scale([high])
    assert made.text(0, value) == text
    assert len(text) <= len(made.widest)


def test_what_is_not_finite_is_told_as_everywhere():
    made = scale([1.0])
    assert [made.text(0, value) for value in (np.nan, np.inf, -np.inf)] == ["not a number", "∞", "−∞"]
