"""Runs that other windows of the program train: when one of them is over, the list is told within seconds."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal, Slot

if TYPE_CHECKING:
    from cnnviz.app.runs.run_library import RunLibrary

LOOK_MS = 2_000


class OtherWindows(QObject):
    """Looks, on the thread of the library, whether the programs still live that train runs of the list.

    That is told by the lock of each run's folder, which ends with its process however that ends. Where no
    other window trains, nothing is looked at.

    Signals
    -------
    run_over(str)
        The run of this id is under way no more: it has ended, or its window has.
    """

    run_over = Signal(str)

    def __init__(self, library: RunLibrary, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._library = library
        self._watched: frozenset[str] = frozenset()
        self._ticks = QTimer(self, interval=LOOK_MS)
        self._ticks.timeout.connect(library.look_again)
        library.changed.connect(self._on_changed)

    @Slot()
    def _on_changed(self) -> None:
        before, self._watched = self._watched, self._library.foreign
        if not self._watched:
            self._ticks.stop()
        elif not self._ticks.isActive():
            self._ticks.start()
        for run_id in before - self._watched:
            if self._library.entry(run_id) is not None:
                self.run_over.emit(run_id)
