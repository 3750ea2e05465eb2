"""How fast a run goes: at full speed, or so slowly that every batch can be watched."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QActionGroup
from PySide6.QtWidgets import QMenu, QToolButton, QWidget

from cnnviz.ui.icons import icon

if TYPE_CHECKING:
    from cnnviz.app.training.steering import Steering

DELAYS_SECONDS = (0.0, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0)
_TIP = "Leave time between batches, to watch the network learn; it holds for this run and the next ones"


class SlowMotionButton(QToolButton):
    """Opens the list of paces and shows the one in force. `paces` may stand in other menus, too."""

    def __init__(self, steering: Steering, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._steering = steering
        self.paces = QMenu("Slow &Motion", self)
        self.paces.setIcon(icon("timer"))
        group = QActionGroup(self.paces)
        for delay in DELAYS_SECONDS:
            action = self.paces.addAction(pace_in_words(delay), functools.partial(self.set_delay, delay))
            action.setCheckable(True)
            action.setChecked(delay == steering.delay)
            group.addAction(action)
        self.setMenu(self.paces)
        self.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.setIcon(icon("timer"))
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self._show()

    def set_delay(self, seconds: float) -> None:
        """Leave so much time from batch to batch."""
        self._steering.set_delay(seconds)
        self._show()

    def _show(self) -> None:
        delay = self._steering.delay
        words = pace_in_words(delay)
        self.setText(f"{delay:g} s per Batch" if delay else "Full Speed")
        self.setToolTip(f"{_TIP}. Now: {words[0].lower()}{words[1:]}")
        self.setAccessibleName("Slow motion")
        self.setAccessibleDescription(words)


def pace_in_words(delay: float) -> str:
    """Return what a menu calls a time between batches, in seconds."""
    if not delay:
        return "Full Speed"
    return f"{delay:g} s per Batch ({1 / delay:g} a Second)"
