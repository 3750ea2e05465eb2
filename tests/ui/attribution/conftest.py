"""A window with the dock that answers why."""

from __future__ import annotations

import pytest

from tests.helpers.fake_questions import FakeQuestions
from tests.helpers.open_windows import open_small_window


@pytest.fixture
def questions():
    return FakeQuestions()


@pytest.fixture
def window(qtbot, tmp_path, questions):
    with open_small_window(tmp_path, questions) as window:
        qtbot.waitExposed(window)
        yield window


@pytest.fixture
def panel(window, qtbot):
    window.docks.bring(window.docks.why)
    qtbot.waitUntil(lambda: window.why.class_page.answer is not None)
    return window.why


@pytest.fixture
def page(panel):
    return panel.class_page


@pytest.fixture
def why(window):
    return window.workbench.attributions.why
