from __future__ import annotations

import pytest
from PySide6.QtGui import QFont

from cnnviz.ui.plots.value_axis import ValueAxis


def written(low: float, high: float, size: float) -> list[str]:
    """The numbers on a logarithmic axis from 10^low to 10^high of so many pixels, from below."""
    axis = ValueAxis()
    axis.setTickFont(QFont("Sans", 8))
    axis.setLogMode(x=False, y=True)
    places = [
        (place, text)
        for spacing, values in axis.tickValues(low, high, size)
        for place, text in zip(values, axis.tickStrings(values, 1.0, spacing), strict=True)
    ]
    return [text for _, text in sorted(places) if text]


@pytest.mark.parametrize(
    ("low", "high", "size", "expected"),
    [
        (-3, -1, 80, ["0.001", "0.01", "0.1"]),
        (-3, -1, 400, ["0.001", "0.002", "0.005", "0.01", "0.02", "0.05", "0.1"]),
        (-0.05, 2, 60, ["1", "10", "100"]),
        (-6, -4, 80, ["1×10⁻⁶", "1×10⁻⁵", "0.0001"]),
        (0.1, 0.8, 200, ["2", "5"]),
    ],
)
def test_round_numbers_are_written_where_there_is_room(
    qapp: object, low: float, high: float, size: float, expected: list[str]
) -> None:
    assert written(low, high, size) == expected


@pytest.mark.parametrize("size", [20, 60, 200])
@pytest.mark.parametrize("decades", [1, 3, 12, 40])
def test_no_number_is_written_over_another(qapp: object, size: float, decades: int) -> None:
    assert 1 <= len(written(0, decades, size)) <= max(2, size / 10)


def test_a_plain_axis_has_plain_numbers(qapp: object) -> None:
    axis = ValueAxis()
    axis.setRange(0, 10)
    (spacing, values), *_ = axis.tickValues(0, 10, 200)
    assert axis.tickStrings(values, 1.0, spacing) == ["0", "2", "4", "6", "8", "10"]


@pytest.mark.parametrize("size", [60, 90, 140, 300])
@pytest.mark.parametrize(
    ("low", "high"), [(0.9, 1.0), (0.96, 0.99), (0.05, 0.93), (-1, 1.08), (-2, 0.08), (0.31, 0.99)]
)
def test_there_are_two_numbers_at_least_however_little_of_it_is_seen(
    qapp: object, low: float, high: float, size: float
) -> None:
    numbers = written(low, high, size)
    assert 2 <= len(numbers) == len(set(numbers))


def test_powers_of_ten_are_found_whatever_the_unit(qapp: object) -> None:
    """An axis in per cent once looked for its numbers between 10^-200 and 10^8."""
    axis = ValueAxis()
    axis.setTickFont(QFont("Sans", 8))
    axis.setScale(100.0)
    axis.setLogMode(x=False, y=True)
    (spacing, values), *_ = axis.tickValues(-2, 0.08, 100)
    assert axis.tickStrings(values, 100.0, spacing) == ["1", "10", "100"]
