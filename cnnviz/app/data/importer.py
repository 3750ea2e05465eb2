"""Folders of pictures looked into and imported without holding up the window."""

from __future__ import annotations

import functools
import threading
import time
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal, Slot

from cnnviz.app.data.import_progress import paced_watch
from cnnviz.app.threads.answering import answer_or_reason
from cnnviz.data.importing.opening import Found, Imported, import_found, lay_out, look_into
from cnnviz.data.importing.watch import ImportCancelled

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from cnnviz.app.data.import_progress import ImportProgress
    from cnnviz.data.importing.cache import PictureCache
    from cnnviz.data.importing.recipe import Recipe
    from cnnviz.data.importing.watch import Watch

_CLOSE_SECONDS = 5.0


class Importer(QObject):
    """Does one thing at a time on a thread; a later wish replaces the one under way.

    Signals
    -------
    found(Found)
        What was looked for.
    imported(Imported)
        The data set that was wanted.
    failed(str)
        Why it cannot be had, in words.
    progressed(ImportProgress)
    busy_changed(bool)
    """

    found = Signal(object)
    imported = Signal(object)
    failed = Signal(str)
    progressed = Signal(object)
    busy_changed = Signal(bool)
    _answered = Signal(int, object)
    _told = Signal(int, object)

    def __init__(self, parent: QObject | None = None, *, cache: PictureCache | None = None) -> None:
        super().__init__(parent)
        self._cache = cache
        self._number = 0
        self._is_busy = False
        self._threads: list[threading.Thread] = []
        self._answered.connect(self._on_answered)
        self._told.connect(self._on_told)

    @property
    def is_busy(self) -> bool:
        """Whether something is under way."""
        return self._is_busy

    def look(self, folder: Path, recipe: Recipe | None = None) -> None:
        """Begin to find out what a folder holds."""
        self._begin(functools.partial(look_into, folder, recipe))

    def look_again(self, found: Found, recipe: Recipe) -> None:
        """Begin to find out what the same files are where something else of their table is learned."""
        self._begin(functools.partial(_laid_out, found, recipe))

    def run(self, found: Found, recipe: Recipe) -> None:
        """Begin to make a data set of what was found."""
        self._begin(functools.partial(import_found, found, recipe, cache=self._cache))

    def cancel(self) -> None:
        """Give up what is under way; nothing more is told of it."""
        self._number += 1
        self._set_busy(False)

    def close(self) -> bool:
        """Give up everything and return whether all threads have ended."""
        self.cancel()
        until = time.monotonic() + _CLOSE_SECONDS
        for thread in self._threads:
            thread.join(max(0.0, until - time.monotonic()))
        return not any(thread.is_alive() for thread in self._threads)

    def _begin(self, work: Callable[..., Found | Imported]) -> None:
        self._number += 1
        self._threads = [thread for thread in self._threads if thread.is_alive()]
        thread = threading.Thread(
            target=self._work, args=(self._number, work), name="cnnviz-import", daemon=True
        )
        self._threads.append(thread)
        self._set_busy(True)
        thread.start()

    def _work(self, number: int, work: Callable[..., Found | Imported]) -> None:
        def done() -> Found | Imported | None:
            try:
                return work(watch=self._watch(number))
            except ImportCancelled:
                return None

        answer = answer_or_reason(done, "The pictures cannot be imported", "these pictures")
        if answer is not None and number == self._number:
            self._answered.emit(number, answer)

    def _watch(self, number: int) -> Watch:
        return paced_watch(functools.partial(self._told.emit, number), lambda: number == self._number)

    @Slot(int, object)
    def _on_told(self, number: int, progress: ImportProgress) -> None:
        if number == self._number:
            self.progressed.emit(progress)

    @Slot(int, object)
    def _on_answered(self, number: int, answer: Found | Imported | str) -> None:
        if number != self._number:
            return
        self._set_busy(False)
        if isinstance(answer, str):
            self.failed.emit(answer)
        elif isinstance(answer, Found):
            self.found.emit(answer)
        else:
            self.imported.emit(answer)

    def _set_busy(self, busy: bool) -> None:
        if busy != self._is_busy:
            self._is_busy = busy
            self.busy_changed.emit(busy)


def _laid_out(found: Found, recipe: Recipe, watch: Watch) -> Found:
    watch.check()
    layout, remarks = lay_out(found.layout.listing, recipe)
    return Found(layout, found.samples, remarks)
