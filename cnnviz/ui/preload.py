"""What the window opens without is loaded once it is painted, so that nobody waits for it later."""

from __future__ import annotations

import importlib

from PySide6.QtCore import QObject, QTimer, Slot

LATER = (
    "cnnviz.ui.export.export_dialog",
    "cnnviz.ui.export.layer_report",
    "cnnviz.ui.export.network_report",
    "cnnviz.ui.export.unit_report",
    "cnnviz.ui.export.answer_report",
    "cnnviz.ui.export.curves_report",
    "cnnviz.ui.export.classes_report",
    "cnnviz.ui.export.evaluation_report",
    "cnnviz.ui.export.evaluated_images_report",
    "cnnviz.ui.export.why_report",
    "cnnviz.ui.plots.diagram_file",
    "cnnviz.ui.templates.template_dialog",
    "cnnviz.ui.templates.pattern_dialog",
    "cnnviz.ui.importing.import_dialog",
    "cnnviz.ui.preparing.preparing_window",
    "cnnviz.ui.shapes.shapes_dialog",
    "cnnviz.ui.catalog.catalog_window",
    "cnnviz.ui.runs.comparison_dialog",
    "cnnviz.ui.browser.map_page",
    "cnnviz.ui.browser.browser_window",
    "cnnviz.ui.browser.browser_export",
)
"""Dialogs, windows and reports, none of which is loaded before the first paint; each takes a few ms."""
_BETWEEN_MS = 40
"""So long the window has to itself between two of them."""


class Preloader(QObject):
    """Loads one module in a turn of the event loop, and the next a little later, until all are there."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._waiting = list(reversed(LATER))
        self._timer = QTimer(self, interval=_BETWEEN_MS)
        self._timer.timeout.connect(self._on_timeout)

    @property
    def is_loading(self) -> bool:
        """Whether there is more to come."""
        return self._timer.isActive()

    @Slot()
    def begin(self) -> None:
        """Load from now on."""
        self._timer.start()

    @Slot()
    def end(self) -> None:
        """Load no more."""
        self._timer.stop()

    @Slot()
    def _on_timeout(self) -> None:
        name = self._waiting.pop()
        if not self._waiting:
            self._timer.stop()
        importlib.import_module(name)  # where that fails it is told, and the next one comes all the same
