"""Looking back in the window: everything that shows weights follows the slider, says so, and leads back."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from cnnviz.app.training.session import SessionState
from cnnviz.spec.layers import ReLU
from cnnviz.spec.training import TrainingSpec
from cnnviz.ui.training.quantities import Quantity
from tests.helpers.designs import ENDLESS, small_design
from tests.helpers.open_windows import open_window

TIMEOUT_MS = 20_000
TWO_EPOCHS = TrainingSpec(epochs=2, batch_size=256)
"""Ten steps on the bundled digits."""


@pytest.fixture
def window(qtbot, tmp_path):
    with open_window(tmp_path) as window:
        window.workbench.document.new(small_design())
        qtbot.waitUntil(lambda: not window.workbench.inspector.is_busy, timeout=TIMEOUT_MS)
        yield window


@pytest.fixture
def trained(window, qtbot):
    bench = window.workbench
    with qtbot.waitSignal(bench.session.run_ended, timeout=TIMEOUT_MS):
        bench.session.start(bench.document.spec, TWO_EPOCHS, bench.selection.dataset)
    settle(qtbot, window)
    return window


def settle(qtbot, window):
    """Wait until the views are those of the weights in sight."""
    bench = window.workbench

    def is_settled():
        inspection = bench.inspector.inspection
        return (
            inspection is not None
            and not bench.inspector.is_busy
            and not bench.travel.is_reading
            and (inspection.image_view.step, inspection.is_past)
            == (bench.travel.weights_step, bench.travel.is_past)
        )

    qtbot.waitUntil(is_settled, timeout=TIMEOUT_MS)


def look_at(qtbot, window, place):
    moment = window.workbench.travel.moments[place]
    slider = window.time.bar.slider
    slider.setValue(place)
    settle(qtbot, window)
    return moment


def marks(window):
    """Return the moments that stand in the plots."""
    return [window.curves.plot(quantity)._moment for quantity in (Quantity.LOSS, Quantity.ACCURACY)]


def test_without_a_run_there_is_nothing_to_move(window):
    assert not window.commands["play_film"].isEnabled()
    assert not window.commands["back_to_now"].isEnabled()
    assert window.time.network_strip.text == ""


def test_the_slider_moves_maps_filters_and_answers_together(trained, qtbot):
    bench = trained.workbench
    moment = look_at(qtbot, trained, 2)
    arrays = bench.travel.parameters_for(bench.document.spec)
    inspection = bench.inspector.inspection
    layer = inspection.filters_of("conv1")
    np.testing.assert_array_equal(layer.weight, arrays[f"{layer.layer_id}/weight"])
    assert (inspection.image_view.step, inspection.is_past) == (moment.step, True)
    assert trained.layer_panel._inspection is inspection
    assert trained.time.bar.text == f"step {moment.step}, epoch 1"


def test_every_view_says_that_it_shows_the_past(trained, qtbot):
    look_at(qtbot, trained, 2)
    assert trained.time.network_strip.text == "Weights of step 2, epoch 1"
    assert [badge.text for badge in trained.time.badges] == ["step 2", "step 2"]
    assert [mark.x for mark in marks(trained)] == [2.0, 2.0]
    look_at(qtbot, trained, 0)
    assert trained.time.network_strip.text == "First weights, before training"
    assert [badge.text for badge in trained.time.badges] == ["first weights", "first weights"]


def assert_now(window):
    assert window.workbench.travel.wanted is None
    assert window.time.network_strip.text == ""
    assert [badge.text for badge in window.time.badges] == ["", ""]
    assert marks(window) == [None, None]
    assert window.time.bar.text == "now"
    assert window.time.bar.slider.moment is None


def test_escape_leads_back_from_anywhere_in_the_window(trained, qtbot):
    look_at(qtbot, trained, 1)
    QTest.keyClick(trained.builder.list_view, Qt.Key.Key_Escape)
    settle(qtbot, trained)
    assert_now(trained)


def test_escape_belongs_to_the_window_as_before_when_nothing_is_past(trained):
    event = QKeyEvent(QEvent.Type.KeyPress, Qt.Key.Key_Escape, Qt.KeyboardModifier.NoModifier)
    assert not trained.time.eventFilter(trained, event)


@pytest.mark.parametrize("way", ["button", "badge", "slider", "command"])
def test_one_click_leads_back(trained, qtbot, way):
    look_at(qtbot, trained, 1)
    assert trained.time.bar.now_button.isEnabled()
    if way == "button":
        trained.time.bar.now_button.click()
    elif way == "badge":
        trained.time.network_strip.back_button.click()
    elif way == "slider":
        trained.time.bar.slider.setValue(trained.time.bar.slider.maximum())
    else:
        trained.commands["back_to_now"].trigger()
    settle(qtbot, trained)
    assert_now(trained)
    assert not trained.time.bar.now_button.isEnabled()


def test_the_evaluation_follows_and_says_so(trained, qtbot):
    trained.docks.bring(trained.docks.evaluation)
    panel, travel = trained.evaluation, trained.workbench.travel
    qtbot.waitUntil(lambda: panel.findings is not None, timeout=TIMEOUT_MS)
    newest = panel.findings.report
    for place in (0, 1):
        moment = travel.moments[place]
        travel.look_at(moment)
        qtbot.waitUntil(
            lambda moment=moment: (panel.findings.step, panel.findings.is_past) == (moment.step, True),
            timeout=TIMEOUT_MS,
        )
        assert panel.findings.report.loss != newest.loss
    assert "% right at step 1, " in panel.head.text
    travel.back_to_now()
    qtbot.waitUntil(lambda: not panel.findings.is_past, timeout=TIMEOUT_MS)
    assert panel.findings.report.loss == newest.loss
    assert " at step" not in panel.head.text


def test_the_run_goes_on_while_one_looks_back(window, qtbot):
    bench = window.workbench
    bench.session.start(bench.document.spec, ENDLESS, bench.selection.dataset)
    qtbot.waitUntil(lambda: len(bench.travel.moments) > 3, timeout=TIMEOUT_MS)
    moment = look_at(qtbot, window, 1)
    steps = len(bench.session.history.steps)
    qtbot.waitUntil(lambda: len(bench.session.history.steps) > steps + 50, timeout=TIMEOUT_MS)
    assert bench.session.state is SessionState.RUNNING
    assert bench.inspector.inspection.image_view.step == moment.step
    assert window.time.bar.slider.moment == moment
    bench.travel.back_to_now()
    qtbot.waitUntil(lambda: bench.inspector.inspection.image_view.step > steps, timeout=TIMEOUT_MS)
    assert window.time.network_strip.text == ""


def test_training_goes_on_from_the_newest_weights_and_says_so(trained, qtbot):
    bench = trained.workbench
    look_at(qtbot, trained, 2)
    with qtbot.waitSignal(bench.session.run_ended, timeout=TIMEOUT_MS):
        bench.session.start(bench.document.spec, TWO_EPOCHS, bench.selection.dataset)
    assert trained.banner.text == "The run goes on from the newest weights, and not from step 2, epoch 1."
    settle(qtbot, trained)
    assert_now(trained)


def test_another_design_says_why_there_is_nothing_to_look_back_at(trained, qtbot):
    look_at(qtbot, trained, 1)
    trained.workbench.document.insert_layer(ReLU(), 1)
    assert trained.time.bar.text.startswith("The design has changed since this run.")
    assert not trained.time.bar.slider.isVisible()
    trained.menus.undo.trigger()
    assert trained.time.bar.slider.isVisible()
    assert trained.time.bar.text == "now"


def test_the_film_plays_to_its_end(trained, qtbot):
    seen = []
    inspector = trained.workbench.inspector
    inspector.inspected.connect(lambda inspection: seen.append(inspection.image_view.step))
    trained.time.player.set_speed(100)
    trained.commands["play_film"].trigger()
    assert trained.commands["play_film"].text() == "Stop Film"
    qtbot.waitUntil(lambda: not trained.time.player.is_playing, timeout=TIMEOUT_MS)
    settle(qtbot, trained)
    steps = [moment.step for moment in trained.workbench.travel.moments]
    assert list(dict.fromkeys(seen)) == steps
    assert trained.commands["play_film"].text() == "Play Film"
    assert_now(trained)


def test_a_film_waits_for_views_that_are_about_to_be_asked_for(trained, qtbot):
    busy = []
    trained.workbench.travel.weights_changed.connect(lambda: busy.append(trained.time.player._is_busy()))
    look_at(qtbot, trained, 3)
    assert busy
    assert all(busy)


def test_a_hand_on_the_slider_stops_the_film(trained, qtbot):
    trained.time.player.set_speed(1)
    trained.commands["play_film"].trigger()
    look_at(qtbot, trained, 3)
    assert not trained.time.player.is_playing


def test_the_menu_of_the_film_sets_speed_and_loop(trained):
    actions = {action.text(): action for action in trained.time.bar.film_button.menu().actions()}
    actions["10 Moments a Second"].trigger()
    actions["Loop"].trigger()
    assert (trained.time.player.speed, trained.time.player.loops) == (10, True)
    actions["Loop"].trigger()
    assert not trained.time.player.loops


def test_a_hidden_bar_is_right_when_it_is_seen_again(trained, qtbot):
    trained.docks.training.hide()
    moment = trained.workbench.travel.moments[2]
    trained.workbench.travel.look_at(moment)
    assert trained.time.bar.slider.moment is None
    trained.docks.bring(trained.docks.training)
    qtbot.waitUntil(trained.time.bar.isVisible)
    assert trained.time.bar.slider.moment == moment


def test_a_run_of_the_list_can_be_looked_back_at_after_a_restart(trained, qtbot, tmp_path):
    result = trained.workbench.session.result
    steps = [moment.step for moment in trained.workbench.travel.moments]
    trained.workbench.close()
    with open_window(tmp_path) as again:
        bench = again.workbench
        qtbot.waitUntil(lambda: len(bench.library.entries) == 1, timeout=TIMEOUT_MS)
        again.files.bring_back(dataclasses.replace(result))
        assert [moment.step for moment in bench.travel.moments] == steps
        QApplication.processEvents()
        look_at(qtbot, again, 2)
        assert again.time.network_strip.text == "Weights of step 2, epoch 1"
