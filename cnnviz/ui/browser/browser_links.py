"""The command that opens the browser of the data set."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Slot

if TYPE_CHECKING:
    from cnnviz.ui.browser.browser_window import BrowserWindow
    from cnnviz.ui.main_window import MainWindow


class BrowserLinks(QObject):
    """Makes the browser when it is first asked for, and closes it with the window."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window = window
        self._browser: BrowserWindow | None = None
        window.commands["browse_data"].triggered.connect(self._on_browse_triggered)

    @Slot()
    def _on_browse_triggered(self) -> None:
        from cnnviz.ui.browser.browser_export import BrowserExport
        from cnnviz.ui.browser.browser_window import BrowserWindow

        if self._browser is None:
            self._browser = BrowserWindow(self._window.workbench, self._window)
            self._window.closed.connect(self._browser.close)
            exporter = self._window.export_links.exporter
            self.export = BrowserExport(self._browser, self._window.workbench.selection, exporter)
        self._browser.show()
        self._browser.raise_()
        self._browser.activateWindow()
