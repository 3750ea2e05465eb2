"""Above the list of runs: the twins that wait, with a way to give each of them up."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QToolButton, QVBoxLayout, QWidget

from cnnviz.spec.words import counted
from cnnviz.ui.icons import icon
from cnnviz.ui.theme import SPACE_4, SPACE_8, caption_font
from cnnviz.ui.widgets.elided_label import ElidedLabel

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cnnviz.app.runs.twin_queue import WaitingTwin

MOST_ROWS = 3
"""More would leave the list of runs no room."""


class QueueStrip(QWidget):
    """Hidden while nothing waits.

    Signals
    -------
    cancel_requested(WaitingTwin)
        This twin is not wanted any more.
    clear_requested()
        None of them is.
    start_requested()
        The first of them is to begin now.
    """

    cancel_requested = Signal(object)
    clear_requested = Signal()
    start_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.heading = QLabel(self)
        self.start_button = QPushButton("Start Next", self)
        self.clear_button = QPushButton("Cancel All", self)
        self._rows: list[QWidget] = []
        self._column = QVBoxLayout()
        self._lay_out()
        self.start_button.clicked.connect(self.start_requested)
        self.clear_button.clicked.connect(self.clear_requested)
        self.show_waiting(())
        self.set_idle(True)

    @property
    def texts(self) -> tuple[str, ...]:
        """What the rows say."""
        return tuple(label.text() for row in self._rows for label in row.findChildren(ElidedLabel))

    def show_waiting(self, twins: Sequence[WaitingTwin]) -> None:
        """Show the twins that wait, the next one first."""
        for row in self._rows:
            self._column.removeWidget(row)
            row.hide()
            row.deleteLater()
        self._rows = [self._row(number, twin) for number, twin in enumerate(twins[:MOST_ROWS], 1)]
        for row in self._rows:
            self._column.addWidget(row)
        more = f", {len(twins) - MOST_ROWS} more than stand here" if len(twins) > MOST_ROWS else ""
        self.heading.setText(f"{counted(len(twins), 'twin waits', 'twins wait')}{more}")
        self.setVisible(bool(twins))

    def set_idle(self, is_idle: bool) -> None:
        """Offer to begin with the first one where no run is under way."""
        self.start_button.setVisible(is_idle)

    def _lay_out(self) -> None:
        self.heading.setFont(caption_font(self.heading))
        self.heading.setForegroundRole(QPalette.ColorRole.PlaceholderText)
        self.heading.setToolTip("Each begins when the run before it has ended; Stop lets them wait")
        line = QHBoxLayout()
        line.setSpacing(SPACE_8)
        line.addWidget(self.heading, 1)
        line.addWidget(self.start_button)
        line.addWidget(self.clear_button)
        self._column.setSpacing(0)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(SPACE_8, 0, SPACE_8, SPACE_4)
        layout.setSpacing(0)
        layout.addLayout(line)
        layout.addLayout(self._column)

    def _row(self, number: int, twin: WaitingTwin) -> QWidget:
        row = QWidget(self)
        button = QToolButton(row)
        button.setIcon(icon("close"))
        button.setAutoRaise(True)
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        button.setToolTip("Do not train this twin")
        button.setAccessibleName(f"Cancel {twin.name}")
        button.clicked.connect(functools.partial(self._on_cancel_clicked, twin))
        line = QHBoxLayout(row)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(SPACE_8)
        line.addWidget(ElidedLabel(f"{number}. {twin.name}", row), 1)
        line.addWidget(button)
        return row

    @Slot()
    def _on_cancel_clicked(self, twin: WaitingTwin) -> None:
        self.cancel_requested.emit(twin)
