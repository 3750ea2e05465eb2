"""Exports: what leaves the window as a picture."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtWidgets import QApplication

from cnnviz.errors import CnnvizError
from cnnviz.ui.dialogs import DIAGRAM_FILTER

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from cnnviz.app.workbench import Workbench
    from cnnviz.ui.dialogs import Questions
    from cnnviz.ui.file_actions import FileActions


class ExportActions(QObject):
    """Asks for a name and writes.

    Signals
    -------
    failed(str)
        A file could not be written; why, in one sentence.
    saved(Path)
        This file was written.
    """

    failed = Signal(str)
    saved = Signal(object)

    def __init__(
        self, window: QWidget, questions: Questions, workbench: Workbench, files: FileActions
    ) -> None:
        super().__init__(window)
        self._window = window
        self._questions = questions
        self._document = workbench.document
        self._settings = workbench.settings
        self._files = files

    @Slot()
    def export_diagram(self) -> bool:
        """Ask for a name and write the design there as a diagram. Return whether it was done."""
        from cnnviz.ui.plots.diagram_file import SVG_SUFFIX, write_diagram

        suggestion = self._files.suggestion(SVG_SUFFIX)
        path = self._questions.file_to_save(self._window, "Export Diagram", DIAGRAM_FILTER, suggestion)
        if path is None:
            return False
        document = self._document
        try:
            write_diagram(path, document.trace, document.spec.name, QApplication.font())
        except CnnvizError as error:
            self.failed.emit(str(error))
            return False
        self._settings.folder = path.absolute().parent
        self.saved.emit(path)
        return True
