"""The guards of the suite's conftest, tried on a small suite of its own in another process."""

from __future__ import annotations

import re
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).resolve().parents[3]


def _run_suite(folder: Path, source: str) -> str:
    (folder / "test_small.py").write_text(textwrap.dedent(source), encoding="utf-8")
    command = [sys.executable, "-m", "pytest", "-p", "tests.conftest", "-p", "no:cacheprovider"]
    command += ["-c", str(REPOSITORY / "pyproject.toml"), "--rootdir", str(folder), str(folder)]
    result = subprocess.run(command, cwd=REPOSITORY, capture_output=True, text=True, timeout=120, check=False)
    return result.stdout + result.stderr


@pytest.mark.slow
def test_leaks_dialogs_and_lost_exceptions_fail_the_test_that_caused_them(tmp_path: Path) -> None:
    output = _run_suite(
        tmp_path,
        """
        import threading
        from PySide6.QtCore import QTimer, qWarning
        from PySide6.QtWidgets import QMessageBox

        kept = []

        def test_timer(qapp):
            kept.append(QTimer(objectName="forgotten"))
            kept[-1].start(60_000)

        def test_dialog(qapp):
            QMessageBox.question(None, "Quit", "Discard the weights?")

        def test_qt_warning(qapp):
            qWarning("something is off")

        def test_thread():
            thread = threading.Thread(target=lambda: 1 / 0)
            thread.start()
            thread.join()

        def test_slot(qtbot):
            QTimer.singleShot(0, lambda: 1 / 0)
            qtbot.wait(20)

        def test_good(qtbot):
            assert not kept[0].isActive()
        """,
    )
    failed = set(re.findall(r"^(?:FAILED|ERROR) .*::(\w+)", output, re.MULTILINE))
    assert failed == {"test_timer", "test_dialog", "test_qt_warning", "test_thread", "test_slot"}, output
    assert "QTimer 'forgotten' of 60000 ms is still active, started at" in output
    assert "QMessageBox.question would wait for an answer: Quit; Discard the weights?" in output


@pytest.mark.slow
def test_settings_and_home_are_the_tests_own(tmp_path: Path) -> None:
    output = _run_suite(
        tmp_path,
        """
        from pathlib import Path
        from PySide6.QtCore import QSettings, QStandardPaths

        def _remembered():
            settings = QSettings("cnnviz", "cnnviz")
            before = settings.value("seen", 0, int)
            settings.setValue("seen", before + 1)
            settings.sync()
            return before, Path(settings.fileName())

        def test_first(qapp):
            assert _remembered()[0] == 0

        def test_second(qapp, tmp_path_factory):
            before, file = _remembered()
            assert before == 0
            assert file.is_relative_to(tmp_path_factory.getbasetemp())
            assert Path.home().is_relative_to(tmp_path_factory.getbasetemp())
            place = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.AppDataLocation)
            assert Path(place).is_relative_to(tmp_path_factory.getbasetemp())
        """,
    )
    assert "2 passed" in output, output
