"""The command that undoes, and what it is left with when the window is closed."""

from __future__ import annotations

import shiboken6
from PySide6.QtCore import QObject
from PySide6.QtGui import QUndoCommand

from cnnviz.app.document import Document
from cnnviz.ui.undo_action import UndoAction
from tests.helpers.designs import small_design


def test_it_outlives_the_edits_it_was_named_after(qapp, qtbot) -> None:
    document, parent = Document(small_design()), QObject()
    undo = UndoAction(document, parent)
    document.undo_stack.push(QUndoCommand("Add ReLU"))
    assert (undo.text(), undo.isEnabled()) == ("Undo Add ReLU", True)
    shiboken6.delete(document)  # when a window is closed, what it shows may go before it
    assert (undo.text(), undo.isEnabled()) == ("Undo", False)
