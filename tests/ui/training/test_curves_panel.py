from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from PySide6.QtGui import QAction

from cnnviz.ui.training.curves_panel import CurvesPanel
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
    assert not panel.loss_plot.isVisible()
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
    assert panel.loss_plot.isVisible()
    loss, accuracy = panel.loss_plot.curves, panel.accuracy_plot.curves
    assert loss.x.tolist() == [1, 2, 3]
    assert loss.means.tolist() == pytest.approx([2.0, 1.5, 3.5 / 3])
    assert accuracy.batches.tolist() == [0.25, 0.75, 1.0]
    assert accuracy.validation_x.tolist() == [2, 3]
    assert loss.best == 1  # as right as the first, with the lower loss


def test_a_hidden_panel_does_nothing_and_catches_up(panel: CurvesPanel, session: FakeSession) -> None:
    panel.hide()
    session.do_step(1, 2.0, 0.25)
    assert len(panel.loss_plot.curves.x) == 0
    panel.show()
    assert len(panel.loss_plot.curves.x) == 1
