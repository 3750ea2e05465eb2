from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from cnnviz.ui.format import number
from cnnviz.ui.plots.curve_plot import CurvePlot, Curves, round_up
from cnnviz.ui.theme import DARK, palette_for

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot


@pytest.fixture
def plot(qtbot: QtBot) -> CurvePlot:
    widget = CurvePlot("Loss", number)
    qtbot.addWidget(widget)
    widget.resize(400, 200)
    return widget


def curves(*, best: int | None = 1) -> Curves:
    x = np.arange(1, 101, dtype=float)
    return Curves(x, 2 / x, 2 / x, np.array([50.0, 100.0]), np.array([0.5, 0.25]), best)


def test_the_newest_numbers_are_said(plot: CurvePlot) -> None:
    assert plot.summary() == "Loss: nothing yet."
    plot.set_curves(curves())
    assert plot.summary() == ("Loss after step 100: training 0.02000, validation 0.2500, best epoch 2.")


def test_axes_hold_everything(plot: CurvePlot) -> None:
    plot.set_curves(curves())
    (left, right), (bottom, top) = plot._view.viewRange()
    assert (left, bottom) == (0, 0)
    assert right == 100
    assert top >= 2


def test_numbers_that_are_not_finite_leave_a_gap_and_no_error(plot: CurvePlot) -> None:
    broken = np.array([1.0, np.nan, np.inf, 0.5])
    x = np.arange(1.0, 5.0)
    plot.set_curves(Curves(x, broken, broken, np.array([4.0]), np.array([np.nan])))
    assert not plot.grab().isNull()
    assert "not a number" in plot.summary()


def test_the_theme_is_followed(plot: CurvePlot) -> None:
    plot.set_curves(curves(best=None))
    plot.setPalette(palette_for(DARK))
    plot._view.setPalette(palette_for(DARK))
    plot._apply_colors()
    image = plot.grab().toImage()
    assert image.pixelColor(image.width() - 2, image.height() // 2).lightness() < 100


@pytest.mark.parametrize(
    ("value", "end"), [(0.93, 1), (1, 1), (1.01, 1.5), (38, 40), (304, 400), (0.0021, 0.003), (0, 1)]
)
def test_ends_of_axes_are_round(value: float, end: float) -> None:
    assert round_up(value) == pytest.approx(end)
