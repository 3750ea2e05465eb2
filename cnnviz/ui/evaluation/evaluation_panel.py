"""How well the network does on images it has not learned from."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QStackedLayout, QVBoxLayout, QWidget

from cnnviz.app.training.session import SessionState
from cnnviz.data.dataset import Split
from cnnviz.training.class_report import ClassReport
from cnnviz.ui.evaluation.class_page import ClassPage
from cnnviz.ui.evaluation.evaluation_head import EvaluationHead
from cnnviz.ui.evaluation.number_page import NumberPage
from cnnviz.ui.widgets.empty_state import EmptyState

if TYPE_CHECKING:
    from cnnviz.app.evaluation.examination import Findings
    from cnnviz.app.workbench import Workbench

_EMPTY = (
    "How well the network does on images it has not learned from stands here: figures, which classes it "
    "confuses, and the images it gets wrong."
)


class EvaluationPanel(QWidget):
    """Shows what the evaluator finds. While it is out of sight nothing is evaluated.

    An image that is clicked becomes the selected image of the window.

    Signals
    -------
    export_requested()
        What is shown is to be written to a file.
    image_chosen(Split, int)
        This image of the split was chosen; it becomes the selected one after the signal.
    room_wanted(int)
        So many pixels more of height are wanted, for a matrix that is to be seen whole.
    images_chosen()
        Other images are listed, by a choice in the matrix or the table.
    why_requested()
        Why the selected image gets its answer is wanted.
    """

    export_requested = Signal()
    image_chosen = Signal(object, int)
    room_wanted = Signal(int)
    images_chosen = Signal()
    why_requested = Signal()

    def __init__(self, workbench: Workbench, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._evaluator, self._session = workbench.evaluator, workbench.session
        self._selection = workbench.selection
        self._findings: Findings | None = None
        self.head = EvaluationHead(self)
        self.classes, self.numbers = ClassPage(self), NumberPage(self)
        self.empty = EmptyState(_EMPTY, parent=self)
        self._pages = QStackedLayout()
        for page in (self.empty, self.classes, self.numbers):
            self._pages.addWidget(page)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self.head)
        layout.addLayout(self._pages, 1)
        self._connect()
        self.head.set_uses(self._evaluator.test_uses)
        self.head.set_split(Split.VALIDATION)

    @property
    def findings(self) -> Findings | None:
        """What is shown; None before the first report, and where there can be none."""
        return self._findings

    @Slot(bool)
    def set_in_sight(self, in_sight: bool) -> None:
        """Say whether anybody can see the panel."""
        self._evaluator.set_watched(in_sight)

    def choose(self, true_class: int | None, predicted: int | None) -> None:
        """List the images of a cell, the mistakes of a class, or all mistakes; no signal is sent."""
        if (true_class, predicted) != self.classes.choice:
            self.classes.choose(true_class, predicted)
            self._on_image_changed()

    def take_focus(self, *, at_image: bool) -> None:
        """Let the keyboard go on at the selected image where it is listed, or else in the matrix."""
        page = self.numbers if self._pages.currentWidget() is self.numbers else self.classes
        is_listed = page is self.numbers or (at_image and page.images.currentIndex().isValid())
        (page.images if is_listed else self.classes.matrix).setFocus()

    def _connect(self) -> None:
        evaluator, head = self._evaluator, self.head
        evaluator.evaluated.connect(self._on_evaluated)
        evaluator.failed.connect(self._on_failed)
        evaluator.busy_changed.connect(self._on_busy_changed)
        evaluator.test_uses_changed.connect(self._on_test_uses_changed)
        head.test_set_requested.connect(self._on_test_set_requested)
        head.validation_requested.connect(self._on_validation_requested)
        head.following_changed.connect(evaluator.set_following)
        head.by_row_changed.connect(self.classes.matrix.set_by_row)
        head.whole_changed.connect(self._on_whole_changed)
        self.classes.matrix.whole_offered.connect(head.offer_whole)
        head.export_requested.connect(self.export_requested)
        for page in (self.classes, self.numbers):
            page.image_chosen.connect(self._on_image_chosen)
            page.why_requested.connect(self.why_requested)
        self.classes.images_chosen.connect(self._on_image_changed)
        self.classes.images_chosen.connect(self.images_chosen)
        self._selection.image_changed.connect(self._on_image_selected)
        self._selection.dataset_changed.connect(self._on_dataset_changed)
        self._session.state_changed.connect(self._on_session_state_changed)

    @Slot(bool)
    def _on_whole_changed(self, is_whole: bool) -> None:
        matrix = self.classes.matrix
        matrix.set_whole(is_whole)
        lacking = matrix.layout_now().needed.height() - matrix.height()
        if is_whole and lacking > 0:
            self.room_wanted.emit(lacking)

    @Slot(object)
    def _on_evaluated(self, findings: Findings) -> None:
        with self._session.turns.drawing():
            self._findings = findings
            self.head.set_findings(findings)
            page = self.classes if isinstance(findings.report, ClassReport) else self.numbers
            page.show_findings(findings)
            self._pages.setCurrentWidget(page)
            self._on_image_changed()

    @Slot(str)
    def _on_failed(self, reason: str) -> None:
        self._forget(f"This network cannot be evaluated. {reason}")

    @Slot()
    def _on_dataset_changed(self) -> None:
        self._forget(_EMPTY)
        self.classes.forget()
        self.numbers.forget()
        self.head.set_split(self._evaluator.split)

    def _forget(self, why: str) -> None:
        self._findings = None
        self.head.set_findings(None)
        self.empty.set_sentence(why)
        self._pages.setCurrentWidget(self.empty)

    @Slot(bool)
    def _on_busy_changed(self, busy: bool) -> None:
        self.head.set_busy(busy and self._evaluator.split is Split.TEST)

    @Slot()
    def _on_test_uses_changed(self) -> None:
        self.head.set_uses(self._evaluator.test_uses)

    @Slot()
    def _on_test_set_requested(self) -> None:
        self._evaluator.use_test_set()
        self.head.set_split(Split.TEST)

    @Slot()
    def _on_validation_requested(self) -> None:
        self.head.set_split(Split.VALIDATION)
        self._evaluator.use_validation()

    @Slot(int)
    def _on_image_chosen(self, place: int) -> None:
        findings = self._findings
        if findings is not None and findings.dataset is self._selection.dataset:
            self.image_chosen.emit(findings.split, place)
            self._selection.select(findings.split, place)

    @Slot()
    def _on_image_selected(self) -> None:
        self._mark(into_sight=True)

    @Slot()
    def _on_image_changed(self) -> None:
        self._mark(into_sight=False)

    def _mark(self, *, into_sight: bool) -> None:
        """Frame the selected image, if it is listed."""
        findings, selection = self._findings, self._selection
        if findings is None:
            return
        is_here = selection.label is not None and selection.split is findings.split
        place = selection.position if is_here else None
        for page in (self.classes, self.numbers):
            page.images.mark(place, into_sight=into_sight)
            page.why_button.setEnabled(page.images.currentIndex().isValid())

    @Slot(object)
    def _on_session_state_changed(self, state: SessionState) -> None:
        self.head.set_run_on(state is not SessionState.IDLE)
