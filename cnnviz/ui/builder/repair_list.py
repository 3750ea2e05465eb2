"""The repairs of one problem as buttons, to be placed right under its words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QVBoxLayout, QWidget

from cnnviz.spec.repairs import MAX_REPAIRS
from cnnviz.ui.builder.repair_button import RepairButton
from cnnviz.ui.theme import SPACE_4

if TYPE_CHECKING:
    from cnnviz.app.document import Document
    from cnnviz.spec.repairs import Repair
    from cnnviz.spec.trace import Problem


class RepairList(QWidget):
    """Offers what solves a problem; hidden while there is none, or nothing solves it.

    Signals
    -------
    applied()
        A repair was made, and its button may be gone.
    """

    applied = Signal()

    def __init__(self, document: Document, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._document = document
        self._known: tuple[object, ...] = ()
        self._repairs: tuple[Repair, ...] = ()
        # All now: the Tab key comes last to what is made last.
        self._buttons = [RepairButton(self) for _ in range(MAX_REPAIRS)]
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(SPACE_4)
        for button in self._buttons:
            layout.addWidget(button)
            button.clicked.connect(self._on_button_clicked)
        self.hide()

    @property
    def buttons(self) -> list[RepairButton]:
        """The buttons in use, the best repair first."""
        return self._buttons[: len(self._repairs)]

    def show_problem(self, problem: Problem | None) -> None:
        """Offer the repairs of a problem of the document's design, or none."""
        known = (problem, self._document.spec, self._document.problems)
        if known != self._known:
            self._known = known
            self._repairs = self._document.repairs(problem) if problem is not None else ()
            for button, repair in zip(self._buttons, self._repairs, strict=False):
                button.offer(repair)
            for place, button in enumerate(self._buttons):
                button.setVisible(place < len(self._repairs))
        self.setVisible(bool(self._repairs))

    def follow(self, control: QWidget) -> None:
        """Let the Tab key come here from `control`."""
        for before, after in zip((control, *self._buttons), self._buttons, strict=False):
            QWidget.setTabOrder(before, after)

    @Slot()
    def _on_button_clicked(self) -> None:
        sender = self.sender()
        chosen = next(place for place, button in enumerate(self._buttons) if button is sender)
        self._document.apply(self._repairs[chosen])
        self.applied.emit()
