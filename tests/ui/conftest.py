"""What most tests of the interface begin with; a test file that needs more makes its own."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from cnnviz.app.settings import Settings
from cnnviz.app.workbench import Workbench
from cnnviz.ui.overrides import guard_overrides
from tests.helpers.designs import ENDLESS
from tests.helpers.fake_questions import FakeQuestions
from tests.helpers.open_windows import open_window

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from pytestqt.qtbot import QtBot

    from cnnviz.ui.main_window import MainWindow


@pytest.fixture(scope="session", autouse=True)
def guarded() -> None:
    """An error in what Qt calls fails its test, as it is told in the program, and ends no process."""
    guard_overrides()


@pytest.fixture
def questions() -> FakeQuestions:
    """Answers to what the window asks."""
    return FakeQuestions()


@pytest.fixture
def window(qtbot: QtBot, tmp_path: Path, questions: FakeQuestions) -> Iterator[MainWindow]:
    """The window as it is when it has just opened."""
    with open_window(tmp_path, questions) as window:
        yield window


@pytest.fixture
def trained(window: MainWindow, qtbot: QtBot) -> MainWindow:
    """The window while it trains."""
    window.training_form.set_training(ENDLESS)
    window.commands["train"].trigger()
    qtbot.waitUntil(lambda: window.workbench.session.unsaved)
    return window


@pytest.fixture
def bench(qapp: object, tmp_path: Path) -> Iterator[Workbench]:
    """What a window works with, without the window."""
    bench = Workbench(Settings(tmp_path / "settings.ini"))
    yield bench
    assert bench.close()
