"""Steering a run from the window: epoch by epoch, again, slowly, and with other settings on the way."""

from __future__ import annotations

import dataclasses
import time
from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import QTimer

from cnnviz.app.training.job import events_of
from cnnviz.app.training.session import SessionState
from cnnviz.spec.losses import MulticlassSVM
from cnnviz.spec.schedules import Cosine
from cnnviz.spec.training import Adam, Momentum
from cnnviz.ui.dialogs import Answer
from tests.helpers.designs import ENDLESS, short_training, small_design
from tests.helpers.fake_questions import FakeQuestions
from tests.helpers.open_windows import open_window

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from pytestqt.qtbot import QtBot

    from cnnviz.app.training.session import Session
    from cnnviz.ui.main_window import MainWindow

STEPS_PER_EPOCH = 5
"""Of `short_training` on the bundled digits."""


@pytest.fixture
def window(qtbot: QtBot, tmp_path: Path, questions: FakeQuestions) -> Iterator[MainWindow]:
    with open_window(tmp_path, questions) as window:
        window.workbench.document.new(small_design())
        window.training_form.set_training(short_training(epochs=2))
        yield window


@pytest.fixture
def session(window: MainWindow) -> Session:
    return window.workbench.session


@pytest.fixture
def learning(window: MainWindow, qtbot: QtBot) -> MainWindow:
    """The window while it trains."""
    window.training_form.set_training(ENDLESS)
    window.commands["train"].trigger()
    qtbot.waitUntil(lambda: window.workbench.session.unsaved)
    return window


def epochs_done(session: Session) -> list[int]:
    return session.history.epochs.epoch.tolist()


def run(window: MainWindow, qtbot: QtBot, command: str) -> None:
    with qtbot.waitSignal(window.workbench.session.run_ended, timeout=30_000):
        window.commands[command].trigger()


def test_step_epoch_learns_one_epoch_and_waits(window: MainWindow, session: Session, qtbot: QtBot) -> None:
    window.commands["step_epoch"].trigger()
    qtbot.waitUntil(lambda: session.state is SessionState.PAUSED)
    assert epochs_done(session) == [1]
    assert len(session.history.steps) == STEPS_PER_EPOCH
    run(window, qtbot, "step_epoch")
    assert epochs_done(session) == [1, 2]


def test_one_more_epoch_adds_one_whatever_the_settings_say(
    window: MainWindow, session: Session, qtbot: QtBot
) -> None:
    run(window, qtbot, "train")
    assert epochs_done(session) == [1, 2]
    run(window, qtbot, "one_more_epoch")
    assert epochs_done(session) == [1, 2, 3]
    assert window.training_form.training.epochs == 2
    window.workbench.document.duplicate_layer("conv1")
    run(window, qtbot, "one_more_epoch")
    assert epochs_done(session) == [1]


def test_one_more_epoch_after_an_early_end_is_trained(
    window: MainWindow, session: Session, qtbot: QtBot
) -> None:
    restless = dataclasses.replace(short_training(500), optimizer=Adam(learning_rate=0.3), patience=1)
    window.training_form.choose(restless)
    run(window, qtbot, "train")
    done = session.progress.epoch
    assert "Ended early" in window.banner.text
    run(window, qtbot, "one_more_epoch")
    assert epochs_done(session)[-1] == done + 1


def test_restart_gives_the_same_run_again(
    window: MainWindow, session: Session, qtbot: QtBot, questions: FakeQuestions
) -> None:
    session.keeping = events_of  # no disk, which might be faster than the count below
    questions.answer = Answer.DISCARD
    run(window, qtbot, "train")
    losses = session.history.steps.loss.tolist()
    run(window, qtbot, "restart")
    assert session.history.steps.loss.tolist() == losses
    assert session.unsaved_count == 1


def test_restart_asks_before_a_run_is_lost(
    window: MainWindow, session: Session, qtbot: QtBot, questions: FakeQuestions
) -> None:
    session.keeping = events_of  # the disk keeps no runs
    run(window, qtbot, "train")
    result = session.result
    questions.answer = Answer.CANCEL
    window.commands["restart"].trigger()
    assert session.is_idle
    assert session.result is result


def test_restart_stops_a_run_that_is_on(
    learning: MainWindow, session: Session, qtbot: QtBot, questions: FakeQuestions
) -> None:
    questions.answer = Answer.DISCARD
    with qtbot.waitSignals([session.run_ended, session.run_started], order="strict"):
        learning.commands["restart"].trigger()
    assert not session.is_idle


@pytest.mark.parametrize("has_ended", [False, True])
def test_no_run_begins_again_where_runs_are_ended_for_good(
    learning: MainWindow, session: Session, qtbot: QtBot, questions: FakeQuestions, has_ended: bool
) -> None:
    questions.answer = Answer.DISCARD
    learning.commands["restart"].trigger()
    if has_ended:
        session.run_ended.connect(session.close)
        qtbot.waitUntil(lambda: session.is_idle)
    begun = []
    session.run_prepared.connect(lambda: begun.append(True))
    assert session.close()
    with qtbot.waitSignal(session.closing):  # behind whatever was to come when the run had ended
        QTimer.singleShot(0, session.close)
    assert begun == []
    assert session.is_idle


