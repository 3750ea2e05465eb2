"""Undo in the menu: the last edit of the design, or what a notice has just offered to take back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Slot
from PySide6.QtGui import QAction, QKeySequence

from cnnviz.ui.icons import icon

if TYPE_CHECKING:
    from collections.abc import Callable

    from cnnviz.app.document import Document
    from cnnviz.spec.network import NetworkSpec

_UNDO = "Undo"


class UndoAction(QAction):
    """Undoes the last edit of the design, and is named after it.

    While it is lent, it takes back something else. An edit that is made after that is undone before it.
    """

    def __init__(self, document: Document, parent: QObject) -> None:
        super().__init__(icon("undo"), _UNDO, parent)
        self._document, self._stack = document, document.undo_stack
        self._lent: tuple[str, Callable[[], object], NetworkSpec] | None = None
        # Kept as told: the stack tells of its own end, too, when it can no longer be asked.
        self._can_undo, self._edit = self._stack.canUndo(), self._stack.undoText()
        self.setShortcuts(QKeySequence.keyBindings(QKeySequence.StandardKey.Undo))
        self._stack.canUndoChanged.connect(self._on_can_undo_changed)
        self._stack.undoTextChanged.connect(self._on_undo_text_changed)
        document.spec_changed.connect(self._update)
        self.triggered.connect(self._on_triggered)
        self._update()

    def lend(self, what: str, take_back: Callable[[], object]) -> None:
        """Take back `what` with `take_back`, until the action is given back."""
        self._document.end_merging()  # an edit of the same field, too, is made after it
        self._lent = (what, take_back, self._document.spec)
        self._update()

    def give_back(self) -> None:
        """Undo nothing but edits of the design again."""
        self._lent = None
        self._update()

    @property
    def _is_next(self) -> bool:
        """Whether what it was lent for is what was done last."""
        return self._lent is not None and self._lent[2] is self._document.spec  # one equal to it was edited

    @Slot(bool)
    def _on_can_undo_changed(self, can_undo: bool) -> None:
        self._can_undo = can_undo
        self._update()

    @Slot(str)
    def _on_undo_text_changed(self, edit: str) -> None:
        self._edit = edit
        self._update()

    @Slot()
    def _update(self) -> None:
        what = self._lent[0] if self._lent is not None and self._is_next else self._edit
        self.setText(f"{_UNDO} {what}".rstrip())
        self.setEnabled(self._is_next or self._can_undo)

    @Slot()
    def _on_triggered(self) -> None:
        if self._lent is not None and self._is_next:
            self._lent[1]()
        else:
            self._stack.undo()
