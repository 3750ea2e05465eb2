"""Freeing what is no longer needed at moments when nobody waits for the program."""

from __future__ import annotations

import gc
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QCursor, QGuiApplication

if TYPE_CHECKING:
    from collections.abc import Callable

    from cnnviz.app.document import Document

QUIET_MS = 2000
"""After so long without an edit, and with the mouse at rest, a tenth of a second is nobody's."""
EDITS_BETWEEN = 10
"""So many edits leave too little behind to look for it."""
_RARELY = 1000
"""How much less often than usual, times ten, Python may look through everything by itself."""


class Housekeeper(QObject):
    """Looks for cycles of dead objects in pauses between edits, not in the midst of one.

    Python looks through all objects when enough new ones have come, which takes 45 to 70 ms in this program
    and holds up every thread, a run included. Edits bring many objects: of a large design, one edit in seven
    was followed by such a pause or had one in it. From `begin` on, Python does this by itself only rarely,
    and what is there already is not looked through again until a pause.

    Signals
    -------
    postponed()
        There was something to tidy, but somebody waits: a run, or a hand on the mouse.
    """

    postponed = Signal()

    def __init__(
        self, document: Document, is_running: Callable[[], bool], parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._is_running = is_running
        self._edits = 0
        self._usual = gc.get_threshold()
        self._pointer = QCursor.pos()
        self._pause = QTimer(self, singleShot=True, interval=QUIET_MS)
        self._pause.timeout.connect(self._on_pause)
        document.spec_changed.connect(self._on_spec_changed)

    @property
    def is_waiting(self) -> bool:
        """Whether there is something to tidy at the next pause."""
        return self._pause.isActive()

    def begin(self) -> None:
        """Take over from Python, whose usual way `end` brings back."""
        self._usual = gc.get_threshold()
        gc.set_threshold(*self._usual[:2], _RARELY)
        gc.enable()
        self.tidy()

    def end(self) -> None:
        """Let Python do it again."""
        self._pause.stop()
        gc.set_threshold(*self._usual)
        gc.unfreeze()

    def tidy(self) -> None:
        """Free what is dead now, and let what is alive be looked at no more until the next time."""
        self._edits = 0
        gc.unfreeze()
        gc.collect()
        gc.freeze()

    @Slot()
    def _on_spec_changed(self) -> None:
        self._edits += 1
        if self._edits >= EDITS_BETWEEN:
            self._pause.start()

    @Slot()
    def _on_pause(self) -> None:
        """Tidy unless the mouse is in use or a run is on; else look again after a while."""
        before, self._pointer = self._pointer, QCursor.pos()
        in_hand = QGuiApplication.mouseButtons() != Qt.MouseButton.NoButton or self._pointer != before
        if in_hand or self._is_running():
            self._pause.start()
            self.postponed.emit()
        else:
            self.tidy()
