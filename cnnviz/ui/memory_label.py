"""The memory that the program holds, in the status bar."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QTimer, Slot
from PySide6.QtGui import QGuiApplication, QPalette

from cnnviz.training.machine_memory import available_bytes, memory_in_words, used_bytes
from cnnviz.ui.theme import caption_font, with_tabular_figures
from cnnviz.ui.widgets.elided_label import ElidedLabel

if TYPE_CHECKING:
    from PySide6.QtCore import QEvent
    from PySide6.QtGui import QHideEvent, QShowEvent
    from PySide6.QtWidgets import QWidget

    from cnnviz.app.training.session import Session

_WIDEST = "Memory 888 MB"
SELDOM_MS = 5_000


class MemoryLabel(ElidedLabel):
    """Says how much memory the program holds, as often as the progress of a run is told.

    While nothing trains it asks again under the mouse, and seldom by itself as long as somebody works with
    the program: behind other programs no timer keeps a sleeping machine awake.
    """

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent=parent, widest=_WIDEST)
        self.setForegroundRole(QPalette.ColorRole.PlaceholderText)
        self.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self.setFont(with_tabular_figures(caption_font(self)))
        self._seldom = QTimer(self, interval=SELDOM_MS)
        self._seldom.setTimerType(Qt.TimerType.VeryCoarseTimer)
        self._seldom.timeout.connect(self._measure)
        session.progress_changed.connect(self._on_progress_changed)
        app = QGuiApplication.instance()
        if isinstance(app, QGuiApplication):
            app.applicationStateChanged.connect(self._follow)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._measure()
        self._follow()

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self._follow()

    def event(self, event: QEvent) -> bool:
        if event.type() is event.Type.ToolTip:
            self._measure()
            free = available_bytes()
            left = f"; {memory_in_words(free)} are free." if free is not None else "."
            self.setToolTip(
                f"cnnviz holds {memory_in_words(used_bytes())} of memory{left}\n"
                "What a run needs is checked before it starts; Costs says which layers take it."
            )
        return super().event(event)

    @Slot()
    def _follow(self) -> None:
        """Measure now and then only while it can be seen and the program is the one that is worked with."""
        is_used = QGuiApplication.applicationState() is Qt.ApplicationState.ApplicationActive
        if not (is_used and self.isVisible()):
            self._seldom.stop()
        elif not self._seldom.isActive():
            self._measure()
            self._seldom.start()

    @Slot()
    def _on_progress_changed(self) -> None:
        if self.isVisible():
            self._measure()

    @Slot()
    def _measure(self) -> None:
        used = used_bytes()
        self.setText(f"Memory {memory_in_words(used)}" if used else "")
