"""Keeps with each run when somebody looked at the test set with its weights."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Slot

from cnnviz.app.training.job import continues
from cnnviz.data.dataset import Split
from cnnviz.training.result import UseOfTestSet

if TYPE_CHECKING:
    from cnnviz.app.document import Document
    from cnnviz.app.evaluation.evaluator import Evaluator
    from cnnviz.app.evaluation.examination import Findings
    from cnnviz.app.evaluation.image_judge import ImageJudge
    from cnnviz.app.runs.run_library import RunLibrary
    from cnnviz.app.training.session import Session
    from cnnviz.spec.network import NetworkSpec


class UsesOfTest(QObject):
    """Follows whoever evaluates: a test set that was looked at again and again says ever less."""

    def __init__(
        self,
        document: Document,
        session: Session,
        library: RunLibrary,
        evaluator: Evaluator,
        judge: ImageJudge,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._document, self._session, self._library = document, session, library
        self._learning: NetworkSpec | None = None
        session.run_prepared.connect(self._on_run_prepared)
        judge.judged.connect(evaluator.note_use)
        for found in (evaluator.evaluated, judge.judged):
            found.connect(self._on_evaluated)

    @Slot()
    def _on_run_prepared(self) -> None:
        self._learning = self._document.spec

    @Slot(object)
    def _on_evaluated(self, findings: Findings) -> None:
        run_id = self._run_of(findings) if findings.split is Split.TEST else ""
        if run_id:
            self._library.note_test_use(run_id, UseOfTestSet.now(findings.step, findings.epoch))

    def _run_of(self, findings: Findings) -> str:
        """Return the id of the run whose weights were evaluated on its own data; empty for any other."""
        if not self._session.is_idle:
            folder = self._library.running_folder
            return folder.id if folder is not None and findings.spec is self._learning else ""
        result = self._session.result
        if result is None or not continues(result, findings.spec, findings.dataset):
            return ""
        entry = self._library.entry_of(result.state)
        return entry.id if entry is not None else ""
