"""A bar that tells how much of some work is done, without a number."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QProgressBar

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

_PARTS = 1_000
_WIDTH_PX, _LEAST_WIDTH_PX = 120, 40


class WorkBar(QProgressBar):
    """A narrow bar in a line of words, which gives way where there is little room."""

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        """Name the bar for screen readers."""
        super().__init__(parent)
        self.setRange(0, _PARTS)
        self.setTextVisible(False)
        self.setMinimumWidth(_LEAST_WIDTH_PX)
        self.setMaximumWidth(_WIDTH_PX)
        self.setAccessibleName(name)

    def set_share(self, share: float) -> None:
        """Show how much is done, 0 to 1."""
        self.setValue(round(_PARTS * share))
