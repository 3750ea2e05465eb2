"""Writing an evaluation to a file."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal, Slot

from cnnviz.errors import CnnvizError, FileError
from cnnviz.files import write_atomic
from cnnviz.training.report_text import report_csv

if TYPE_CHECKING:
    from cnnviz.ui.dialogs import Questions
    from cnnviz.ui.evaluation.evaluation_panel import EvaluationPanel

TABLE_FILTER = "Table (*.csv)"


class TableExport(QObject):
    """Asks for a file and writes the table of a panel to it.

    Signals
    -------
    failed(str)
        Nothing was written; why.
    told(str)
        A file was written; which.
    """

    failed = Signal(str)
    told = Signal(str)

    def __init__(self, panel: EvaluationPanel, questions: Questions) -> None:
        super().__init__(panel)
        self._panel = panel
        self._questions = questions
        panel.export_requested.connect(self.choose)

    @Slot()
    def choose(self) -> None:
        """Ask where to, and write what is shown now."""
        findings = self._panel.findings
        if findings is None:
            return
        suggestion = Path(f"{findings.split.value}-step-{findings.step}.csv")
        path = self._questions.file_to_save(self._panel, "Export Evaluation", TABLE_FILTER, suggestion)
        if path is None:
            return
        try:
            if path.suffix.lower() != ".csv":
                raise FileError(f'"{path.name}" must end in .csv.')
            write_atomic(path, report_csv(findings.report).encode())
        except CnnvizError as error:
            self.failed.emit(str(error))
        else:
            self.told.emit(f"Evaluation written to {path.name}.")
