"""A learner's first minutes, through the program's own window: train, watch, stop, edit, undo, train on."""

from __future__ import annotations

import os
import subprocess
import sys

import numpy as np
import pytest

from cnnviz.app.training.session import SessionState
from cnnviz.spec.training import TrainingSpec
from cnnviz.ui.dialogs import Answer
from tests.helpers.fake_questions import FakeQuestions
from tests.helpers.open_windows import open_window


class Visit:
    """What a person sees of a window."""

    def __init__(self, window, qtbot):
        self.window, self.qtbot, self.bench = window, qtbot, window.workbench

    def press(self, command_id):
        assert self.window.commands[command_id].isEnabled(), command_id
        self.window.commands[command_id].trigger()

    def wait(self, condition):
        self.qtbot.waitUntil(condition, timeout=20_000)

    def seen(self):
        """Return the newest inspection that is true to design, image and weights."""
        inspector = self.bench.inspector

        def is_true():
            newest = inspector.inspection
            return (
                newest is not None
                and not inspector.is_busy
                and newest.spec == self.bench.document.spec
                and newest.image_view.image.tobytes() == self.bench.selection.pixels.tobytes()
            )

        self.wait(is_true)
        return inspector.inspection

    def seen_at_rest(self):
        self.wait(lambda: self.seen().image_view.step == self.bench.session.weights_step)
        return self.seen()


@pytest.fixture
def questions():
    return FakeQuestions()


@pytest.fixture
def visit(qtbot, tmp_path, questions):
    with open_window(tmp_path, questions) as window:
        window.training_form.set_training(TrainingSpec(epochs=1000))
        yield Visit(window, qtbot)


def test_train_watch_stop_edit_train_again_and_undo(visit, questions):
    session, document = visit.bench.session, visit.bench.document
    untrained = visit.seen()
    assert len(untrained.image_view.layers) == len(document.spec.layers)

    visit.press("train")
    visit.wait(lambda: visit.bench.inspector.inspection.image_view.step > 0)
    visit.wait(lambda: len(session.history.epochs) >= 2)
    visit.press("stop")
    visit.wait(lambda: session.is_idle)
    trained = visit.seen_at_rest()
    for layer_id in ("conv1", "conv2"):
        before, after = (view.image_view.layer(layer_id).values for view in (untrained, trained))
        assert not np.array_equal(before, after)
        before, after = (view.filters_of(layer_id).weight for view in (untrained, trained))
        assert not np.array_equal(before, after)
    assert session.history.steps.loss[-20:].mean() < session.history.steps.loss[:20].mean()

    visit.window.builder.select_layer("relu1")
    visit.window.builder.add_layer("Conv2D")
    assert [layer.id for layer in document.spec.layers][:3] == ["conv1", "relu1", "conv3"]
    edited = visit.seen()
    np.testing.assert_array_equal(edited.filters_of("conv1").weight, trained.filters_of("conv1").weight)
    assert document.problems == ()
    visit.press("train")
    visit.wait(lambda: len(session.history.steps) > 0)
    assert session.history.steps.step[0] == 1
    visit.press("stop")
    visit.wait(lambda: session.is_idle)

    visit.window.menus.undo.trigger()
    assert document.is_clean
    undone = visit.seen()
    assert [view.layer_id for view in undone.image_view.layers] == [
        layer.id for layer in document.spec.layers
    ]


def test_pause_look_at_another_image_step_and_go_on(visit):
    session = visit.bench.session
    visit.press("step")
    visit.wait(lambda: session.state is SessionState.PAUSED and session.weights_step == 1)
    first = visit.seen_at_rest()
    visit.press("next_image")
    assert visit.seen().image_view.image.tobytes() != first.image_view.image.tobytes()
    visit.press("step")
    visit.wait(lambda: session.weights_step == 2)
    assert visit.seen_at_rest().image_view.step == 2
    visit.press("pause")
    visit.wait(lambda: session.state is SessionState.RUNNING and len(session.history.steps) > 5)


def test_close_without_a_question_and_go_on_the_next_day(visit, questions, tmp_path, qtbot):
    session = visit.bench.session
    visit.press("step")
    visit.wait(lambda: session.state is SessionState.PAUSED and session.weights_step == 1)
    learned = visit.seen_at_rest().filters_of("conv1").weight
    assert visit.window.close()
    assert questions.asked == []
    with open_window(tmp_path) as window:
        again, library = Visit(window, qtbot), window.workbench.library
        again.wait(lambda: bool(library.entries))
        window.run_list.table.selectRow(0)
        window.run_list.open.trigger()
        again.wait(lambda: window.workbench.session.weights_step == 1)
        assert window.training_form.training.epochs == 1000
        np.testing.assert_array_equal(again.seen_at_rest().filters_of("conv1").weight, learned)
        again.press("step")
        again.wait(lambda: window.workbench.session.weights_step == 2)


def test_closing_while_training_ends_the_run(visit, questions):
    visit.press("train")
    visit.wait(lambda: visit.bench.session.unsaved)
    questions.answer = Answer.DISCARD
    assert visit.window.close()
    assert visit.bench.session.is_idle


def run_program(folder, *arguments):
    environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen", "HOME": str(folder)}
    return subprocess.run(
        [sys.executable, "-m", "cnnviz", "--exit-when-shown", *arguments],
        capture_output=True,
        text=True,
        timeout=60,
        env=environment,
        check=False,
    )


def test_the_program_starts_says_so_and_ends(tmp_path):
    done = run_program(tmp_path)
    assert done.returncode == 0, done.stderr
    assert "cnnviz: window shown in" in done.stderr
    assert "Traceback" not in done.stderr
