"""Start-up: errors are logged and shown, whichever thread they come from."""

from __future__ import annotations

import faulthandler
import logging
import sys
import threading

import pytest
from PySide6.QtCore import qWarning
from threadpoolctl import threadpool_info, threadpool_limits

from cnnviz.app.startup import ErrorReporter, Log, log_folder, settings_path, tune_threads

pytestmark = pytest.mark.usefixtures("qapp")


@pytest.fixture
def log(tmp_path):
    log = Log(tmp_path / "logs")
    yield log
    log.close()


@pytest.fixture
def reporter():
    reporter = ErrorReporter()
    reporter.install()
    yield reporter
    reporter.uninstall()


def raise_in_thread():
    def work():
        raise RuntimeError("The roof fell in.")

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()


def raise_here():
    try:
        raise RuntimeError("The roof fell in.")
    except RuntimeError:
        sys.excepthook(*sys.exc_info())


@pytest.mark.parametrize("fail", [raise_here, raise_in_thread])
def test_an_error_nobody_caught_is_logged_and_told_in_the_window_s_thread(log, reporter, qtbot, fail):
    threads = []
    reporter.error_reported.connect(lambda *_: threads.append(threading.current_thread()))
    with qtbot.waitSignal(reporter.error_reported) as blocker:
        fail()
    summary, details = blocker.args
    assert "The roof fell in." in summary
    assert "Traceback" in details
    assert threads == [threading.main_thread()]
    assert "Traceback" in log.path.read_text()


def test_an_error_that_came_through_qt_is_told_in_its_own_words(log, reporter, qtbot):
    way = "Error calling Python override of QLabel::paintEvent(): " * 2
    error = RuntimeError(f"{way}The roof fell in.")
    with qtbot.waitSignal(reporter.error_reported) as blocker:
        sys.excepthook(RuntimeError, error, None)
    assert blocker.args[0] == "Something went wrong in the program: The roof fell in."
    assert way in blocker.args[1]
    assert way in log.path.read_text()


def test_an_interruption_is_no_error(qtbot, monkeypatch):
    passed_on = []
    monkeypatch.setattr(sys, "excepthook", lambda kind, *_: passed_on.append(kind))
    reporter = ErrorReporter()
    reporter.install()
    with qtbot.assertNotEmitted(reporter.error_reported, wait=10):
        sys.excepthook(KeyboardInterrupt, KeyboardInterrupt(), None)
    reporter.uninstall()
    assert passed_on == [KeyboardInterrupt]


def test_the_hooks_are_given_back():
    before = (sys.excepthook, threading.excepthook)
    reporter = ErrorReporter()
    reporter.install()
    assert sys.excepthook != before[0]
    reporter.uninstall()
    assert (sys.excepthook, threading.excepthook) == before


def test_qt_s_messages_go_to_the_log(log):
    qWarning("a warning of Qt")
    assert "WARNING MainThread qt: a warning of Qt" in log.path.read_text()


def test_the_log_is_closed_without_a_trace(tmp_path):
    root = logging.getLogger()
    before = (list(root.handlers), root.level, faulthandler.is_enabled())
    Log(tmp_path).close()
    assert (list(root.handlers), root.level, faulthandler.is_enabled()) == before


def test_a_folder_that_cannot_be_written_is_no_reason_not_to_start(tmp_path, capsys):
    (tmp_path / "file").write_text("in the way")
    log = Log(tmp_path / "file" / "logs")
    assert log.path is None
    assert "no log file" in capsys.readouterr().err
    log.close()


def test_folders_are_the_person_s_own(tmp_path, monkeypatch):
    assert settings_path().name == "settings.ini"
    assert "cnnviz" in str(log_folder())


def test_blas_works_on_one_thread():
    with threadpool_limits(user_api="blas"):
        tune_threads()
        used = [pool["num_threads"] for pool in threadpool_info() if pool["user_api"] == "blas"]
    assert used
    assert set(used) == {1}
