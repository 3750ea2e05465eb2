"""The kernel slides over the map: play and pause, step by step, at a speed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QTimer, Signal, Slot
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QToolButton, QWidget

from cnnviz.ui.icons import icon
from cnnviz.ui.theme import SPACE_4

if TYPE_CHECKING:
    from PySide6.QtGui import QHideEvent

SPEEDS = (1, 2, 4, 8, 16)
"""Units a second."""
_USUAL_SPEED = 4


class SlideBar(QWidget):
    """Asks for the next unit, once or again and again. At first it rests.

    Signals
    -------
    step_requested()
        The unit is to move on by one.
    """

    step_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._timer = QTimer(self)
        self._timer.timeout.connect(self.step_requested)
        self.play, self.step = QToolButton(self), QToolButton(self)
        self.play.setCheckable(True)
        self.play.toggled.connect(self._on_play_toggled)
        self.step.setIcon(icon("step"))
        self.step.setToolTip("Move on by one")
        self.step.setAccessibleName("Move on by one")
        self.step.clicked.connect(self._on_step_clicked)
        for button in (self.play, self.step):
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.speed = QComboBox(self)
        for rate in SPEEDS:
            self.speed.addItem(f"{rate} per second", rate)
        self.speed.setCurrentIndex(SPEEDS.index(_USUAL_SPEED))
        self.speed.setAccessibleName("Speed of sliding")
        self.speed.currentIndexChanged.connect(self._on_speed_changed)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(SPACE_4)
        for widget in (self.play, self.step, self.speed):
            row.addWidget(widget)
        self._on_speed_changed()
        self._show()

    @property
    def is_playing(self) -> bool:
        """Whether the unit moves by itself."""
        return self._timer.isActive()

    @Slot()
    def pause(self) -> None:
        """Rest."""
        self.play.setChecked(False)

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self.pause()

    @Slot(bool)
    def _on_play_toggled(self, checked: bool) -> None:
        if checked:
            self.step_requested.emit()
            self._timer.start()
        else:
            self._timer.stop()
        self._show()

    @Slot()
    def _on_step_clicked(self) -> None:
        self.pause()
        self.step_requested.emit()

    @Slot()
    def _on_speed_changed(self) -> None:
        self._timer.setInterval(1000 // int(self.speed.currentData()))

    def _show(self) -> None:
        words = "Pause sliding" if self.play.isChecked() else "Slide over the whole map"
        self.play.setIcon(icon("pause" if self.play.isChecked() else "play"))
        self.play.setToolTip(words)
        self.play.setAccessibleName(words)
