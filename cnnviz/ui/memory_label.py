"""The memory that the program holds, in the status bar."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Slot
from PySide6.QtGui import QPalette

from cnnviz.training.machine_memory import available_bytes, memory_in_words, used_bytes
from cnnviz.ui.theme import caption_font, with_tabular_figures
from cnnviz.ui.widgets.elided_label import ElidedLabel

if TYPE_CHECKING:
    from PySide6.QtCore import QEvent
    from PySide6.QtGui import QShowEvent
    from PySide6.QtWidgets import QWidget

    from cnnviz.app.training.session import Session

_WIDEST = "Memory 888 MB"


class MemoryLabel(ElidedLabel):
    """Says how much memory the program holds, as often as the progress of a run is told.

    While nothing trains it asks again under the mouse only: no timer keeps a sleeping machine awake.
    """

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent=parent, widest=_WIDEST)
        self.setForegroundRole(QPalette.ColorRole.PlaceholderText)
        self.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self.setFont(with_tabular_figures(caption_font(self)))
        session.progress_changed.connect(self._on_progress_changed)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._measure()

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
    def _on_progress_changed(self) -> None:
        if self.isVisible():
            self._measure()

    def _measure(self) -> None:
        used = used_bytes()
        self.setText(f"Memory {memory_in_words(used)}" if used else "")
