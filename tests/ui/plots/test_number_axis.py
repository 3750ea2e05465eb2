from __future__ import annotations

import itertools

import pytest
from PySide6.QtGui import QFont, QFontMetricsF

from cnnviz.ui.plots.number_axis import NumberAxis, tick_texts

FONT = QFont("Sans", 8)


@pytest.mark.parametrize("size", [60.0, 100.0, 170.0, 400.0])
@pytest.mark.parametrize("high", [7.0, 900.0, 3000.0, 3900.0, 120_000.0])
def test_numbers_of_the_first_level_have_room(qapp: object, size: float, high: float) -> None:
    axis = NumberAxis("bottom")
    axis.setTickFont(FONT)
    spacing, values = axis.tickValues(0.0, high, size)[0]
    texts = axis.tickStrings(values, 1.0, spacing)
    metrics = QFontMetricsF(FONT)
    for (left, a), (right, b) in itertools.pairwise(zip(values, texts, strict=True)):
        half = (metrics.horizontalAdvance(a) + metrics.horizontalAdvance(b)) / 2
        assert (right - left) / high * size > half, (a, b)


def test_numbers_are_round_also_where_epochs_are_counted(qapp: object) -> None:
    axis = NumberAxis("bottom")
    axis.setTickFont(FONT)
    axis.setScale(1 / 113)
    spacing, values = axis.tickValues(0.0, 3390.0, 90.0)[0]
    assert axis.tickStrings(values, axis.scale, spacing) in (["0", "10", "20", "30"], ["0", "20"])


def test_wide_axes_are_as_they_were(qapp: object) -> None:
    axis = NumberAxis("bottom")
    axis.setTickFont(FONT)
    assert axis.tickSpacing(0.0, 100.0, 600.0)[0] == (20.0, 0)


@pytest.mark.parametrize("size", [90.0, 110.0, 130.0, 170.0, 300.0])
@pytest.mark.parametrize("high", [70.0, 105.0, 120.0, 760.0])
def test_finer_numbers_meet_every_coarser_one(qapp: object, size: float, high: float) -> None:
    axis = NumberAxis("bottom")
    axis.setTickFont(FONT)
    spacings = [spacing for spacing, _ in axis.tickSpacing(0.0, high, size)]
    for coarse, fine in itertools.pairwise(spacings):
        assert (coarse / fine) % 1 == pytest.approx(0), (coarse, fine)


RANGES = [
    *(
        (sign * 10.0**power * low, sign * 10.0**power)
        for power in range(-12, 13)
        for sign in (1, -1)
        for low in (0, 0.5)
    ),
    *((-(10.0**power), 10.0**power) for power in range(-12, 13, 4)),
    (1000000.1, 1000000.2),
    (-1000000.2, -1000000.1),
    (5.0, 5.000001),
    (1e9, 1e9 + 3),
    (2.4e9, 2.6e9),
    (0.0, 1_234_567.0),
    (9.99e6, 1.01e7),
]


@pytest.mark.parametrize("side", ["left", "bottom"])
@pytest.mark.parametrize("size", [30.0, 80.0, 150.0, 500.0])
@pytest.mark.parametrize("ends", RANGES, ids=str)
def test_numbers_are_written_as_everywhere_and_differ(
    qapp: object, ends: tuple[float, float], size: float, side: str
) -> None:
    low, high = sorted(ends)
    axis = NumberAxis(side)
    axis.setTickFont(FONT)
    axis.setRange(low, high)
    texts: list[str] = []
    for spacing, values in axis.tickValues(low, high, size):
        found = axis.tickStrings(values, 1.0, spacing)
        assert [as_number(text) for text in found] == pytest.approx(values, abs=spacing / 100, rel=1e-15)
        texts += found
    assert not set("e-+") & set("".join(texts)), texts
    assert len(set(texts)) == len(texts), texts


def as_number(text: str) -> float:
    mantissa, _, power = text.replace(",", "").replace("−", "-").partition("×10")
    return float(f"{mantissa}e{power.translate(str.maketrans('⁰¹²³⁴⁵⁶⁷⁸⁹⁻', '0123456789-')) or 0}")


@pytest.mark.parametrize("size", [12.0, 20.0, 40.0, 90.0, 300.0])
@pytest.mark.parametrize(
    "ends", [(0.0, 1.0), (0.0, 70.0), (-3.0, 105.0), (-1e-9, 1e-9), (0, 7.6e11)], ids=str
)
def test_upright_numbers_have_a_line_each(qapp: object, ends: tuple[float, float], size: float) -> None:
    low, high = ends
    axis = NumberAxis("left")
    axis.setTickFont(FONT)
    values = axis.tickValues(low, high, size)[0][1]
    for below, above in itertools.pairwise(values):
        assert (above - below) / (high - low) * size >= QFontMetricsF(FONT).height()


@pytest.mark.parametrize(
    ("values", "spacing", "texts"),
    [
        ([0.0, 5e10, 1e11], 5e10, ["0", "5×10¹⁰", "1×10¹¹"]),
        ([-2.0, -1.5, 0.0], 0.5, ["−2.0", "−1.5", "0"]),
        ([1000000.1, 1000000.15], 0.05, ["1,000,000.10", "1,000,000.15"]),
        ([0.0, 2e-13, 1e-12], 2e-13, ["0", "2×10⁻¹³", "1×10⁻¹²"]),
        ([5e6, 1e7], 5e6, ["5×10⁶", "1×10⁷"]),
        ([1e9, 1e9 + 2], 2.0, ["1,000,000,000", "1,000,000,002"]),
        ([20000.0, 120000.0], 20000.0, ["20,000", "120,000"]),
    ],
)
def test_numbers_of_an_axis_look_alike(values: list[float], spacing: float, texts: list[str]) -> None:
    assert tick_texts(values, spacing, min(values), max(values)) == texts


@pytest.mark.parametrize(
    "ends", [(0.0, 1.0), (30_000.0, 131_000.0), (-3.3, 105.0), (0.1, 0.30000001)], ids=str
)
def test_lines_lie_at_numbers_and_halfway_or_so_between_them_and_nowhere_twice(
    qapp: object, ends: tuple[float, float]
) -> None:
    low, high = ends
    axis = NumberAxis("bottom")
    axis.setTickFont(FONT)
    levels = axis.tickValues(low, high, 440.0)
    assert len(levels) <= 2, "a third level is too faint to be seen, and takes longest"
    places = [place for _, values in levels for place in values]
    assert len({round(place, 9) for place in places}) == len(places)
    finest = levels[-1][0]
    steps = [above - below for below, above in itertools.pairwise(sorted(places))]
    assert steps == pytest.approx([finest] * len(steps))
    assert min(places) - finest < low <= min(places)
    assert max(places) <= high < max(places) + finest
