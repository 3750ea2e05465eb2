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
    from collections.abc import Mapping, Sequence

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
    retry_requested(WaitingTwin)
        This twin, which could not begin, is to be tried again.
    """

    cancel_requested = Signal(object)
    clear_requested = Signal()
    start_requested = Signal()
    retry_requested = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.heading = QLabel(self)
        self.start_button = QPushButton("Start Next", self)
        self.clear_button = QPushButton("Cancel All", self)
        self._rows: list[TwinRow] = []
        self._is_idle = True
        self._column = QVBoxLayout()
        self._lay_out()
        self.start_button.clicked.connect(self.start_requested)
        self.clear_button.clicked.connect(self.clear_requested)
        self.show_waiting(())
        self.set_idle(True)

    @property
    def texts(self) -> tuple[str, ...]:
        """What the rows say."""
        return tuple(row.name.text() for row in self._rows)

    @property
    def reasons(self) -> tuple[str, ...]:
        """Why the twins of the rows could not begin; empty where it was not tried."""
        return tuple(row.reason.text() for row in self._rows)

    @property
    def rows(self) -> tuple[TwinRow, ...]:
        """One for each twin that there is room for."""
        return tuple(self._rows)

    def show_waiting(
        self, twins: Sequence[WaitingTwin], reasons: Mapping[WaitingTwin, str] | None = None
    ) -> None:
        """Show the twins that wait, the next one first, and why some of them could not begin."""
        for row in self._rows:
            self._column.removeWidget(row)
            row.hide()
            row.deleteLater()
        self._rows = []
        for number, twin in enumerate(twins[:MOST_ROWS], 1):
            row = TwinRow(f"{number}. {twin.name}", twin.name, (reasons or {}).get(twin, ""), self)
            row.cancel_button.clicked.connect(functools.partial(self._on_cancel_clicked, twin))
            row.retry_button.clicked.connect(functools.partial(self._on_retry_clicked, twin))
            row.set_idle(self._is_idle)
            self._rows.append(row)
            self._column.addWidget(row)
        more = f", {len(twins) - MOST_ROWS} more than stand here" if len(twins) > MOST_ROWS else ""
        self.heading.setText(f"{counted(len(twins), 'twin waits', 'twins wait')}{more}")
        self.setVisible(bool(twins))

    def set_idle(self, is_idle: bool) -> None:
        """Offer to begin with the first one where no run is under way or about to begin."""
        self._is_idle = is_idle
        self.start_button.setVisible(is_idle)
        for row in self._rows:
            row.set_idle(is_idle)

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

    @Slot()
    def _on_cancel_clicked(self, twin: WaitingTwin) -> None:
        self.cancel_requested.emit(twin)

    @Slot()
    def _on_retry_clicked(self, twin: WaitingTwin) -> None:
        self.retry_requested.emit(twin)


class TwinRow(QWidget):
    """One twin: its name, below it why it could not begin, and what can be done with it."""

    def __init__(self, text: str, name: str, reason: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.name, self.reason = ElidedLabel(text, self), ElidedLabel(reason, self)
        self.reason.setObjectName("problem-words")
        self.reason.setFont(caption_font(self.reason))
        self.reason.setVisible(bool(reason))
        self.retry_button = _icon_button("play", "Try this twin again now", f"Try {name} again", self)
        self.cancel_button = _icon_button("close", "Do not train this twin", f"Cancel {name}", self)
        words = QVBoxLayout()
        words.setSpacing(0)
        words.addWidget(self.name)
        words.addWidget(self.reason)
        line = QHBoxLayout(self)
        line.setContentsMargins(0, 0, 0, SPACE_4 if reason else 0)
        line.setSpacing(SPACE_8)
        line.addLayout(words, 1)
        line.addWidget(self.retry_button)
        line.addWidget(self.cancel_button)

    def set_idle(self, is_idle: bool) -> None:
        """Offer to try it again where that is possible, and it could not begin before."""
        self.retry_button.setVisible(is_idle and bool(self.reason.text()))


def _icon_button(drawing: str, tip: str, name: str, parent: QWidget) -> QToolButton:
    button = QToolButton(parent)
    button.setIcon(icon(drawing))
    button.setAutoRaise(True)
    button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
    button.setToolTip(tip)
    button.setAccessibleName(name)
    return button
