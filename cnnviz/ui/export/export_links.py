"""Every view of the window can be taken along: from its own menu, from File, or with one key."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Slot
from PySide6.QtWidgets import QApplication, QMenu

from cnnviz.ui.export.exporter import Exportable, Exporter
from cnnviz.ui.export.window_reports import WindowReports

if TYPE_CHECKING:
    from cnnviz.ui.dialogs import Questions
    from cnnviz.ui.main_window import MainWindow


class ExportLinks(QObject):
    """Knows the views of the window, and what of them is offered."""

    def __init__(self, window: MainWindow, questions: Questions, menu: QMenu) -> None:
        super().__init__(window)
        self.exporter = Exporter(questions, window.workbench.settings, self)
        self.exporter.told.connect(window.notices.show_note)
        self.exporter.failed.connect(window.notices.show_problem)
        layer, image, reports = window.layer_panel, window.image_panel, WindowReports(window)
        pages = window.evaluation
        self.views = (
            Exportable("Number", window.stage.unit_page, reports.unit),
            Exportable("Network", window.network_view, reports.network),
            Exportable("Enlarged Map", layer.enlarged, reports.map),
            Exportable("Layer", layer, reports.layer),
            Exportable("Answer", image.bars, reports.answer),
            Exportable("Evaluated Images", pages.classes.images, reports.evaluated_images),
            Exportable("Classes", pages.classes.table, reports.classes),
            Exportable("Evaluation", window.evaluation, reports.evaluation),
            Exportable("Why", window.why, reports.why),
            Exportable("Curves", window.curves, reports.curves, lambda: reports.has_curves),
        )
        self._entries = [
            menu.addAction(f"{view.title}…", functools.partial(self.exporter.export, view))
            for view in self.views
        ]
        for view in self.views:
            self.exporter.add_menu(view)
        of_numbers = Exportable("Evaluated Images", pages.numbers.images, reports.evaluated_images)
        self.exporter.add_menu(of_numbers)
        menu.aboutToShow.connect(self._on_menu_about_to_show)
        window.commands["export_view"].triggered.connect(self._on_export_view_triggered)
        for requested, title in (
            (window.stage.unit_page.export_requested, "Number"),
            (window.why.export_requested, "Why"),
            (window.evaluation.export_requested, "Evaluation"),
            (window.curves.export_requested, "Curves"),
            (window.commands["export_curves"].triggered, "Curves"),
        ):
            view = next(view for view in self.views if view.title == title)
            requested.connect(functools.partial(self._export, view))

    def _export(self, view: Exportable, _checked: bool = False) -> None:
        self.exporter.export(view)

    @Slot()
    def _on_menu_about_to_show(self) -> None:
        """Offer only what there is."""
        for view, entry in zip(self.views, self._entries, strict=True):
            entry.setEnabled(view.is_there)

    @Slot()
    def _on_export_view_triggered(self) -> None:
        """Export the view with the keyboard focus, or else the one in the middle."""
        focus = QApplication.focusWidget()
        used = [] if focus is None else [view for view in self.views if view.has(focus)]
        shown = [view for view in self.views if view.widget.isVisible()]
        self.exporter.export((used or shown or self.views)[0])
