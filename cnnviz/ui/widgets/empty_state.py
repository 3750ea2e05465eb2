"""What an empty panel shows: one sentence, and the button that fills it."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from cnnviz.ui.theme import SPACE_8, SPACE_12, SPACE_16

_TEXT_WIDTH_PX = 380


class EmptyState(QWidget):
    """Says what will be here. Without `action` there is no button.

    Signals
    -------
    action_requested()
    """

    action_requested = Signal()

    def __init__(self, sentence: str, action: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._label = QLabel(sentence, self)
        self._label.setWordWrap(True)
        self._label.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._label.setMaximumWidth(_TEXT_WIDTH_PX)
        self._label.setForegroundRole(QPalette.ColorRole.PlaceholderText)
        self.button = QPushButton(action, self)
        self.button.setVisible(bool(action))
        self.button.clicked.connect(self.action_requested)
        # Stretches, not alignment: an aligned label is given its narrowest size, and loses lines.
        line = QHBoxLayout()
        line.addStretch(1)
        line.addWidget(self._label, 1000)
        line.addStretch(1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(SPACE_16, SPACE_8, SPACE_16, SPACE_8)
        layout.setSpacing(SPACE_12)
        layout.addStretch(1)
        layout.addLayout(line)
        layout.addWidget(self.button, 0, Qt.AlignmentFlag.AlignHCenter)
        layout.addStretch(1)

    @property
    def sentence(self) -> str:
        """What is said."""
        return self._label.text()

    def set_sentence(self, sentence: str) -> None:
        """Say something else."""
        self._label.setText(sentence)
