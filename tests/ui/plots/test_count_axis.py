"""Numbers below a plot stand only where points can be."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import Qt

from cnnviz.ui.plots.curve_plot import CurvePlot
from cnnviz.ui.plots.curves import Curve, Curves


def show_steps(plot: CurvePlot, count: int) -> None:
    plot.set_curves(Curves((Curve("training", np.arange(1, count + 1), np.ones(count)),)))


def written(plot: CurvePlot) -> list[str]:
    """What stands below the plot, all levels of numbers that may be written."""
    axis, ends = plot.view.getAxis("bottom"), plot.view.viewRange()[0]
    levels = axis.tickValues(*ends, axis.width())
    return [text for spacing, values in levels for text in axis.tickStrings(values, axis.scale, spacing)]


@pytest.mark.parametrize("steps", [1, 2, 3, 5, 9])
def test_small_runs_have_no_half_steps(plot: CurvePlot, steps: int) -> None:
    show_steps(plot, steps)
    assert len(written(plot)) > 1
    assert all(text.isdecimal() for text in written(plot)), written(plot)


def test_so_does_the_axis_however_near_one_looks(plot: CurvePlot, qtbot) -> None:
    show_steps(plot, 6)
    for _ in range(20):
        qtbot.keyClick(plot.view, Qt.Key.Key_Plus)
    assert written(plot), "at least one step stays in sight"
    assert all(text.isdecimal() for text in written(plot)), written(plot)


def test_epochs_are_whole_where_two_of_them_are_in_sight(plot: CurvePlot) -> None:
    plot.set_steps_per_epoch(10)
    show_steps(plot, 30)
    assert all(text.isdecimal() for text in written(plot)), written(plot)


def test_parts_of_an_epoch_are_written_where_points_lie_between(plot: CurvePlot) -> None:
    plot.set_steps_per_epoch(10)
    show_steps(plot, 9)
    assert any("." in text for text in written(plot))
    plot.set_steps_per_epoch(1)
    assert all(text.isdecimal() for text in written(plot)), written(plot)


def colored_pixels(plot: CurvePlot) -> int:
    image = plot.grab().toImage()
    places = [(x, y) for x in range(60, 440) for y in range(image.height())]
    return sum(image.pixelColor(*place).hslSaturation() > 120 for place in places)


def test_numbers_at_both_ends_are_written(plot: CurvePlot, qtbot) -> None:
    show_steps(plot, 1)
    axis, image = plot.view.getAxis("bottom"), plot.grab().toImage()
    words = axis.mapRectToScene(axis.rect()).toRect()
    for x in (words.left(), words.right()):
        ink = [
            image.pixelColor(x + side, y).lightness() < 170
            for side in range(-4, 5)
            for y in range(words.top() + 4, image.height())
        ]
        assert any(ink), "a number"


@pytest.mark.parametrize("values", [[1.0, np.nan, 2.0, np.inf, 1.0], [0.5, 0.0, 1.0, -1.0, 0.5]])
def test_points_that_no_line_goes_through_are_dots(plot: CurvePlot, values: list[float]) -> None:
    plot.set_log(True)
    x = np.arange(1, 6)
    plot.set_curves(Curves((Curve("training", x, np.full(5, np.nan)),)))
    empty = colored_pixels(plot)
    plot.set_curves(Curves((Curve("training", x, np.array(values)),)))
    assert colored_pixels(plot) > empty + 20


def test_the_line_under_the_mouse_stands_where_the_first_step_is(plot: CurvePlot) -> None:
    show_steps(plot, 5)
    plot.set_pointed(0.2)
    assert plot.view._crosshair[0] == 1
