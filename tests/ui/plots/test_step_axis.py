from __future__ import annotations

import itertools

import pytest
from PySide6.QtGui import QFont, QFontMetricsF

from cnnviz.ui.plots.step_axis import StepAxis

FONT = QFont("Sans", 8)


@pytest.mark.parametrize("size", [60.0, 100.0, 170.0, 400.0])
@pytest.mark.parametrize("high", [7.0, 900.0, 3000.0, 3900.0, 120_000.0])
def test_numbers_of_the_first_level_have_room(qapp: object, size: float, high: float) -> None:
    axis = StepAxis()
    axis.setTickFont(FONT)
    spacing, values = axis.tickValues(0.0, high, size)[0]
    texts = axis.tickStrings(values, 1.0, spacing)
    metrics = QFontMetricsF(FONT)
    for (left, a), (right, b) in itertools.pairwise(zip(values, texts, strict=True)):
        half = (metrics.horizontalAdvance(a) + metrics.horizontalAdvance(b)) / 2
        assert (right - left) / high * size > half, (a, b)


def test_numbers_are_round_also_where_epochs_are_counted(qapp: object) -> None:
    axis = StepAxis()
    axis.setTickFont(FONT)
    axis.setScale(1 / 113)
    spacing, values = axis.tickValues(0.0, 3390.0, 90.0)[0]
    assert axis.tickStrings(values, axis.scale, spacing) in (["0", "10", "20", "30"], ["0", "20"])


def test_wide_axes_are_as_they_were(qapp: object) -> None:
    axis = StepAxis()
    axis.setTickFont(FONT)
    assert axis.tickSpacing(0.0, 100.0, 600.0)[0] == (20.0, 0)


@pytest.mark.parametrize("size", [90.0, 110.0, 130.0, 170.0, 300.0])
@pytest.mark.parametrize("high", [70.0, 105.0, 120.0, 760.0])
def test_finer_numbers_meet_every_coarser_one(qapp: object, size: float, high: float) -> None:
    axis = StepAxis()
    axis.setTickFont(FONT)
    spacings = [spacing for spacing, _ in axis.tickSpacing(0.0, high, size)]
    for coarse, fine in itertools.pairwise(spacings):
        assert (coarse / fine) % 1 == pytest.approx(0), (coarse, fine)
