"""What an empty panel shows: one sentence, and the button that fills it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget

from cnnviz.ui.theme import SPACE_8, SPACE_12, SPACE_16
from cnnviz.ui.widgets.action_button import ActionButton

if TYPE_CHECKING:
    from PySide6.QtGui import QAction

_TEXT_WIDTH_PX = 380


class EmptyState(QWidget):
    """Says what will be here. `action` fills it; without one there is no button."""

    def __init__(self, sentence: str, action: QAction | None = None, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._label = QLabel(sentence, self)
        self._label.setWordWrap(True)
        self._label.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._label.setMaximumWidth(_TEXT_WIDTH_PX)
        self._label.setForegroundRole(QPalette.ColorRole.PlaceholderText)
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
        if action is not None:
            layout.addWidget(ActionButton(action, self), 0, Qt.AlignmentFlag.AlignHCenter)
        layout.addStretch(1)

    @property
    def sentence(self) -> str:
        """What is said."""
        return self._label.text()

    def set_sentence(self, sentence: str) -> None:
        """Say something else."""
        self._label.setText(sentence)
