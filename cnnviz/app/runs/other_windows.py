"""Runs that other windows of the program begin and train: the list is told within seconds."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QFileSystemWatcher, QObject, QTimer, Signal, Slot

if TYPE_CHECKING:
    from cnnviz.app.runs.run_library import RunLibrary

LOOK_MS = 2_000
SETTLE_MS = 700
"""A run that begins takes a moment until its folder is locked and named."""


class OtherWindows(QObject):
    """Has the library look, on its thread, after what other windows do.

    What they begin and delete is told by the system, which watches the folder of all runs. Whether the
    programs still live that train runs of the list is told by the lock of each run's folder, which ends with
    its process however that ends. Nobody tells of that: it is asked for as long as there is such a run.

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
        self._soon = QTimer(self, interval=SETTLE_MS, singleShot=True)
        self._folder = QFileSystemWatcher(self)
        for due in (self._ticks.timeout, self._soon.timeout):
            due.connect(library.look_again)
        self._folder.directoryChanged.connect(self._on_folder_changed)
        library.loaded.connect(self._watch)
        library.changed.connect(self._on_changed)

    @Slot()
    def _watch(self) -> None:
        """Watch the folder of all runs, once it is there; one that was taken away is watched no more."""
        if not self._folder.directories():
            self._folder.addPath(str(self._library.root))

    @Slot()
    def _on_folder_changed(self) -> None:
        if not self._soon.isActive():
            self._soon.start()

    @Slot()
    def _on_changed(self) -> None:
        self._watch()
        before, self._watched = self._watched, self._library.foreign
        if not self._watched:
            self._ticks.stop()
        elif not self._ticks.isActive():
            self._ticks.start()
        for run_id in before - self._watched:
            if self._library.entry(run_id) is not None:
                self.run_over.emit(run_id)
