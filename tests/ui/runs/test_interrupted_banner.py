"""A run that another window trained is offered once that window is gone, and nothing is under way here."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt

from cnnviz.app.runs.run_about import RunKind
from cnnviz.ui.runs.interrupted_banner import LATER
from cnnviz.ui.runs.runs_model import COLUMNS
from tests.helpers.designs import ENDLESS
from tests.helpers.open_windows import open_window
from tests.helpers.runs import run_elsewhere

PATIENCE_MS = 20_000


@pytest.fixture
def folder(tmp_path):
    """A run that another window trains."""
    with run_elsewhere(tmp_path / "runs") as folder:
        yield folder


@pytest.fixture
def window(qtbot, tmp_path, folder):
    with open_window(tmp_path) as window:
        library = window.workbench.library
        qtbot.waitUntil(lambda: [e.kind for e in library.entries] == [RunKind.RUNNING], timeout=PATIENCE_MS)
        yield window


def kinds(window):
    return [entry.kind for entry in window.workbench.library.entries]


def test_it_is_offered_within_seconds(window, qtbot, folder):
    banner = window.kept_runs.banner
    assert not banner.isVisible()
    state = window.run_list.model.index(0, [one.title for one in COLUMNS].index("State"))
    assert state.data() == "in another window"
    assert "Another window" in state.data(Qt.ItemDataRole.ToolTipRole)
    folder.release()
    qtbot.waitUntil(banner.isVisible, timeout=PATIENCE_MS)
    assert state.data() == "interrupted, 66 %"
    assert '"Theirs" was training, at step 4 of 6' in banner.text
    assert kinds(window) == [RunKind.INTERRUPTED]
    banner.action_requested.emit(LATER)
    qtbot.waitUntil(lambda: window.workbench.library.entries[0].about.is_offered)
    assert window.workbench.library.flush(20)
    assert folder.read_about().is_offered


def test_it_waits_for_the_end_of_a_run_that_is_under_way_here(window, qtbot, folder):
    session, banner = window.workbench.session, window.kept_runs.banner
    window.training_form.set_training(ENDLESS)
    window.commands["train"].trigger()
    folder.release()
    qtbot.waitUntil(lambda: RunKind.INTERRUPTED in kinds(window), timeout=PATIENCE_MS)
    assert not banner.isVisible()
    with qtbot.waitSignal(session.run_ended, timeout=PATIENCE_MS):
        session.stop()
    qtbot.waitUntil(banner.isVisible, timeout=PATIENCE_MS)
    assert '"Theirs"' in banner.text


def test_a_run_of_another_window_can_be_ticked_and_is_renamed_when_that_lets_go(window, qtbot, folder):
    panel = window.run_list
    name = panel.model.index(0, 0)
    window.docks.bring(window.docks.runs)
    panel.table.selectRow(0)
    assert not any(action.isEnabled() for action in (panel.rename, panel.delete, panel.open, panel.resume))
    assert name.flags() & Qt.ItemFlag.ItemIsUserCheckable
    assert not name.flags() & Qt.ItemFlag.ItemIsEditable
    folder.release()
    qtbot.waitUntil(lambda: panel.rename.isEnabled() and panel.resume.isEnabled(), timeout=PATIENCE_MS)
    assert name.flags() & Qt.ItemFlag.ItemIsEditable
