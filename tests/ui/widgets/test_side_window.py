from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import Qt

from tests.helpers.open_windows import open_window

if TYPE_CHECKING:
    from pathlib import Path

    from pytestqt.qtbot import QtBot


@pytest.mark.parametrize("command", ["get_data", "prepare_data", "browse_data"])
def test_escape_closes_the_windows_beside_the_main_one(qtbot: QtBot, tmp_path: Path, command: str) -> None:
    with open_window(tmp_path) as window:
        before = {one for one in window.window().children() if getattr(one, "isWindow", bool)()}
        window.commands[command].trigger()

        def opened() -> list[object]:
            return [
                one
                for one in window.children()
                if getattr(one, "isWindow", bool)() and one.isVisible() and one not in before
            ]

        qtbot.waitUntil(lambda: len(opened()) == 1)
        (side,) = opened()
        qtbot.keyClick(side, Qt.Key.Key_Escape)
        qtbot.waitUntil(lambda: not opened())
        assert window.isVisible()
