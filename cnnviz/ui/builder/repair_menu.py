"""The repairs of a layer as entries of its card's menu."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Slot
from PySide6.QtGui import QAction

from cnnviz.ui.builder import repair_words
from cnnviz.ui.icons import icon

if TYPE_CHECKING:
    from cnnviz.app.document import Document
    from cnnviz.spec.repairs import Repair


class RepairMenu(QObject):
    """Makes the entries anew each time a menu opens; those of the last time are put away then."""

    def __init__(self, document: Document, parent: QObject) -> None:
        super().__init__(parent)
        self._document = document
        self._offers: list[tuple[QAction, Repair]] = []

    def actions_of(self, layer_id: str) -> list[QAction]:
        """Return an action for each repair of a layer's first problem; the empty id is the whole design."""
        for action, _ in self._offers:
            action.deleteLater()
        problems = self._document.problems
        first = next((problem for problem in problems if (problem.layer_id or "") == layer_id), None)
        offered = self._document.repairs(first) if first is not None else ()
        self._offers = [(self._action(repair), repair) for repair in offered]
        return [action for action, _ in self._offers]

    def _action(self, repair: Repair) -> QAction:
        action = QAction(icon("repair"), repair.label.replace("&", "&&"), self)
        action.setToolTip(repair_words.tooltip(repair))
        action.setStatusTip(repair_words.note(repair))
        action.triggered.connect(self._on_action_triggered)
        return action

    @Slot()
    def _on_action_triggered(self) -> None:
        sender = self.sender()
        self._document.apply(next(repair for action, repair in self._offers if action is sender))
