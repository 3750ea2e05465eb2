"""Takes views along: opens the dialog for one, or copies it."""

from __future__ import annotations

import dataclasses
import functools
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, Signal, Slot
from PySide6.QtGui import QAction, QGuiApplication
from PySide6.QtWidgets import QApplication, QWidget

from cnnviz.errors import CnnvizError
from cnnviz.ui.export.picture_files import PictureStyle, picture_image
from cnnviz.ui.icons import icon

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from cnnviz.app.settings import Settings
    from cnnviz.ui.dialogs import Questions
    from cnnviz.ui.export.export_dialog import ExportDialog
    from cnnviz.ui.export.report import Report


@dataclasses.dataclass(frozen=True, slots=True)
class Exportable:
    """A view: what it is called, where it is, and how its report is taken, None while nothing is in it.

    `has_any` tells whether there is one where taking it is more than the opening of a menu may cost.
    """

    title: str
    widget: QWidget
    take: Callable[[], Report | None]
    has_any: Callable[[], bool] | None = None

    def has(self, widget: QWidget) -> bool:
        """Return whether a widget is a part of it."""
        return self.widget is widget or self.widget.isAncestorOf(widget)

    @property
    def is_there(self) -> bool:
        """Whether there is anything to take along."""
        if self.has_any is not None:
            return self.has_any()
        try:
            return self.take() is not None
        except CnnvizError:
            return False


class Exporter(QObject):
    """Opens a dialog for each wish; all pictures look as the last one was chosen to.

    Signals
    -------
    told(str), failed(str)
        What was copied, or that there is nothing; and what went wrong.
    """

    told = Signal(str)
    failed = Signal(str)

    def __init__(self, questions: Questions, settings: Settings, parent: QObject) -> None:
        super().__init__(parent)
        self._questions, self._settings = questions, settings
        self._style = PictureStyle()

    def export(self, view: Exportable) -> ExportDialog | None:
        """Show a view as it would be exported; None where there is nothing in it, which is said."""
        from cnnviz.ui.export.export_dialog import ExportDialog

        report = self._taken(view)
        if report is None:
            return None
        window = view.widget.window()
        dialog = ExportDialog(report, self._questions, self._style, self._settings.start_folder, window)
        dialog.style_chosen.connect(self._on_style_chosen)
        dialog.written.connect(self._on_written)
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
            self.failed.emit(str(error))
            return
        QGuiApplication.clipboard().setImage(image)
        self.told.emit(f"Copied as a picture: {report.title}.")

    def add_menu(self, view: Exportable) -> None:
        """Give a view a menu of its own, with both."""
        export = QAction(icon("export"), "Export…", view.widget)
        export.triggered.connect(functools.partial(self.export, view))
        copy = QAction(icon("copy"), "Copy as Picture", view.widget)
        copy.triggered.connect(functools.partial(self.copy, view))
        view.widget.addActions([export, copy])
        view.widget.setContextMenuPolicy(Qt.ContextMenuPolicy.ActionsContextMenu)

    def _taken(self, view: Exportable) -> Report | None:
        try:
            report = view.take()
        except CnnvizError as error:
            self.failed.emit(str(error))
            return None
        if report is None:
            self.told.emit(f"There is nothing to export yet: {view.title.lower()}.")
        return report

    @Slot(object)
    def _on_style_chosen(self, style: PictureStyle) -> None:
        self._style = style

    @Slot(object)
    def _on_written(self, path: Path) -> None:
        self._settings.folder = path.absolute().parent
