"""The plot of update/weight ratios within the panel of curves."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import pytest
from PySide6.QtGui import QAction

from cnnviz.training.events import LayerVitals, Vitals
from cnnviz.ui.theme import DARK, LIGHT, palette_for
from cnnviz.ui.training.curves_panel import CurvesPanel
from cnnviz.ui.training.overlays import Overlay
from cnnviz.ui.training.quantities import Quantity

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot

    from cnnviz.ui.plots.curve_plot import CurvePlot
    from tests.ui.training.conftest import FakeSession


@pytest.fixture
def panel(session: FakeSession, qtbot: QtBot) -> CurvesPanel:
    widget = CurvesPanel(session, QAction("Train", session))  # type: ignore[arg-type]
    qtbot.addWidget(widget)
    widget.resize(1000, 400)
    with qtbot.waitExposed(widget):
        widget.show()
    widget.options.set_shown(Quantity.UPDATE_RATIO, True)
    return widget


@pytest.fixture
def plot(panel: CurvesPanel) -> CurvePlot:
    return panel.plot(Quantity.UPDATE_RATIO)


def do_look(session: FakeSession, step: int, **ratios: float | None) -> None:
    layers = tuple(LayerVitals(layer, ratio, None, None, None) for layer, ratio in ratios.items())
    session.do_vitals(Vitals(step, layers))


def note_of(panel: CurvesPanel) -> str:
    return panel._columns[Quantity.UPDATE_RATIO]._note.text()


def test_every_layer_has_a_curve_with_its_name_and_value(
    panel: CurvesPanel, plot: CurvePlot, session: FakeSession
) -> None:
    session.do_step(1, 2.0, 0.25)
    do_look(session, 1, conv1=0.02, dense1=0.0004)
    session.do_step(2, 2.0, 0.25)
    do_look(session, 2, conv1=0.01, dense1=0.00051)
    assert plot.isVisible()
    assert [curve.name for curve in plot.curves.curves] == ["conv1", "dense1"]
    assert plot.summary() == "Update / weight ratio after step 2: conv1 0.010, dense1 0.00051."
    assert [text for text, _, _ in plot._labels()] == ["conv1 0.010", "dense1 0.00051"]


def test_its_axis_is_always_logarithmic_and_holds_the_guide(
    panel: CurvesPanel, plot: CurvePlot, session: FakeSession
) -> None:
    session.do_step(1, 2.0, 0.25)
    do_look(session, 1, conv1=0.5)
    low, high = plot.view.viewRange()[1]
    assert low <= -3 <= math.log10(0.5) <= high
    assert plot._guide_line._line.value() == pytest.approx(-3)
    assert "0.001" in plot._guide_line._line.toolTip()
    assert "learning rate" in plot._guide_line._line.toolTip()
    panel.options.log.click()
    panel.options.log.click()
    assert plot.view.viewRange()[1] == [low, high]
    assert not panel.plot(Quantity.LOSS)._is_log


def test_a_single_look_is_enough_and_frozen_layers_have_no_curve(
    plot: CurvePlot, session: FakeSession
) -> None:
    session.do_step(1, 2.0, 0.25)
    do_look(session, 1, conv1=None, dense1=0.01)
    assert [curve.name for curve in plot.curves.curves] == ["dense1"]


def test_a_run_without_looks_says_so(panel: CurvesPanel, plot: CurvePlot, session: FakeSession) -> None:
    session.do_step(1, 2.0, 0.25)
    assert note_of(panel) == "not measured in this run"
    do_look(session, 1, conv1=0.01)
    assert note_of(panel) == "for each layer; about 0.001 is usual"


def test_it_is_painted_anew_only_after_a_look(
    panel: CurvesPanel, plot: CurvePlot, session: FakeSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    session.do_step(1, 2.0, 0.25)
    do_look(session, 1, conv1=0.02)
    drawn: list[int] = []
    set_curves = plot.set_curves
    monkeypatch.setattr(plot, "set_curves", lambda curves: (drawn.append(1), set_curves(curves)))
    session.do_step(2, 2.0, 0.25)
    session.do_step(3, 2.0, 0.25)
    assert not drawn
    do_look(session, 3, conv1=0.01)
    assert drawn
    assert plot.curves.last_x == 3


def test_layers_can_be_left_out(panel: CurvesPanel, plot: CurvePlot, session: FakeSession) -> None:
    session.do_step(1, 2.0, 0.25)
    do_look(session, 1, conv1=0.02, dense1=0.0004)
    box = panel.options.layers.box("conv1")
    assert box.isChecked()
    box.click()
    assert plot.summary() == "Update / weight ratio after step 1: dense1 0.00040."
    do_look(session, 2, conv1=0.02, dense1=0.0005)
    assert "conv1" not in plot.summary()
    do_look(session, 3, conv1=0.02, dense1=0.0005, dense2=0.1)
    assert not panel.options.layers.box("conv1").isChecked()  # made anew, and still left out
    panel.options.layers.box("conv1").click()
    assert "conv1 0.020" in plot.summary()


def test_the_legend_is_there_as_long_as_the_plot_is(
    panel: CurvesPanel, session: FakeSession, qtbot: QtBot
) -> None:
    session.do_step(1, 2.0, 0.25)
    legend = panel.options.layers
    qtbot.waitUntil(legend.isVisible)
    panel.options.set_shown(Quantity.UPDATE_RATIO, False)
    qtbot.waitUntil(legend.isHidden)


def test_the_legend_takes_the_colours_of_the_theme(
    panel: CurvesPanel, session: FakeSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    session.do_step(1, 2.0, 0.25)
    do_look(session, 1, conv1=0.02)
    legend = panel.options.layers
    seen = []
    for colors in (LIGHT, DARK):
        monkeypatch.setattr(
            "cnnviz.ui.training.layer_choice.QGuiApplication.palette",
            lambda colors=colors: palette_for(colors),
        )
        legend.setPalette(palette_for(colors))
        image = legend.box("conv1").icon().pixmap(22, 12).toImage()
        seen.append(image.pixelColor(11, 6).name())
    assert seen == [LIGHT.plot_cycle[0].name(), DARK.plot_cycle[0].name()]


def test_other_runs_are_not_drawn_among_layers(
    panel: CurvesPanel, plot: CurvePlot, session: FakeSession
) -> None:
    session.do_step(1, 2.0, 0.25)
    do_look(session, 1, conv1=0.02)
    panel.set_overlays((Overlay("Another", "#D55E00", session.history),))
    assert [curve.name for curve in plot.curves.curves] == ["conv1"]
    assert len(panel.plot(Quantity.LOSS).curves.curves) == 3
