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
    from cnnviz.app.selection import Selection
    from cnnviz.app.training.session import Session
    from cnnviz.data.dataset import Dataset
    from cnnviz.spec.network import NetworkSpec


class UsesOfTest(QObject):
    """Follows whoever evaluates or looks: a test set that is looked at again and again says ever less.

    To see test images is a use of the test set when they are asked for, and a look with each run that is on
    screen while they are seen.
    """

    def __init__(
        self,
        document: Document,
        session: Session,
        library: RunLibrary,
        evaluator: Evaluator,
        judge: ImageJudge,
        selection: Selection,
    ) -> None:
        super().__init__(selection)
        self._document, self._session, self._library = document, session, library
        self._evaluator, self._selection = evaluator, selection
        self._learning: NetworkSpec | None = None
        self._looked: set[str] = set()
        session.run_prepared.connect(self._on_run_prepared)
        judge.judged.connect(evaluator.note_use)
        for found in (evaluator.evaluated, judge.judged):
            found.connect(self._on_evaluated)
        selection.curtain.asked.connect(self._on_images_asked_for)
        selection.curtain.seen.connect(self._on_images_seen)
        selection.image_changed.connect(self._on_image_changed)
        session.state_changed.connect(self._on_image_changed)

    @Slot()
    def _on_run_prepared(self) -> None:
        self._learning = self._document.spec

    @Slot(object)
    def _on_evaluated(self, findings: Findings) -> None:
        if findings.split is Split.TEST:
            self._selection.curtain.lift()
            self._note(self._run_of(findings.spec, findings.dataset), findings.step, findings.epoch)

    @Slot()
    def _on_images_asked_for(self) -> None:
        session = self._session
        self._evaluator.note_look(session.weights_step, session.weights_epoch)
        self._on_images_seen()

    @Slot()
    def _on_image_changed(self) -> None:
        if self._selection.split is Split.TEST and not self._selection.is_own:
            self._on_images_seen()

    @Slot()
    def _on_images_seen(self) -> None:
        """Keep that test images are seen beside the run that is on screen, once for each run."""
        run_id = self._run_of(self._document.spec, self._selection.dataset)
        if run_id not in self._looked:
            self._note(run_id, self._session.weights_step, self._session.weights_epoch)

    def _note(self, run_id: str, step: int, epoch: int) -> None:
        if run_id:
            self._looked.add(run_id)
            self._library.note_test_use(run_id, UseOfTestSet.now(step, epoch))

    def _run_of(self, spec: NetworkSpec, dataset: Dataset) -> str:
        """Return the id of the run with this design on its own data; empty for any other."""
        if not self._session.is_idle:
            folder = self._library.running_folder
            return folder.id if folder is not None and spec is self._learning else ""
        result = self._session.result
        if result is None or not continues(result, spec, dataset):
            return ""
        entry = self._library.entry_of(result.state)
        return entry.id if entry is not None else ""
