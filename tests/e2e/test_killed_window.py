"""The window is killed while it trains; the next one offers to go on, with the weights of no break."""

from __future__ import annotations

import subprocess
import sys
import time

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QPushButton

from cnnviz.app.runs.run_about import RunKind
from cnnviz.app.runs.run_folder import RunFolder
from cnnviz.ui.runs.interrupted_banner import LATER, RESUME
from tests.helpers.open_windows import open_window
from tests.helpers.runs import same_arrays

PATIENCE_S = 60.0
EPOCHS = 60
pytestmark = pytest.mark.slow


def kill_after_a_checkpoint(folder):
    command = [sys.executable, "-m", "tests.e2e.trained_window", str(folder / "settings.ini"), str(EPOCHS)]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True) as program:
        until = time.monotonic() + PATIENCE_S
        while not list((folder / "runs").glob("*/run.cnnviz.checkpoints/*.cnnviz")):
            assert program.poll() is None, "the run was over before it could be killed"
            assert time.monotonic() < until
            time.sleep(0.01)
        program.kill()
        _, errors = program.communicate(timeout=PATIENCE_S)
    assert "Traceback" not in errors
    (path,) = (folder / "runs").iterdir()
    return RunFolder(path).read()


def button(banner, word):
    return next(one for one in banner.findChildren(QPushButton) if one.text() == word)


def test_a_killed_window_s_run_is_offered_and_resumed_bit_for_bit(qtbot, tmp_path):
    cut_off = kill_after_a_checkpoint(tmp_path)
    assert cut_off.kind is RunKind.INTERRUPTED
    assert 0 < cut_off.steps < cut_off.all_steps
    with open_window(tmp_path) as window:
        banner, session, library = (
            window.kept_runs.banner,
            window.workbench.session,
            window.workbench.library,
        )
        qtbot.waitUntil(banner.isVisible, timeout=10_000)
        assert f"at step {cut_off.steps:,} of {cut_off.all_steps:,}" in banner.text
        with qtbot.waitSignal(session.run_ended, timeout=60_000):
            qtbot.mouseClick(button(banner, RESUME), Qt.MouseButton.LeftButton)
        resumed = session.result
        assert not banner.isVisible()
        assert resumed.state.epoch == EPOCHS
        qtbot.waitUntil(lambda: [e.kind for e in library.entries] == [RunKind.FINISHED], timeout=10_000)
        session.reset_weights()
        with qtbot.waitSignal(session.run_ended, timeout=60_000):
            window.commands["train"].trigger()
        assert same_arrays(session.result.parameters, resumed.parameters)
        assert same_arrays(session.result.state.optimizer, resumed.state.optimizer)
        assert session.result.history.steps.loss.tolist() == resumed.history.steps.loss.tolist()


def test_an_offer_that_was_put_off_is_not_made_again_but_the_run_stays(qtbot, tmp_path):
    kill_after_a_checkpoint(tmp_path)
    with open_window(tmp_path) as window:
        qtbot.waitUntil(window.kept_runs.banner.isVisible, timeout=10_000)
        qtbot.mouseClick(button(window.kept_runs.banner, LATER), Qt.MouseButton.LeftButton)
        assert not window.kept_runs.banner.isVisible()
    with open_window(tmp_path) as window:
        library = window.workbench.library
        qtbot.waitUntil(lambda: bool(library.entries), timeout=10_000)
        assert not window.kept_runs.banner.isVisible()
        assert library.entries[0].can_resume
