from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QPainter, QPicture

from cnnviz.ui.format import number
from cnnviz.ui.plots.curve_plot import SINGLE_BATCHES, CurvePlot, color_of, round_up
from cnnviz.ui.plots.curves import Curve, Curves, Guide, Mark
from cnnviz.ui.plots.smoothing import TrailingMean
from cnnviz.ui.theme import DARK, palette_for

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot


def curves(*, best: bool = True, count: int = 100) -> Curves:
    x = np.arange(1, count + 1)
    ends = np.array([count // 2, count])
    return Curves(
        (
            Curve("training", x, 2 / x, raw=3 / x),
            Curve("validation", ends, np.array([0.5, 0.25]), color="plot_validation", dashed=True, dots=True),
        ),
        best=Mark(float(count), "best: epoch 2") if best else None,
    )


def shown_range(plot: CurvePlot) -> list[float]:
    return [end for ends in plot.view.viewRange() for end in ends]


def test_the_newest_numbers_are_said(plot: CurvePlot) -> None:
    assert plot.summary() == "Loss: nothing yet."
    plot.set_curves(curves())
    assert plot.summary() == "Loss after step 100: training 0.02000, validation 0.2500, best: epoch 2."


def test_axes_hold_everything(plot: CurvePlot) -> None:
    plot.set_curves(curves())
    left, right, bottom, top = shown_range(plot)
    assert (left, bottom) == (0, 0)
    assert right == 100
    assert top >= 2


def test_numbers_that_are_not_finite_leave_a_gap_and_no_error(plot: CurvePlot) -> None:
    broken = np.array([1.0, np.nan, np.inf, 0.5])
    nothing = Curve("validation", np.array([4]), np.array([np.nan]), dots=True)
    plot.set_curves(Curves((Curve("training", np.arange(1, 5), broken, raw=broken), nothing)))
    assert not plot.grab().isNull()
    assert "not a number" in plot.summary()


def test_the_theme_is_followed(plot: CurvePlot) -> None:
    plot.set_curves(curves(best=False))
    plot.setPalette(palette_for(DARK))
    plot.view.setPalette(palette_for(DARK))
    plot._apply_colors()
    image = plot.grab().toImage()
    assert image.pixelColor(image.width() - 2, image.height() // 2).lightness() < 100


def test_a_logarithmic_axis_holds_the_decades_there_are(plot: CurvePlot) -> None:
    plot.set_curves(curves())
    plot.set_log(True)
    _, _, bottom, top = shown_range(plot)
    assert bottom == -2  # 0.02
    assert 1 <= top < 1.2  # 2.0
    plot.set_log(False)
    assert shown_range(plot)[2] == 0


def test_a_logarithmic_axis_bears_zeros(plot: CurvePlot) -> None:
    plot.set_log(True)
    plot.set_curves(Curves((Curve("training", np.arange(3), np.array([0.0, 0.0, 1.0])),)))
    _, _, bottom, top = shown_range(plot)
    assert math.isfinite(bottom)
    assert bottom < 0 <= top
    assert not plot.grab().isNull()


@pytest.mark.parametrize("value", [0.0, math.nan, math.inf])
def test_where_no_number_has_a_place_the_axis_goes_to_one(plot: CurvePlot, value: float) -> None:
    plot.set_curves(Curves((Curve("training", np.arange(1, 3), np.full(2, value)),)))
    assert shown_range(plot)[2] == 0
    assert shown_range(plot)[3] == pytest.approx(1, abs=0.1)
    plot.set_log(True)
    assert -4 <= shown_range(plot)[2] < shown_range(plot)[3] < 1.3, "powers of ten that one can read"


def test_what_a_person_has_zoomed_stays_until_everything_is_wanted(plot: CurvePlot, qtbot: QtBot) -> None:
    plot.set_curves(curves())
    qtbot.keyClick(plot.view, Qt.Key.Key_Plus)
    zoomed = shown_range(plot)
    assert zoomed[1] - zoomed[0] < 100
    plot.set_curves(curves(count=400))
    assert shown_range(plot) == zoomed
    assert plot.is_held
    qtbot.keyClick(plot.view, Qt.Key.Key_Right)
    assert shown_range(plot)[0] > zoomed[0]
    qtbot.keyClick(plot.view, Qt.Key.Key_0)
    assert shown_range(plot)[:2] == [0, 400]
    assert not plot.is_held


def test_the_line_under_the_mouse_tells_the_values_of_its_step(plot: CurvePlot, qtbot: QtBot) -> None:
    plot.set_curves(curves())
    steps: list[float | None] = []
    plot.step_pointed.connect(steps.append)
    qtbot.mouseMove(plot.view.viewport(), QPoint(200, 100))
    assert steps[-1] is not None
    plot.set_pointed(60.2)
    at, lines = plot.view._crosshair
    assert at == 60
    assert [text for text, _ in lines] == ["step 60", "training 0.03333", "validation 0.5000"]
    plot.set_steps_per_epoch(50)
    plot.set_pointed(75)
    assert plot.view._crosshair[1][0][0] == "epoch 1.50, step 75"
    plot.set_pointed(None)
    assert plot.view._crosshair is None


def test_curves_can_be_hidden(plot: CurvePlot) -> None:
    plot.set_curves(curves())
    (noise, line), (_, validation) = plot._items
    assert noise.is_visible
    plot.set_hidden(frozenset({"validation", SINGLE_BATCHES}))
    assert (noise.is_visible, line.is_visible, validation.is_visible) == (False, True, False)
    assert "validation" not in plot.summary()


def test_fewer_curves_than_before_leave_none_behind(plot: CurvePlot) -> None:
    plot.set_curves(curves())
    plot.set_curves(Curves((curves().curves[0],)))
    assert [line.is_visible for _, line in plot._items] == [True, False]


def test_changes_during_the_run_are_marked(plot: CurvePlot) -> None:
    plot.set_curves(Curves(curves().curves, changes=(Mark(40.0, "rate 0.01"),)))
    assert [x for x, _ in plot.view._uprights] == [40.0]
    plot.set_pointed(40)
    assert plot.view._crosshair[1][-1][0] == "rate 0.01"
    plot.set_curves(curves())
    assert [x for x, _ in plot.view._uprights] == [100.0], "the best epoch"


@pytest.mark.parametrize(
    ("value", "end"), [(0.93, 1), (1, 1), (1.01, 1.5), (38, 40), (304, 400), (0.0021, 0.003), (0, 1)]
)
def test_ends_of_axes_are_round(value: float, end: float) -> None:
    assert round_up(value) == pytest.approx(end)


def test_many_curves_have_shorter_ends_where_room_is_scarce(plot: CurvePlot) -> None:
    names = [f"a_layer_with_a_long_name_{place}" for place in range(5)]
    line = np.array([1.0, 2.0])
    plot.resize(900, 300)
    plot.set_curves(Curves(tuple(Curve(name, line, line, color=place) for place, name in enumerate(names))))
    assert [text for text, _, _ in plot._labels()] == ["a_layer_with_a_lo… 2.000"] * 5
    plot.resize(220, 300)
    assert [text for text, _, _ in plot._labels()] == ["a_layer_w…"] * 5
    plot.resize(220, 60)
    assert plot._labels() == []


def test_a_place_in_the_cycle_is_a_colour_of_the_theme(plot: CurvePlot) -> None:
    curve = Curve("conv1", np.array([1.0]), np.array([1.0]), color=1)
    assert color_of(curve, DARK) == DARK.plot_cycle[1]
    again = Curve("conv9", curve.x, curve.y, color=1 + len(DARK.plot_cycle))
    assert color_of(again, DARK) == DARK.plot_cycle[1]


def test_a_guide_stands_at_its_height_and_says_what_it_means(qtbot: QtBot) -> None:
    widget = CurvePlot("Ratio", number, guide=Guide(0.01, "about 0.01", "A rough rule."))
    qtbot.addWidget(widget)
    widget.resize(900, 300)
    with qtbot.waitExposed(widget):
        widget.show()
    widget.set_curves(curves())
    assert widget._guide_line._line.value() == 0.01
    widget.set_log(True)
    assert widget._guide_line._line.value() == pytest.approx(-2)
    assert widget._guide_line._line.toolTip() == "A rough rule."
    widget.set_curves(Curves((Curve("high", np.array([1.0]), np.array([50.0])),)))
    low, high = widget.view.viewRange()[1]
    assert low <= -2 < math.log10(50) <= high
    assert widget._guide_line._line.label.isVisible()
    widget.resize(220, 300)
    assert not widget._guide_line._line.label.isVisible()


def test_the_end_of_a_curve_keeps_the_room_that_its_longest_number_took(plot: CurvePlot) -> None:
    x = np.arange(1, 11)

    def rate(last: float, count: int = 10) -> Curves:
        return Curves((Curve("rate", x[:count], np.linspace(0.001, last, count)),))

    plot.set_curves(rate(0.000123))
    room = plot.view.getViewBox().width()
    widest = plot.view._widest_word
    assert plot._labels()[0][0] == widest == "rate 0.0001230"
    plot.set_curves(rate(0.1))
    assert plot.view.getViewBox().width() == room, "curves do not jump"
    plot.set_curves(rate(0.1, 5))
    assert plot.view._widest_word == "rate 100.0 %", "another run begins"


def test_very_narrow_plots_leave_the_words_to_legend_and_mouse(plot: CurvePlot) -> None:
    plot.resize(130, 160)
    plot.set_curves(curves())
    assert [text for text, _, _ in plot._labels()] == ["train", "val"]
    plot.set_curves(Curves((Curve("convolution 1", np.array([1.0]), np.array([1.0])),)))
    assert plot._labels() == []
    assert plot.view._widest_word == ""


def test_ends_out_of_sight_are_named_inside_the_plot(plot: CurvePlot, qtbot: QtBot) -> None:
    plot.set_curves(curves())
    plot.view.setXRange(150, 300, padding=0)  # right of all there is
    image = plot.view.grab().toImage()
    left = plot.view.getViewBox().sceneBoundingRect().left()
    height = plot.view.getViewBox().mapViewToScene(QPointF(0, 0.25)).y()
    band = range(int(height) - 8, int(height) + 8)
    inks = [image.pixelColor(x, y) for x in range(int(left) + 8, int(left) + 24) for y in band]
    assert any(ink.red() - ink.blue() > 150 for ink in inks), "the colour of validation"


def test_every_change_can_be_read(plot: CurvePlot) -> None:
    changes = (Mark(50.0, "learning rate 0.01 → 0.001"), Mark(51.0, "epochs 20 → 2"))
    plot.set_curves(Curves(curves().curves, Mark(50.0, "best: epoch 1"), changes))
    plot.set_moment(52)
    said = [word.text for word in plot.view._marks]
    assert said == ["step 52", "best: epoch 1", "epochs 20 → 2", "learning rate 0.01 → 0.001"]
    plot.set_pointed(50)
    told = [text for text, _ in plot.view._crosshair[1]]
    assert told[-2:] == ["best: epoch 1", "learning rate 0.01 → 0.001"]
    plot.resize(150, 200)
    assert plot.view._marks == [], "the mouse tells it in a narrow plot"
    plot.set_pointed(51)
    assert "epochs 20 → 2" in [text for text, _ in plot.view._crosshair[1]]


@pytest.mark.parametrize("mean_of", [1, 20])
@pytest.mark.parametrize("is_log", [False, True])
def test_means_stay_inside_where_a_change_makes_the_loss_jump(plot, mean_of: int, *, is_log: bool) -> None:
    """As in a run that is watched: more and more of the same columns, with a jump and numbers that broke."""
    rng = np.random.default_rng(0)
    losses = np.exp(rng.normal(-2, 0.3, 900))
    losses[400:500] *= np.geomspace(1, 1e6, 100)
    losses[500:] *= 1e3
    losses[[450, 700]] = np.inf, np.nan
    steps, epochs, means = np.arange(1, 901), np.arange(30, 901, 30), TrailingMean(mean_of)
    plot.set_log(is_log)
    for count in range(50, 901, 50):
        smooth = means.extended(losses[:count])
        seen = epochs[epochs <= count]
        validation = Curve("validation", seen, losses[seen - 1] * 0.9)
        plot.set_curves(Curves((Curve("training", steps[:count], smooth, raw=losses[:count]), validation)))
        drawn = np.concatenate([smooth, validation.y])
        drawn = drawn[np.isfinite(drawn)]
        drawn = np.log10(drawn) if is_log else drawn
        _, _, bottom, top = shown_range(plot)
        assert bottom <= drawn.min() <= drawn.max() <= top, count


@pytest.mark.parametrize(("least", "bottom"), [(0.2, 0.0), (-0.05, -0.05), (-0.7, -0.8), (-40.0, -1.0)])
def test_an_r_squared_below_0_is_in_sight(qtbot: QtBot, least: float, bottom: float) -> None:
    plot = CurvePlot("R²", number, top=1.0)
    qtbot.addWidget(plot)
    plot.set_curves(Curves((Curve("validation", np.arange(1, 4), np.array([least, 0.5, 0.9])),)))
    assert shown_range(plot)[2] == pytest.approx(bottom)
    assert shown_range(plot)[3] > 1


@pytest.mark.parametrize("is_log", [False, True])
def test_a_low_plot_has_two_numbers_at_least(plot: CurvePlot, qtbot: QtBot, *, is_log: bool) -> None:
    """It once had but the one in the middle: those at the ends need half a line beyond it."""
    plot.set_log(is_log)
    plot.set_curves(curves())
    axis = plot.view.getAxis("left")
    for height in range(90, 180, 10):
        plot.resize(500, height)
        qtbot.waitUntil(lambda height=height: plot.view.height() == height)
        picture = QPicture()
        painter = QPainter(picture)
        painter.setFont(axis.style["tickFont"])
        written = axis.generateDrawSpecs(painter)[2]
        painter.end()
        assert len(written) >= 2 or plot.view.getViewBox().height() < 60
