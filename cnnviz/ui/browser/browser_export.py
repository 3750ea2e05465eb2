"""What the browser shows at this moment, as a report."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cnnviz.ui.browser.browser_layout import Page
from cnnviz.ui.export.browser_report import (
    ImagesShown,
    classes_of_images_report,
    images_report,
    map_of_images_report,
    pixels_report,
)
from cnnviz.ui.export.exporter import Exportable
from cnnviz.ui.preparing.words import said_of

if TYPE_CHECKING:
    from cnnviz.app.selection import Selection
    from cnnviz.ui.browser.browser_window import BrowserWindow
    from cnnviz.ui.export.exporter import Exporter
    from cnnviz.ui.export.report import Report


class BrowserExport:
    """Takes the page of a browser along, by its menu or its button."""

    def __init__(self, browser: BrowserWindow, selection: Selection, exporter: Exporter) -> None:
        self._browser, self._selection, self._exporter = browser, selection, exporter
        self.view = Exportable("Images", browser, self.report)
        exporter.add_menu(self.view)
        exporter.add_menu(Exportable("Classes", browser.parts.classes, self.classes))
        browser.parts.export_button.clicked.connect(self._on_clicked)

    def report(self) -> Report | None:
        """Return the page that is shown; None behind the curtain, and while there is nothing yet."""
        browser, parts = self._browser, self._browser.parts
        if browser.is_hiding:
            return None
        label = parts.classes.chosen
        about = f"{said_of(self._selection.dataset)} · {parts.listed.text()}"
        shown = self._shown(about, label)
        page = parts.wanted_page
        if page is Page.MAP:
            found = parts.map_page.map.shown
            return None if found is None else map_of_images_report(shown, found, parts.map_page.about)
        if page is Page.PIXELS:
            counts = parts.pixel_page.counts
            headings = tuple(parts.pixel_page.headings)
            return None if counts is None else pixels_report(shown, counts, headings)
        return images_report(shown)

    def classes(self) -> Report | None:
        """Return how many images each class has, and their means; None behind the curtain."""
        if self._browser.is_hiding:
            return None
        return classes_of_images_report(self._shown("", None), self._browser.parts.classes.classes.means)

    def _shown(self, about: str, label: int | None) -> ImagesShown:
        browser = self._browser
        return ImagesShown(self._selection.dataset, browser.split, browser.positions, about, label)

    def _on_clicked(self) -> None:
        self._exporter.export(self.view)
