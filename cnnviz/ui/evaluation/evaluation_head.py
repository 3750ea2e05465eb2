"""The line above an evaluation: its figures, on what they are, and what can be done."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, Qt, Signal, Slot
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QToolButton, QVBoxLayout, QWidget

from cnnviz.data.dataset import Split
from cnnviz.training.class_report import ClassReport
from cnnviz.ui.evaluation.words import figures, headline, past, subject, uses_text
from cnnviz.ui.icons import icon
from cnnviz.ui.theme import SPACE_4, SPACE_8, SPACE_12, caption_font, strong_font, with_tabular_figures
from cnnviz.ui.widgets.elided_label import ElidedLabel

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cnnviz.app.evaluation.evaluator import UseOfTest
    from cnnviz.app.evaluation.examination import Findings

_USE_TEST, _BACK = "Use Test Set", "Back to Validation"
_USE_TIP = (
    "Evaluate the test set once. It tells how well the network does on new images only as long as nothing is "
    "chosen by it: every use is noted."
)
_WHOLE_TIP = "See all of the matrix at once, in small cells without numbers, in a higher panel if need be"
_BACK_TIP = "Evaluate the validation images again, which are there to be looked at"


class EvaluationHead(QWidget):
    """Words at the left, buttons at the right.

    Signals
    -------
    test_set_requested(), validation_requested()
    following_changed(bool)
        Whether to evaluate again and again while a run is on.
    whole_changed(bool)
        Whether all of the matrix is seen at once instead of scrolled to be read.
    by_row_changed(bool)
        Whether the matrix has shares of rows instead of counts.
    export_requested()
    """

    test_set_requested = Signal()
    validation_requested = Signal()
    following_changed = Signal(bool)
    whole_changed = Signal(bool)
    by_row_changed = Signal(bool)
    export_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._split = Split.VALIDATION
        self._headline, self._rest = ElidedLabel(parent=self), ElidedLabel(parent=self)
        self._below, self._last, self._uses = (ElidedLabel(parent=self) for _ in range(3))
        self._figures = self._subject = ""
        self._is_whole_offered = False
        self._rest.installEventFilter(self)
        self.follow_button = self._toggle("Live", "While a run is on, evaluate its newest weights")
        self.follow_button.setChecked(True)
        self.shares_button = self._toggle("Shares", "Show shares of each row instead of counts")
        self.whole_button = self._toggle("Whole", _WHOLE_TIP)
        self.whole_button.hide()
        self.export_button = QToolButton(self)
        self.export_button.setIcon(icon("export"))
        self.export_button.setToolTip("Export the evaluation as a picture, and its numbers")
        self.export_button.setAccessibleName("Export the evaluation")
        self.test_button = QPushButton(_USE_TEST, self)
        self._lay_out()
        self.follow_button.toggled.connect(self.following_changed)
        self.whole_button.toggled.connect(self.whole_changed)
        self.shares_button.toggled.connect(self.by_row_changed)
        self.export_button.clicked.connect(self.export_requested)
        self.test_button.clicked.connect(self._on_test_clicked)
        self.set_findings(None)
        self.set_run_on(False)

    @property
    def text(self) -> str:
        """All figures and what they are of."""
        return f"{self._headline.text()}, {self._whole}" if self._headline.text() else ""

    @property
    def _whole(self) -> str:
        return f"{self._figures}; {self._subject}" if self._subject else self._figures

    @property
    def uses(self) -> str:
        """How often the test set was used; empty where it was not."""
        return self._uses.text()

    def set_findings(self, findings: Findings | None) -> None:
        """Show the figures of a report, or none."""
        if findings is None:
            self._headline.setText("")
            self._headline.set_widest("")
            self._say("")
        else:
            share = headline(findings.report)
            self._headline.set_forms(share + past(findings), share)
            self._headline.set_widest(share)  # the moment gives way: the line below has it, too
            role = QPalette.ColorRole.Link if findings.is_past else QPalette.ColorRole.WindowText
            self._headline.setForegroundRole(role)
            self._say(figures(findings.report), subject(findings))
        self.export_button.setEnabled(findings is not None)
        self.shares_button.setVisible(findings is not None and isinstance(findings.report, ClassReport))
        self._show_whole()

    def set_split(self, split: Split) -> None:
        """Offer the other part of the data set."""
        self._split = split
        is_test = split is Split.TEST
        self.test_button.setText(_BACK if is_test else _USE_TEST)
        self.test_button.setToolTip(_BACK_TIP if is_test else _USE_TIP)

    def set_busy(self, busy: bool) -> None:
        """Say that the test set is being evaluated."""
        if busy:
            self._say("evaluating the test set…")

    def set_run_on(self, run_on: bool) -> None:
        """Offer to follow a run while there is one."""
        self.follow_button.setVisible(run_on)

    @Slot(bool)
    def offer_whole(self, offered: bool) -> None:
        """Offer to see all of the matrix at once, where it is too large to be read without scrolling."""
        self._is_whole_offered = offered
        self._show_whole()

    def _show_whole(self) -> None:
        self.whole_button.setVisible(self._is_whole_offered and not self.shares_button.isHidden())

    def set_uses(self, uses: Sequence[UseOfTest]) -> None:
        """Show how often the test set was used."""
        self._uses.setText(uses_text(uses))
        self._uses.setVisible(bool(uses))

    def _lay_out(self) -> None:
        self._headline.setFont(with_tabular_figures(strong_font(self)))
        self._rest.setFont(with_tabular_figures(self.font()))
        self._uses.setFont(caption_font(self))
        for label in (self._below, self._last):
            label.setFont(with_tabular_figures(caption_font(self)))
        for label in (self._rest, self._below, self._last, self._uses):
            label.setForegroundRole(QPalette.ColorRole.PlaceholderText)
        line = QHBoxLayout()
        line.setSpacing(SPACE_8)
        line.addWidget(self._headline)
        line.addWidget(self._rest, 1)
        toggles = self.follow_button, self.whole_button, self.shares_button
        for button in (*toggles, self.export_button, self.test_button):
            line.addWidget(button)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(SPACE_12, SPACE_4, SPACE_8, SPACE_4)
        layout.setSpacing(0)
        layout.addLayout(line)
        layout.addWidget(self._below)
        layout.addWidget(self._last)
        layout.addWidget(self._uses)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() is QEvent.Type.Resize:
            self._share_out()
        return super().eventFilter(watched, event)

    def _say(self, figures: str, subject: str = "") -> None:
        """Show figures, and of what they are."""
        self._figures, self._subject = figures, subject
        self._share_out()

    def _share_out(self) -> None:
        """Put all beside the headline where there is room, else of what the figures are below, or both."""
        first, below = self._whole, ("", "")
        if not self._rest.has_room_for(first):
            first, below = self._figures, (self._subject, "")
        if not self._rest.has_room_for(first):
            room = self.width() - SPACE_12 - SPACE_8
            is_short = self._below.fontMetrics().horizontalAdvance(self._whole) < room
            first, below = "", (self._whole, "") if is_short else (self._figures, self._subject)
        self._rest.setText(first)
        for label, text in zip((self._below, self._last), below, strict=True):
            label.setText(text)
            label.setVisible(bool(text))

    def _toggle(self, text: str, tip: str) -> QToolButton:
        button = QToolButton(self)
        button.setText(text)
        button.setCheckable(True)
        button.setToolTip(tip)
        button.setAccessibleName(tip)
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        return button

    @Slot()
    def _on_test_clicked(self) -> None:
        if self._split is Split.TEST:
            self.validation_requested.emit()
        else:
            self.test_set_requested.emit()
