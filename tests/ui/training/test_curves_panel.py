from __future__ import annotations

import math
from typing import TYPE_CHECKING

import pytest
from PySide6.QtGui import QAction

from cnnviz.app.training.session import SessionState
from cnnviz.ui.plots.curve_plot import CurvePlot
from cnnviz.ui.training.curves_panel import CurvesPanel
from cnnviz.ui.training.quantities import Quantity
from cnnviz.ui.widgets.action_button import ActionButton

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot

    from tests.ui.training.conftest import FakeSession


@pytest.fixture
def train(session: FakeSession) -> QAction:
    return QAction("Train", session)


@pytest.fixture
def panel(session: FakeSession, train: QAction, qtbot: QtBot) -> CurvesPanel:
    widget = CurvesPanel(session, train)  # type: ignore[arg-type]
    qtbot.addWidget(widget)
    with qtbot.waitExposed(widget):
        widget.show()
    return widget


def test_before_the_first_step_the_panel_offers_to_train_where_that_makes_sense(
    panel: CurvesPanel, train: QAction, qtbot: QtBot
) -> None:
    assert not panel.plot(Quantity.LOSS).isVisible()
    button = panel.findChild(ActionButton)
    with qtbot.waitSignal(train.triggered):
        button.click()
    train.setEnabled(False)
    assert not button.isEnabled()


def test_steps_and_epochs_are_drawn(panel: CurvesPanel, session: FakeSession) -> None:
    session.do_step(1, 2.0, 0.25)
    session.do_step(2, 1.0, 0.75)
    session.do_epoch(1, 2, 0.9, 0.6)
    session.do_step(3, 0.5, 1.0)
    session.do_epoch(2, 3, 0.8, 0.6)
    assert panel.plot(Quantity.LOSS).isVisible()
    loss, accuracy = panel.plot(Quantity.LOSS).curves, panel.plot(Quantity.ACCURACY).curves
    assert loss.curve("training").x.tolist() == [1, 2, 3]
    assert loss.curve("training").y.tolist() == pytest.approx([2.0, 1.5, 3.5 / 3])
    assert accuracy.curve("training").raw.tolist() == [0.25, 0.75, 1.0]
    assert accuracy.curve("validation").x.tolist() == [2, 3]
    assert loss.best.text == "best: epoch 2"  # as right as the first, with the lower loss
    assert loss.best.x == 3


def test_a_hidden_panel_does_nothing_and_catches_up(panel: CurvesPanel, session: FakeSession) -> None:
    panel.hide()
    session.do_step(1, 2.0, 0.25)
    assert panel.plot(Quantity.LOSS).curves.last_x == 0
    panel.show()
    assert panel.plot(Quantity.LOSS).curves.last_x == 1


def test_while_a_run_is_on_all_plots_are_drawn_in_one_turn(panel: CurvesPanel, session: FakeSession) -> None:
    session.state = SessionState.RUNNING
    session.do_step(1, 2.0, 0.25)
    assert [plot.curves.last_x for plot in panel.shown_plots] == [1, 1]


def test_other_quantities_can_be_drawn(panel: CurvesPanel, session: FakeSession) -> None:
    session.do_step(1, 2.0, 0.25)
    assert not panel.plot(Quantity.GRADIENT).isVisible()
    panel.options.set_shown(Quantity.GRADIENT, True)
    panel.options.set_shown(Quantity.LOSS, False)
    assert panel.plot(Quantity.GRADIENT).isVisible()
    assert not panel.plot(Quantity.LOSS).isVisible()
    assert panel.plot(Quantity.GRADIENT).curves.last_x == 1


def test_a_plot_is_made_when_it_is_first_shown_and_stands_in_its_place(
    panel: CurvesPanel, session: FakeSession
) -> None:
    session.do_step(1, 2.0, 0.25)
    assert len(panel.findChildren(CurvePlot)) == 2
    panel.set_moment(1)
    panel.options.line_button("validation").setChecked(False)
    panel.options.set_shown(Quantity.GRADIENT, True)
    panel.options.set_shown(Quantity.RATE, True)
    rate, gradient = panel.plot(Quantity.RATE), panel.plot(Quantity.GRADIENT)
    panel.layout().activate()
    assert panel.plot(Quantity.ACCURACY).parentWidget().x() < rate.parentWidget().x()
    assert rate.parentWidget().x() < gradient.parentWidget().x()
    for plot in (rate, gradient):
        assert plot._moment is not None
        assert plot._hidden == panel.plot(Quantity.LOSS)._hidden
        plot.step_pointed.emit(1.0)
        assert panel.plot(Quantity.LOSS).view._crosshair[0] == 1


def test_numbers_that_are_learned_have_errors_in_the_place_of_the_accuracy(
    panel: CurvesPanel, session: FakeSession
) -> None:
    session.do_step(1, 2.0, math.nan)
    session.do_epoch(1, 1, 1.5, math.nan, 0.25, 0.75)
    assert not panel.plot(Quantity.ACCURACY).isVisible()
    error, share = panel.plot(Quantity.ERROR), panel.plot(Quantity.R_SQUARED)
    assert panel.shown_plots == [panel.plot(Quantity.LOSS), error, share]
    assert error.isVisible()
    assert error.curves.curve("validation").y.tolist() == [0.25]
    assert share.curves.curve("validation").y.tolist() == [0.75]
    assert share.curves.best.text == "best: epoch 1"
    panel.options.set_shown(Quantity.ACCURACY, False)
    assert not error.isVisible()


def test_smoothing_axis_scale_and_curves_are_chosen(panel: CurvesPanel, session: FakeSession) -> None:
    for step in range(1, 9):
        session.do_step(step, float(step), 0.5)
    session.do_epoch(1, 4, 0.9, 0.6)
    plot, options = panel.plot(Quantity.LOSS), panel.options
    options.smoothing.setCurrentIndex(0)
    assert plot.curves.curve("training").y.tolist() == [1, 2, 3, 4, 5, 6, 7, 8]
    options.smoothing.setCurrentIndex(1)
    assert plot.curves.curve("training").y[-1] == 6
    options.axis.setCurrentIndex(1)
    assert plot._steps_per_epoch == 4
    options.log.click()
    assert plot._is_log
    assert not panel.plot(Quantity.ACCURACY)._is_log
    options.line_button("validation").click()
    assert "validation" not in plot.summary()


def test_the_line_under_the_mouse_stands_in_every_plot(panel: CurvesPanel, session: FakeSession) -> None:
    for step in range(1, 9):
        session.do_step(step, 1.0, 0.5)
    panel.plot(Quantity.LOSS).step_pointed.emit(3.0)
    assert panel.plot(Quantity.ACCURACY).view._crosshair[0] == 3
    panel.plot(Quantity.LOSS).step_pointed.emit(None)
    assert panel.plot(Quantity.ACCURACY).view._crosshair is None
