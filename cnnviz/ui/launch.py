"""Opening the window: from nothing to an event loop, and back to nothing."""

from __future__ import annotations

import logging
import sys
import time
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, QTimer, Signal, Slot
from PySide6.QtWidgets import QApplication

from cnnviz.app.files.recovery import find_orphans
from cnnviz.app.heap import tune_heap
from cnnviz.app.housekeeping import Housekeeper
from cnnviz.app.settings import Settings
from cnnviz.app.startup import (
    APP_NAME,
    ErrorReporter,
    Log,
    log_folder,
    recovery_folder,
    runs_folder,
    settings_path,
    tune_threads,
)
from cnnviz.app.workbench import Workbench
from cnnviz.ui.dialogs import Dialogs
from cnnviz.ui.icons import app_icon
from cnnviz.ui.main_window import MainWindow
from cnnviz.ui.overrides import guard_overrides
from cnnviz.ui.preload import Preloader
from cnnviz.ui.theme import ThemeKeeper

if TYPE_CHECKING:
    from pathlib import Path

    from cnnviz.ui.dialogs import Questions

_log = logging.getLogger(__name__)


class FirstPaint(QObject):
    """Tells once when a window has been painted for the first time.

    Signals
    -------
    painted()
    """

    painted = Signal()

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._watched = window.network_view
        self._watched.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() is QEvent.Type.Paint:
            self._watched.removeEventFilter(self)
            QTimer.singleShot(0, self._on_painted)
        return False

    @Slot()
    def _on_painted(self) -> None:
        self.painted.emit()


def open_window(file: Path | None = None, *, exit_when_shown: bool = False) -> int:
    """Open the window, with a design, run, picture or data set where one is given; return at its end.

    Says on standard error when the window is painted, and how long that took. With `exit_when_shown` the
    window is closed then.
    """
    began = time.perf_counter()
    tune_heap()
    guard_overrides()
    app = QApplication(sys.argv[:1])
    log, reporter = Log(log_folder()), ErrorReporter()
    reporter.install()
    try:
        tune_threads()
        window = make_window(app, Settings(settings_path()), Dialogs(), recovery_folder(), runs_folder())
        reporter.error_reported.connect(window.notices.show_problem)
        window.closed.connect(app.quit)
        paint = FirstPaint(window)
        paint.painted.connect(lambda: _on_shown(window, began, exit_when_shown))
        housekeeper = make_housekeeper(window)
        paint.painted.connect(housekeeper.begin)
        preloader = Preloader(window)
        paint.painted.connect(preloader.begin)
        window.closed.connect(preloader.end)
        window.show()
        if file is not None:
            window.files.open_path(file)
        return app.exec()
    finally:
        reporter.uninstall()
        log.close()


def make_window(
    app: QApplication,
    settings: Settings,
    questions: Questions,
    recovery: Path | None = None,
    runs: Path | None = None,
) -> MainWindow:
    """Return the window with everything behind it, not shown yet.

    Unsaved work is kept in the folder `recovery` and runs in `runs`, or beside the settings where none is
    given; what earlier windows have left there is offered.
    """
    app.setApplicationName(APP_NAME)
    app.setWindowIcon(app_icon())
    theme = ThemeKeeper(app, settings.theme.value)
    workbench = Workbench(settings, recovery, runs=runs)
    window = MainWindow(workbench, questions, theme)
    orphans, notes = find_orphans(workbench.recovery_root)
    window.recovery.offer(orphans)
    workbench.library.load()
    note = " ".join(text for text in (settings.notice, workbench.presets.notice, *notes) if text)
    if note:
        window.notices.show_note(note)
    return window


def make_housekeeper(window: MainWindow) -> Housekeeper:
    """Return what frees dead objects while nothing happens in a window."""
    session = window.workbench.session
    return Housekeeper(window.workbench.document, lambda: not session.is_idle, window)


def _on_shown(window: MainWindow, began: float, exit_now: bool) -> None:
    print(f"cnnviz: window shown in {time.perf_counter() - began:.2f} s", file=sys.stderr, flush=True)
    if exit_now:
        window.close()
