from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from cnnviz.data.dataset import Split
from cnnviz.ui.browser.browser_window import BrowserWindow

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot

    from cnnviz.app.workbench import Workbench


@pytest.fixture
def window(bench: Workbench, qtbot: QtBot) -> BrowserWindow:
    """The browser, with the images for validation."""
    window = BrowserWindow(bench)
    qtbot.addWidget(window)
    with qtbot.waitExposed(window):
        window.show()
    window.parts.splits.setCurrentIndex(window.parts.splits.findData(Split.VALIDATION))
    return window
