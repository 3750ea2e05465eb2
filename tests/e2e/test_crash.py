"""The program is killed while a design is edited: the last five seconds may go, and nothing else."""

from __future__ import annotations

import json
import subprocess
import sys
import time

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QPushButton

from cnnviz.spec import io
from cnnviz.ui.recovery_banner import RECOVER
from tests.helpers.designs import small_design
from tests.helpers.open_windows import open_window

LOST_S = 5.0
PATIENCE_S = 60.0
pytestmark = pytest.mark.slow


def edit_until_killed(folder, design, seconds):
    """Edit in a program of its own, kill it, and return its designs with the seconds before the kill."""
    command = [sys.executable, "-m", "tests.e2e.edited_window", str(folder / "settings.ini"), str(design)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as program:
        lines = [program.stdout.readline()]
        time.sleep(seconds)  # how long is what this test is about
        killed_at = time.monotonic()
        program.kill()
        rest, errors = program.communicate(timeout=PATIENCE_S)
    assert "Traceback" not in errors
    lines += [line for line in rest.splitlines(keepends=True) if line.endswith("\n")]
    designs = [json.loads(line) for line in lines]
    return [(killed_at - when, io.from_dict(value)) for when, value in designs]


@pytest.mark.parametrize("seconds", [2.5, 3.1])
def test_a_killed_program_s_design_is_offered_and_comes_back(qtbot, tmp_path, seconds):
    saved = tmp_path / "mine.json"
    io.save(small_design(), saved)
    before = saved.read_bytes()
    designs = edit_until_killed(tmp_path, saved, seconds)
    assert saved.read_bytes() == before
    with open_window(tmp_path) as window:
        assert "cnnviz did not close properly" in window.recovery.text
        assert "(mine.json)" in window.recovery.text
        buttons = {button.text(): button for button in window.recovery.findChildren(QPushButton)}
        qtbot.mouseClick(buttons[RECOVER], Qt.MouseButton.LeftButton)
        document = window.workbench.document
        assert document.path == saved
        assert not document.is_clean
        ages = [age for age, spec in designs if spec == document.spec]
        assert ages
        assert min(ages) < LOST_S
    assert saved.read_bytes() == before


def test_two_killed_programs_leave_two_designs(tmp_path, qtbot):
    for name in ("one", "two"):
        io.save(small_design().renamed(name), tmp_path / f"{name}.json")
        edit_until_killed(tmp_path, tmp_path / f"{name}.json", 1.5)
    with open_window(tmp_path) as window:
        assert '"two" (two.json)' in window.recovery.text
        assert "1 more waits" in window.recovery.text
