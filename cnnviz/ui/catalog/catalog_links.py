"""What the catalog has to do with the rest of the window: what leads to it, and where its data sets go."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Slot

from cnnviz.data.downloading.entries import find_download

if TYPE_CHECKING:
    from cnnviz.ui.catalog.catalog_window import CatalogWindow
    from cnnviz.ui.main_window import MainWindow


class CatalogLinks(QObject):
    """Makes the catalog when it is first asked for, and closes it with the window.

    Attributes
    ----------
    catalog
        The window; None until it is first asked for.
    """

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window = window
        self.catalog: CatalogWindow | None = None
        window.commands["get_data"].triggered.connect(self._on_get_data_triggered)
        window.tool_bar.catalog_requested.connect(window.commands["get_data"].trigger)
        downloader = window.workbench.downloader
        downloader.changed.connect(window.tool_bar.offer_datasets)
        downloader.failed.connect(self._on_failed)
        downloader.removed.connect(self._on_removed)
        downloader.finished.connect(self._on_finished)

    @Slot()
    def _on_get_data_triggered(self) -> None:
        from cnnviz.ui.catalog.catalog_window import CatalogWindow

        if self.catalog is None:
            bench = self._window.workbench
            self.catalog = CatalogWindow(
                bench.downloader,
                bench.download_room,
                bench.samples,
                bench.selection,
                bench.prepared_pictures,
                self._window,
            )
            self._connect(self.catalog)
            self._window.closed.connect(self.catalog.close)
        self.catalog.show()
        self.catalog.raise_()
        self.catalog.activateWindow()

    def _connect(self, catalog: CatalogWindow) -> None:
        bench = self._window.workbench
        catalog.dataset_requested.connect(self._window.files.open_dataset)
        bench.dataset_opener.failed.connect(catalog.show_opening_failed)
        bench.dataset_opener.busy_changed.connect(catalog.set_opening)
        bench.session.state_changed.connect(self._on_state_changed)
        self._on_state_changed()

    @Slot()
    def _on_state_changed(self) -> None:
        if self.catalog is not None:
            self.catalog.set_may_use(self._window.workbench.session.is_idle)

    @property
    def _is_in_sight(self) -> bool:
        return self.catalog is not None and self.catalog.isVisible()

    @Slot(str, str, str)
    def _on_failed(self, name: str, why: str, remedy: str) -> None:
        if not self._is_in_sight:
            self._window.notices.show_problem(f"{why} {remedy}".rstrip())

    @Slot(str, str)
    def _on_removed(self, _name: str, why: str) -> None:
        if why and not self._is_in_sight:
            self._window.notices.show_problem(why)

    @Slot(str, object)
    def _on_finished(self, name: str) -> None:
        entry = find_download(name)
        if entry is not None and not self._is_in_sight:
            self._window.notices.show_note(f"{entry.title} is on this computer now, among the data sets.")
