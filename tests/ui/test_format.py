from __future__ import annotations

import math

import pytest

from cnnviz.ui.format import duration, number, share


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0, "0"),
        (-0.0, "0"),
        (0.123456, "0.1235"),
        (-12.3456, "−12.35"),
        (1234.5, "1,234"),
        (123456, "123,456"),
        (0.00012345, "0.0001234"),
        (0.00099999, "0.001000"),
        (-9.99999, "−10.00"),
        (999.96, "1,000"),
        (1.2345e-5, "1.234×10⁻⁵"),
        (-3e9, "−3.000×10⁹"),
        (math.nan, "not a number"),
        (-math.inf, "−∞"),
    ],
)
def test_numbers_have_four_digits(value: float, text: str) -> None:
    assert number(value) == text


def test_shares_and_durations() -> None:
    assert share(0.98249) == "98.2 %"
    assert duration(21.4) == "0:21"
    assert duration(59.6) == "1:00"
    assert duration(3847) == "1:04:07"
