"""What the network answers: a bar for each class with its name and number, and the answer as a sentence."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QScrollArea, QVBoxLayout, QWidget

from cnnviz.ui.inspector.answers import Answers
from cnnviz.ui.inspector.class_rows import MOST_ROWS, ClassRows
from cnnviz.ui.theme import SPACE_4, SPACE_8, SPACE_12, caption_font, strong_font
from cnnviz.ui.widgets.elided_label import ElidedLabel

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy as np
    from numpy.typing import NDArray


class ProbabilityBars(QWidget):
    """The answer as a sentence, and a bar for each class; with more than ten classes one can scroll.

    Bars are probabilities, or scores, or plain numbers, as the loss has it.

    Signals
    -------
    why_requested(object)
        Why the network gives a class, by its number, what it does; None for the answer itself.
    """

    why_requested = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._summary = QLabel(Answers().sentence((), None), self)
        self._summary.setFont(strong_font(self))
        self._nothing = QLabel(self._summary.text(), self)  # not the one above: a style forgets later fonts
        self._nothing.setForegroundRole(QPalette.ColorRole.PlaceholderText)
        for label in (self._summary, self._nothing):
            label.setWordWrap(True)
            label.setTextFormat(Qt.TextFormat.PlainText)
        self.why_button = QPushButton("Why?", self)
        self.why_button.setProperty("narrow", True)
        self.why_button.setToolTip("Show which parts of the image speak for this answer")
        self.why_button.setAccessibleName("Why this answer?")
        self.why_button.clicked.connect(self._on_why_clicked)
        self.rows = ClassRows(self)
        self.rows.row_opened.connect(self._on_row_opened)
        self.rows.row_reached.connect(self._on_row_reached)
        area = QScrollArea(self)
        area.setWidget(self.rows)
        area.setWidgetResizable(True)
        area.setFrameShape(QScrollArea.Shape.NoFrame)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)  # the rows take the keys, and are scrolled into sight
        self._area = area
        self._legend = ElidedLabel(parent=self)
        self._legend.setFont(caption_font(self._legend))
        self._legend.setForegroundRole(QPalette.ColorRole.PlaceholderText)
        self._legend.hide()
        self._lay_out()
        self.setBackgroundRole(QPalette.ColorRole.Base)
        self.setAutoFillBackground(True)
        self._show_rows()

    def _lay_out(self) -> None:
        layout = QVBoxLayout(self)
        layout.setContentsMargins(SPACE_12, SPACE_8, SPACE_12, SPACE_12)
        layout.setSpacing(SPACE_8)
        said = QHBoxLayout()
        said.setSpacing(SPACE_4)
        said.addWidget(self._summary, 1)
        said.addWidget(self._nothing, 1)
        said.addWidget(self.why_button, 0, Qt.AlignmentFlag.AlignTop)
        layout.addLayout(said)
        layout.addWidget(self._area)
        layout.addWidget(self._legend)
        layout.addStretch(1)

    @property
    def summary(self) -> str:
        """The prediction as a sentence: `3 with 98.2 %; correct`."""
        return self._summary.text()

    def set_probabilities(
        self,
        probabilities: NDArray[np.float32] | None,
        class_names: Sequence[str],
        true_class: int | None,
    ) -> None:
        """Show the probability (K,) of each class; None where there are none. `true_class` has a mark."""
        self.set_answers(Answers(probabilities), class_names, true_class)

    def set_answers(self, answers: Answers, class_names: Sequence[str], true_class: int | None) -> None:
        """Show what the network answers. `true_class` has a mark, where there are classes."""
        count = self.rows.count
        self.rows.set_answers(answers, class_names, true_class)
        for label in (self._summary, self._nothing):
            label.setText(answers.sentence(class_names, true_class))
        legend = answers.legend(true_class)
        self._legend.setText(legend)
        self._legend.setVisible(bool(legend))
        if count != self.rows.count:
            self._show_rows()

    def _show_rows(self) -> None:
        rows = self.rows
        self._summary.setVisible(rows.count > 0)
        self._nothing.setVisible(rows.count == 0)
        self._area.setVisible(rows.count > 0)
        self._area.setFixedHeight(rows.row_height * min(max(rows.count, 1), MOST_ROWS))
        self.why_button.setVisible(rows.count > 0)

    @Slot()
    def _on_why_clicked(self) -> None:
        self.why_requested.emit(None)

    @Slot(int)
    def _on_row_opened(self, index: int) -> None:
        self.why_requested.emit(index)

    @Slot(int)
    def _on_row_reached(self, row: int) -> None:
        height = self.rows.row_height
        self._area.ensureVisible(0, row * height + height // 2, 0, height)
