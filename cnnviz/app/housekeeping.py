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
REST_MS = 10_000
"""After so long without many new objects nobody seems to be there: all of them are looked through."""
LOOK_MS = 500
"""New objects are looked through so often, where there are enough of them."""
_RARELY = 100
"""After so many looks at what is a little older, everything is looked through, whoever waits."""


class Housekeeper(QObject):
    """Looks for cycles of dead objects: in the window's thread alone, and at all of them only in pauses.

    Python does this by itself in whatever thread makes a new object, and in the midst of whatever is going
    on. Where a dead object of Qt is found by another thread than the window's, PySide deletes it there, or
    leaves it to a window that is just deleting it as well: the process ends (docs/decisions/flat-memory.md).
    So from `begin` to `end` Python looks no more, and a timer of the window does.

    Looking through all objects takes 45 to 70 ms in this program and holds up every thread, a run included.
    Edits bring many objects: of a large design, one edit in seven was followed by such a pause or had one in
    it. So new objects are looked through often, and what is there already not again until a pause. Pauses
    are looked for after edits, and whenever many objects were made or a window was opened or closed: what
    dies with a window is old by then, and may hold hundreds of megabytes.

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
        self._was_enabled = gc.isenabled()
        self._pointer = QCursor.pos()
        self._look = QTimer(self, interval=LOOK_MS)
        self._look.timeout.connect(self._on_look)
        self._pause = QTimer(self, singleShot=True, interval=QUIET_MS)
        self._pause.timeout.connect(self._on_pause)
        self._rest = QTimer(self, singleShot=True, interval=REST_MS)
        self._rest.timeout.connect(self._pause.start)
        app = QGuiApplication.instance()
        if isinstance(app, QGuiApplication):
            app.focusWindowChanged.connect(self._on_window_changed)
        document.spec_changed.connect(self._on_spec_changed)

    @property
    def is_waiting(self) -> bool:
        """Whether there is something to tidy at the next pause."""
        return self._pause.isActive()

    @property
    def is_resting(self) -> bool:
        """Whether something may have died lately that is looked for once it is quiet for longer."""
        return self._rest.isActive()

    def begin(self) -> None:
        """Take over from Python, which `end` lets do it again."""
        self._was_enabled = gc.isenabled()
        gc.disable()
        self._look.start()
        self.tidy()

    def end(self) -> None:
        """Let Python do it again."""
        for timer in (self._look, self._pause, self._rest):
            timer.stop()
        gc.unfreeze()
        if self._was_enabled:
            gc.enable()

    def tidy(self) -> None:
        """Free what is dead now, and let what is alive be looked at no more until the next time."""
        self._edits = 0
        self._rest.stop()
        gc.unfreeze()
        gc.collect()
        gc.freeze()

    @Slot()
    def _on_look(self) -> None:
        """Look through what is new, and now and then through what is a little older, as Python would."""
        counts, enough = gc.get_count(), gc.get_threshold()
        if counts[2] > _RARELY:
            self.tidy()
        elif counts[0] > enough[0]:
            gc.collect(1 if counts[1] > enough[1] else 0)
            self._rest.start()

    @Slot()
    def _on_window_changed(self) -> None:
        if self._look.isActive():
            self._rest.start()

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
