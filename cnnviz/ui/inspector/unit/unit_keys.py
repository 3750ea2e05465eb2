"""The keys of the page of a number: they move it, go deeper, and come back."""

from __future__ import annotations

from PySide6.QtCore import Qt

ARROWS = {
    Qt.Key.Key_Left: (0, -1),
    Qt.Key.Key_Right: (0, 1),
    Qt.Key.Key_Up: (-1, 0),
    Qt.Key.Key_Down: (1, 0),
}
"""To how many rows down and columns to the right."""
MAPS = {Qt.Key.Key_PageUp: -1, Qt.Key.Key_PageDown: 1}
"""To how many maps on."""
DEEPER = (Qt.Key.Key_Return, Qt.Key.Key_Enter)
BACK = (Qt.Key.Key_Escape, Qt.Key.Key_Backspace)
