"""Opening a data set without holding up the window."""

from __future__ import annotations

import functools
import threading
import time
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal, Slot

from cnnviz.app.data.import_progress import paced_watch
from cnnviz.app.threads.answering import answer_or_reason
from cnnviz.data.catalog import open_dataset
from cnnviz.data.class_order import in_order_of
from cnnviz.data.preparing import prepared, prepared_as

if TYPE_CHECKING:
    from collections.abc import Callable

    from cnnviz.app.data.import_progress import ImportProgress
    from cnnviz.data.dataset import Dataset
    from cnnviz.data.importing.watch import Watch
    from cnnviz.spec.preparing import Preparing
    from cnnviz.training.result import DataFacts

_CLOSE_SECONDS = 2.0


class DatasetOpener(QObject):
    """Reads or prepares one data set at a time on a thread. A later wish replaces the one under way.

    Signals
    -------
    opened(Dataset)
        The data set last asked for.
    failed(str)
        It cannot be opened or prepared; why, in words.
    progressed(ImportProgress)
        How far it is, where that takes a while.
    cancelled()
        It was given up, as the person wished.
    busy_changed(bool)
    """

    opened = Signal(object)
    failed = Signal(str)
    progressed = Signal(object)
    cancelled = Signal()
    busy_changed = Signal(bool)
    _answered = Signal(int, object)
    _told = Signal(int, object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._number = 0
        self._is_busy = False
        self._threads: list[threading.Thread] = []
        self._preparing = threading.Lock()  # one at a time: the images of two would take twice the memory
        self._answered.connect(self._on_answered)
        self._told.connect(self._on_told)

    @property
    def is_busy(self) -> bool:
        """Whether a data set is being read."""
        return self._is_busy

    def open(self, name_or_path: str, preparing: Preparing | None = None) -> None:
        """Begin to read a data set, by its catalog name or its path, and to prepare it as wanted."""

        def read(watch: Watch) -> Dataset:
            dataset = open_dataset(name_or_path, watch)
            if preparing is None:
                return dataset
            with self._preparing:
                return prepared(dataset, preparing, watch)

        self._begin(read, f"{name_or_path} cannot be opened")

    def open_for(self, data: DataFacts, name_or_path: str) -> None:
        """Begin to read the data set of a run, and to treat it as for that run."""

        def read(watch: Watch) -> Dataset:
            dataset = open_dataset(data.suited(name_or_path), watch)
            with self._preparing:
                return prepared_as(in_order_of(dataset, data.class_names), data.treatment, watch)

        self._begin(read, f"{name_or_path} cannot be opened")

    def prepare(self, dataset: Dataset, preparing: Preparing) -> None:
        """Begin to prepare a data set otherwise."""

        def make(watch: Watch) -> Dataset:
            with self._preparing:
                return prepared(dataset, preparing, watch)

        self._begin(make, f"{dataset.plain_name} cannot be prepared")

    @Slot()
    def cancel(self) -> None:
        """Give up what is under way; nothing more is told of it."""
        if self._is_busy:
            self._number += 1
            self._set_busy(False)
            self.cancelled.emit()

    def _begin(self, make: Callable[[Watch], Dataset], failure: str) -> None:
        self._number += 1
        self._threads = [thread for thread in self._threads if thread.is_alive()]
        work = threading.Thread(
            target=self._work, args=(self._number, make, failure), name="cnnviz-data", daemon=True
        )
        self._threads.append(work)
        self._set_busy(True)
        work.start()

    def close(self) -> None:
        """Give up what is under way, and wait for its threads, but not for long.

        A large file may take its time, and is only read: nothing is lost where the program ends meanwhile.
        """
        self._number += 1
        until = time.monotonic() + _CLOSE_SECONDS
        for thread in self._threads:
            thread.join(max(0.0, until - time.monotonic()))

    def _work(self, number: int, make: Callable[[Watch], Dataset], failure: str) -> None:
        watch = self._watch(number)

        def opened() -> Dataset:
            dataset = make(watch)
            watch.check()
            dataset.take_content_hash(watch)  # it takes a while, and the window will ask for it
            return dataset

        answer = answer_or_reason(opened, failure, "this data set")
        if number == self._number:
            self._answered.emit(number, answer)

    def _watch(self, number: int) -> Watch:
        return paced_watch(functools.partial(self._told.emit, number), lambda: number == self._number)

    @Slot(int, object)
    def _on_told(self, number: int, progress: ImportProgress) -> None:
        if number == self._number:
            self.progressed.emit(progress)

    @Slot(int, object)
    def _on_answered(self, number: int, answer: Dataset | str) -> None:
        if number != self._number:
            return
        self._set_busy(False)
        if isinstance(answer, str):
            self.failed.emit(answer)
        else:
            self.opened.emit(answer)

    def _set_busy(self, busy: bool) -> None:
        if busy != self._is_busy:
            self._is_busy = busy
            self.busy_changed.emit(busy)
