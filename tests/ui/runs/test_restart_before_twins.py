"""A restart that a person asks for comes before the twins that wait, whenever the run ends by itself."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QCoreApplication

from cnnviz.app.runs.run_about import RunKind
from tests.helpers.designs import short_training, small_design
from tests.helpers.open_windows import open_window

PATIENCE_MS = 30_000
EPOCHS_BEFORE, EPOCHS_AFTER = 2, 3


@pytest.fixture
def window(qtbot, tmp_path):
    """A window with a run that will end by itself, and a twin that waits for that."""
    with open_window(tmp_path) as window:
        bench = window.workbench
        bench.document.new(small_design())
        window.training_form.set_training(short_training(1))
        with qtbot.waitSignal(bench.session.run_ended, timeout=PATIENCE_MS):
            window.commands["train"].trigger()
        qtbot.waitUntil(lambda: bench.library.entries[0].kind is RunKind.FINISHED, timeout=PATIENCE_MS)
        window.training_form.set_training(short_training(EPOCHS_BEFORE))
        window.commands["reset_weights"].trigger()
        window.commands["step"].trigger()
        qtbot.waitUntil(lambda: bench.session.weights_step > 0, timeout=PATIENCE_MS)
        dialog = window.kept_runs.ask_for_twin(bench.library.entries[-1].id)
        dialog.list.choose("Seed")
        (editor,) = dialog.editor.editors.values()
        editor.set_value(11)
        editor.value_changed.emit(11)
        dialog.accept()
        assert len(window.kept_runs.twins.queue.waiting) == 1
        yield window


def end_in_the_instant_of_a_restart(window, monkeypatch, *, allowed):
    """Wish for a restart as the run ends by itself; the question after it lets the window go on."""

    def may_reset():
        for _ in range(10):
            QCoreApplication.processEvents()
        return allowed

    session = window.workbench.session
    monkeypatch.setattr(window.files, "may_reset", may_reset)
    with monkeypatch.context() as patch:
        patch.setattr(session, "stop", lambda: None)  # too late to stop it
        window.runs.restart_after(lambda: window.training_form.set_training(short_training(EPOCHS_AFTER)))
    session.resume()


def test_the_restart_begins_and_the_twin_waits_for_its_end(window, qtbot, monkeypatch):
    session, queue = window.workbench.session, window.kept_runs.twins.queue
    end_in_the_instant_of_a_restart(window, monkeypatch, allowed=True)
    qtbot.waitUntil(lambda: session.is_idle and not queue.waiting, timeout=PATIENCE_MS)
    qtbot.waitUntil(lambda: len(window.workbench.library.entries) == 4, timeout=PATIENCE_MS)
    newest, restarted, *_ = window.workbench.library.entries
    assert newest.about.twin_of
    assert not restarted.about.twin_of
    assert not window.runs.is_restarting


def test_the_twin_begins_where_the_weights_are_to_stay(window, qtbot, monkeypatch):
    session, queue = window.workbench.session, window.kept_runs.twins.queue
    end_in_the_instant_of_a_restart(window, monkeypatch, allowed=False)
    qtbot.waitUntil(lambda: session.is_idle and not queue.waiting, timeout=PATIENCE_MS)
    newest, *others = window.workbench.library.entries
    assert newest.about.twin_of
    assert len(others) == 2
