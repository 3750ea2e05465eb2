"""Every view of the window can be taken along: from its own menu, from File, or with one key."""

from __future__ import annotations

import dataclasses
import functools
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, Slot
from PySide6.QtGui import QAction, QGuiApplication
from PySide6.QtWidgets import QApplication, QMenu, QWidget

from cnnviz.errors import CnnvizError
from cnnviz.ui.export.export_dialog import ExportDialog
from cnnviz.ui.export.picture_files import PictureStyle, picture_image
from cnnviz.ui.export.window_reports import WindowReports
from cnnviz.ui.icons import icon

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from cnnviz.ui.dialogs import Questions
    from cnnviz.ui.export.report import Report
    from cnnviz.ui.main_window import MainWindow


@dataclasses.dataclass(frozen=True, slots=True)
class Exportable:
    """A view: what it is called, where it is, and how its report is taken."""

    title: str
    widget: QWidget
    take: Callable[[], Report | None]


class ExportLinks(QObject):
    """Opens the dialog for a view, one for each wish; all pictures look as the last one was chosen to."""

    def __init__(self, window: MainWindow, questions: Questions, menu: QMenu) -> None:
        super().__init__(window)
        self._window, self._questions, self._menu = window, questions, menu
        self._style = PictureStyle()
        reports = WindowReports(window)
        layer, image = window.layer_panel, window.image_panel
        self.views = (
            Exportable("Number", window.stage.unit_page, reports.unit),
            Exportable("Network", window.network_view, reports.network),
            Exportable("Enlarged Map", layer.enlarged, reports.map),
            Exportable("Layer", layer, reports.layer),
            Exportable("Answer", image.bars, reports.answer),
            Exportable("Evaluation", window.evaluation, reports.evaluation),
        )
        self._entries = [self._add_entry(menu, view) for view in self.views]
        for view in self.views:
            self._add_context_menu(view)
        menu.aboutToShow.connect(self._on_menu_about_to_show)
        window.commands["export_view"].triggered.connect(self._on_export_view_triggered)
        window.stage.unit_page.export_requested.connect(functools.partial(self.export, self.views[0]))

    def export(self, view: Exportable) -> ExportDialog | None:
        """Show a view as it would be exported; None where there is nothing in it, which is said."""
        report = self._taken(view)
        if report is None:
            return None
        settings = self._window.workbench.settings
        dialog = ExportDialog(report, self._questions, self._style, settings.folder, self._window)
        dialog.style_chosen.connect(self._on_style_chosen)
        dialog.written.connect(self._on_written)
        self._window.closed.connect(dialog.close)
        dialog.show()
        return dialog

    def copy(self, view: Exportable) -> None:
        """Put a view on the clipboard as a picture."""
        report = self._taken(view)
        if report is None:
            return
        try:
            image = picture_image(report, QApplication.font(), self._style)
        except CnnvizError as error:
            self._window.notices.show_problem(str(error))
            return
        QGuiApplication.clipboard().setImage(image)
        self._window.notices.show_note(f"Copied as a picture: {report.title}.")

    def _taken(self, view: Exportable) -> Report | None:
        try:
            report = view.take()
        except CnnvizError as error:
            self._window.notices.show_problem(str(error))
            return None
        if report is None:
            self._window.notices.show_note(f"There is nothing to export yet: {view.title.lower()}.")
        return report

    def _add_entry(self, menu: QMenu, view: Exportable) -> QAction:
        return menu.addAction(f"{view.title}…", functools.partial(self.export, view))

    def _add_context_menu(self, view: Exportable) -> None:
        export = QAction(icon("export"), "Export…", view.widget)
        export.triggered.connect(functools.partial(self.export, view))
        copy = QAction(icon("copy"), "Copy as Picture", view.widget)
        copy.triggered.connect(functools.partial(self.copy, view))
        view.widget.addActions([export, copy])
        view.widget.setContextMenuPolicy(Qt.ContextMenuPolicy.ActionsContextMenu)

    @Slot()
    def _on_menu_about_to_show(self) -> None:
        """Offer only what there is."""
        for view, entry in zip(self.views, self._entries, strict=True):
            entry.setEnabled(_is_there(view))

    @Slot()
    def _on_export_view_triggered(self) -> None:
        """Export the view with the keyboard focus, or else the one in the middle."""
        focus = QApplication.focusWidget()
        for view in self.views:
            if focus is not None and (view.widget is focus or view.widget.isAncestorOf(focus)):
                self.export(view)
                return
        self.export(next((view for view in self.views if view.widget.isVisible()), self.views[0]))

    @Slot(object)
    def _on_style_chosen(self, style: PictureStyle) -> None:
        self._style = style

    @Slot(object)
    def _on_written(self, path: Path) -> None:
        self._window.workbench.settings.folder = path.absolute().parent


def _is_there(view: Exportable) -> bool:
    try:
        return view.take() is not None
    except CnnvizError:
        return False
