"""The command that undoes, and what it is left with when the window is closed."""

from __future__ import annotations

import shiboken6
from PySide6.QtCore import QObject
from PySide6.QtGui import QKeySequence, QUndoCommand
from PySide6.QtWidgets import QMainWindow

from cnnviz.app.document import Document
from cnnviz.ui.menus import add_undo
from cnnviz.ui.undo_action import UndoAction
from tests.helpers.designs import small_design


def test_it_outlives_the_edits_it_was_named_after(qapp, qtbot) -> None:
    document, parent = Document(small_design()), QObject()
    undo = UndoAction(document, parent)
    document.undo_stack.push(QUndoCommand("Add ReLU"))
    assert (undo.text(), undo.isEnabled()) == ("Undo Add ReLU", True)
    shiboken6.delete(document)  # when a window is closed, what it shows may go before it
    assert (undo.text(), undo.isEnabled()) == ("Undo", False)


def test_ctrl_y_redoes_where_the_system_has_another_key(qtbot, monkeypatch) -> None:
    of_system = [QKeySequence("Ctrl+Shift+Z")]
    monkeypatch.setattr(QKeySequence, "keyBindings", staticmethod(lambda standard: list(of_system)))
    window, document = QMainWindow(), Document(small_design())
    qtbot.addWidget(window)
    _, redo = add_undo(window.menuBar().addMenu("Edit"), window, document)
    assert redo.shortcuts() == [*of_system, QKeySequence("Ctrl+Y")]
    of_system = [QKeySequence("Ctrl+Y")]
    _, redo = add_undo(window.menuBar().addMenu("Edit"), window, document)
    assert redo.shortcuts() == of_system, "once, else it would be ambiguous"
