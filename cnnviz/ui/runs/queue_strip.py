"""Above the list of runs: the twins that wait, with a way to give each of them up."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QToolButton, QVBoxLayout, QWidget

from cnnviz.spec.words import counted
from cnnviz.ui.icons import icon
from cnnviz.ui.theme import SPACE_4, SPACE_8, SPACE_12, caption_font
from cnnviz.ui.widgets.elided_label import ElidedLabel

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from cnnviz.app.runs.twin_queue import WaitingTwin

START_NEXT, START_ALL = "Start Next", "Start All"
MOST_ROWS = 3
"""More would leave the list of runs no room."""
_ORDER_TIP = "Each begins when the run before it has ended; Stop lets them wait"
_HELD_TIP = "Nothing from before the program ended begins unless you start it"
_ALL_TIP = "Train all of them, one after the other"
_NOW_TIP, _LATER_TIP = "Train this twin now", "Train this twin when the run under way has ended"
_AGAIN_TIP = "Try this twin again now"


class QueueStrip(QWidget):
    """Hidden while nothing waits.

    Signals
    -------
    cancel_requested(WaitingTwin)
        This twin is not wanted any more.
    clear_requested()
        None of them is.
    start_requested()
        The first of them is to begin now; all of them, one after the other, where some are held.
    retry_requested(WaitingTwin)
        This twin, which is held or could not begin, is to begin now, or when it can.
    """

    cancel_requested = Signal(object)
    clear_requested = Signal()
    start_requested = Signal()
    retry_requested = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.heading = ElidedLabel(parent=self)
        self.start_button = QPushButton(START_NEXT, self)
        self.clear_button = QPushButton("Cancel All", self)
        self._rows: list[TwinRow] = []
        self._is_idle, self._some_held = True, False
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
        self,
        twins: Sequence[WaitingTwin],
        reasons: Mapping[WaitingTwin, str] | None = None,
        held: Mapping[WaitingTwin, str] | None = None,
    ) -> None:
        """Show the twins that wait, the next one first, and why some of them could not begin.

        Those that are `held`, each with words about what it is, begin only when a person says so.
        """
        reasons, held = reasons or {}, held or {}
        for row in self._rows:
            self._column.removeWidget(row)
            row.hide()
            row.deleteLater()
        self._rows = []
        for number, twin in enumerate(twins[:MOST_ROWS], 1):
            row = TwinRow(
                f"{number}. {twin.name}", twin.name, reasons.get(twin, ""), held.get(twin, ""), self
            )
            row.cancel_button.clicked.connect(functools.partial(self._on_cancel_clicked, twin))
            row.retry_button.clicked.connect(functools.partial(self._on_retry_clicked, twin))
            row.set_idle(self._is_idle)
            self._rows.append(row)
            self._column.addWidget(row)
        self._some_held = bool(held)
        self.heading.setText(_heading(len(twins), len(held)))
        self.setToolTip(_HELD_TIP if held else _ORDER_TIP)
        self._show_start()
        self.setVisible(bool(twins))

    def set_idle(self, is_idle: bool) -> None:
        """Offer to begin with the first one where no run is under way or about to begin."""
        self._is_idle = is_idle
        self._show_start()
        for row in self._rows:
            row.set_idle(is_idle)

    def _show_start(self) -> None:
        self.start_button.setText(START_ALL if self._some_held else START_NEXT)
        self.start_button.setToolTip(_ALL_TIP if self._some_held else "")
        self.start_button.setVisible(self._is_idle or self._some_held)

    def _lay_out(self) -> None:
        self.heading.setFont(caption_font(self.heading))
        self.heading.setForegroundRole(QPalette.ColorRole.PlaceholderText)
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
    """One twin: its name, below it why it could not begin, and what can be done with it.

    Beside the name of one that is held stands what it is.
    """

    def __init__(
        self, text: str, name: str, reason: str, about: str = "", parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.name, self.reason = ElidedLabel(text, self), ElidedLabel(reason, self)
        self.about = ElidedLabel(about, self)
        self.reason.setObjectName("problem-words")
        self.about.setForegroundRole(QPalette.ColorRole.PlaceholderText)
        for label in (self.reason, self.about):
            label.setFont(caption_font(label))
            label.setVisible(bool(label.text()))
        self._is_held = bool(about)
        if self._is_held:
            self.retry_button = _word_button("play", "Start", f"Start {name}", self)
            self.cancel_button = _word_button("close", "Discard", f"Discard {name}", self)
        else:
            self.retry_button = _icon_button("play", f"Try {name} again", self)
            self.cancel_button = _icon_button("close", f"Cancel {name}", self)
        self.cancel_button.setToolTip("Do not train this twin")
        self._lay_out()

    def set_idle(self, is_idle: bool) -> None:
        """Offer to begin with it, or to try it again where that is possible and it could not begin before."""
        if self._is_held:
            self.retry_button.setToolTip(_NOW_TIP if is_idle else _LATER_TIP)
        else:
            self.retry_button.setToolTip(_AGAIN_TIP)
            self.retry_button.setVisible(is_idle and bool(self.reason.text()))

    def _lay_out(self) -> None:
        first = QHBoxLayout()
        first.setSpacing(SPACE_12)
        first.addWidget(self.name)
        first.addWidget(self.about, 1)
        words = QVBoxLayout()
        words.setSpacing(0)
        words.addLayout(first)
        words.addWidget(self.reason)
        line = QHBoxLayout(self)
        line.setContentsMargins(0, 0, 0, SPACE_4 if self.reason.text() else 0)
        line.setSpacing(SPACE_8)
        line.addLayout(words, 1)
        line.addWidget(self.retry_button)
        line.addWidget(self.cancel_button)


def _heading(count: int, held: int) -> str:
    """Return how many wait, from when, and that some more of them do than stand here."""
    words = counted(count, "twin waits", "twins wait")
    if held:
        words += f"{'' if held == count else f', {held:,} of them'} from before the program ended"
    return f"{words}, {count - MOST_ROWS} more than stand here" if count > MOST_ROWS else words


def _word_button(drawing: str, text: str, name: str, parent: QWidget) -> QToolButton:
    button = _icon_button(drawing, name, parent)
    button.setText(text)
    button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
    return button


def _icon_button(drawing: str, name: str, parent: QWidget) -> QToolButton:
    button = QToolButton(parent)
    button.setIcon(icon(drawing))
    button.setAutoRaise(True)
    button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
    button.setAccessibleName(name)
    return button
