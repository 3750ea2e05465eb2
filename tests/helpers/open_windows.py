"""A real window with settings and answers of its own, put away at the end."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from PySide6.QtCore import QCoreApplication, QEvent
from PySide6.QtWidgets import QApplication

from cnnviz.app.settings import Settings
from cnnviz.ui.launch import make_window
from cnnviz.ui.main_window import MainWindow
from tests.helpers.designs import small_design
from tests.helpers.fake_questions import FakeQuestions
from tests.helpers.runs import few_digits


@contextmanager
def open_window(folder: Path, questions: FakeQuestions | None = None) -> Iterator[MainWindow]:
    """Show the program's window; at the end, close it whatever state it is in."""
    app = QApplication.instance()
    assert isinstance(app, QApplication)
    before = (app.palette(), app.styleSheet())
    window = make_window(app, Settings(folder / "settings.ini"), questions or FakeQuestions())
    window.show()
    try:
        yield window
    finally:
        window.workbench.close()
        window.hide()
        window.deleteLater()
        window.theme_keeper.deleteLater()
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
        gc.collect()  # and not while the style is changed
        app.setPalette(before[0])
        app.setStyleSheet(before[1])


@contextmanager
def open_small_window(folder: Path, questions: FakeQuestions | None = None) -> Iterator[MainWindow]:
    """Show the window with a design and digits that are quick to compute."""
    with open_window(folder, questions) as window:
        window.workbench.document.new(small_design())
        window.workbench.selection.set_dataset(few_digits())
        yield window
