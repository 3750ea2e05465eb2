"""The keys of Undo and Redo, for controls that leave them to the design."""

from __future__ import annotations

from PySide6.QtCore import QEvent
from PySide6.QtGui import QKeyEvent, QKeySequence

_KINDS = (QEvent.Type.ShortcutOverride, QEvent.Type.KeyPress)
_KEYS = (QKeySequence.StandardKey.Undo, QKeySequence.StandardKey.Redo)


def left_to_window(event: QEvent) -> bool:
    """Ignore the event and return True where it is a press of Undo or Redo; else leave it as it is.

    A control that takes text claims these keys before the window's commands see them. The press itself is
    to be ignored as well: it comes to the control where the command has nothing to undo.
    """
    if not (isinstance(event, QKeyEvent) and event.type() in _KINDS and any(map(event.matches, _KEYS))):
        return False
    event.ignore()
    return True


def redo_keys() -> list[QKeySequence]:
    """Return the keys of Redo: those of the system, and Ctrl+Y, which most hands know."""
    keys, known = QKeySequence.keyBindings(QKeySequence.StandardKey.Redo), QKeySequence("Ctrl+Y")
    return keys if known in keys else [*keys, known]
