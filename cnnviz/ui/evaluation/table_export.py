"""Writing an evaluation to a file."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Slot

from cnnviz.training.report_text import report_csv
from cnnviz.ui.widgets.file_export import FileExport, FileKind

if TYPE_CHECKING:
    from cnnviz.ui.dialogs import Questions
    from cnnviz.ui.evaluation.evaluation_panel import EvaluationPanel


class TableExport(FileExport):
    """Asks for a file and writes the table of a panel to it."""

    def __init__(self, panel: EvaluationPanel, questions: Questions) -> None:
        super().__init__(panel, questions)
        self._panel = panel
        panel.export_requested.connect(self.choose)

    @Slot()
    def choose(self) -> None:
        """Ask where to, and write what is shown now."""
        findings = self._panel.findings
        if findings is None:
            return
        suggestion = Path(f"{findings.split.value}-step-{findings.step}.csv")
        table = FileKind(".csv", "Table", lambda: report_csv(findings.report).encode())
        self.ask("Export Evaluation", suggestion, [table], subject="Evaluation")