def test_stop_is_said_at_once_and_done_within_a_batch_in_slow_motion(
    window: MainWindow, session: Session, qtbot: QtBot
) -> None:
    window.training_form.set_training(ENDLESS)
    window.tool_bar.slow_motion.set_delay(1.0)
    window.commands["train"].trigger()
    qtbot.waitUntil(lambda: len(session.history.steps) == 1)
    began = time.perf_counter()
    with qtbot.waitSignal(session.run_ended):
        window.commands["stop"].trigger()
        assert window.commands["stop"].text() == "Stopping…"
    assert time.perf_counter() - began < 0.5
    assert session.result is not None


def test_a_change_holds_from_the_next_batch_on_and_is_kept(
    learning: MainWindow, session: Session, qtbot: QtBot
) -> None:
    form = learning.training_form
    form.editor("l2").value_changed.emit(0.01)
    form.choosers["optimizer"].rows.editors["learning_rate"].value_changed.emit(0.0001)
    qtbot.waitUntil(lambda: len(session.history.changes) == 1)
    change = session.history.changes[0]
    assert change.text == "learning rate 0.001 → 0.0001, L2 0 → 0.01"
    run(learning, qtbot, "stop")
    assert session.result is not None
    assert session.result.training == dataclasses.replace(
        ENDLESS, optimizer=Adam(learning_rate=0.0001), l2=0.01
    )
    rates = session.history.steps.learning_rate
    assert rates[change.step - 1] == pytest.approx(0.001)
    assert rates[change.step :] == pytest.approx([0.0001] * (len(rates) - change.step))


def test_a_change_while_paused_waits_for_the_next_batch(
    learning: MainWindow, session: Session, qtbot: QtBot
) -> None:
    learning.commands["pause"].trigger()
    qtbot.waitUntil(lambda: session.state is SessionState.PAUSED)
    learning.training_form.choose(dataclasses.replace(ENDLESS, schedule=Cosine()))
    qtbot.waitUntil(lambda: len(session.history.changes) == 1)
    assert "schedule Constant → Cosine" in session.history.changes[0].text
    assert session.state is SessionState.PAUSED


def test_a_change_leaves_the_epochs_of_a_longer_run(
    window: MainWindow, session: Session, qtbot: QtBot
) -> None:
    """A finished run goes on for as many epochs again, which the form does not count."""
    run(window, qtbot, "train")
    window.tool_bar.slow_motion.set_delay(0.2)
    window.commands["train"].trigger()
    qtbot.waitUntil(lambda: len(session.history.steps) > 2 * STEPS_PER_EPOCH)
    window.training_form.editor("l1").value_changed.emit(0.001)
    qtbot.waitUntil(lambda: len(session.history.changes) == 1)
    window.tool_bar.slow_motion.set_delay(0)
    qtbot.waitUntil(lambda: session.is_idle)
    assert epochs_done(session) == [1, 2, 3, 4]
    assert session.history.changes[0].text == "L1 0 → 0.001"


def test_what_a_run_cannot_take_over_is_said(learning: MainWindow, qtbot: QtBot) -> None:
    learning.training_form.choose(dataclasses.replace(ENDLESS, optimizer=Momentum()))
    qtbot.waitUntil(lambda: "kind of its optimizer" in learning.banner.text)


def test_the_loss_of_a_design_opened_meanwhile_does_not_keep_changes_from_the_run(
    learning: MainWindow, session: Session, qtbot: QtBot
) -> None:
    form = learning.training_form
    form.set_training(dataclasses.replace(form.training, loss=MulticlassSVM()))
    form.editor("l2").value_changed.emit(0.01)
    qtbot.waitUntil(lambda: len(session.history.changes) == 1)
    assert session.history.changes[0].text == "L2 0 → 0.01"


def test_the_form_knows_the_run_and_the_data_set(learning: MainWindow, qtbot: QtBot) -> None:
    form = learning.training_form
    assert not form.editor("seed").isEnabled()
    assert form.editor("l2").isEnabled()
    assert "3,800,000 steps" in form.schedule_plot.accessibleDescription()
    run(learning, qtbot, "stop")
    assert form.editor("seed").isEnabled()


def test_a_loss_that_does_not_fit_brings_the_offer_of_another(window: MainWindow) -> None:
    form = window.training_form
    assert form.advice.isHidden()
    form.choosers["loss"].choice.setCurrentIndex(3)
    assert "classes to learn, and no numbers" in form.advice.text
    form.advice.action_requested.emit("Use Cross-Entropy")
    assert form.advice.isHidden()
    assert window.workbench.document.problems == ()
