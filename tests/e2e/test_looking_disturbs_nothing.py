"""Looking inside while a network learns: the run does not notice, and each page is of one moment."""

from __future__ import annotations

import numpy as np
import pytest

from cnnviz.app.training.session import SessionState
from cnnviz.engine.network import Network
from cnnviz.interpret.activations import view_image
from cnnviz.interpret.attribution.explain import explain
from cnnviz.interpret.attribution.methods import SmoothGrad
from cnnviz.ui.attribution.words import when_text
from tests.helpers.designs import ENDLESS, short_training, small_design
from tests.helpers.open_windows import open_window
from tests.helpers.runs import few_digits

TIMEOUT_MS = 30_000
EPOCHS = 60


@pytest.fixture
def window(qtbot, tmp_path):
    with open_window(tmp_path) as window:
        qtbot.waitExposed(window)
        window.resize(1440, 900)
        window.workbench.selection.set_dataset(few_digits())
        begin_anew(window, qtbot)
        yield window


def begin_anew(window, qtbot):
    bench, spec = window.workbench, small_design()
    bench.document.new(spec)

    def is_there():
        inspection = bench.inspector.inspection
        return inspection is not None and inspection.spec == spec and not bench.inspector.is_busy

    qtbot.waitUntil(is_there, timeout=TIMEOUT_MS)


def look_everywhere(window):
    """Open a number, what it sees, the layer, and Why with a method that takes a while."""
    window.network_view.map_clicked.emit("conv1", 1)
    window.network_view.unit_clicked.emit("conv1", 1, 2, 3)
    window.stage.unit_page.reach_button.click()
    window.docks.bring(window.docks.why)
    window.workbench.attributions.why.set_method(SmoothGrad())


def learned(window, qtbot, looking):
    """Train from the first weights of the seed to the end; return all weights and all losses."""
    bench = window.workbench
    bench.session.reset_weights()
    window.training_form.set_training(short_training(EPOCHS))
    window.commands["train"].trigger()
    if looking:
        look_everywhere(window)
        for _ in range(6):
            window.commands["next_image"].trigger()
            shown = bench.inspector.inspection
            qtbot.waitUntil(
                lambda shown=shown: bench.inspector.inspection is not shown or bench.session.is_idle,
                timeout=TIMEOUT_MS,
            )
    qtbot.waitUntil(lambda: bench.session.state is SessionState.IDLE, timeout=TIMEOUT_MS)
    result = bench.session.result
    return result.parameters, result.history.steps.loss


def test_a_run_that_is_looked_at_learns_the_same_bits(window, qtbot):
    alone, losses = learned(window, qtbot, looking=False)
    watched, others = learned(window, qtbot, looking=True)
    assert len(losses) == len(others) >= EPOCHS
    np.testing.assert_array_equal(losses, others)
    assert alone.keys() == watched.keys()
    for name, array in alone.items():
        np.testing.assert_array_equal(array, watched[name])


def assert_of_its_own_weights(inspection):
    again = view_image(inspection.spec, inspection.parameters, inspection.image_view.image)
    for layer in inspection.image_view.layers:
        np.testing.assert_array_equal(layer.values, again.layer(layer.layer_id).values)


def test_an_earlier_moment_stays_in_sight_while_the_run_goes_on(window, qtbot):
    bench, page = window.workbench, window.stage.unit_page
    session, travel = bench.session, bench.travel
    session.start(bench.document.spec, ENDLESS, bench.selection.dataset)
    qtbot.waitUntil(lambda: len(travel.moments) >= 2, timeout=TIMEOUT_MS)
    look_everywhere(window)
    moment = travel.moments[0]
    travel.look_at(moment)
    qtbot.waitUntil(
        lambda: travel.is_past and bench.inspector.inspection.is_past and not bench.inspector.is_busy,
        timeout=TIMEOUT_MS,
    )
    answer_of = window.why.class_page

    def is_answered():
        answer = answer_of.answer
        return answer is not None and answer.question.snapshot.step == moment.step

    qtbot.waitUntil(is_answered, timeout=TIMEOUT_MS)
    before = len(session.history.steps)
    qtbot.waitUntil(lambda: len(session.history.steps) > before + 50, timeout=TIMEOUT_MS)
    inspection = bench.inspector.inspection
    assert inspection.is_past
    assert inspection.image_view.step == moment.step
    assert_of_its_own_weights(inspection)
    assert window.layer_panel.inspection is inspection
    assert page.look.view is inspection.image_view
    assert page.explanation.value == pytest.approx(page.explanation.engine, rel=1e-4, abs=1e-5)
    question = answer_of.answer.question
    assert question.snapshot.step == moment.step
    assert when_text(question.snapshot) in answer_of.notes
    assert session.state is SessionState.RUNNING


def test_why_is_told_with_the_weights_that_it_is_of_while_newer_ones_are_learned(window, qtbot):
    bench, page = window.workbench, window.why.class_page
    window.docks.bring(window.docks.why)
    qtbot.waitUntil(lambda: page.answer is not None, timeout=TIMEOUT_MS)
    bench.session.start(bench.document.spec, ENDLESS, bench.selection.dataset)
    seen = {}

    def check(answer):
        """Compute the answer anew with the weights that it names, and keep what is said of it."""
        snapshot = answer.question.snapshot
        network = Network.wrapping(snapshot.spec, snapshot.parameters)
        again = explain(
            network, answer.question.image, answer.attribution.class_index, answer.attribution.method
        )
        np.testing.assert_array_equal(answer.attribution.map, again.map)
        seen[snapshot.step] = when_text(snapshot) in page.notes

    bench.attributions.why.answered.connect(check)
    qtbot.waitUntil(lambda: len(seen) >= 2, timeout=TIMEOUT_MS)
    assert all(seen.values())
    window.why.cancel_button.click()
    qtbot.waitUntil(lambda: not bench.attributions.why.is_busy, timeout=TIMEOUT_MS)
    assert f"step {page.answer.question.snapshot.step:,}" in page.notes
