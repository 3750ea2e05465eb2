"""What the list of runs keeps is not asked about: not at closing, not at opening, not at a restart."""

from __future__ import annotations

import pytest

from cnnviz.app.runs.run_about import RunKind
from cnnviz.errors import FileError
from cnnviz.ui.dialogs import Answer
from tests.helpers.designs import ENDLESS, bundled_design, short_training, small_design
from tests.helpers.open_windows import open_window


@pytest.fixture
def window(qtbot, tmp_path, questions):
    with open_window(tmp_path, questions) as window:
        window.workbench.document.new(small_design())
        window.training_form.set_training(short_training())
        yield window


def train(window, qtbot):
    with qtbot.waitSignal(window.workbench.session.run_ended, timeout=30_000):
        window.commands["train"].trigger()


def train_on(window, qtbot):
    window.training_form.set_training(ENDLESS)
    window.commands["train"].trigger()
    qtbot.waitUntil(lambda: window.workbench.session.unsaved)


def test_weights_that_are_on_disk_are_not_asked_about(window, qtbot, questions):
    train(window, qtbot)
    assert window.files.may_close()
    assert window.files.may_reset()
    assert questions.asked == []


def test_a_run_under_way_is_stopped_and_kept(window, qtbot, questions):
    train_on(window, qtbot)
    assert window.files.new(bundled_design("lenet5"))
    assert window.workbench.session.is_idle
    assert questions.asked == []
    library = window.workbench.library
    qtbot.waitUntil(lambda: [entry.kind for entry in library.entries] == [RunKind.STOPPED])
    assert library.entries[0].can_resume
    assert library.entries[0].steps > 0


def test_a_restart_asks_nothing(window, qtbot, questions):
    train(window, qtbot)
    before = window.workbench.session.result
    with qtbot.waitSignal(window.workbench.session.run_ended, timeout=30_000):
        window.commands["restart"].trigger()
    assert window.workbench.session.result is not before
    assert questions.asked == []
    library = window.workbench.library
    qtbot.waitUntil(lambda: [entry.kind for entry in library.entries] == 2 * [RunKind.FINISHED])


@pytest.mark.parametrize(("answer", "left"), [(Answer.CANCEL, False), (Answer.DISCARD, True)])
def test_a_run_whose_end_finds_no_room_is_asked_about(window, qtbot, questions, monkeypatch, answer, left):
    def full(*_):
        raise FileError("There is no room left.")

    train_on(window, qtbot)
    monkeypatch.setattr("cnnviz.app.runs.run_folder.save_run", full)
    questions.answer = answer
    assert window.files.may_close() is left
    assert questions.asked == ["The trained weights are in no run file. | the window closes"]
    assert window.workbench.session.unsaved_count == 1
    qtbot.waitUntil(lambda: "no room left" in window.banner.text)
