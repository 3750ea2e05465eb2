"""Twins that wait: one after the other they are trained, given up, or held where a person stops a run."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QCoreApplication

from cnnviz.app.runs.run_about import RunKind
from cnnviz.app.runs.twin_plan import TwinPlan
from cnnviz.app.runs.twin_queue import WaitingTwin
from cnnviz.spec.training import TrainingSpec
from cnnviz.ui.runs.queue_links import UNDO
from cnnviz.ui.runs.queue_strip import START_ALL, START_NEXT, QueueStrip
from tests.helpers.designs import ENDLESS, short_training, small_design
from tests.helpers.open_windows import open_window

PATIENCE_MS = 30_000


def twin(name):
    return WaitingTwin("original", TwinPlan(small_design(), TrainingSpec(), name), name)


@pytest.fixture
def window(qtbot, tmp_path):
    with open_window(tmp_path) as window:
        window.workbench.document.new(small_design())
        window.training_form.set_training(short_training(1))
        with qtbot.waitSignal(window.workbench.session.run_ended, timeout=PATIENCE_MS):
            window.commands["train"].trigger()
        library = window.workbench.library
        qtbot.waitUntil(lambda: library.entries[0].kind is RunKind.FINISHED, timeout=PATIENCE_MS)
        yield window


def ask_for(window, seed, original=-1):
    dialog = window.kept_runs.ask_for_twin(window.workbench.library.entries[original].id)
    dialog.list.choose("Seed")
    (editor,) = dialog.editor.editors.values()
    editor.set_value(seed)
    editor.value_changed.emit(seed)
    dialog.accept()


def names(window):
    return [entry.about.name for entry in window.workbench.library.entries]


def begin_endless(window, qtbot):
    window.training_form.set_training(ENDLESS)
    window.commands["train"].trigger()
    qtbot.waitUntil(lambda: window.workbench.session.weights_step > 0, timeout=PATIENCE_MS)


def stop(window, qtbot):
    with qtbot.waitSignal(window.workbench.session.run_ended, timeout=PATIENCE_MS):
        window.commands["stop"].trigger()


def test_twins_are_trained_one_after_the_other(window, qtbot):
    session, queue = window.workbench.session, window.kept_runs.twins.queue
    for seed in (11, 12, 13):
        ask_for(window, seed)
    assert not session.is_idle
    assert len(queue.waiting) <= 2
    qtbot.waitUntil(
        lambda: session.is_idle and not queue.waiting and len(names(window)) == 4, timeout=PATIENCE_MS
    )
    assert [name[-2:] for name in names(window)[:3]] == ["13", "12", "11"]
    assert window.run_list.queue.isHidden()
    assert all(entry.about.twin_of for entry in window.workbench.library.entries[:3])


def test_after_a_stop_the_others_wait_until_they_are_wanted(window, qtbot):
    session, queue, strip = window.workbench.session, window.kept_runs.twins.queue, window.run_list.queue
    begin_endless(window, qtbot)
    ask_for(window, 11)
    assert strip.texts == ("1. seed 0 → 11",)
    assert strip.start_button.isHidden()
    stop(window, qtbot)
    assert len(queue.waiting) == 1
    qtbot.waitUntil(lambda: not strip.start_button.isHidden())
    with qtbot.waitSignal(session.run_ended, timeout=PATIENCE_MS):
        strip.start_button.click()
    assert session.result.training.seed == 11
    assert strip.isHidden()


def test_a_twin_that_waits_can_be_given_up(window, qtbot):
    queue, strip = window.kept_runs.twins.queue, window.run_list.queue
    begin_endless(window, qtbot)
    for seed in (11, 12):
        ask_for(window, seed)
    assert strip.rows[0].cancel_button.accessibleName() == "Cancel seed 0 → 11"
    strip.rows[0].cancel_button.click()
    assert strip.texts == ("1. seed 0 → 12",)
    strip.clear_button.click()
    assert queue.waiting == ()
    assert strip.isHidden()
    stop(window, qtbot)


def test_the_strip_leaves_room_for_the_list(qtbot):
    strip = QueueStrip()
    qtbot.addWidget(strip)
    assert strip.isHidden()
    strip.show_waiting([twin(name) for name in "abcde"])
    assert strip.texts == ("1. a", "2. b", "3. c")
    assert strip.heading.text() == "5 twins wait, 2 more than stand here"
    strip.show_waiting([twin("a")])
    assert strip.heading.text() == "1 twin waits"


def test_of_those_that_are_held_it_is_said_what_they_are(qtbot):
    strip, twins = QueueStrip(), [twin(name) for name in "abcd"]
    qtbot.addWidget(strip)
    strip.set_idle(False)
    strip.show_waiting(twins, held={twins[0]: "twin of LeNet", twins[3]: "twin of LeNet"})
    assert [row.about.text() for row in strip.rows] == ["twin of LeNet", "", ""]
    assert (strip.start_button.text(), strip.start_button.isHidden()) == (START_ALL, False)
    assert strip.heading.text() == (
        "4 twins wait, 2 of them from before the program ended, 1 more than stand here"
    )
    asked = []
    strip.retry_requested.connect(asked.append)
    strip.cancel_requested.connect(asked.append)
    first = strip.rows[0]
    assert (first.retry_button.text(), first.cancel_button.text()) == ("Start", "Discard")
    assert "when the run under way has ended" in first.retry_button.toolTip()
    first.retry_button.click()
    first.cancel_button.click()
    assert asked == [twins[0], twins[0]]
    strip.show_waiting(twins)
    assert (strip.start_button.text(), strip.start_button.isHidden()) == (START_NEXT, True)


@pytest.fixture
def reopened(qtbot, tmp_path):
    """A window that was opened after another with two twins that waited was closed."""
    with open_window(tmp_path) as window:
        window.workbench.document.new(small_design())
        window.training_form.set_training(short_training(1))
        with qtbot.waitSignal(window.workbench.session.run_ended, timeout=PATIENCE_MS):
            window.commands["train"].trigger()
        library = window.workbench.library
        qtbot.waitUntil(lambda: library.entries[0].kind is RunKind.FINISHED, timeout=PATIENCE_MS)
        begin_endless(window, qtbot)
        for seed in (11, 12):
            ask_for(window, seed)
    with open_window(tmp_path) as window:
        window.workbench.document.new(small_design())
        window.training_form.set_training(short_training(1))
        qtbot.waitUntil(lambda: len(window.kept_runs.twins.queue.waiting) == 2, timeout=PATIENCE_MS)
        yield window


def train(window, qtbot):
    """Train to the end, and wait until everybody knows of it."""
    with qtbot.waitSignal(window.workbench.session.run_ended, timeout=PATIENCE_MS):
        window.commands["train"].trigger()
    library = window.workbench.library
    qtbot.waitUntil(lambda: library.entries[0].kind is RunKind.FINISHED, timeout=PATIENCE_MS)


def test_what_waited_when_the_window_was_closed_waits_again_and_is_offered(reopened, qtbot, tmp_path):
    queue, strip = reopened.kept_runs.twins.queue, reopened.run_list.queue
    assert strip.texts == ("1. seed 0 → 11", "2. seed 0 → 12")
    assert all(row.about.text().startswith('twin of "') for row in strip.rows)
    assert "2 twins are still waiting" in reopened.banner.text
    reopened.banner.action_requested.emit(START_ALL)
    session = reopened.workbench.session
    qtbot.waitUntil(lambda: session.is_idle and not queue.waiting, timeout=PATIENCE_MS)
    assert session.result.training.seed == 12
    reopened.close()
    with open_window(tmp_path) as window:
        library = window.workbench.library
        qtbot.waitUntil(lambda: len(library.entries) == 3, timeout=PATIENCE_MS)
        assert window.kept_runs.twins.queue.waiting == ()


def test_none_of_it_begins_by_itself_after_another_run(reopened, qtbot):
    queue, strip = reopened.kept_runs.twins.queue, reopened.run_list.queue
    train(reopened, qtbot)
    QCoreApplication.processEvents()
    assert reopened.workbench.session.is_idle
    assert len(queue.held) == 2
    begin_endless(reopened, qtbot)
    strip.rows[1].retry_button.click()
    assert [one.name for one in queue.held] == ["seed 0 → 11"]
    reopened.training_form.set_training(short_training(1))
    stop(reopened, qtbot)
    train(reopened, qtbot)
    qtbot.waitUntil(lambda: [one.name for one in queue.waiting] == ["seed 0 → 11"], timeout=PATIENCE_MS)
    qtbot.waitUntil(lambda: reopened.workbench.session.is_idle, timeout=PATIENCE_MS)
    assert reopened.workbench.session.result.training.seed == 12
    strip.rows[0].retry_button.click()
    qtbot.waitUntil(lambda: not queue.waiting and reopened.workbench.session.is_idle, timeout=PATIENCE_MS)
    assert reopened.workbench.session.result.training.seed == 11


def test_what_was_given_up_comes_back_with_undo(reopened):
    queue, strip = reopened.kept_runs.twins.queue, reopened.run_list.queue
    before = queue.waiting
    strip.clear_button.click()
    assert (queue.waiting, reopened.banner.text) == ((), "2 twins will not be trained.")
    assert strip.isHidden()
    reopened.banner.action_requested.emit(UNDO)
    assert (queue.waiting, queue.held) == (before, set(before))
    strip.rows[0].cancel_button.click()
    assert (queue.waiting, reopened.banner.text) == (before[1:], '"seed 0 → 11" will not be trained.')
    reopened.banner.action_requested.emit(UNDO)
    assert queue.waiting == before
    assert not reopened.banner.isVisible()
