"""What stands in the place of test images until somebody wants to see them."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QVBoxLayout, QWidget

from cnnviz.ui.widgets.empty_state import EmptyState

WHY_HIDDEN = (
    "Test images are kept for the last judgement: a network chosen by them seems better than it is. Showing "
    "them is noted as a use."
)


class CurtainView(QWidget):
    """Says why there is nothing to see, and gives way when its button is pressed.

    Signals
    -------
    opened()
        The test images are to be shown.
    """

    opened = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.action = QAction("Show Test Images", self)
        self.action.triggered.connect(self.opened)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(EmptyState(WHY_HIDDEN, self.action, self))
