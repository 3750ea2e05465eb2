"""What changes for a moment is told to screen readers, which cannot see that it did."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget


def announce(widget: QWidget, words: str) -> None:
    """Have a screen reader say `words` when it has ended what it says."""
    QAccessible.updateAccessibility(QAccessibleAnnouncementEvent(widget, words))
