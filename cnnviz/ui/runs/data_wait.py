"""What is to be done once the data set of a run is open, and why it was not done."""

from __future__ import annotations

import dataclasses
import functools
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Slot

if TYPE_CHECKING:
    from collections.abc import Callable

    from cnnviz.app.workbench import Workbench
    from cnnviz.spec.network import NetworkSpec
    from cnnviz.training.result import DataFacts, RunResult
    from cnnviz.ui.file_actions import FileActions

CANCELLED = "Its data set was not opened: that was cancelled."
OVERTAKEN = "Something else was opened before its data set was there."


@dataclasses.dataclass(frozen=True, slots=True, eq=False)
class _Wish:
    """What is to be done, and what must still be on screen then; `not_done` takes a reason."""

    data: DataFacts
    spec: NetworkSpec
    result: RunResult | None
    then: Callable[[], object]
    not_done: Callable[[str], object]


class DataWait(QObject):
    """Keeps one wish, which is forgotten where another design, or another run, is on screen by then.

    Where the data set cannot be opened that is told, and the wish waits for a person who opens it by hand.
    """

    def __init__(self, workbench: Workbench, files: FileActions) -> None:
        super().__init__(files)
        self._bench, self._files = workbench, files
        self._wish: _Wish | None = None
        self._is_told = False
        workbench.session.run_prepared.connect(self._on_overtaken)
        workbench.document.begun.connect(self._on_overtaken)
        workbench.dataset_opener.cancelled.connect(self._on_cancelled)
        workbench.dataset_opener.failed.connect(self._on_failed)
        files.data_missed.connect(self._on_data_missed)
        workbench.selection.dataset_changed.connect(self._on_dataset_changed)

    def do(
        self, data: DataFacts, then: Callable[[], object], not_done: Callable[[str], object] | None = None
    ) -> None:
        """Do something now, or once the data set has been opened, which is asked for here or was before."""
        self._forget(OVERTAKEN)
        if data.content_hash == self._bench.selection.dataset.content_hash:
            then()
            return
        document, session = self._bench.document, self._bench.session
        self._wish = _Wish(data, document.spec, session.result, then, not_done or _keep_silent)
        self._is_told = False

    def find(self, data: DataFacts, then: Callable[[], object], not_done: Callable[[str], object]) -> None:
        """Do something once the data set is open, and look for it."""
        self.do(data, then, not_done)
        self._files.find_data(data)

    def give_up(self) -> None:
        """Do not do it any more, and do not open the data set for it; nothing is told of it."""
        wish, self._wish = self._wish, None
        if wish is not None and not self._is_told:
            self._bench.dataset_opener.cancel()

    def _forget(self, why: str) -> None:
        """Give a wish up; the reason why its data set could not be opened says more than this one."""
        wish, self._wish = self._wish, None
        if wish is not None and not self._is_told:
            wish.not_done(why)

    def _tell(self, why: str) -> None:
        if self._wish is not None:
            self._is_told = True
            self._wish.not_done(why)

    @Slot()
    def _on_overtaken(self) -> None:
        self._forget(OVERTAKEN)

    @Slot()
    def _on_cancelled(self) -> None:
        self._forget(CANCELLED)

    @Slot(str)
    def _on_failed(self, reason: str) -> None:
        self._tell(reason)

    @Slot(str, str)
    def _on_data_missed(self, name: str, _prepared: str) -> None:
        self._tell(f'Its data set "{name}" is not where it was.')

    @Slot()
    def _on_dataset_changed(self) -> None:
        wish, dataset = self._wish, self._bench.selection.dataset
        if wish is None:
            return
        if wish.data.content_hash == dataset.content_hash:
            QTimer.singleShot(0, self, functools.partial(self._go_on, wish))  # once everybody knows of it
            return
        self._wish = None
        if wish.data.name == dataset.name:
            wish.not_done(
                f'"{dataset.plain_name}" has other images now than those that the run learned from.'
            )
        else:
            wish.not_done(OVERTAKEN)

    def _go_on(self, wish: _Wish) -> None:
        if wish is not self._wish:
            return  # given up meanwhile
        self._wish = None
        document, session = self._bench.document, self._bench.session
        if document.spec is wish.spec and session.result is wish.result and session.is_idle:
            wish.then()
        else:
            wish.not_done(OVERTAKEN)


def _keep_silent(_why: str) -> None:
    """Tell nobody: what was wanted stands in the list of runs as before."""
