"""What the preparation of images has to do with the rest of the window."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Slot

from cnnviz.spec.preparing import preparing_in_words

if TYPE_CHECKING:
    from collections.abc import Callable

    from cnnviz.data.dataset import Dataset
    from cnnviz.spec.preparing import Preparing
    from cnnviz.ui.main_window import MainWindow
    from cnnviz.ui.preparing.preparing_window import PreparingWindow

UNDO = "Undo"
_BUSY = "A run is under way. Stop it first, then prepare the images otherwise."


class PreparingLinks(QObject):
    """Makes the window of the preparation when it is first asked for, and carries its wishes out.

    Attributes
    ----------
    preparing
        The window; None until it is first asked for.
    """

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window, self._bench = window, window.workbench
        self.preparing: PreparingWindow | None = None
        self._wished_of: Dataset | None = None
        window.commands["prepare_data"].triggered.connect(self.show)
        window.image_panel.chooser.preparing_requested.connect(self.show)
        self._bench.selection.dataset_changed.connect(self._on_dataset_changed)
        opener = self._bench.dataset_opener
        for ended in (opener.failed, opener.cancelled, opener.opened):  # opened, but perhaps not taken
            ended.connect(self._forget_wish)

    @Slot()
    def show(self) -> None:
        """Show the window."""
        from cnnviz.ui.preparing.preparing_window import PreparingWindow

        if self.preparing is None:
            bench = self._bench
            self.preparing = PreparingWindow(
                bench.selection, bench.session, bench.outlooks, bench.dataset_opener, self._window
            )
            self.preparing.preparing_requested.connect(self.prepare)
            self._window.closed.connect(self.preparing.close)
        self.preparing.show()
        self.preparing.raise_()
        self.preparing.activateWindow()

    @Slot(object)
    def prepare(self, preparing: Preparing) -> None:
        """Prepare the data set otherwise, beside the window; refused while a run is under way."""
        dataset = self._bench.selection.dataset
        if not self._bench.session.is_idle:
            self._window.notices.show_problem(_BUSY)
            return
        self._wished_of = dataset
        self._bench.dataset_opener.prepare(dataset, preparing)

    @Slot()
    def _on_dataset_changed(self) -> None:
        """Tell of images that are prepared otherwise; another data set may have come in their place."""
        wished_of, now = self._wished_of, self._bench.selection.dataset
        self._forget_wish()
        if wished_of is None or wished_of.original is not now.original:
            return
        before = wished_of.treatment.preparing
        if before != now.treatment.preparing:
            QTimer.singleShot(0, self, functools.partial(self._tell, before))  # after all that is told of it

    @Slot()
    def _forget_wish(self) -> None:
        self._wished_of = None

    def _tell(self, before: Preparing) -> None:
        """Say what is done to images now, and offer to take it back, and to make the design fit."""
        now = preparing_in_words(self._bench.selection.dataset.treatment.preparing)
        text = f"Images are prepared now: {now}." if now else "Images are no longer prepared."
        adapt = self._window.commands["adapt"]
        offers: dict[str, Callable[[], object]] = {UNDO: functools.partial(self._take_back, before)}
        if adapt.isEnabled():
            offers = {adapt.text(): adapt.trigger, **offers}
        self._window.notices.show_offers(f"{text} Training begins a new run.", offers)

    def _take_back(self, before: Preparing) -> None:
        self._window.notices.clear()
        self.prepare(before)
