"""What the network answers to the drawing, and to nothing else."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QLabel, QPushButton, QVBoxLayout, QWidget

from cnnviz.ui.inspector.probability_bars import ProbabilityBars
from cnnviz.ui.theme import SPACE_8, SPACE_12, caption_font

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cnnviz.ui.inspector.answers import Answers

_NOTHING_DRAWN = "What the network makes of your drawing appears here."
_ELSEWHERE = "The network looks at another image now: {}."
_HEADING = "The network on your drawing"


class DrawnAnswer(QWidget):
    """Bars while the drawing is the selected image; else what is looked at instead, and the way back."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.bars = ProbabilityBars(self)
        self.use_button = QPushButton("Look at the Drawing", self)
        self.use_button.setToolTip("Make the drawing the image that every panel looks at.")
        self._words = QLabel(self)
        self._words.setWordWrap(True)
        self._words.setFont(caption_font(self._words))
        self._words.setForegroundRole(QPalette.ColorRole.PlaceholderText)
        self._words.setTextFormat(Qt.TextFormat.PlainText)
        above = QVBoxLayout()
        above.setContentsMargins(SPACE_12, SPACE_8, SPACE_12, 0)
        above.setSpacing(SPACE_8)
        above.addWidget(self._words)
        above.addWidget(self.use_button, 0, Qt.AlignmentFlag.AlignLeft)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addLayout(above)
        layout.addWidget(self.bars)
        self.show_nothing("", has_ink=False)

    @property
    def text(self) -> str:
        """The line above the bars, or what stands there instead of them."""
        return self._words.text()

    def show_nothing(self, looked_at: str, *, has_ink: bool) -> None:
        """Show no answer: nothing is drawn, or another image is `looked_at`."""
        self._words.setText(_ELSEWHERE.format(looked_at) if has_ink and looked_at else _NOTHING_DRAWN)
        self.use_button.setVisible(has_ink)
        self.bars.setVisible(False)

    def show_answers(self, answers: Answers, class_names: Sequence[str]) -> None:
        """Show what the network answers to the drawing."""
        self.bars.set_answers(answers, class_names, None)
        if self.bars.isHidden():
            self._words.setText(_HEADING)
            self.use_button.setVisible(False)
            self.bars.setVisible(True)
