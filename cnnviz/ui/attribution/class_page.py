"""Why this class: three pictures, and what they can and cannot tell."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Qt, Signal, Slot
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QHBoxLayout, QLabel, QScrollArea, QStackedLayout, QVBoxLayout, QWidget

from cnnviz.app.attribution_work import ClassChoice
from cnnviz.interpret.attribution.grad_cam import map_layers, most_at, usual_layer
from cnnviz.interpret.attribution.score import class_count
from cnnviz.spec.losses import MeanSquaredError
from cnnviz.spec.trace import trace
from cnnviz.ui.attribution.question_form import QuestionForm
from cnnviz.ui.attribution.triptych import Triptych
from cnnviz.ui.attribution.words import (
    UNTRAINED,
    answer_text,
    completeness_text,
    output_name,
    role_text,
    score_text,
    when_text,
)
from cnnviz.ui.theme import SPACE_4, SPACE_8, SPACE_12, caption_font, strong_font
from cnnviz.ui.widgets.elided_label import ElidedLabel
from cnnviz.ui.widgets.empty_state import EmptyState

if TYPE_CHECKING:
    from PySide6.QtGui import QResizeEvent

    from cnnviz.app.attribution_work import ClassAnswer
    from cnnviz.app.workbench import Workbench

_EMPTY = "Which parts of the selected image speak for a class is shown here."
_NOTES_PX, _LEAST_HEIGHT_PX = 240, 150
_WIDE_PX = 500
"""From this width on there is room for what the method can and cannot tell."""


class ClassPage(QWidget):
    """Shows the newest answer to why the selected image gets its class. `form` lets the question be changed.

    The form has no place of its own: whoever makes the page lays it out.

    Signals
    -------
    hover_text_changed(str)
        What is under the mouse, in words.
    unit_requested(str, int, int, int)
        The number at (layer, map, row, column) is to be shown with its arithmetic.
    """

    unit_requested = Signal(str, int, int, int)
    hover_text_changed = Signal(str)

    def __init__(self, workbench: Workbench, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._why, self._session = workbench.attributions.why, workbench.session
        self._document, self._selection = workbench.document, workbench.selection
        self._answer: ClassAnswer | None = None
        self.form = QuestionForm(self)
        self.pictures = Triptych(self)
        self.empty = EmptyState(_EMPTY, parent=self)
        self._brief = ElidedLabel(parent=self)
        self._said = QLabel(self)
        self._numbers, self._tells, self._cannot, self._source = (QLabel(self) for _ in range(4))
        self._notes = self._notes_area()
        self._stack = QStackedLayout()
        self._lay_out()
        self._connect()
        self._show_question()

    @property
    def answer(self) -> ClassAnswer | None:
        """What is shown; None before the first answer, and where there can be none."""
        return self._answer

    @property
    def notes(self) -> str:
        """All that is said of the answer."""
        labels = (self._said, self._numbers, self._tells, self._cannot, self._source)
        return "\n".join(label.text() for label in labels if label.text())

    def minimumSizeHint(self) -> QSize:
        """Return the room that is needed without notes, which step aside."""
        least = self.pictures.minimumSizeHint().width()
        return QSize(least + 2 * SPACE_12, _LEAST_HEIGHT_PX)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        is_wide = self.width() >= _WIDE_PX
        self._notes.setVisible(is_wide)
        self._brief.setVisible(not is_wide)

    def _lay_out(self) -> None:
        self._brief.setFont(caption_font(self._brief))
        self._brief.setForegroundRole(QPalette.ColorRole.PlaceholderText)
        pictures = QWidget(self)
        column = QVBoxLayout(pictures)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(SPACE_4)
        column.addWidget(self.pictures, 1)
        column.addWidget(self._brief)
        self._shown = QWidget(self)
        row = QHBoxLayout(self._shown)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(SPACE_12)
        row.addWidget(pictures, 1)
        row.addWidget(self._notes)
        for page in (self.empty, self._shown):
            self._stack.addWidget(page)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(SPACE_12, SPACE_8, SPACE_12, SPACE_8)
        layout.addLayout(self._stack)

    def _notes_area(self) -> QScrollArea:
        content = QWidget(self)
        column = QVBoxLayout(content)
        column.setContentsMargins(0, 0, SPACE_4, 0)
        column.setSpacing(SPACE_4)
        for label in (self._said, self._numbers, self._tells, self._cannot, self._source):
            label.setWordWrap(True)
            label.setTextFormat(Qt.TextFormat.PlainText)
            label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
            column.addWidget(label)
        self._said.setFont(strong_font(self._said))
        for label in (self._numbers, self._tells, self._cannot, self._source):
            label.setFont(caption_font(label))
        for label in (self._numbers, self._cannot, self._source):
            label.setForegroundRole(QPalette.ColorRole.PlaceholderText)
        column.addStretch(1)
        area = QScrollArea(self)
        area.setWidget(content)
        area.setWidgetResizable(True)
        area.setFixedWidth(_NOTES_PX)
        area.setFrameShape(QScrollArea.Shape.NoFrame)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setAccessibleName("What the method can and cannot tell")
        return area

    def _connect(self) -> None:
        why, form = self._why, self.form
        why.answered.connect(self._on_answered)
        why.failed.connect(self._on_failed)
        why.question_changed.connect(self._show_question)
        form.kind_requested.connect(why.set_kind)
        form.method_requested.connect(why.set_method)
        form.choice_requested.connect(self._on_choice_requested)
        form.layer_requested.connect(why.set_layer)
        self.pictures.hover_text_changed.connect(self.hover_text_changed)
        self.pictures.pixel_opened.connect(self._on_pixel_opened)

    @Slot()
    def _show_question(self) -> None:
        why, spec, loss = self._why, self._document.spec, self._document.loss
        form = self.form
        form.show_method(why.method)
        form.show_layers(map_layers(spec), why.layer_id or usual_layer(spec))
        form.show_choice(why.choice, has_true_class=self._selection.label is not None)
        dataset, are_classes = self._selection.dataset, not isinstance(loss, MeanSquaredError)
        names, numbers = dataset.class_names, dataset.quantities
        count = class_count(spec) if are_classes else self._outputs()
        shown = self._answer.attribution.class_index if self._answer is not None else None
        if isinstance(why.choice, int):
            shown = why.choice
        offered = [output_name(names, index, loss, count, numbers) for index in range(count)]
        form.show_classes(offered, shown, are_classes=are_classes)

    def _outputs(self) -> int:
        shape = trace(self._document.spec).output_shape
        return shape[0] if shape is not None and len(shape) == 1 else 0

    @Slot(object)
    def _on_choice_requested(self, choice: ClassChoice | int) -> None:
        """Ask about a class; where the network gives one number, there is nothing to choose."""
        if self.form.classes.count() > 1 or isinstance(choice, ClassChoice):
            self._why.set_choice(choice)

    @Slot(int, int)
    def _on_pixel_opened(self, row: int, column: int) -> None:
        """Go from a place on the image to the number that made it count."""
        answer = self._answer
        if answer is not None and answer.question.snapshot.spec == self._document.spec:
            place = most_at(self._document.spec, answer.attribution, row, column)
            if place is not None:
                self.unit_requested.emit(answer.attribution.layer_id, *place)

    @Slot(object)
    def _on_answered(self, answer: ClassAnswer) -> None:
        with self._session.turns.drawing():
            self._answer = answer
            self.pictures.show_attribution(answer.question.image, answer.attribution)
            self._show_notes(answer)
            self._stack.setCurrentWidget(self._shown)
            self._show_question()

    @Slot(str)
    def _on_failed(self, reason: str) -> None:
        self._answer = None
        self.empty.set_sentence(f"This cannot be explained. {reason}")
        self._stack.setCurrentWidget(self.empty)

    def _show_notes(self, answer: ClassAnswer) -> None:
        attribution, dataset = answer.attribution, self._selection.dataset
        snapshot = answer.question.snapshot
        said = answer_text(answer, dataset.class_names, self._document.loss, dataset.quantities)
        self._said.setText(said)
        facts = (score_text(answer, self._document.loss), role_text(answer), when_text(snapshot))
        self._numbers.setText(" · ".join(fact for fact in facts if fact))
        tells = [attribution.method.tells]
        if attribution.completeness is not None:
            tells.append(completeness_text(attribution.completeness))
        if not attribution.map.any():
            tells.append("Here it is empty: nothing that it looks at counts for this class.")
        if not snapshot.step:
            tells.append(UNTRAINED)
        self._tells.setText(" ".join(tells))
        self._cannot.setText(attribution.method.cannot)
        self._source.setText(attribution.method.source)
        self._brief.setText(" · ".join(self.notes.splitlines()))
