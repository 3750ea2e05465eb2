"""What can be pressed has headline capitals, wherever it stands: `docs/decisions/words-of-commands.md`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QAbstractButton, QCheckBox, QDialog, QDockWidget, QMenu, QRadioButton

from cnnviz.app.designs.bundled import bundled_designs
from cnnviz.ui.command_words import as_command
from cnnviz.ui.docks import Docks
from cnnviz.ui.inspector.unit.breadcrumb import Breadcrumb
from tests.helpers.written_commands import SOURCES, commands_in

if TYPE_CHECKING:
    from pathlib import Path

    from PySide6.QtCore import QObject

    from cnnviz.ui.main_window import MainWindow

SNIPPET = """
ASK, _LATER = "Ask Me", "Not Now"
class Bar:
    def _make(self, icon_name: str, text: str, tip: str) -> QAction:
        return QAction(icon(icon_name), text, self, toolTip=tip)
    def fill(self, menu, name):
        self._make("play", "go On", "Let it go on")
        menu.addMenu(icon("new"), "a menu")
        menu.addAction(icon("new"), ASK)
        self.go_button.setText("go" if self.is_new else f"on with {name}")
        self["stop"].setText("stop it")
        self.label.setText("a label")
        self.banner.show_message("it is so", action="see it", more_actions=("or not", _LATER))
        self.notices.show_offers("it is so", {"do it": self.do})
        offers = {"undo it": self.undo}
        self._questions.file_to_open(self, "a file", "*.png")
        self._make("log", "a choice", "It is chosen", checkable=True)
        return QMessageBox(icon("stop"), "a box")
"""


def is_command(text: str) -> bool:
    plain = text.replace("&", "")
    return as_command(plain) == plain


def names_of_things(window: MainWindow) -> set[str]:
    """Return what is called as a person or a data set calls it."""
    return {design.spec.name for design in bundled_designs()} | {window.workbench.document.spec.name}


def texts(root: QObject) -> list[str]:
    actions = [action.text() for action in root.findChildren(QAction) if not action.isCheckable()]
    panels = [dock.toggleViewAction().text() for dock in root.findChildren(QDockWidget)]
    buttons = [
        button.text()
        for button in root.findChildren(QAbstractButton)
        if not isinstance(button, QCheckBox | QRadioButton) and not button.isCheckable()
        if not isinstance(button.parent(), Breadcrumb)
    ]
    titles = [one.windowTitle() for kind in (QDockWidget, QDialog) for one in root.findChildren(kind)]
    return [*actions, *panels, *buttons, *titles, *(menu.title() for menu in root.findChildren(QMenu))]


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: path.stem)
def test_words_in_the_sources_are_written_as_commands(path: Path) -> None:
    said = commands_in(path.read_text(encoding="utf-8"))
    assert [text for text in said if not is_command(text)] == []


def test_all_words_of_commands_are_found_and_nothing_else() -> None:
    found = ["go On", "a menu", "Ask Me", "go", "on with X", "stop it", "see it", "or not", "Not Now"]
    assert sorted(commands_in(SNIPPET)) == sorted([*found, "do it", "undo it", "a file", "a box"])


def test_everything_that_can_be_pressed_is_written_as_a_command(window: MainWindow) -> None:
    found = texts(window)
    assert {"Move Up", "Train", "Settings", "Use Test Set", "Why?"} <= set(found)
    names = names_of_things(window)
    assert [text for text in found if not is_command(text) and text.replace("&", "") not in names] == []


def test_a_panel_has_one_name(window: MainWindow) -> None:
    assert isinstance(window.docks, Docks)
    for dock in window.docks.all:
        assert dock.toggleViewAction().text() == dock.windowTitle()


@pytest.mark.parametrize(
    ("words", "command"),
    [
        ("use mean squared error", "Use Mean Squared Error"),
        ("use Binary cross-entropy", "Use Binary Cross-Entropy"),
        ("the view in use…", "The View in Use…"),
        ("6×6 maps", "6×6 Maps"),
    ],
)
def test_words_that_are_put_together(words: str, command: str) -> None:
    assert as_command(words) == command
