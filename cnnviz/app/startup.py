"""Before the window opens: the log, what happens to errors nobody caught, and the threads' manners."""

from __future__ import annotations

import faulthandler
import logging
import logging.handlers
import re
import sys
import threading
from pathlib import Path
from typing import TYPE_CHECKING

import platformdirs
from PySide6.QtCore import QMessageLogContext, QObject, Qt, QtMsgType, Signal, Slot, qInstallMessageHandler
from threadpoolctl import threadpool_limits

from cnnviz import __version__

if TYPE_CHECKING:
    from types import TracebackType
    from typing import TextIO

APP_NAME = "cnnviz"
_LOG_BYTES = 1_000_000
_LOG_FILES = 3
_WAY_THROUGH_QT = re.compile(r"(Error calling Python override of [\w:]+\(\): )+")
"""What PySide puts in front of an error, once for each of Qt's methods that it leaves."""

_log = logging.getLogger(__name__)
_qt_log = logging.getLogger("qt")
_QT_LEVELS = {
    QtMsgType.QtDebugMsg: logging.DEBUG,
    QtMsgType.QtInfoMsg: logging.INFO,
    QtMsgType.QtWarningMsg: logging.WARNING,
    QtMsgType.QtCriticalMsg: logging.ERROR,
    QtMsgType.QtFatalMsg: logging.CRITICAL,
}


def settings_path() -> Path:
    """Return the file of the person's settings."""
    return Path(platformdirs.user_config_dir(APP_NAME, appauthor=False)) / "settings.ini"


def recovery_folder() -> Path:
    """Return the folder in which windows keep unsaved work safe from a crash."""
    return Path(platformdirs.user_state_dir(APP_NAME, appauthor=False)) / "recovery"


def runs_folder() -> Path:
    """Return the folder in which every run is kept."""
    return Path(platformdirs.user_data_dir(APP_NAME, appauthor=False)) / "runs"


def log_folder() -> Path:
    """Return the folder of the log files."""
    return Path(platformdirs.user_log_dir(APP_NAME, appauthor=False))


class Log:
    """The log file, and the crash report beside it, for as long as the program runs.

    Where the folder cannot be written, warnings go to standard error instead.
    """

    def __init__(self, folder: Path) -> None:
        self.path: Path | None = None
        self._crash_file: TextIO | None = None
        self._handler = self._open(folder)
        self._handler.setFormatter(
            logging.Formatter("%(asctime)s %(levelname)s %(threadName)s %(name)s: %(message)s")
        )
        root = logging.getLogger()
        self._old_level = root.level
        root.addHandler(self._handler)
        root.setLevel(logging.INFO)
        self._old_qt_handler = qInstallMessageHandler(_on_qt_message)
        _log.info("cnnviz %s on Python %s, %s", __version__, sys.version.split()[0], sys.platform)

    def close(self) -> None:
        """Give everything back as it was."""
        qInstallMessageHandler(self._old_qt_handler)
        root = logging.getLogger()
        root.removeHandler(self._handler)
        root.setLevel(self._old_level)
        self._handler.close()
        if self._crash_file is not None:
            faulthandler.disable()
            self._crash_file.close()

    def _open(self, folder: Path) -> logging.Handler:
        try:
            folder.mkdir(parents=True, exist_ok=True)
            self.path = folder / "cnnviz.log"
            handler = logging.handlers.RotatingFileHandler(
                self.path, maxBytes=_LOG_BYTES, backupCount=_LOG_FILES, encoding="utf-8"
            )
            if not faulthandler.is_enabled():
                self._crash_file = (folder / "crash.log").open("a", encoding="utf-8")
                faulthandler.enable(self._crash_file)
        except OSError as error:
            self.path = None
            fallback = logging.StreamHandler()
            fallback.setLevel(logging.WARNING)
            print(f"cnnviz: no log file can be written in {folder}: {error}", file=sys.stderr)
            return fallback
        return handler


class ErrorReporter(QObject):
    """Catches errors that nobody else did, on any thread: logs them, then tells the window.

    Signals
    -------
    error_reported(str, str)
        One sentence, and the traceback; always in the thread of the reporter.
    """

    error_reported = Signal(str, str)
    _caught = Signal(str, str)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._caught.connect(self._on_caught, Qt.ConnectionType.QueuedConnection)
        self._old_hooks = (sys.excepthook, threading.excepthook)

    def install(self) -> None:
        """Take over the hooks of the interpreter."""
        sys.excepthook = self._on_exception
        threading.excepthook = self._on_thread_exception

    def uninstall(self) -> None:
        """Give the hooks back."""
        sys.excepthook, threading.excepthook = self._old_hooks

    def _on_thread_exception(self, args: threading.ExceptHookArgs) -> None:
        if args.exc_value is not None:
            self._on_exception(args.exc_type, args.exc_value, args.exc_traceback)

    def _on_exception(
        self, kind: type[BaseException], error: BaseException, trace: TracebackType | None
    ) -> None:
        if issubclass(kind, KeyboardInterrupt | SystemExit):
            self._old_hooks[0](kind, error, trace)
            return
        _log.critical("An error nobody expected", exc_info=(kind, error, trace))
        details = logging.Formatter().formatException((kind, error, trace))
        reason = _WAY_THROUGH_QT.sub("", str(error)) or kind.__name__
        self._caught.emit(f"Something went wrong in the program: {reason}", details)

    @Slot(str, str)
    def _on_caught(self, summary: str, details: str) -> None:
        self.error_reported.emit(summary, details)


def tune_threads() -> None:
    """Let BLAS work on one thread: the engine spreads its work itself, and the window needs a core.

    For a single image BLAS's threads wait for each other longer than they work. Python's own switch interval
    of 5 ms stays: 0.1 to 2 ms gave no smaller gaps and less throughput.
    """
    threadpool_limits(limits=1, user_api="blas")


def _on_qt_message(kind: QtMsgType, context: QMessageLogContext, text: str) -> None:
    _qt_log.log(_QT_LEVELS.get(kind, logging.WARNING), "%s", text)
