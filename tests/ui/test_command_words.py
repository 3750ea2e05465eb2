"""What can be pressed has headline capitals, wherever it stands: `docs/decisions/words-of-commands.md`."""

from __future__ import annotations

import ast
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QAbstractButton, QCheckBox, QDialog, QDockWidget, QMenu, QRadioButton

import cnnviz
from cnnviz.app.designs.bundled import bundled_designs
from cnnviz.ui.command_words import as_command
from cnnviz.ui.docks import Docks
from cnnviz.ui.inspector.unit.breadcrumb import Breadcrumb

if TYPE_CHECKING:
    from PySide6.QtCore import QObject

    from cnnviz.ui.main_window import MainWindow

SOURCES = sorted((Path(cnnviz.__file__).parent / "ui").rglob("*.py"))
WITH_TEXT_FIRST = {"QPushButton", "QMenu", "addMenu", "setWindowTitle", "QAction"}


def is_command(text: str) -> bool:
    plain = text.replace("&", "")
    return as_command(plain) == plain


def literals(path: Path) -> list[str]:
    """Return the words that a file gives to buttons, menus and windows."""
    found = []
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call) and node.args and isinstance(node.args[0], ast.Constant):
            name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            if name in WITH_TEXT_FIRST and isinstance(node.args[0].value, str):
                found.append(node.args[0].value)
    return found


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
    assert [text for text in literals(path) if not is_command(text)] == []


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
